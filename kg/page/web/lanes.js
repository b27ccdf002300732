// Lanes: every period of a fact that holds for a time is a bar, by what the facts are about; where
// nothing that shows holds for a time, every event is one, by whose it is.

const lanes = byId('lanes');
const drawnLanes = { key: '' };

// Returns the facts that have a lane: they lead to another entity and hold for a time, or where none
// does, happened on a day that is known.
function laneFacts(list) {
  const linking = list.filter((fact) => fact.o !== undefined);
  const lasting = linking.filter((fact) => fact.kind === 'state');
  return lasting.length ? lasting : linking.filter(isDatedEvent);
}

const isDatedEvent = ({ kind, from }) => kind === 'event' && from !== null;

// What stands on a day needs some room beside the next: so much of the whole time.
const EVENT_SHARE = 0.011;

// The styles of the relations' bars: the colour of their lines, where they have one of their own in
// the view; the others go by how many days they hold in all the data, so that no filter changes
// them, and events come last by their number. Beyond as many relations as there are fills these repeat.
const laneStyles = (() => {
  const daysOf = (list, length) => {
    const days = new Map();
    for (const fact of list) days.set(fact.predicate, (days.get(fact.predicate) || 0) + length(fact));
    return [...days].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  };
  const linking = span ? facts.filter((fact) => fact.o !== undefined) : [];
  const sorted = [
    ...daysOf(
      linking.filter((fact) => fact.kind === 'state'),
      (fact) => Math.max(1, (fact.to ?? span.last) - (fact.from ?? span.first)),
    ),
    ...daysOf(linking.filter(isDatedEvent), () => 1),
  ];
  const found = /** @type {Known<Known<number>>} */ (new Map());
  const own = content.strokes.length - 1;
  return (view) => {
    if (!found.has(view)) {
      const others = sorted.filter((name) => strokeOf(name) === own);
      const style = (name) => (strokeOf(name) < own ? strokeOf(name) : own + (others.indexOf(name) % (content.bars - own)));
      found.set(view, /** @type {Known<number>} */ (new Map(sorted.map((name) => [name, style(name)]))));
    }
    return found.get(view);
  };
})();
const laneStyle = (predicate) => laneStyles(state.named ?? '').get(predicate);

// Returns the bounds of a bar in days, and between which days each of its ends lies.
// `open` says that no end is known, `headless` that no start is.
function barOf(fact) {
  if (fact.kind === 'event') {
    const last = (fact.at && dayAfter(fact.at)) || fact.from + 1;
    // Known to the month or the year it may have been on any of these days.
    const isDay = last === fact.from + 1;
    return { first: fact.from, last, sureFrom: isDay ? fact.from : last, sureTo: last, open: false, headless: false };
  }
  const [first, last] = [fact.from ?? span.first, fact.to ?? span.last];
  const start = fact.start || fact.at;
  const soonest = fact.end === UNKNOWN ? first + 1 : overFrom(fact.end, isLastDay(fact));
  return {
    first,
    last: Math.max(last, first + 1),
    sureFrom: start ? Math.min((dayAfter(start) ?? last + 1) - 1, last) : first,
    sureTo: fact.end ? Math.min(Math.max(soonest ?? first, first), last) : last,
    open: fact.to === null,
    headless: fact.from === null,
  };
}

// Distributes the bars of one lane over as few rows as keep them from covering each other.
function rowsOf(list) {
  const ends = [];
  return list.map((fact) => {
    const bar = barOf(fact);
    let row = ends.findIndex((end) => end <= bar.first);
    if (row < 0) row = ends.length;
    ends[row] = fact.kind === 'event' ? Math.max(bar.last, bar.first + EVENT_SHARE * (span.last - span.first)) : bar.last;
    return { fact, bar, row };
  });
}

const laneLabel = (fact) => `${sentence(fact)}: ${periodOf(fact)}`;

// Returns the words that stand beside the only bar of a lane, on the side with more room: when it
// was. Of a lane with more bars it could not be told which of them is meant.
function besideBar({ fact, bar }) {
  const [left, right] = [along(bar.first), 100 - along(bar.last)];
  const words = el('span', { class: `beside ${right > left ? 'after' : 'before'}`, 'aria-hidden': 'true' }, el('span', {}, periodOf(fact)));
  words.style.width = `calc(${Math.max(left, right)}% - 12px)`;
  return words;
}

function barButton({ fact, bar, row }) {
  const [left, right] = [along(bar.first), along(bar.last)];
  const fill = el('span', { class: `fill style${laneStyle(fact.predicate)} ${fact.basis}` });
  const button = el(
    'button',
    {
      type: 'button',
      class: `period-bar ${fact.kind}`,
      'data-fact': fact.id,
      tabindex: -1,
      title: fact.kind === 'event' ? laneLabel(fact) : `${isolated(labelOf(predicates.get(fact.predicate)))}: ${periodOf(fact)}`,
      'aria-label': laneLabel(fact),
      onclick: () => select({ fact: fact.id }, { keepFocus: true }),
    },
    fill,
    bar.open ? el('span', { class: 'goes-on', 'aria-hidden': 'true' }) : null,
  );
  button.style.left = `${left}%`;
  button.style.width = `max(7px, ${right - left}%)`;
  button.style.top = `${row * 20 + 2}px`;
  const share = (day) => (100 * (day - bar.first)) / (bar.last - bar.first);
  const soft = bar.headless || bar.sureFrom > bar.first || bar.sureTo < bar.last;
  if (soft) {
    button.classList.add('soft');
    const from = bar.headless ? 6 : share(bar.sureFrom);
    fill.style.maskImage = `linear-gradient(90deg, rgb(0 0 0 / ${bar.headless || from ? 15 : 100}%), #000 ${from}%, #000 ${share(bar.sureTo)}%, rgb(0 0 0 / ${bar.sureTo < bar.last ? 15 : 100}%))`;
  }
  return button;
}

const byName = (a, b) => labelOf(entities.get(a)).localeCompare(labelOf(entities.get(b)), LOCALES[state.lang]);

// Returns where an entity stands among those that the view is about, beyond them all for others.
function rankOf(id) {
  const about = viewById.get(state.named ?? '')?.focus ?? [];
  return about.includes(id) ? about.indexOf(id) : about.length;
}

/** @typedef {{ id: string, head: HTMLElement, lanes: [string, Fact[]][] }} LaneGroup */

// Returns the groups of lanes of events: one for each relation, with one lane for each entity on the
// side on which there are fewer, as many meetings are of a few councils; first those that the view
// is about in its order, then whoever has most. The relation with most events comes first.
/** @returns {LaneGroup[]} */
function eventGroups(list) {
  const relations = /** @type {Known<Fact[]>} */ (new Map());
  for (const fact of list) relations.set(fact.predicate, [...(relations.get(fact.predicate) || []), fact]);
  const bySize = [...relations].sort(([a, one], [b, two]) => two.length - one.length || (a < b ? -1 : 1));
  return bySize.map(([id, own]) => {
    const isOut = differentOf(own, (fact) => fact.s) < differentOf(own, (fact) => fact.o);
    const lanesOf = /** @type {Known<Fact[]>} */ (new Map());
    for (const fact of own.sort((a, b) => byStart(a, b) || (a.id < b.id ? -1 : 1))) {
      const whose = /** @type {string} */ (isOut ? fact.s : fact.o);
      lanesOf.set(whose, [...(lanesOf.get(whose) || []), fact]);
    }
    const words = say(isOut ? 'outgoing' : 'incoming', labelOf(predicates.get(id)));
    return {
      id,
      head: bdi(words),
      lanes: [...lanesOf].sort(([a, one], [b, two]) => rankOf(a) - rankOf(b) || two.length - one.length || byName(a, b)),
    };
  });
}

// Returns the groups of lanes: one for each entity that the facts lead to, first those that the
// view is about in its order, then the largest, with one lane for each entity that they come from,
// in the order in which those first came.
/** @returns {LaneGroup[]} */
function laneGroups(list) {
  const groups = /** @type {Known<Known<Fact[]>>} */ (new Map());
  for (const fact of list) {
    const of = /** @type {string} */ (fact.o);
    if (!groups.has(of)) groups.set(of, /** @type {Known<Fact[]>} */ (new Map()));
    const own = groups.get(of);
    if (!own.has(fact.s)) own.set(fact.s, []);
    own.get(fact.s).push(fact);
  }
  const first = (own) => Math.min(...own.map((fact) => fact.from ?? -Infinity));
  return [...groups]
    .sort(([a, one], [b, two]) => rankOf(a) - rankOf(b) || two.size - one.size || byName(a, b))
    .map(([id, own]) => ({
      id,
      head: entityButton(id),
      lanes: [...own]
        .map(
          ([subject, periods]) =>
            /** @type {[string, Fact[]]} */ ([subject, periods.sort((a, b) => byStart(a, b) || (a.id < b.id ? -1 : 1))]),
        )
        .sort(([a, one], [b, two]) => first(one) - first(two) || byName(a, b)),
    }));
}

/** @param {LaneGroup} group */
function laneGroup({ id, head, lanes: own }) {
  const rows = own.map(([subject, periods]) => {
    const bars = rowsOf(periods);
    const track = el('div', { class: 'lane-track' }, ...bars.map(barButton), bars.length === 1 && besideBar(bars[0]));
    track.style.minHeight = `${20 * (Math.max(...bars.map((bar) => bar.row)) + 1) + 4}px`;
    return el('li', { class: 'lane', 'data-lane': subject }, entityButton(subject), track);
  });
  return el(
    'section',
    { class: 'lane-group', 'data-group': id },
    el('h2', {}, head, el('span', { class: 'number' }, String(own.length))),
    el('ul', {}, ...rows),
  );
}

function laneKey(list) {
  const used = [...new Set(list.map((fact) => fact.predicate))].sort((a, b) => laneStyle(a) - laneStyle(b));
  return el(
    'ul',
    { class: 'lane-key' },
    ...used.map((name) =>
      el('li', {}, el('span', { class: `fill style${laneStyle(name)}`, 'aria-hidden': 'true' }), bdiOf(predicates.get(name))),
    ),
  );
}

// Returns the years over the lanes; a click there shows that day.
function laneAxis() {
  const scale = el('div', { class: 'lane-scale' }, ticks(7));
  scale.addEventListener('click', (event) => {
    const box = scale.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    go(Math.round(span.first + share * (span.last - span.first)));
  });
  return el('div', { class: 'lane-axis' }, el('span', {}), scale);
}

// Draws the lanes: anew when what passes the legend changed, else only what the date changes.
function drawLanes(shown) {
  lanes.hidden = state.view !== 'lanes';
  if (lanes.hidden || !span) {
    if (!lanes.hidden) lanes.replaceChildren(el('p', { class: 'muted plain' }, say('lanesEmpty')));
    return;
  }
  const list = laneFacts(shown.passing);
  const key = JSON.stringify([state.lang, state.named, list.map((fact) => fact.id)]);
  if (key !== drawnLanes.key) {
    drawnLanes.key = key;
    const areEvents = list.some(isDatedEvent);
    const groups = areEvents ? eventGroups(list) : laneGroups(list);
    const hint = areEvents ? 'eventLanesHint' : list.length ? 'lanesHint' : 'lanesEmpty';
    lanes.replaceChildren(
      el('div', { class: 'lane-head' }, el('p', { class: 'hint' }, say(hint)), laneKey(list)),
      list.length ? laneAxis() : '',
      el('div', { class: 'lane-body' }, el('div', { class: 'lane-now', 'aria-hidden': 'true' }), ...groups.map(laneGroup)),
    );
    const bar = lanes.querySelector('.period-bar');
    if (bar) bar.tabIndex = 0;
  }
  lanes.style.setProperty('--now', String(along(state.date ?? lastDay()) / 100));
  lanes.classList.toggle('all', state.date === null);
  const now = new Set(shown.facts.map((fact) => fact.id));
  const claimed = new Set(shown.claims.map((fact) => fact.id));
  for (const bar of lanes.querySelectorAll('.period-bar')) {
    bar.classList.toggle('on', now.has(bar.dataset.fact));
    bar.classList.toggle('claimed', claimed.has(bar.dataset.fact));
    const fact = factById.get(bar.dataset.fact ?? '');
    bar.dataset.glyph = glyphOf(fact);
    const open = isOpenOn(fact, state.date);
    if (bar.classList.contains('possible') !== open) {
      bar.classList.toggle('possible', open);
      bar.setAttribute('aria-label', open ? `${laneLabel(fact)}, ${say('possibly')}` : laneLabel(fact));
    }
    if (bar.dataset.fact === state.fact) bar.setAttribute('aria-current', 'true');
    else bar.removeAttribute('aria-current');
  }
}

// Moves between bars with the arrow keys: to either side in the lane, up and down to the nearest.
function walkLanes(event) {
  const bar = event.target.closest?.('.period-bar');
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[keyOf(event)];
  if (!bar || !way) return;
  event.preventDefault();
  const here = bar.getBoundingClientRect();
  let best = /** @type {{ other: HTMLElement, cost: number } | null} */ (null);
  for (const other of (way[0] ? bar.parentNode : lanes).querySelectorAll('.period-bar')) {
    const there = other.getBoundingClientRect();
    const [dx, dy] = [there.left - here.left, there.top - here.top];
    const ahead = way[0] ? dx * way[0] : dy * way[1];
    const cost = Math.abs(dx) + (way[0] ? 0 : 1000 * Math.abs(dy));
    if (other !== bar && ahead > 0 && (!best || cost < best.cost)) best = { other, cost };
  }
  if (!best) return;
  bar.tabIndex = -1;
  best.other.tabIndex = 0;
  best.other.focus();
}

// Brings the lanes of an entity into view, or the one that it has among others, if there is any.
function showLanesOf(id) {
  const own = (selector, name) => [...lanes.querySelectorAll(selector)].find((one) => one.dataset[name] === id);
  const group = own('.lane-group', 'group');
  if (group) group.scrollIntoView({ block: 'start' });
  else own('.lane', 'lane')?.scrollIntoView({ block: 'nearest' });
}

function startLanes() {
  lanes.addEventListener('keydown', walkLanes);
}
