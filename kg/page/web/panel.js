// The details of an entity: of each relation a line that sums it up, behind it its facts as short
// lines, and behind each of those who says so.

// How facts stand on the date shown, in the order in which they are read: never mixed, for what is
// to come or over is not so now.
const TENSES = /** @type {const} */ (['now', 'open', 'later', 'earlier', 'disputed', 'undecided']);

// Up to so many facts need no summary: the lines of an entity with no more stand open, and those of
// the relation that comes first, which is what most ask for.
const FEW_LINES = 6;
// So many names stand in a summary.
const FIRST_NAMES = 3;

// What was opened or closed by hand, as long as the same entity or fact is selected.
const folds = { of: /** @type {string | null} */ (null), open: /** @type {Map<string, boolean>} */ (new Map()) };

// Returns how a fact stands on the date shown; under all dates that of the data is meant.
function tenseOf(fact) {
  const status = statusOn(fact, state.date);
  if (status === 'disputed' || status === 'undecided') return status;
  if (status === 'ended') return 'earlier';
  if (status === 'future' || !holdsOn(fact, state.date ?? issuedDay)) return 'later';
  return isOpenOn(fact, state.date) ? 'open' : 'now';
}

// Returns a button that opens and closes what it stands for.
// Not <details>: names that lead elsewhere stand in its head, and print opens what is only hidden.
function folding(key, isOpen, body, properties, ...children) {
  const open = folds.open.get(key) ?? isOpen;
  body.hidden = !open;
  body.id = `fold-${key}`.replace(/[^\p{L}\p{N}]+/gu, '-');
  const button = el(
    'button',
    {
      type: 'button',
      ...properties,
      'aria-expanded': String(open),
      'aria-controls': body.id,
      onclick: () => {
        folds.open.set(key, body.hidden);
        body.hidden = !body.hidden;
        button.setAttribute('aria-expanded', String(!body.hidden));
        // What opened at the rim is not left outside of the panel.
        if (!body.hidden) button.closest('.card, .group')?.scrollIntoView({ block: 'nearest' });
      },
    },
    ...children,
  );
  return button;
}

// Returns what a fact rests on, in a word or two.
function restsOn(fact) {
  if (fact.cited) return say('sourcesUsed', fact.cited);
  return fact.inferred ? say('proofs', 1 + (fact.proofs || []).length) : null;
}

// Returns a fact as a short line of the panel of one of its ends.
function factLine(fact, self, isOpen) {
  const other = fact.s === self ? fact.o : fact.s;
  const body = el(
    'div',
    { class: 'more' },
    absence(fact),
    openness(fact),
    ...(accounts(fact) || [note(fact), proof(fact), referenceList(fact)]),
    el(
      'p',
      { class: 'actions' },
      el('button', { type: 'button', class: 'small', onclick: () => select({ fact: fact.id }) }, say('openFact')),
    ),
  );
  const rests = restsOn(fact);
  const isOpenNow = isOpenOn(fact, state.date);
  return el(
    'li',
    { class: `card ${tenseOf(fact)} ${showsOn(fact, state.date) ? '' : 'off'}`, 'data-fact': fact.id },
    el(
      'div',
      { class: 'top' },
      el(
        'div',
        { class: 'other-end' },
        // What is simply said needs no sign, which leaves room for when.
        isOpenNow || fact.basis !== 'asserted' ? lineSample(isOpenNow ? `${fact.basis} possible` : fact.basis) : null,
        other === undefined ? bdi(fact.value, { class: 'value' }) : entityButton(other),
      ),
      ...chips(fact).filter((chip) => !chip.matches('.chip.current, .chip.future, .chip.ended, .chip.disputed, .chip.possible')),
      folding(
        fact.id,
        isOpen,
        body,
        { class: 'period' },
        el('span', {}, periodOf(fact)),
        rests ? el('span', { class: 'number' }, ` · ${rests}`) : null,
      ),
      fact.references || fact.inferred ? null : el('span', { class: 'warning' }, `⚠ ${say('noSource')}`),
    ),
    body,
  );
}

// Puts what began last first, and last of all what has no known start; equals by what they say.
/** @type {(a: Fact, b: Fact) => number} */
const newestFirst = (a, b) => byStart(b, a) || sentence(a).localeCompare(sentence(b), LOCALES[state.lang]) || (a.id < b.id ? -1 : 1);

/** @typedef {{ out: boolean, predicate: string, kind: string, facts: Fact[], by: Record<string, Fact[]> }} Relation */

// Returns an entity's facts by relation: first what says something of the date shown, what a source
// says before what follows from it, what lasts before what happened, what most holds now, what it
// says of others before what is said of it.
/** @returns {Relation[]} */
function relationsOf(id) {
  const found = /** @type {Known<Relation>} */ (new Map());
  for (const fact of factsOf.get(id)) {
    const out = fact.s === id || Boolean(fact.symmetric);
    const key = JSON.stringify([out ? 0 : 1, fact.predicate]);
    if (!found.has(key)) found.set(key, { out, predicate: fact.predicate, kind: fact.kind, facts: [], by: {} });
    found.get(key).facts.push(fact);
  }
  for (const relation of found.values()) {
    relation.facts.sort(newestFirst);
    for (const tense of TENSES) {
      const list = relation.facts.filter((fact) => tenseOf(fact) === tense);
      if (list.length) relation.by[tense] = list;
    }
  }
  const name = (relation) => labelOf(predicates.get(relation.predicate));
  const kinds = ['state', 'event', 'timeless'];
  const first = (relation) => TENSES.findIndex((tense) => relation.by[tense]);
  const place = (relation) => 3 * Number(relation.facts.every((fact) => fact.inferred)) + kinds.indexOf(relation.kind);
  const holding = (relation) => (relation.kind === 'state' ? (relation.by.now || []).length : 0);
  return [...found.values()].sort(
    (a, b) =>
      first(a) - first(b) ||
      place(a) - place(b) ||
      holding(b) - holding(a) ||
      Number(b.out) - Number(a.out) ||
      name(a).localeCompare(name(b), LOCALES[state.lang]),
  );
}

// Returns how many facts of a tense there are, in words.
function countOf(kind, tense, list) {
  const number = list.length;
  if (tense === 'now' && kind === 'timeless') return String(number);
  if (tense === 'now' && kind === 'event') return say('tense').happened(number);
  return say('tense')[tense](number);
}

// Returns from when on what holds now has held, null where no start is known.
function sinceOf(list) {
  const known = list.filter((fact) => fact.from !== null && (fact.start || fact.since));
  const first = known[known.length - 1]; // the newest stands first
  if (!first) return null;
  const since = say('since', inWords(first.start || first.since));
  return known.length === list.length && list.every((fact) => fact.from === first.from) ? since : say('firstOf', since);
}

// Returns the numbers of a relation, what holds now before what does not, and since when it holds or
// when the latest happened.
function sumOf({ kind, by }) {
  return TENSES.filter((tense) => by[tense])
    .map((tense) => {
      const list = by[tense];
      if (tense !== 'now' || kind === 'timeless') return countOf(kind, tense, list);
      if (kind === 'state') return [countOf(kind, tense, list), sinceOf(list)].filter(Boolean).join(', ');
      return list.length === 1 ? periodOf(list[0]) : `${countOf(kind, tense, list)}, ${say('latest', periodOf(list[0]))}`;
    })
    .join(' · ');
}

// Says whether there is one fact of a relation, without dates: no number says more than its name.
const isOnlyName = ({ kind, facts: list, by }) => kind === 'timeless' && list.length === 1 && Boolean(by.now);

// Returns the first few others of a relation, of the first tense there is: what holds now, if any does.
function namesOf({ by }, id) {
  const tense = TENSES.find((one) => by[one]) || 'now';
  const names = [
    ...new Set(
      by[tense].map((fact) => {
        const other = fact.s === id ? fact.o : fact.s;
        return other === undefined ? fact.value : labelOf(entities.get(other));
      }),
    ),
  ];
  const shown = names.slice(0, FIRST_NAMES).flatMap((name, i) => [i ? ', ' : '', bdi(name)]);
  const more = names.length - FIRST_NAMES;
  return [...shown, more > 0 ? ` ${say('andMore', more)}` : ''];
}

function relationPart(relation, id, { isOpen, isAlone }) {
  const { out, predicate, kind, by } = relation;
  const tenses = TENSES.filter((tense) => by[tense]);
  const lines = el(
    'div',
    { class: 'tenses' },
    ...tenses
      .flatMap((tense) => [
        tenses.length > 1 || tense !== 'now' ? el('h4', {}, countOf(kind, tense, by[tense])) : null,
        el('ul', { class: 'cards' }, ...by[tense].map((fact) => factLine(fact, id, isAlone))),
      ])
      .filter(Boolean),
  );
  return el(
    'section',
    { class: `group ${tenses[0] === 'now' ? '' : 'not-now'}`, 'data-relation': predicate },
    el(
      'h3',
      {},
      folding(
        JSON.stringify([out ? 0 : 1, predicate]),
        isOpen,
        lines,
        { class: 'sum' },
        bdi(say(out ? 'outgoing' : 'incoming', labelOf(predicates.get(predicate)))),
        el('span', { class: 'number' }, ...(isOnlyName(relation) ? namesOf(relation, id) : [sumOf(relation)])),
      ),
    ),
    isOnlyName(relation) ? '' : el('p', { class: 'names' }, ...namesOf(relation, id)),
    ...[wholeOf(relation, id)].filter(Boolean).map((words) => el('p', { class: 'muted whole' }, words)),
    lines,
  );
}

// Returns whether all of a relation that is counted are known on the day, in words; null of any other.
// As `Known` in kg/model/counted.py has it: as many as the only number that sources give.
function wholeOf({ predicate, out }, id) {
  const counting = predicates.get(predicate).counted?.find((one) => one.incoming === !out);
  if (!counting) return null;
  const day = state.date ?? issuedDay;
  const now = factsOf.get(id).filter((fact) => !fact.never && statusOn(fact, day) === 'current');
  const others = now.filter((fact) => fact.predicate === predicate && (out ? fact.s : fact.o) === id);
  const have = new Set(others.map((fact) => (out ? (fact.o ?? fact.value) : fact.s))).size;
  const said = [...new Set(now.filter((fact) => fact.predicate === counting.by && fact.s === id).map((fact) => Number(fact.value)))];
  if (said.length === 1 && said[0] === have) return say('knownAll', have);
  return said.length ? say('knownOf', have, said.sort((a, b) => a - b).join(' / ')) : say('knownOnly');
}

// Returns the parts of an entity's panel that say what is known of it.
function factParts(id) {
  const number = factsOf.get(id).length;
  if (!number) return [el('p', { class: 'muted' }, say('noFacts'))];
  const day = state.date ?? issuedDay;
  const isFew = ({ length }) => length <= FEW_LINES;
  const head = (words) => el('p', { class: 'as-of' }, words);
  let last = /** @type {string | undefined} */ (day === null ? 'now' : undefined);
  return relationsOf(id).flatMap((relation, i) => {
    const options = { isOpen: isFew(i ? factsOf.get(id) : relation.facts), isAlone: number === 1 };
    const tense = TENSES.find((one) => relation.by[one]) || 'now';
    const part = relationPart(relation, id, options);
    if (tense === last) return [part];
    last = tense;
    return [head(tense === 'now' && day !== null ? `${say('asOf')} ${inWords(isoDay(day))}` : say('tenseHead')[tense]), part];
  });
}
