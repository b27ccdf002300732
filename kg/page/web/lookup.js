// What the search looks in: entities, classes and relations by every name and id, and dates.

const SHOWN_OF = { entity: 12, class: 5, predicate: 5, date: 6 };
// Scores, 0 best: from these on the name is spelled otherwise, has all words in any order, has
// other endings, or has slips.
const SPELLED = 4;
const WORDS_OF = 8;
const ENDED = 9;
const SLIPPED = 10;
const FOLDING = 10; // milliseconds for which a search folds names before it answers

// Everything with a name, those with most facts first, so that equals need no sorting.
const allNamed = () =>
  /** @type {[Found['kind'], string][]} */ ([
    ...[...classes.keys()].filter(Boolean).map((id) => ['class', id]),
    ...[...predicates.keys()].map((id) => ['predicate', id]),
    ...[...entities.keys()].sort((a, b) => factsOf.get(b).length - factsOf.get(a).length || (a < b ? -1 : 1)).map((id) => ['entity', id]),
  ]);
let waiting = /** @type {[Found['kind'], string][] | null} */ (null); // made when first asked for
const index = /** @type {Indexed[]} */ ([]);
// Every word once, so that slips are looked for once in each.
const vocabulary = /** @type {{ word: string, letters: number }[]} */ ([]);
const placeOfWord = new Map();
let termWords = 0; // so many of the words are of classes and relations: they come first

// Returns the letters of a word as bits: words that cannot be alike are told apart by them alone.
const lettersOf = (word) => {
  let bits = 0;
  for (let i = 0; i < word.length; i += 1) bits |= 1 << (word.charCodeAt(i) & 31);
  return bits;
};

function wordPlace(word) {
  let place = placeOfWord.get(word);
  if (place === undefined) {
    place = vocabulary.push({ word, letters: lettersOf(word) }) - 1;
    placeOfWord.set(word, place);
  }
  return place;
}

// Values in capitals and digits, such as "AM" and "ISO-9"; a number or a date is no code.
const isCode = (text) => text.length < 16 && /^[\p{Lu}\d][\p{Lu}\d.-]*$/u.test(text) && /\p{Lu}/u.test(text);

const thingOf = (kind, id) => ({ entity: entities, class: classes, predicate: predicates })[kind].get(id);

function indexed([kind, id]) {
  const thing = thingOf(kind, id);
  const others = kind === 'entity' ? entities.get(id).aliases || [] : [];
  const names = [...new Set([thing.label, ...labelsOf(thing).map(([, label]) => label), ...others, id])].filter(Boolean);
  return {
    kind,
    id,
    names: names.map((name) => {
      const plain = plainText(name);
      const latin = folded(name);
      return { name, plain, latin, words: latin.split(' ').map(wordPlace) };
    }),
    codes: kind === 'entity' ? codesOf(id) : new Set(),
  };
}

// Returns what else an entity is known by: its codes, and what Wikidata calls it.
function codesOf(id) {
  const { wikidata } = entities.get(id);
  const codes = new Set(wikidata ? [plainText(wikidata)] : []);
  for (const { value } of factsOf.get(id)) if (value && isCode(value)) codes.add(plainText(value));
  return codes;
}

// Folds what is still to be folded, until told that it is enough; says whether all is folded.
function foldMore(isEnough = () => false) {
  waiting ??= allNamed();
  while (index.length < waiting.length && !isEnough()) {
    index.push(indexed(waiting[index.length]));
    if (waiting[index.length - 1][0] !== 'entity') termWords = vocabulary.length;
  }
  return index.length === waiting.length;
}

// Says when so many milliseconds are over.
const after = (length) => {
  const end = performance.now() + length;
  return () => performance.now() > end;
};

// Folds all names, and makes those of the months, while the browser has nothing else to do.
function foldAtLeisure() {
  const rest = (deadline) => {
    if (foldMore(() => deadline.timeRemaining() < 2)) months();
    else requestIdleCallback(rest);
  };
  // Safari has no such call; there the first search folds.
  if ('requestIdleCallback' in window) requestIdleCallback(rest);
}

// Returns the id in a query that writes it as RDF does: "id:csto", ":memberOf" or the whole IRI.
function idIn(query) {
  const { base } = content.meta;
  const local = [...(base ? [`${base}id/`, `${base}ontology#`] : []), 'id:', ':'].find((start) => query.startsWith(start));
  return local === undefined ? '' : query.slice(local.length);
}

const place = (text, part) => {
  const at = text.indexOf(part);
  if (at < 0) return null;
  if (at === 0) return text === part ? 0 : 1;
  return /[\s\-(«"]/.test(text[at - 1]) ? 2 : 3;
};

// Says whether two words are forms of one: the same beginning, and short endings.
function sameStem(a, b) {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same >= 4 && Math.max(a.length, b.length) - same <= Math.min(3, same - 2);
}

// Returns for each word of a query which words of the vocabulary it can stand for.
function standingFor(words, isLike, count = vocabulary.length) {
  return words.map((word) => {
    const like = isLike(word);
    const found = new Uint8Array(count);
    for (let place = 0; place < count; place += 1) if (like(vocabulary[place])) found[place] = 1;
    return found;
  });
}

// Says whether more letters of a word are absent than may be; each is a slip.
function lacks(letters, there, most) {
  let missing = letters & ~there;
  for (let count = 0; missing; missing &= missing - 1) {
    count += 1;
    if (count > most) return true;
  }
  return false;
}

// Says of a word whether it is another one or its beginning, slips forgiven.
function withSlips(word) {
  const most = forgiven(word);
  if (!most) return (other) => other.word.startsWith(word);
  const letters = lettersOf(word);
  return (other) =>
    other.word.length >= word.length - most &&
    !lacks(letters, other.letters, most) &&
    !lacks(letters, lettersOf(other.word.slice(0, word.length + most)), most) &&
    resembles(word, other.word, most);
}

const fits = (standing, name) => standing.every((like) => name.words.some((place) => like[place]));

// Returns what answers a query by name, best first: the name itself, its beginning, the beginning
// of a word, any place; then the same in other letters; then the beginnings of words in any order,
// with other endings too of a class or relation; and only where there is nothing else, with slips
// of the pen.
/** @returns {FoundGroup[]} */
function named(query, kinds) {
  const [wanted, latin, id] = [plainText(query), folded(query), idIn(query)];
  const groups = kinds.map((kind) => ({ kind, total: 0, scored: /** @type {Found[][]} */ ([]) }));
  const groupOf = new Map(groups.map((group) => [group.kind, group]));
  const look = (scoreOf) => {
    for (const one of index) {
      const group = groupOf.get(one.kind);
      if (!group) continue;
      const isCalled = one.codes.has(wanted) || (id && one.id === id);
      let best = isCalled ? 0 : Infinity;
      let called = isCalled ? id || query.toUpperCase() : '';
      for (const name of one.names) {
        const score = scoreOf(name, one) ?? Infinity;
        if (score >= best) continue;
        best = score;
        called = name.name;
      }
      if (best === Infinity) continue;
      group.total += 1;
      group.scored[best] ??= [];
      const equals = group.scored[best];
      // Of what answers equally well no more are kept than are shown.
      if (equals.length < SHOWN_OF[one.kind]) equals.push({ kind: one.kind, id: one.id, name: called, score: best });
    }
  };
  const words = latin.split(' ').filter(Boolean);
  const begun = standingFor(words, (word) => (other) => other.word.startsWith(word));
  const ended = standingFor(words, (word) => (other) => sameStem(word, other.word), termWords);
  look((name, one) => {
    const exact = place(name.plain, wanted);
    if (exact !== null) return exact;
    const spelled = latin ? place(name.latin, latin) : null;
    if (spelled !== null) return SPELLED + spelled;
    if (!words.length) return null;
    if (fits(begun, name)) return WORDS_OF;
    return one.kind !== 'entity' && fits(ended, name) ? ENDED : null;
  });
  if (words.length && groups.every(({ total }) => !total)) {
    const slipped = standingFor(words, withSlips);
    look((name) => (fits(slipped, name) ? SLIPPED : null));
  }
  return groups.map(({ kind, total, scored }) => ({ kind, total, hits: scored.flat().slice(0, SHOWN_OF[kind]) }));
}

// Returns the date that a query says and what begins, happens or ends then.
/** @returns {FoundGroup} */
function dated(query) {
  const said = span && saidDate(query);
  if (!said || said.first === null) return { kind: 'date', hits: [], total: 0 };
  const isThen = (day) => day !== null && day >= said.first && (said.after === null || day < said.after);
  const then = facts.filter((fact) => !fact.never && !fact.inferred);
  const found = (name, fact = { id: '' }) => /** @type {Found} */ ({ kind: 'date', id: fact.id, name, score: 0 });
  const changes = [
    ...then.filter((fact) => isThen(fact.from)).map((fact) => found(fact.kind === 'event' ? 'happens' : 'begins', fact)),
    ...then.filter((fact) => fact.kind !== 'event' && isThen(fact.to)).map((fact) => found('ends', fact)),
  ];
  return { kind: 'date', hits: [found(said.written), ...changes.slice(0, SHOWN_OF.date)], total: changes.length };
}

// Returns the answers to a query in groups, the best group first, each with how many there are; of
// names that are not folded by then there are none yet.
function lookUp(query, kinds = /** @type {Found['kind'][]} */ (Object.keys(SHOWN_OF))) {
  const text = query.trim();
  if (!text) return [];
  foldMore(after(FOLDING));
  const things = kinds.filter((kind) => kind !== 'date');
  return [...named(text, things), ...(kinds.includes('date') ? [dated(text)] : [])]
    .filter(({ hits }) => hits.length)
    .sort((a, b) => a.hits[0].score - b.hits[0].score);
}
