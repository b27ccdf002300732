// The facts, and which of them show.

/**
 * Returns the data that stand in the page.
 * @template {keyof DataBlocks} Id
 * @param {Id} id
 * @returns {DataBlocks[Id]}
 */
const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? 'null');
const content = read('kg-content');

/**
 * Returns rows of the columns into which kg/page/packed.py put them.
 * @template Row
 * @param {Packed<Row>} packed
 * @returns {Row[]}
 */
function unpack({ count, columns }) {
  const rows = Array.from({ length: count }, () => /** @type {any} */ ({}));
  for (const [name, column] of Object.entries(columns)) {
    const [of, at] = Array.isArray(column) ? [column, null] : [column.of, column.at];
    for (let i = 0; i < count; i += 1) {
      const value = at ? of[at[i] - 1] : of[i];
      if (value !== null && value !== undefined) rows[i][name] = value;
    }
  }
  return rows;
}
// Of the labels, that of the data first.
const LANGUAGES = content.meta.languages;
// Each as the browser's own functions take it: a tag that they do not know would stop the page.
const LOCALES = /** @type {Record<string, string>} */ (Object.fromEntries(LANGUAGES.map((tag) => [tag, localeOf(tag)])));

const entities = /** @type {Known<Entity>} */ (new Map(Object.entries(content.entities)));
const classes = /** @type {Known<ClassTerm>} */ (new Map(Object.entries(content.classes)));
const predicates = /** @type {Known<Predicate>} */ (new Map(Object.entries(content.predicates)));
const facts = /** @type {Fact[]} */ (unpack(content.facts));
const factById = /** @type {Known<Fact>} */ (new Map());
const factsOf = /** @type {Known<Fact[]>} */ (new Map());
for (const id of entities.keys()) factsOf.set(id, []);

// Who shows at first in a crowd in which no number of neighbours makes a picture.
const few = new Set(content.first.few);

// Returns how many different ones there are; of one alone that needs no looking.
const differentOf = (list, of) => (list.length < 2 ? list.length : new Set(list.map(of)).size);

// How a fact came to be here: what the lines of the picture tell apart.
const BASES = /** @type {Basis[]} */ (['asserted', 'inferred', 'disputed']);

facts.forEach((fact, place) => {
  factById.set(fact.id, fact);
  fact.place = place;
  fact.from = dayNumber(fact.since);
  fact.to = dayNumber(fact.until);
  fact.metOn = dayNumber(fact.met);
  fact.surely = fact.sure?.map(([first, after]) => ({ first: dayNumber(first), after: dayNumber(after) }));
  fact.disputed = fact.status === 'disputed' || fact.rank === 'deprecated';
  // What fits several periods shows on no date either: each of them shows on its own days.
  fact.never = fact.disputed || fact.status === 'undecided';
  fact.basis = fact.disputed ? 'disputed' : fact.inferred ? 'inferred' : 'asserted';
  fact.cited = differentOf(fact.references || [], (reference) => reference.source);
  factsOf.get(fact.s).push(fact);
  if (fact.o !== undefined && fact.o !== fact.s) factsOf.get(fact.o).push(fact);
});

// How many others an entity has facts with. Not who they are: twenty thousand sets take long to make.
const neighboursOf = /** @type {Known<number>} */ (
  new Map(
    [...factsOf].map(([id, list]) => {
      const others = list.filter((fact) => fact.o !== undefined && fact.o !== fact.s);
      return [id, differentOf(others, (fact) => (fact.s === id ? fact.o : fact.s))];
    }),
  )
);

const issuedDay = dayNumber(content.meta.issued);

// Puts what begins earlier first, and first of all what has no known start.
/** @type {(a: Fact, b: Fact) => number} */
const byStart = (a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity) || 0;

// Returns how a fact stands on a day; null stands for the day for which the data are current.
function statusOn(fact, day) {
  if (fact.never) return fact.disputed ? 'disputed' : 'undecided';
  return timeOf(fact, day);
}

// Returns the same by the dates alone, whether or not the fact counts.
function timeOf(fact, day) {
  const at = day ?? issuedDay;
  if (at === null) return fact.status || 'current';
  if (fact.from !== null && at < fact.from) return 'future';
  return fact.kind !== 'event' && fact.to !== null && at >= fact.to ? 'ended' : 'current';
}

// Says whether a fact shows on a day (a number of days; null stands for all dates).
// A fact without dates shows as soon as both of its ends are on record: see `met` in content.py.
const holdsOn = (fact, day) => day === null || (statusOn(fact, day) === 'current' && (fact.metOn === null || day >= fact.metOn));

// Says whether a fact that holds on a day is sure then; what has no sure days of its own always is.
const surelyOn = ({ surely }, day) =>
  !surely || surely.some(({ first, after }) => (first === null || day >= first) && (after === null || day < after));

// Says whether a fact possibly holds on a day, and not surely; of all dates that is not asked.
const isOpenOn = (fact, day) => day !== null && Boolean(fact.surely) && holdsOn(fact, day) && !surelyOn(fact, day);

// Says whether a fact shows on a day, as far as the switch lets it.
const showsOn = (fact, day) => holdsOn(fact, day) && !(state.surely && isOpenOn(fact, day));

// Says whether a disputed fact is drawn on a day though it does not count: by its own dates it holds.
const isClaimedOn = (fact, day) =>
  day !== null && fact.disputed && timeOf(fact, day) === 'current' && (fact.metOn === null || day >= fact.metOn);

// Returns the sign of a fact that is not simply said: the same wherever there is no room for words.
function glyphOf(fact) {
  if (fact.disputed) return '≠';
  return (fact.inferred ? '∴' : '') + (isOpenOn(fact, state.date) ? '?' : '');
}

// Returns what leaves a fact open on a day, as a key of its words.
function openBy(fact, day) {
  if (fact.inferred) return 'openPremises';
  const [days] = fact.surely;
  if (!days) return 'openDates';
  return days.first !== null && day < days.first ? 'openStart' : 'openEnd';
}

// Returns the entities at most so many facts away from one, itself included.
function around(id, hops, list) {
  const next = new Map();
  for (const fact of list) {
    if (fact.o === undefined) continue;
    for (const [a, b] of [
      [fact.s, fact.o],
      [fact.o, fact.s],
    ]) {
      if (!next.has(a)) next.set(a, []);
      next.get(a).push(b);
    }
  }
  const reached = new Set([id]);
  let rim = [id];
  for (let hop = 0; hop < hops; hop += 1) {
    rim = rim
      .flatMap((one) => next.get(one) || [])
      .filter((other) => {
        const fresh = !reached.has(other);
        reached.add(other);
        return fresh;
      });
  }
  return reached;
}

// Returns what the legend says of facts alone, whatever the date and the entities.
const passesFilters = (fact) =>
  !state.predicates.has(fact.predicate) && !state.bases.has(fact.basis) && (!state.sources || fact.inferred || fact.cited >= state.sources);

// What passed the legend last, and what was asked for then; while only time moves it stays the same.
const passed = { key: '', facts: /** @type {Fact[]} */ ([]), scope: /** @type {Set<string> | null} */ (null) };

// Returns what passes the legend, found anew only where something else than the time is asked for.
function passingNow(find) {
  const { date, surely, fact, view, query, theme, lang, ...asked } = state;
  const key = JSON.stringify(asked, (_, value) => (value instanceof Set ? [...value] : value));
  // Who is near goes by the facts of the day.
  if (passed.key !== key || state.focus) Object.assign(passed, { key, facts: find() });
  return passed.facts;
}

// Returns what passes the date and the legend:
// `passing` (what passes the legend on any date), `facts` (those that show, in the order of the
// data), `claims` (disputed facts that are drawn pale beside them, and do not count),
// `entities` (a set of ids), and for the legend what the date alone lets through: how many
// entities of each class and facts of each predicate, basis and number of sources.
/** @returns {Shown} */
function whatShows() {
  const day = state.date;
  const onDay = facts.filter((fact) => showsOn(fact, day));
  const ofPredicate = new Map();
  const ofBasis = new Map();
  const connected = new Set();
  const count = (map, key) => map.set(key, (map.get(key) || 0) + 1);
  for (const fact of onDay) {
    count(ofPredicate, fact.predicate);
    count(ofBasis, fact.basis);
    connected.add(fact.s);
    if (fact.o !== undefined) connected.add(fact.o);
  }
  for (const fact of facts) if (!state.surely && isClaimedOn(fact, day)) count(ofBasis, fact.basis);
  const present = [...entities.keys()].filter((id) => day === null || connected.has(id));
  const ofClass = new Map();
  for (const id of present) count(ofClass, entities.get(id).class);

  const near = state.focus && around(state.focus, state.hops, onDay.filter(passesFilters));
  // What was asked for by name is shown even when few facts speak of it.
  const asked = new Set([state.entity, state.focus, ...state.path, ...picked, ...commonNow.entities]);
  const enough = (id) =>
    (!passed.scope || passed.scope.has(id)) && (state.links === FEW ? few.has(id) : neighboursOf.get(id) >= state.links);
  const allowed = (id) =>
    !state.classes.has(entities.get(id).class) &&
    (!state.only.size || state.only.has(id)) &&
    (near ? near.has(id) : asked.has(id) || enough(id));
  const passing = passingNow(() => {
    passed.scope = scopeOf(facts.filter(passesFilters));
    return facts.filter((fact) => passesFilters(fact) && allowed(fact.s) && (fact.o === undefined || allowed(fact.o)));
  });
  const shown = passing.filter((fact) => showsOn(fact, day));
  const ends = new Set();
  for (const fact of shown) {
    ends.add(fact.s);
    if (fact.o !== undefined) ends.add(fact.o);
  }
  // On a date an entity without a fact says nothing; under all dates it is part of the data.
  // A class that was chosen shows whole, also those whose facts today are with the other classes; a
  // view around somebody shows who has a fact with them.
  const touched = new Set(
    state.classes.size && !passed.scope ? onDay.filter(passesFilters).flatMap((fact) => [fact.s, fact.o ?? fact.s]) : [],
  );
  const shownEntities = new Set(
    [...entities.keys()].filter((id) => id === state.entity || ends.has(id) || ((day === null || touched.has(id)) && allowed(id))),
  );
  const isShown = (id) => shownEntities.has(id);
  const claims = state.surely ? [] : passing.filter((fact) => isClaimedOn(fact, day) && isShown(fact.s) && isShown(fact.o ?? fact.s));
  return { passing, facts: shown, claims, entities: shownEntities, onDay, present, ofClass, ofPredicate, ofBasis };
}

// Returns a fact as one line of text: "Armenia member of CSTO".
function sentence(fact) {
  const object = fact.o === undefined ? fact.value : labelOf(entities.get(fact.o));
  return [labelOf(entities.get(fact.s)), labelOf(predicates.get(fact.predicate)), object].map(isolated).join(' ');
}
