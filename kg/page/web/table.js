// The same facts as a table: one row for each fact that shows, no more and no fewer.

const factsView = byId('facts');
const sorting = { column: 'subject', down: false };

// Rows stand in groups of so many, and only groups near what is seen have their rows.
const GROUP = 50;
const ROW_HEIGHT = 44; // of a row that was never made, in pixels
const rows = { facts: /** @type {Fact[]} */ ([]), watch: /** @type {IntersectionObserver | null} */ (null) };

const text = (id) => labelOf(entities.get(id));
const written = (fact, name) => fact[name] || '';
const endOf = (fact) => (isLastDay(fact) ? `${fact.end} ${say('lastDay')}` : written(fact, 'end') || written(fact, 'until'));

// What each column shows as text and sorts by; dates sort by their day, unknown ones first.
const COLUMNS = {
  subject: { head: 'subject', key: (fact) => text(fact.s) },
  relation: { head: 'relation', key: (fact) => labelOf(predicates.get(fact.predicate)) },
  object: { head: 'object', key: (fact) => (fact.o === undefined ? fact.value : text(fact.o)) },
  from: { head: 'from', key: (fact) => fact.from ?? -Infinity },
  until: { head: 'until', key: (fact) => fact.to ?? -Infinity },
  status: {
    head: 'statusHead',
    key: (fact) =>
      chips(fact)
        .map((chip) => chip.textContent)
        .join(' '),
  },
  sources: { head: 'sources', key: (fact) => (fact.references || []).length },
};

function sortBy(column) {
  sorting.down = sorting.column === column && !sorting.down;
  sorting.column = column;
  show();
  factsView.querySelector(`[data-column="${column}"]`)?.focus();
}

function sortedFacts(list) {
  const { key } = COLUMNS[sorting.column];
  const collator = new Intl.Collator(LOCALES[state.lang], { numeric: true });
  const compare = (a, b) => (typeof a === 'string' ? collator.compare(a, b) : a === b ? 0 : a - b);
  // Ties keep the order of the data, downwards too.
  return [...list].sort((a, b) => compare(key(a), key(b)) * (sorting.down ? -1 : 1));
}

function citation(reference) {
  const source = content.sources[reference.source];
  const year = (source.published || '').slice(0, 4);
  const short = source.publisher ? `${source.publisher} ${year}` : titleOf(source);
  return el(
    'li',
    { title: source.title },
    link(source.url, short.trim()),
    reference.locator ? el('span', { class: 'locator' }, bdi(reference.locator)) : null,
  );
}

function factRow(fact) {
  const open = () => select({ fact: fact.id }, { keepFocus: true });
  const cell = (...children) => el('td', {}, ...children);
  const plain = (id) =>
    el(
      'button',
      { type: 'button', class: 'entity', onclick: () => select({ entity: id }, { keepFocus: true }) },
      swatch(entities.get(id).class),
      bdiOf(entities.get(id)),
    );
  return el(
    'tr',
    {
      'data-fact': fact.id,
      'aria-current': fact.id === state.fact ? 'true' : null,
      // A button or a link inside the row says better what was meant.
      onclick: (event) => {
        if (!event.target.closest('a, button')) open();
      },
    },
    cell(plain(fact.s)),
    cell(el('button', { type: 'button', class: 'fact', onclick: open }, bdiOf(predicates.get(fact.predicate)))),
    cell(fact.o === undefined ? bdi(fact.value) : plain(fact.o)),
    el('td', { class: 'date' }, written(fact, 'at') || written(fact, 'start') || written(fact, 'since')),
    el('td', { class: 'date' }, fact.at && fact.kind === 'event' ? '' : endOf(fact)),
    cell(...chips(fact)),
    cell(el('ul', { class: 'citations' }, ...(fact.references || []).map(citation))),
  );
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
  const head = Object.entries(COLUMNS).map(([id, column]) =>
    el(
      'th',
      {
        scope: 'col',
        'aria-sort': sorting.column === id ? (sorting.down ? 'descending' : 'ascending') : null,
      },
      el('button', { type: 'button', 'data-column': id, onclick: () => sortBy(id) }, say(column.head)),
    ),
  );
  const when = state.date === null ? say('everyDate') : say('onlyThen', inWords(isoDay(state.date)));
  rows.facts = sortedFacts(shown.facts);
  const groups = Array.from({ length: Math.ceil(rows.facts.length / GROUP) }, (_, number) => el('tbody', { 'data-group': number }));
  factsView.replaceChildren(
    // A Russian date ends in a full stop of its own.
    el(
      'table',
      { 'aria-rowcount': rows.facts.length + 1 },
      el('caption', {}, say('tableCaption', when).replace('..', '.')),
      el('thead', {}, el('tr', { 'aria-rowindex': 1 }, ...head)),
      ...groups,
    ),
    shown.facts.length ? '' : el('p', { class: 'muted plain' }, say('empty')),
  );
  rows.watch?.disconnect();
  for (const group of groups) {
    leaveGroup(group);
    rows.watch?.observe(group);
  }
  factsView.scrollTop = scroll;
  // What is seen has its rows at once, before the watch says so.
  for (const group of groups) if (isNear(group)) fillGroup(group);
  const selected = rows.facts.findIndex((fact) => fact.id === state.fact);
  if (opened && selected >= 0) {
    const group = groups[Math.floor(selected / GROUP)];
    fillGroup(group);
    group.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
  }
}

function isNear(group) {
  const [box, view] = [group.getBoundingClientRect(), factsView.getBoundingClientRect()];
  return box.bottom > view.top - view.height && box.top < view.bottom + view.height;
}

// Makes the rows of a group; their numbers say where they stand among all.
function fillGroup(group) {
  if (group.dataset.filled) return;
  const first = Number(group.dataset.group) * GROUP;
  group.replaceChildren(
    ...rows.facts.slice(first, first + GROUP).map((fact, place) => {
      const row = factRow(fact);
      row.setAttribute('aria-rowindex', String(first + place + 2));
      return row;
    }),
  );
  group.dataset.filled = 'yes';
}

// Takes the rows of a group away and keeps their room, but never the row that has the focus.
function leaveGroup(group) {
  if (group.contains(document.activeElement)) return;
  const first = Number(group.dataset.group) * GROUP;
  const count = Math.min(GROUP, rows.facts.length - first);
  const height = group.dataset.filled ? group.getBoundingClientRect().height : count * ROW_HEIGHT;
  const gap = el('td', { colspan: Object.keys(COLUMNS).length });
  gap.style.height = `${height}px`;
  group.replaceChildren(el('tr', { class: 'gap', 'aria-hidden': 'true' }, gap));
  delete group.dataset.filled;
}

function startTable() {
  rows.watch = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) (isIntersecting ? fillGroup : leaveGroup)(target);
    },
    { root: factsView, rootMargin: '100% 0px' },
  );
  // Paper has no window to look through.
  window.addEventListener('beforeprint', () => factsView.querySelectorAll('tbody').forEach(fillGroup));
}
