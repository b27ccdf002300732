// The worker behind the questions: the engine, the graph, and its clock.
//
// It is started when the first question is asked, and ended to stop one that takes too long.

let store = /** @type {oxigraph.Store} */ (/** @type {unknown} */ (null)); // this and the rest from the first message on
let told = /** @type {Told} */ (/** @type {unknown} */ (null)); // what the page said of the graph
let standing = ''; // the days for which the default graph stands; '' for those it was made for
let made = /** @type {Set<string>} */ (new Set()); // the statements of the world that the graph was made for

// Returns what an error says of itself.
const wordsOf = (error) => String(error?.message || error);

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
}

async function open(message) {
  told = message;
  await oxigraph.init({ module_or_path: await (await unpack(message.engine)).arrayBuffer() });
  store = new oxigraph.Store();
  store.load(await (await unpack(message.quads)).text(), { format: 'application/n-quads' });
  made = statements(told.current);
  standing = '';
}

const declared = () =>
  Object.entries(told.prefixes)
    .map(([name, iri]) => `PREFIX ${name}: <${iri}> `)
    .join('');
const statements = (text) => new Set(store.query(declared() + text).map((row) => row.get('st').value));

// Makes the default graph the world of a period of days; without one, that of the day of issue.
// The same as kg/query/slice.py does.
function turn(since, until) {
  const wanted = since ? `${since} ${until}` : '';
  if (wanted === standing) return;
  const now = statements(told.current);
  const then = since ? statements(told.holding.replace('SINCE', since).replace('UNTIL', until)) : made;
  const type = oxigraph.namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#type');
  const current = oxigraph.namedNode(`${told.prefixes.kg}CurrentStatement`);
  const world = (graph) => [
    oxigraph.quad(graph, type, current),
    ...store.match(null, null, null, graph).map((each) => oxigraph.quad(each.subject, each.predicate, each.object)),
  ];
  const leaving = [...now].filter((each) => !then.has(each)).map((each) => oxigraph.namedNode(each));
  const arriving = [...then].filter((each) => !now.has(each)).map((each) => oxigraph.namedNode(each));
  for (const each of leaving.flatMap(world)) {
    // What another statement of that day says too has to stay.
    const others = store.match(each.subject, each.predicate, each.object, null);
    if (!others.some((other) => then.has(other.graph.value))) store.delete(each);
  }
  for (const each of arriving.flatMap(world)) store.add(each);
  standing = wanted;
}

// SPARQL 1.1 §19.8: comments, IRIs, strings, variables, names and marks.
const LEXEME =
  /#[^\n]*|<[^<>"{}|^`\\\s]*>|"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$][\p{L}\p{N}_]+|(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)?:(?:(?:[\p{L}\p{N}_:.-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\p{L}\p{N}_:-]|%[0-9A-Fa-f]{2}|\\.))?|[\p{L}\p{N}_]+|\S/gsu;
const FORMS = ['SELECT', 'ASK', 'CONSTRUCT', 'DESCRIBE'];
const CHANGES = ['INSERT', 'DELETE', 'LOAD', 'CLEAR', 'DROP', 'CREATE', 'ADD', 'MOVE', 'COPY'];

const lexemes = (text) => [...text.matchAll(LEXEME)].filter((each) => !each[0].startsWith('#'));

// Returns the place in a text, counted from 1.
function place(text, index) {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: [...before.at(-1)].length + 1 };
}

// Returns the names of the graph's own in the text that stand for nothing in it.
function strange(text) {
  const own = ['', 'id', 'src', 'st'];
  return lexemes(text)
    .filter(({ 0: name }) => {
      const [prefix, local] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
      if (!name.includes(':') || !own.includes(prefix) || !/^[\w-]+$/.test(local)) return false;
      const node = oxigraph.namedNode(told.prefixes[prefix] + local);
      return (
        !store.match(node, null, null, null).length &&
        !store.match(null, node, null, null).length &&
        !store.match(null, null, node, null).length
      );
    })
    .map((each) => ({ name: each[0], ...place(text, each.index) }));
}

// Says whether some text could follow to make a query: then the first thing to fail is an impossible
// mark far behind the text, farther than the place that the engine reports can be off.
const FAR = 40;

function canGoOn(head, text) {
  try {
    new oxigraph.Store().query(`${head}${text}${' '.repeat(FAR)}\u0001`);
  } catch (error) {
    const at = /error at (\d+):(\d+)/.exec(wordsOf(error));
    const lines = (head + text).split('\n');
    const [line, column] = at ? [Number(at[1]), Number(at[2])] : [0, 0];
    return line > lines.length || (line === lines.length && column > [...lines.at(-1)].length + FAR);
  }
  return true;
}

const binding = (term) => ({
  type: { NamedNode: 'uri', BlankNode: 'bnode', Literal: 'literal' }[term.termType] || 'triple',
  value: term.value,
  ...(term.language ? { 'xml:lang': term.language } : term.datatype ? { datatype: term.datatype.value } : {}),
});

function answer({ text, since, until }) {
  const words = lexemes(text);
  const first = (names) => words.find((each) => names.includes(each[0].toUpperCase()));
  const form = first([...FORMS, ...CHANGES]);
  const refuse = (problem, at) => ({ problem, ...(at ? place(text, at.index) : {}) });
  if (form && CHANGES.includes(form[0].toUpperCase())) return refuse('changes', form);
  if (first(['SERVICE'])) return refuse('service', first(['SERVICE']));
  turn(since, until);
  const head = declared();
  const isTable = !form || ['SELECT', 'ASK'].includes(form[0].toUpperCase());
  try {
    const options = isTable ? { results_format: 'application/sparql-results+json' } : {};
    const found = store.query(head + text, options);
    if (isTable) return { results: found, strange: strange(text) };
    const bindings = found.map((each) => ({
      subject: binding(each.subject),
      predicate: binding(each.predicate),
      object: binding(each.object),
    }));
    const vars = ['subject', 'predicate', 'object'];
    return { results: JSON.stringify({ head: { vars }, results: { bindings } }), triples: true, strange: strange(text) };
  } catch (error) {
    const said = wordsOf(error);
    const at = /error at (\d+):(\d+): (.*)/s.exec(said);
    if (!at) return { problem: 'engine', said };
    const wrong = words.find((each) => !canGoOn(head, text.slice(0, each.index + each[0].length)));
    if (wrong) return refuse('syntax', wrong);
    return refuse('syntax', { index: text.trimEnd().length });
  }
}

// One after the other: a question may come while the engine is still being unpacked.
let last = Promise.resolve();

self.onmessage = ({ data }) => {
  last = last
    .then(async () => {
      if (data.engine) {
        await open(data);
      } else {
        const began = performance.now();
        self.postMessage({ ...answer(data), took: performance.now() - began });
      }
    })
    .catch((error) => self.postMessage({ problem: 'engine', said: wordsOf(error) }));
};
