// What is selected, filtered and shown; kept in the address, so that a link restores it.

const VIEWS = ['graph', 'lanes', 'table', ...(document.getElementById('ask') ? ['ask'] : [])];

// What a page with more than these views adds: each draws itself and keeps its part of the address.
const extras = /** @type {Extra[]} */ ([]);

// In place of a number of neighbours: only those who show at first.
const FEW = /** @type {const} */ ('few');

const DEFAULTS = {
  entity: entities.has(content.first.entity) ? content.first.entity : null,
  date: dayNumber(content.first.date),
  links: few.size ? FEW : content.first.links,
  surely: Boolean(content.first.surely),
};

const state = /** @type {State} */ ({
  entity: null, // id of the entity selected
  fact: null, // id of the fact selected
  date: null, // number of days; null for all dates
  surely: false, // whether of a date only what is sure shows, not what is possible
  classes: new Set(), // classes hidden
  predicates: new Set(), // predicates hidden
  bases: new Set(), // kinds of lines hidden: asserted, inferred, disputed
  sources: 0, // sources that an asserted fact must name
  links: 0, // neighbours that an entity must have, or FEW
  focus: null, // id of the entity whose neighbourhood alone shows
  hops: 1, // how far that neighbourhood reaches
  only: new Set(), // ids of the entities that alone show; empty for all
  path: [], // the two entities between which a path is shown; empty for none
  named: null, // id of the view that shows, one that the project names; null for none
  view: 'graph', // how it is laid out
  query: '', // what is asked, where the page can be asked
  theme: '', // 'light' or 'dark'; '' for what the system prefers
  lang: LANGUAGES[0], // of the labels
});

// Returns what is in one of the two sets and not in the other.
const differing = (one, other) => new Set([...one, ...other].filter((id) => one.has(id) !== other.has(id)));

const listed = (names) => [...names].sort().map(encodeURIComponent).join(',');
const unlisted = (text) => text.split(',').filter(Boolean).map(decodeURIComponent);

// Returns the state as the part of the address behind "#": only what differs from the start.
function toHash() {
  const from = startOf(state.named);
  const parts = [];
  if (state.fact) parts.push(`e=${encodeURIComponent(state.fact)}`);
  else if (state.entity !== from.entity) parts.push(`n=${encodeURIComponent(state.entity || '')}`);
  if (state.date !== from.date) parts.push(`t=${state.date === null ? 'all' : isoDay(state.date)}`);
  if (state.surely !== DEFAULTS.surely) parts.push(`sure=${Number(state.surely)}`);
  // Of a view that hides some already: which of all are the other way round.
  const [kinds, relations] = [differing(state.classes, from.classes), differing(state.predicates, from.predicates)];
  if (kinds.size) parts.push(`hk=${listed(kinds)}`);
  if (relations.size) parts.push(`hp=${listed(relations)}`);
  if (state.bases.size) parts.push(`hb=${listed(state.bases)}`);
  if (state.sources) parts.push(`s=${state.sources}`);
  if (state.links !== from.links || isUnnamed()) parts.push(`l=${state.links}`);
  if (state.focus) parts.push(`f=${encodeURIComponent(state.focus)}`);
  if (state.focus && state.hops !== 1) parts.push(`h=${state.hops}`);
  // The order says from where to where.
  if (state.path.length) parts.push(`p=${state.path.map(encodeURIComponent).join(',')}`);
  if (state.only.size) parts.push(`o=${listed(state.only)}`);
  for (const extra of extras) parts.push(...extra.toHash());
  parts.push(...viewInHash(from, parts.length > 0));
  if (state.theme) parts.push(`theme=${state.theme}`);
  if (state.lang !== LANGUAGES[0]) parts.push(`lang=${state.lang}`);
  return parts.join('&');
}

// Sets the state from such a text; what it does not know or does not understand it leaves out.
function fromHash(hash) {
  const given = new Map();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const cut = part.indexOf('=');
    if (cut > 0) given.set(part.slice(0, cut), part.slice(cut + 1));
  }
  const guard = (make, otherwise) => {
    try {
      return make();
    } catch {
      return otherwise;
    }
  };
  const text = (name) => guard(() => decodeURIComponent(given.get(name) || ''), '');
  const known = (name, things) => guard(() => unlisted(given.get(name) || ''), []).filter((id) => things.has(id));
  const number = (name, otherwise) => (/^\d{1,4}$/.test(text(name)) ? Number(text(name)) : otherwise);
  state.named = viewNamedIn(text('view'), [...given.keys()]);
  const from = startOf(state.named);
  state.fact = factById.has(text('e')) ? text('e') : null;
  state.entity = given.has('n') ? text('n') : from.entity;
  if (state.fact || !entities.has(state.entity ?? '')) state.entity = null;
  const day = text('t') === 'all' ? null : shownDay(text('t'));
  state.date = text('t') === 'all' || day !== null ? day : from.date;
  state.surely = ['0', '1'].includes(text('sure')) ? text('sure') === '1' : DEFAULTS.surely;
  state.classes = differing(new Set(known('hk', classes)), from.classes);
  state.predicates = differing(new Set(known('hp', predicates)), from.predicates);
  state.bases = new Set(known('hb', new Set(BASES)));
  state.sources = number('s', 0);
  state.links = text('l') === FEW && few.size ? FEW : number('l', from.links);
  state.focus = entities.has(text('f')) ? text('f') : null;
  state.hops = Math.max(1, Math.min(3, number('h', 1)));
  state.path = known('p', entities);
  if (state.path.length !== 2) state.path = [];
  state.only = new Set(known('o', entities));
  for (const extra of extras) extra.fromHash(text);
  const layout = text(state.named ? 'as' : 'view');
  state.view = VIEWS.includes(layout) ? layout : from.view;
  state.theme = ['light', 'dark'].includes(text('theme')) ? text('theme') : '';
  state.lang = LANGUAGES.includes(text('lang')) ? text('lang') : LANGUAGES[0];
}

// Writes the state into the address without a new entry in the history.
function keepState() {
  const hash = toHash();
  try {
    history.replaceState(null, '', hash ? `#${hash}` : location.pathname + location.search);
  } catch {
    // A sandboxed frame in a notebook has no address of its own; nothing to keep there.
  }
}
