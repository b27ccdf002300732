// Search: the field, and the list of what it finds, in groups.

const search = byId('search');
const found = byId('found');
let active = -1;
let pathStart = null; // the entity from which the search looks for a path; null for a plain search

// Turns the search into a question for the other end of a path.
function searchPath(id) {
  pathStart = id;
  search.value = '';
  search.placeholder = say('pathHint', labelOf(entities.get(id)));
  search.focus();
}

function endSearchPath() {
  pathStart = null;
  adding = false;
  search.placeholder = say('searchHint');
}

function closeSearch() {
  found.hidden = true;
  active = -1;
  search.setAttribute('aria-expanded', 'false');
  search.removeAttribute('aria-activedescendant');
}

// Opens what was found: an entity or a fact; of a class or relation all, of a date what holds then.
function choose({ kind, id, name }, add = false) {
  closeSearch();
  search.value = '';
  const [from, more] = [pathStart, adding || add];
  endSearchPath();
  if (more) pick(id);
  else if (from) {
    search.blur();
    showPath(from, id);
  } else if (kind === 'entity') select({ entity: id });
  else if (kind !== 'date') showAllOf(kind, id);
  else if (id) openThen(factById.get(id), name);
  else go(saidDate(name)?.first ?? null);
}

// Opens a fact on the day on which it begins or happens, or on its last one.
function openThen(fact, verb) {
  state.date = verb === 'ends' ? fact.to - 1 : fact.from;
  select({ fact: fact.id });
}

// Keeps the facts of one relation, or all entities of one class whatever their neighbours.
function showAllOf(kind, id) {
  const [all, hidden, other] =
    kind === 'class' ? [classes, state.classes, state.predicates] : [predicates, state.predicates, state.classes];
  other.clear();
  hidden.clear();
  for (const one of all.keys()) if (one !== id) hidden.add(one);
  Object.assign(state, { links: 0, focus: null, path: [], only: new Set() });
  select({});
  fit([...shownNow.entities]);
}

// Returns the one that is not hidden, if it is one of several.
const leftOf = (all, hidden) =>
  all.size > 1 && hidden.size === all.size - 1 ? [...all.keys()].filter((id) => !hidden.has(id)).map((id) => all.get(id)) : [];

// Says which class or relation alone is left, however it came to that; a view that the project has
// so says it in its own words.
extras.push({
  draw: () => {},
  toHash: () => [],
  fromHash: () => {},
  notice: () => {
    const left = [...leftOf(classes, state.classes), ...leftOf(predicates, state.predicates)];
    return left.length && (!state.named || isChanged())
      ? {
          words: say('onlyOf', left.map((term) => `“${labelOf(term)}”`).join(', ')),
          clear: () => {
            Object.assign(state, { classes: new Set(), predicates: new Set(), links: DEFAULTS.links });
            show();
            fit();
          },
        }
      : null;
  },
});

function mark(number) {
  const options = [...found.querySelectorAll('[role=option]')];
  if (!options.length) return;
  active = (number + options.length) % options.length;
  for (const [i, option] of options.entries()) option.setAttribute('aria-selected', String(i === active));
  options[active].scrollIntoView({ block: 'nearest' });
  search.setAttribute('aria-activedescendant', options[active].id);
}

// Returns what an answer says: what it is called here, and beside it the name that matched or how
// many facts or entities there are of it.
function answer({ kind, id, name }) {
  if (kind !== 'date') {
    const thing = thingOf(kind, id);
    const count = kind === 'entity' ? 0 : kind === 'class' ? membersOf(id) : facts.filter((fact) => fact.predicate === id).length;
    const more = [name === labelOf(thing) ? '' : name, count ? String(count) : ''];
    return [
      kind === 'entity' ? swatch(entities.get(id).class) : kind === 'class' ? swatch(id) : null,
      bdiOf(thing),
      el('small', {}, bdi(more.filter(Boolean).join(' · '))),
    ];
  }
  if (!id) return [bdi(`${say('asOf')} ${inWords(name)}`)];
  return [bdi(sentence(factById.get(id))), el('small', {}, say('occurs')[name])];
}

const membersOf = (name) => [...entities.values()].filter((entity) => entity.class === name).length;

const HEADS = { entity: 'entities', class: 'classes', predicate: 'relations', date: 'dates' };

let hits = /** @type {Found[]} */ ([]); // what the list offers, from the top

function option(hit) {
  const number = hits.push(hit) - 1;
  return el(
    'div',
    {
      role: 'option',
      id: `found-${number}`,
      'aria-selected': 'false',
      'data-id': hit.id,
      // Before the field loses the focus and the list goes away.
      onmousedown: (event) => {
        event.preventDefault();
        choose(hit, hit.kind === 'entity' && (event.shiftKey || event.ctrlKey || event.metaKey || event.target.closest('.add')));
      },
    },
    ...answer(hit),
    // Of no use to readers: with the keys it is Shift and Enter.
    hit.kind === 'entity' && !pathStart ? el('span', { class: 'add', 'aria-hidden': 'true', title: say('commonPick') }, '+') : null,
  );
}

function drawFound() {
  if (!search.value.trim()) {
    closeSearch();
    return;
  }
  hits = [];
  const groups = lookUp(search.value, pathStart || adding ? ['entity'] : undefined);
  const number = (group) => (group.total > SHOWN_OF[group.kind] ? say('foundOf', SHOWN_OF[group.kind], group.total) : '');
  found.replaceChildren(
    ...groups.map((group) =>
      el(
        'div',
        { role: 'group', 'aria-labelledby': `found-${group.kind}`, 'data-kind': group.kind },
        el(
          'div',
          { id: `found-${group.kind}`, role: 'presentation', class: 'found-head' },
          say(HEADS[group.kind]),
          el('span', { class: 'number' }, number(group)),
        ),
        ...group.hits.filter(({ id }) => id !== pathStart || !id).map(option),
      ),
    ),
  );
  const isWhole = foldMore(() => true);
  if (!groups.length) {
    const words = say(isWhole ? 'noMatch' : 'looking');
    found.append(el('div', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', class: 'muted' }, words));
  }
  found.hidden = false;
  search.setAttribute('aria-expanded', 'true');
  if (hits.length) mark(0);
  if (!isWhole) answerAgain(search.value);
}

// Answers once more when the names are folded that were not, unless somebody has typed on by then.
function answerAgain(query) {
  setTimeout(() => {
    if (found.hidden || search.value !== query) return;
    if (foldMore(after(FOLDING))) drawFound();
    else answerAgain(query);
  });
}

// Whoever is faster than the folding of the names gets the answer that all names give.
function chooseMarked(isAdded) {
  if (found.hidden) return;
  if (active <= 0 && !foldMore(() => true)) {
    foldMore();
    drawFound();
  }
  const hit = hits[active];
  if (hit) choose(hit, isAdded && hit.kind === 'entity');
}

function startSearch() {
  search.addEventListener('input', drawFound);
  search.addEventListener('focus', drawFound);
  search.addEventListener('blur', closeSearch);
  search.addEventListener('keydown', (event) => {
    const key = keyOf(event);
    if (key === 'ArrowDown') mark(active + 1);
    else if (key === 'ArrowUp') mark(active - 1);
    else if (key === 'Enter') chooseMarked(event.shiftKey);
    else if (key === 'Escape' && (search.value || !found.hidden)) {
      search.value = '';
      closeSearch();
      event.stopPropagation();
    } else if (key === 'Escape' && (pathStart || adding)) endSearchPath();
    else return;
    event.preventDefault();
  });
}
