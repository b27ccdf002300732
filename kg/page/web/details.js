// The details of what is selected, and what panels of entities and of facts share.

const details = byId('details');

// What stands in optional columns, in words.
const further = (more) => Object.entries(more || {}).map(([label, value]) => bdi(`${label} ${value}`));

function referenceItem(reference) {
  const source = content.sources[reference.source];
  const said = [
    source.publisher && bdi(source.publisher),
    source.published && say('published', inWords(source.published)),
    source.accessed && say('read', inWords(source.accessed)),
    ...further(source.more),
    reference.at && say('attests', inWords(reference.at)),
    reference.row && el('code', { class: 'row' }, reference.row),
  ].filter(Boolean);
  const line = said.flatMap((part, i) => (i ? [' · ', part] : [part]));
  return el(
    'li',
    {},
    el('cite', {}, link(source.url, titleOf(source))),
    reference.locator ? el('span', { class: 'locator' }, bdi(reference.locator)) : null,
    el('div', { class: 'from' }, ...line),
  );
}

// Returns the references of a fact; that there are none must not go unnoticed.
function referenceList(fact) {
  if (fact.references) return el('ul', { class: 'references' }, ...fact.references.map(referenceItem));
  return fact.inferred ? null : el('p', { class: 'warning' }, `⚠ ${say('noSource')}`);
}

// Returns a button that opens a fact, or its bare id when the fact is not on this page.
function factButton(id) {
  const fact = factById.get(id);
  if (!fact) return el('code', {}, id);
  return el(
    'button',
    { type: 'button', class: 'fact', onclick: () => select({ fact: id }) },
    bdi(sentence(fact)),
    el('span', { class: 'when' }, periodOf(fact)),
  );
}

const factList = (ids) => el('ul', { class: 'facts' }, ...ids.map((id) => el('li', {}, factButton(id))));

// Returns why an inferred fact is there: of each proof the rule in words, and what it was applied to.
function proof(fact) {
  if (!fact.inferred) return null;
  const parts = [fact, ...(fact.proofs || [])].flatMap((one, number) => [
    el('p', { class: 'head' }, say(number ? 'ruleToo' : 'rule')),
    el('p', {}, one.rule_text ? bdi(one.rule_text, { lang: LANGUAGES[0] }) : null, one.rule ? el('code', {}, one.rule) : null),
    one.premises ? el('p', { class: 'head' }, say('premises')) : null,
    one.premises ? factList(one.premises) : null,
  ]);
  return el('div', { class: 'proof' }, ...parts);
}

const note = (fact) =>
  fact.note || fact.more
    ? el('p', { class: 'note' }, ...further(fact.more).flatMap((part) => [part, ' ']), fact.note ? bdi(fact.note) : null)
    : null;
const reason = (fact) => {
  if (!fact.never) return 'notOnDate';
  if (!fact.disputed) return 'fitsSeveral';
  return fact.rank === 'deprecated' && !fact.disputed_by ? 'setAside' : 'outranked';
};
const absence = (fact) => (holdsOn(fact, state.date) && !fact.never ? null : el('span', { class: 'chip off' }, say(reason(fact))));

// Returns why a fact is only possible on the date, null where it is sure or does not hold.
const openness = (fact) => (isOpenOn(fact, state.date) ? el('p', { class: 'openness' }, say(openBy(fact, state.date))) : null);

const closeButton = (close = () => select({})) =>
  el('button', { type: 'button', class: 'close', 'aria-label': say('close'), onclick: close }, '×');

function entityDetails(id) {
  const entity = entities.get(id);
  const wikidata = /^Q\d+$/.test(entity.wikidata || '') && `https://www.wikidata.org/wiki/${entity.wikidata}`;
  return [
    el('div', { class: 'kind' }, swatch(entity.class), bdiOf(classes.get(entity.class)), closeButton()),
    el('h2', { tabindex: '-1' }, bdiOf(entity)),
    ...labelsOf(entity)
      .filter(([, label]) => label !== labelOf(entity))
      .map(([lang, label]) => el('p', { class: 'other', lang }, bdi(label))),
    entity.description ? el('p', { class: 'description', lang: LANGUAGES[0] }, bdi(entity.description)) : null,
    entity.aliases ? el('p', { class: 'aliases' }, `${say('alsoCalled')}: `, bdi(entity.aliases.join(', '))) : null,
    el('p', { class: 'ids' }, el('code', {}, id), wikidata ? link(wikidata, `Wikidata ${entity.wikidata}`) : null),
    el(
      'p',
      { class: 'actions' },
      el('button', { type: 'button', class: 'small', onclick: () => fit([...graph.near]) }, say('showAround')),
      el('button', { type: 'button', class: 'small', onclick: () => focusOn(id, 1) }, say('focusOn')),
      el('button', { type: 'button', class: 'small', onclick: () => searchPath(id) }, say('pathFrom')),
      el('button', { type: 'button', class: 'small', onclick: () => pick(id) }, say('commonPick')),
    ),
    ...factParts(id),
  ];
}

function factDetails(id) {
  const fact = factById.get(id);
  const same = facts
    .filter((f) => f !== fact && f.s === fact.s && f.predicate === fact.predicate && f.o === fact.o && f.value === fact.value)
    .map((f) => f.id);
  const follows = facts.filter((f) => [f, ...(f.proofs || [])].some((one) => one.premises?.includes(id))).map((f) => f.id);
  const list = (title, ids) => (ids.length ? [el('h3', {}, title), factList(ids)] : []);
  return [
    el(
      'div',
      { class: 'kind' },
      ...chips(fact),
      fact.rank === 'deprecated' ? el('span', { class: 'chip rank' }, say('deprecated')) : null,
      closeButton(),
    ),
    graph.met.includes(id)
      ? el('nav', { class: 'also' }, el('p', { class: 'head' }, say('alsoHere')), factList(graph.met.filter((one) => one !== id)))
      : null,
    el(
      'h2',
      { tabindex: '-1', class: 'triple' },
      bdiOf(entities.get(fact.s)),
      el('span', { class: 'relation' }, ' ', bdiOf(predicates.get(fact.predicate)), ' '),
      fact.o === undefined ? bdi(fact.value) : bdiOf(entities.get(fact.o)),
    ),
    el('p', { class: 'period' }, periodOf(fact)),
    absence(fact),
    openness(fact),
    el('p', { class: 'ends' }, entityButton(fact.s), fact.o === undefined ? null : entityButton(fact.o)),
    rivalsOf(fact).length ? null : note(fact),
    proof(fact),
    ...(fact.references || !fact.inferred
      ? [el('h3', {}, say('sources')), ...(accounts(fact) || [referenceList(fact)]), citeButtons(fact)]
      : []),
    ...list(say('otherPeriods'), same),
    ...list(say('follows'), follows),
    el('p', { class: 'ids' }, el('code', {}, id)),
  ];
}

function drawDetails() {
  const selected = state.fact || state.entity;
  if (folds.of !== selected) {
    folds.of = selected;
    folds.open.clear();
  }
  details.hidden = !(state.fact || state.entity || state.path.length || picked.size);
  document.body.classList.toggle('with-details', !details.hidden);
  const parts = /** @type {(HTMLElement | null)[]} */ (
    state.fact
      ? factDetails(state.fact)
      : state.entity
        ? entityDetails(state.entity)
        : state.path.length
          ? pathDetails()
          : picked.size
            ? commonDetails()
            : []
  );
  details.replaceChildren(...parts.filter(Boolean));
}
