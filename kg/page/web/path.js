// The shortest path between two entities, over the facts that show.

// What the path found last goes over: the ids of its facts and entities, in order.
let pathNow = /** @type {Way & { found: boolean }} */ ({ facts: [], entities: [], found: false });

// Returns the shortest way between two entities over a list of facts, or null when there is none.
// Between ways of equal length asserted facts go before inferred ones, then the order of the data.
function shortestPath(from, to, list) {
  const next = new Map();
  const link = (a, b, fact) => {
    if (!next.has(a)) next.set(a, []);
    next.get(a).push([b, fact]);
  };
  const sorted = list
    .filter((fact) => fact.o !== undefined && fact.o !== fact.s)
    .sort((a, b) => Number(Boolean(a.inferred)) - Number(Boolean(b.inferred)));
  for (const fact of sorted) {
    link(fact.s, fact.o, fact);
    link(fact.o, fact.s, fact);
  }
  const came = /** @type {Map<string, [string, Fact] | null>} */ (new Map([[from, null]]));
  const queue = [from];
  for (const here of queue) {
    if (here === to) break;
    for (const [there, fact] of next.get(here) || []) {
      if (came.has(there)) continue;
      came.set(there, [here, fact]);
      queue.push(there);
    }
  }
  if (!came.has(to)) return null;
  const found = /** @type {Way} */ ({ facts: [], entities: [to] });
  for (let step = came.get(to); step; step = came.get(step[0])) {
    found.facts.unshift(step[1].id);
    found.entities.unshift(step[0]);
  }
  return found;
}

// Looks for the path that the state asks for, among the facts that show now.
function findPath(shown) {
  const [from, to] = state.path;
  const way = from && shortestPath(from, to, shown.facts);
  pathNow = way ? { ...way, found: true } : { facts: [], entities: state.path, found: false };
}

// Leaves a view that has no way between the two for one that has, if there is a way at all on the day.
// What readers have filtered themselves stays so.
function leaveForPath() {
  const [from, to] = state.path;
  if (!from || pathNow.found || !state.named || isChanged()) return;
  if (!shortestPath(from, to, shownNow.onDay)) return;
  const whole = views.find((view) => !view.classes && !view.predicates && !view.focus && view.date === undefined);
  Object.assign(state, { named: whole?.id ?? null, classes: new Set(), predicates: new Set(), links: 0 });
  show();
}

// Shows the way between two entities, or no longer any.
function showPath(from, to) {
  state.path = from && to && from !== to ? [from, to] : [];
  state.fact = null;
  state.entity = null;
  show();
  leaveForPath();
  if (state.path.length) {
    const names = state.path.map((id) => labelOf(entities.get(id)));
    told.textContent = pathNow.found ? say('pathSteps', pathNow.facts.length) : say('noPath', ...names);
    if (pathNow.found && state.view === 'graph') fit(pathNow.entities);
  }
}

// Returns the path for the details: each fact of it, or that there is none.
function pathDetails() {
  const names = state.path.map((id) => labelOf(entities.get(id)));
  return [
    el(
      'div',
      { class: 'kind' },
      closeButton(() => showPath()),
    ),
    el('h2', { tabindex: '-1' }, bdi(say('pathTitle', ...names))),
    el(
      'p',
      { class: pathNow.found ? 'muted' : 'warning' },
      pathNow.found ? say('pathSteps', pathNow.facts.length) : say('noPath', ...names),
    ),
    el(
      'ol',
      { class: 'way' },
      ...pathNow.entities.flatMap((id, i) =>
        [el('li', {}, entityButton(id)), pathNow.facts[i] ? el('li', { class: 'step' }, factButton(pathNow.facts[i])) : null].filter(
          Boolean,
        ),
      ),
    ),
  ];
}
