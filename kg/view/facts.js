// The facts, and which of them show.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const content = read('kg-content');

const entities = new Map(Object.entries(content.entities));
const classes = new Map(Object.entries(content.classes));
const predicates = new Map(Object.entries(content.predicates));
const facts = content.facts;
const factById = new Map(facts.map((fact) => [fact.id, fact]));
const factsOf = new Map([...entities.keys()].map((id) => [id, []]));

for (const fact of facts) {
  fact.from = dayNumber(fact.since);
  fact.to = dayNumber(fact.until);
  fact.disputed = fact.status === 'disputed' || fact.rank === 'deprecated';
  factsOf.get(fact.s).push(fact);
  if (fact.o !== undefined && fact.o !== fact.s) factsOf.get(fact.o).push(fact);
}

const issuedDay = dayNumber(content.meta.issued);

// Says whether a fact shows on a day (a number of days; null stands for all dates).
function holdsOn(fact, day) {
  if (day === null) return true;
  if (fact.disputed) return false;
  if (fact.from !== null && day < fact.from) return false;
  return fact.kind === 'event' || fact.to === null || day < fact.to;
}

// Returns how a fact stands on a day; null stands for the day for which the data are current.
function statusOn(fact, day) {
  const at = day ?? issuedDay;
  if (fact.disputed) return 'disputed';
  if (at === null) return fact.status || 'current';
  if (fact.from !== null && at < fact.from) return 'future';
  return fact.kind !== 'event' && fact.to !== null && at >= fact.to ? 'ended' : 'current';
}

// Returns what passes the date and the legend:
// `facts` (a list in the order of the data), `entities` (a set of ids), and for the legend how
// many entities of each class and facts of each predicate the date alone lets through.
function whatShows() {
  const day = state.date;
  const onDay = facts.filter((fact) => holdsOn(fact, day));
  const ofPredicate = new Map();
  const connected = new Set();
  for (const fact of onDay) {
    ofPredicate.set(fact.predicate, (ofPredicate.get(fact.predicate) || 0) + 1);
    connected.add(fact.s);
    if (fact.o !== undefined) connected.add(fact.o);
  }
  const ofClass = new Map();
  for (const [id, entity] of entities) {
    if (day === null || connected.has(id)) ofClass.set(entity.class, (ofClass.get(entity.class) || 0) + 1);
  }
  const allowed = (id) => !state.classes.has(entities.get(id).class);
  const shown = onDay.filter((fact) => !state.predicates.has(fact.predicate)
    && allowed(fact.s) && (fact.o === undefined || allowed(fact.o)));
  const ends = new Set();
  for (const fact of shown) {
    ends.add(fact.s);
    if (fact.o !== undefined) ends.add(fact.o);
  }
  // On a date an entity without a fact says nothing; under all dates it is part of the data.
  const present = new Set([...entities.keys()].filter((id) => (
    id === state.entity || ends.has(id) || (day === null && allowed(id))
  )));
  return { facts: shown, entities: present, ofClass, ofPredicate };
}

// Returns a fact as one line of text: "Armenia member of CSTO".
function sentence(fact) {
  const object = fact.o === undefined ? fact.value : labelOf(entities.get(fact.o));
  return `${labelOf(entities.get(fact.s))} ${labelOf(predicates.get(fact.predicate))} ${object}`;
}
