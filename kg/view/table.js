// The same facts as a table: one row for each fact that shows, no more and no fewer.

const factsView = document.getElementById('facts');
const sorting = { column: 'subject', down: false };

// So many rows are made at once: more than anybody sees, few enough to be quick.
const CHUNK = 300;
const rows = { facts: [], made: 0, body: null, more: null };

const text = (id) => labelOf(entities.get(id));
const written = (fact, name) => fact[name] || '';

// What each column shows as text and sorts by; dates sort by their day, unknown ones first.
const COLUMNS = {
  subject: { head: 'subject', key: (fact) => text(fact.s) },
  relation: { head: 'relation', key: (fact) => labelOf(predicates.get(fact.predicate)) },
  object: { head: 'object', key: (fact) => (fact.o === undefined ? fact.value : text(fact.o)) },
  from: { head: 'from', key: (fact) => fact.from ?? -Infinity },
  until: { head: 'until', key: (fact) => fact.to ?? -Infinity },
  status: { head: 'statusHead', key: (fact) => chips(fact).map((chip) => chip.textContent).join(' ') },
  sources: { head: 'sources', key: (fact) => (fact.references || []).length },
};

function sortBy(column) {
  sorting.down = sorting.column === column && !sorting.down;
  sorting.column = column;
  show();
  factsView.querySelector(`[data-column="${column}"]`).focus();
}

function sortedFacts(list) {
  const { key } = COLUMNS[sorting.column];
  const collator = new Intl.Collator(state.lang, { numeric: true });
  const compare = (a, b) => (typeof a === 'string' ? collator.compare(a, b) : a === b ? 0 : a - b);
  // Ties keep the order of the data, downwards too.
  return [...list].sort((a, b) => compare(key(a), key(b)) * (sorting.down ? -1 : 1));
}

function citation(reference) {
  const source = content.sources[reference.source];
  const year = (source.published || '').slice(0, 4);
  const short = source.publisher ? `${source.publisher} ${year}` : source.title || source.source;
  return el('li', { title: source.title }, link(source.url, short.trim()),
    reference.locator ? el('span', { class: 'locator' }, bdi(reference.locator)) : null);
}

function factRow(fact) {
  const open = () => select({ fact: fact.id }, { keepFocus: true });
  const cell = (...children) => el('td', {}, ...children);
  const plain = (id) => el('button', { type: 'button', class: 'entity', onclick: () => select({ entity: id }, { keepFocus: true }) },
    swatch(entities.get(id).class), bdi(text(id)));
  return el('tr', {
    'data-fact': fact.id,
    'aria-current': fact.id === state.fact ? 'true' : null,
    // A button or a link inside the row says better what was meant.
    onclick: (event) => { if (!event.target.closest('a, button')) open(); },
  },
  cell(plain(fact.s)),
  cell(el('button', { type: 'button', class: 'fact', onclick: open }, bdi(labelOf(predicates.get(fact.predicate))))),
  cell(fact.o === undefined ? bdi(fact.value) : plain(fact.o)),
  el('td', { class: 'date' }, written(fact, 'at') || written(fact, 'start') || written(fact, 'since')),
  el('td', { class: 'date' }, fact.at && fact.kind === 'event' ? '' : written(fact, 'end') || written(fact, 'until')),
  cell(...chips(fact)),
  cell(el('ul', { class: 'citations' }, ...(fact.references || []).map(citation))));
}

function drawTable(shown) {
  factsView.hidden = state.view !== 'table';
  // Rows are made only while they are looked at: a thousand of them take longer than a picture.
  if (factsView.hidden) {
    factsView.replaceChildren();
    return;
  }
  const opened = !factsView.firstChild;
  const scroll = factsView.scrollTop;
  const head = Object.entries(COLUMNS).map(([id, column]) => el('th', {
    scope: 'col',
    'aria-sort': sorting.column === id ? (sorting.down ? 'descending' : 'ascending') : null,
  }, el('button', { type: 'button', 'data-column': id, onclick: () => sortBy(id) }, say(column.head))));
  const when = state.date === null ? say('everyDate') : say('onlyThen', inWords(isoDay(state.date)));
  // What was scrolled through stays; what is selected must have its row.
  const wanted = opened ? 0 : rows.made;
  rows.facts = sortedFacts(shown.facts);
  rows.body = el('tbody', {});
  rows.more = el('p', { class: 'more' });
  rows.made = 0;
  factsView.replaceChildren(
    // A Russian date ends in a full stop of its own.
    el('table', { 'aria-rowcount': rows.facts.length + 1 },
      el('caption', {}, say('tableCaption', when).replace('..', '.')),
      el('thead', {}, el('tr', {}, ...head)),
      rows.body),
    rows.more,
    shown.facts.length ? '' : el('p', { class: 'muted plain' }, say('empty')));
  makeRows(Math.max(CHUNK, wanted, rows.facts.findIndex((fact) => fact.id === state.fact) + 1));
  factsView.scrollTop = scroll;
  if (opened) factsView.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
}

// Makes the next rows, and says how many are still to come.
function makeRows(number) {
  const next = rows.facts.slice(rows.made, rows.made + number);
  rows.body.append(...next.map(factRow));
  rows.made += next.length;
  rows.more.hidden = rows.made >= rows.facts.length;
  if (!rows.more.hidden) {
    rows.more.replaceChildren(say('rowsShown', rows.made, rows.facts.length),
      el('button', { type: 'button', class: 'small', onclick: () => makeRows(CHUNK) }, say('moreRows')));
  }
}

function startTable() {
  factsView.addEventListener('scroll', () => {
    const left = factsView.scrollHeight - factsView.scrollTop - factsView.clientHeight;
    if (rows.made < rows.facts.length && left < 800) makeRows(CHUNK);
  });
}
