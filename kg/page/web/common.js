// What several entities have in common: whoever is linked to each of them, as of the page's date.

let picked = /** @type {Set<string>} */ (new Set()); // ids of those compared
let adding = false; // whether the search adds to them
// Whoever is linked to all of them, and the facts by which; none before two are picked.
let commonNow = /** @type {Common} */ ({ entities: new Set(), facts: new Set(), groups: [] });

// What is offered where nothing is picked: whom most others point at.
const anchors = content.first.anchors;

// Returns for each entity the facts that link it to one, among those given.
function linksOf(id, list) {
  const links = /** @type {Known<Fact[]>} */ (new Map());
  for (const fact of list) {
    const other = fact.s === id ? fact.o : fact.s;
    if (other === undefined || other === id || (fact.s !== id && fact.o !== id)) continue;
    if (!links.has(other)) links.set(other, []);
    links.get(other).push(fact);
  }
  return links;
}

// Returns how a fact links an entity to another one: its relation, and which way it points.
const wayOf = (fact, id) => JSON.stringify([fact.predicate, fact.symmetric || fact.s === id]);

// Looks for those linked to all that are picked, over the facts of the date that pass the legend,
// by the ways in which they are linked to each of them; the last group has no such way.
function findCommon() {
  commonNow = { entities: new Set(), facts: new Set(), groups: [] };
  if (picked.size < 2) return;
  const day = state.date;
  const counts = (fact) => showsOn(fact, day) && passesFilters(fact);
  const links = [...picked].map((id) => linksOf(id, factsOf.get(id).filter(counts)));
  const groups = /** @type {Known<CommonGroup>} */ (new Map());
  for (const id of links[0].keys()) {
    if (picked.has(id) || state.classes.has(entities.get(id).class) || !links.every((one) => one.has(id))) continue;
    const each = links.map((one) => one.get(id));
    const ways = each.map((some) => new Set(some.map((fact) => wayOf(fact, id))));
    const shared = [...ways[0]].filter((way) => ways.every((some) => some.has(way)));
    for (const way of shared.length ? shared : ['']) {
      if (!groups.has(way)) groups.set(way, { way, members: [] });
      const by = each.flat().filter((fact) => !way || wayOf(fact, id) === way);
      groups.get(way).members.push({ id, facts: by });
    }
    commonNow.entities.add(id);
    for (const fact of each.flat()) commonNow.facts.add(fact.id);
  }
  commonNow.groups = [...groups.values()].sort((a, b) => Number(!a.way) - Number(!b.way) || b.members.length - a.members.length);
}

// Says whether the picture emphasises the picked ones and what they have in common.
const comparing = () => picked.size > 0 && !state.entity && !state.fact;

// Shows these side by side, or no longer any.
function compare(ids) {
  picked = new Set(ids);
  Object.assign(state, { entity: null, fact: null, path: [] });
  show();
  told.textContent = picked.size > 1 ? commonWords() : '';
  if (commonNow.entities.size && state.view === 'graph') fit([...picked, ...commonNow.entities]);
}

// Adds one or takes it away; what is selected is the first of several.
function pick(id) {
  const before = picked.size || !state.entity || state.entity === id ? [...picked] : [state.entity];
  compare(before.includes(id) ? before.filter((one) => one !== id) : [...before, id]);
}

// Offers the anchors where nothing is picked yet.
function openCommon() {
  compare(picked.size ? picked : anchors);
  details.querySelector('h2')?.focus();
}

// Turns the search into a question for one more.
function searchMore() {
  adding = true;
  search.placeholder = say('commonMore');
  search.focus();
}

// Returns the date shown, in words.
const whenWords = () => (state.date === null ? say('everyDate') : say('onlyThen', inWords(isoDay(state.date))));

const commonWords = () => say(commonNow.entities.size ? 'commonCount' : 'commonNone', picked.size, commonNow.entities.size, whenWords());

function pickRow(id) {
  const box = el('input', { type: 'checkbox', 'data-pick': id, onchange: () => repick(id) });
  box.checked = picked.has(id);
  return el('li', {}, el('label', {}, box, swatch(entities.get(id).class), bdiOf(entities.get(id))));
}

// Turns a switch of the panel, and leaves the keyboard on it.
function repick(id) {
  pick(id);
  /** @type {HTMLElement | null} */ (details.querySelector(`[data-pick="${CSS.escape(id)}"]`))?.focus();
}

function commonGroup({ way, members }) {
  const [predicate, out] = way ? JSON.parse(way) : [];
  const title = way ? say(out ? 'outgoing' : 'incoming', labelOf(predicates.get(predicate))) : say('commonOther');
  const name = ({ id }) => labelOf(entities.get(id));
  return el(
    'section',
    { class: 'group' },
    el('h3', {}, bdi(title), el('span', { class: 'number' }, String(members.length))),
    el(
      'ul',
      { class: 'common' },
      ...members
        .sort((a, b) => name(a).localeCompare(name(b), LOCALES[state.lang]))
        .map(({ id, facts: by }) =>
          el(
            'li',
            { 'data-common': id },
            entityButton(id),
            el('details', {}, el('summary', {}, say('commonFacts', by.length)), factList(by.map((fact) => fact.id))),
          ),
        ),
    ),
  );
}

// Returns the panel: who is compared, and whoever is linked to all of them with the facts.
function commonDetails() {
  return [
    el(
      'div',
      { class: 'kind' },
      closeButton(() => compare([])),
    ),
    el('h2', { tabindex: '-1' }, say('commonTitle')),
    el('ul', { class: 'picks' }, ...[...new Set([...anchors, ...picked])].map(pickRow)),
    el('p', { class: 'actions' }, el('button', { type: 'button', class: 'small', onclick: searchMore }, say('commonAdd'))),
    el('p', { class: 'found-count' }, picked.size > 1 ? commonWords() : say('commonFew')),
    el('p', { class: 'muted' }, say(state.date === null ? 'commonEver' : 'commonDay')),
    ...commonNow.groups.map(commonGroup),
  ];
}

extras.push({
  draw: () => {},
  toHash: () => (picked.size ? [`c=${listed(picked)}`] : []),
  fromHash: (text) => {
    picked = new Set(
      text('c')
        .split(',')
        .filter((id) => entities.has(id)),
    );
  },
  notice: () => null,
});
