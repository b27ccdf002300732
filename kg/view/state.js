// What is selected, filtered and shown; kept in the address, so that a link restores it.

const DEFAULTS = {
  entity: entities.has(content.first.entity) ? content.first.entity : null,
  date: dayNumber(content.first.date),
  classes: content.first.hidden,
};

const state = {
  entity: null, // id of the entity selected
  fact: null, // id of the fact selected
  date: null, // number of days; null for all dates
  classes: new Set(), // classes hidden
  predicates: new Set(), // predicates hidden
  table: false,
  theme: '', // 'light' or 'dark'; '' for what the system prefers
  lang: 'en',
};

const listed = (names) => [...names].sort().map(encodeURIComponent).join(',');
const unlisted = (text) => new Set(text.split(',').filter(Boolean).map(decodeURIComponent));

// Returns the state as the part of the address behind "#": only what differs from the start.
function toHash() {
  const parts = [];
  if (state.fact) parts.push(`e=${encodeURIComponent(state.fact)}`);
  else if (state.entity !== DEFAULTS.entity) parts.push(`n=${encodeURIComponent(state.entity || '')}`);
  if (state.date !== DEFAULTS.date) parts.push(`t=${state.date === null ? 'all' : isoDay(state.date)}`);
  if (listed(state.classes) !== listed(DEFAULTS.classes)) parts.push(`hk=${listed(state.classes)}`);
  if (state.predicates.size) parts.push(`hp=${listed(state.predicates)}`);
  if (state.table) parts.push('view=table');
  if (state.theme) parts.push(`theme=${state.theme}`);
  if (state.lang !== 'en') parts.push(`lang=${state.lang}`);
  return parts.join('&');
}

// Sets the state from such a text; what it does not know or does not understand it leaves out.
function fromHash(hash) {
  const given = new Map();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const cut = part.indexOf('=');
    if (cut > 0) given.set(part.slice(0, cut), part.slice(cut + 1));
  }
  const text = (name) => {
    try {
      return decodeURIComponent(given.get(name) || '');
    } catch {
      return '';
    }
  };
  const known = (name, things) => {
    try {
      return new Set([...unlisted(given.get(name) || '')].filter((id) => things.has(id)));
    } catch {
      return new Set();
    }
  };
  state.fact = factById.has(text('e')) ? text('e') : null;
  state.entity = given.has('n') ? text('n') : DEFAULTS.entity;
  if (state.fact || !entities.has(state.entity)) state.entity = null;
  const day = text('t') === 'all' ? null : dayNumber(text('t'));
  state.date = text('t') === 'all' || day !== null ? day : DEFAULTS.date;
  state.classes = given.has('hk') ? known('hk', classes) : new Set(DEFAULTS.classes);
  state.predicates = known('hp', predicates);
  state.table = text('view') === 'table';
  state.theme = ['light', 'dark'].includes(text('theme')) ? text('theme') : '';
  state.lang = text('lang') === 'ru' ? 'ru' : 'en';
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
