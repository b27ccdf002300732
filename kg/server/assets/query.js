// The query page: editor, questions as forms, results as a table and as a drawing.
//
// Everything that makes a view is in the address behind "#": query, dates, question, parameters.
'use strict';

/**
 * Returns the element of the page with this id.
 * @template {keyof ServerElements} Id
 * @param {Id} id
 * @returns {ServerElements[Id]}
 */
const byId = (id) => /** @type {any} */ (document.getElementById(id));
const START = 'SELECT ?thing ?label WHERE {\n  ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label .\n}\nLIMIT 20\n';
// The fields that say which graph is asked.
const PLACES = /** @type {const} */ (['as-of', 'from', 'to', 'known-by']);

let vocabulary = /** @type {Vocabulary} */ ({
  prefixes: {},
  classes: [],
  properties: [],
  names: [],
  questions: [],
  languages: [],
  issued: '',
});
let editor = /** @type {Editor} */ (/** @type {unknown} */ (null)); // from the start on
let question = /** @type {ServerQuestion | null} */ (null); // the question that is chosen
let lang = ''; // of the labels
let running = /** @type {AbortController | null} */ (null); // what can abort the request on its way

/**
 * Returns a new element; text goes in as text, so no label is ever markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} properties
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

// Returns the language of the label to show, '' when there is none.
const languageOf = (labels) => [lang, ...vocabulary.languages, ...Object.keys(labels)].find((each) => labels[each]) || '';
const inLanguage = (labels) => labels[languageOf(labels)] || '';

// ---------------------------------------------------------------- the address

// Returns which graph is asked, as parameters.
function world() {
  const given = new URLSearchParams();
  for (const name of PLACES) if (byId(name).value.trim()) given.set(name, byId(name).value.trim());
  if (byId('surely').checked) given.set('surely', '1');
  return given;
}

// Returns the same in words, '' for the graph as it is.
function worldInWords(asked) {
  const [day, from, to, known] = PLACES.map((name) => asked.get(name));
  const isSure = asked.get('surely') === '1';
  const how = isSure ? 'what is sure' : 'what is possible';
  // Two dates with a slash are a span as well.
  const [first, last] = from || to ? [from, to] : (day ?? '').split('/');
  const span = `${how} ${isSure ? 'throughout' : 'at some time'} from ${first} to ${last}`;
  const then = last ? span : day ? `${how} as of ${day}` : '';
  return [then, known && `what was known by ${known}`].filter(Boolean).join(', of ');
}

function state() {
  const kept = new URLSearchParams();
  if (editor.text.trim()) kept.set('query', editor.text);
  for (const [name, value] of world()) kept.set(name, value);
  if (question) {
    kept.set('question', question.name);
    for (const [name, value] of Object.entries(filled())) kept.set(`p.${name}`, value);
  }
  if (lang !== vocabulary.languages[0]) kept.set('lang', lang);
  return kept;
}

function keepState() {
  history.replaceState(null, '', `#${state()}`);
}

async function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of PLACES) byId(name).value = given.get(name) || '';
  byId('surely').checked = given.get('surely') === '1';
  lang = vocabulary.languages.find((each) => each === given.get('lang')) ?? vocabulary.languages[0] ?? '';
  byId('language').value = lang;
  const chosen = vocabulary.questions.find((each) => each.name === given.get('question')) || null;
  choose(chosen);
  if (chosen) {
    for (const field of byId('fields').querySelectorAll('input')) field.value = given.get(`p.${field.name}`) || '';
  }
  editor.text = given.get('query') || (chosen ? chosen.query : START);
  if (given.get('query')) await run();
}

// ---------------------------------------------------------------- questions

function listQuestions() {
  const wanted = byId('search').value.trim().toLowerCase();
  byId('questions').hidden = vocabulary.questions.length === 0;
  byId('question-list').replaceChildren(
    ...vocabulary.questions
      .filter((each) => `${each.name} ${each.text}`.toLowerCase().includes(wanted))
      .map((each) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              'aria-pressed': String(question === each),
              onclick: () => take(each),
            },
            each.text,
          ),
        ),
      ),
  );
}

// Takes a question into the editor and runs it, when nothing that it needs is missing.
async function take(chosen) {
  choose(chosen);
  editor.text = chosen.query;
  keepState();
  if (chosen.parameters.some((each) => each.is_required)) {
    byId('fields').querySelector('input')?.focus();
  } else {
    await run();
  }
}

// Shows the fields of a question, none for null.
function choose(chosen) {
  question = chosen;
  byId('parameters').hidden = !chosen || chosen.parameters.length === 0;
  byId('question-text').textContent = chosen ? chosen.text : '';
  byId('fields').replaceChildren(
    ...(chosen ? chosen.parameters : []).flatMap((each) => {
      const list = el('datalist', { id: `options-${each.name}` }, ...each.options.map((id) => el('option', { value: id }, labelOf(id))));
      const field = el('input', {
        name: each.name,
        id: `field-${each.name}`,
        list: `options-${each.name}`,
        autocomplete: 'off',
        'aria-describedby': `about-${each.name}`,
        onchange: fill,
      });
      return [
        el(
          'p',
          {},
          el('label', { for: `field-${each.name}` }, `${each.name}${each.is_required ? ' (required)' : ''} `),
          field,
          list,
          el('span', { id: `about-${each.name}`, class: 'muted' }, ` ${each.text}`),
        ),
      ];
    }),
  );
  listQuestions();
}

function labelOf(id) {
  const found = vocabulary.names.find((each) => each.name === `id:${id}` || each.name === `src:${id}`);
  return found ? inLanguage(found.labels) : id;
}

function filled() {
  return Object.fromEntries(
    [...byId('fields').querySelectorAll('input')].filter((field) => field.value.trim()).map((field) => [field.name, field.value.trim()]),
  );
}

// Puts the values of the fields into the text of the query, and runs it.
async function fill() {
  if (!question) return;
  const response = await fetch(`/query/bound?${new URLSearchParams({ ...filled(), question: question.name })}`);
  const told = await response.json();
  if (!response.ok) {
    showProblem(told);
    return;
  }
  editor.text = told.query;
  await run();
}

// ---------------------------------------------------------------- running

async function run() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const text = editor.text;
  keepState();
  clear();
  byId('told').textContent = 'Running…';
  const body = new URLSearchParams({ query: text });
  for (const [name, value] of world()) body.set(name, value);
  const began = performance.now();
  let response;
  let told;
  try {
    response = await fetch('/query/rows', { method: 'POST', body, signal: mine.signal });
    told = await response.json();
  } catch (error) {
    if (!mine.signal.aborted) showProblem({ detail: 'The server did not answer.' });
    return;
  }
  if (!response.ok) {
    showProblem(told);
    return;
  }
  showAnswer(told, performance.now() - began, body);
  showNotes(told.notes);
}

// Says which names of the query are nowhere in the graph: SPARQL passes them over in silence.
function showNotes(notes) {
  if (notes.length === 0) return;
  byId('problem').textContent = notes.map((each) => `line ${each.line}, column ${each.column}: ${each.message}`).join('\n');
  byId('problem').hidden = false;
  editor.mark(notes[0].line, notes[0].column, notes[0].message);
}

function clear() {
  editor.mark(0, 0, '');
  byId('problem').hidden = true;
  for (const id of /** @type {const} */ (['downloads', 'table', 'drawing'])) {
    byId(id).hidden = true;
    byId(id).replaceChildren();
  }
}

function showProblem(problem) {
  clear();
  byId('told').textContent = '';
  byId('problem').textContent = problem.detail || problem.title;
  byId('problem').hidden = false;
  if (problem.line) editor.mark(problem.line, problem.column, problem.message);
}

function showAnswer(told, took, asked) {
  const time = `${Math.round(took)} ms`;
  const words = worldInWords(asked);
  const of = words && `, of ${words}`;
  if (told.form === 'ask') {
    byId('told').textContent = `${told.rows[0][0].text === 'true' ? 'Yes' : 'No'} (${time})${of}`;
    return;
  }
  const rows = `${told.rows.length} ${told.rows.length === 1 ? 'row' : 'rows'}`;
  byId('told').textContent = told.truncated
    ? `The first ${rows} of more (${time})${of}; the downloads have all.`
    : `${rows} (${time})${of}`;
  showDownloads(asked, told.triples ? ['ttl', 'nt', 'jsonld'] : ['csv', 'tsv', 'json']);
  byId('table').replaceChildren(
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...told.vars.map((name) => el('th', { scope: 'col' }, name)))),
      el('tbody', {}, ...told.rows.map((row) => el('tr', {}, ...row.map((cell) => el('td', {}, ...shown(cell)))))),
    ),
  );
  byId('table').hidden = false;
  if (told.triples && told.rows.length) draw(asked);
}

// Returns what stands in a cell: a label that leads to its page, with the short name below.
function shown(cell) {
  if (cell === null) return [];
  if (!('iri' in cell)) {
    const about = cell.lang
      ? `@${cell.lang}`
      : ['xsd:string', 'blank', 'triple'].includes(cell.datatype) || cell.datatype.endsWith('XMLSchema#string>')
        ? ''
        : cell.datatype;
    return [el('bdi', { lang: cell.lang || null }, cell.text), ...(about ? [el('span', { class: 'short' }, about)] : [])];
  }
  const label = inLanguage(cell.labels);
  const [prefix, local] = cell.name.startsWith('<') ? ['', ''] : cell.name.split(/:(.*)/s);
  const own = { id: '/id/', src: '/source/', st: '/statement/', rule: '/rule/', question: '/question/' }[prefix];
  const place = own ? own + encodeURIComponent(local) : /^https?:\/\//i.test(cell.iri) ? cell.iri : null;
  const name = el('bdi', { lang: languageOf(cell.labels) || null }, label || cell.name);
  return [
    place ? el('a', { href: place, rel: 'noopener noreferrer' }, name) : name,
    ...(label ? [el('span', { class: 'short' }, cell.name)] : []),
  ];
}

function showDownloads(asked, formats) {
  byId('downloads').replaceChildren(
    'Download',
    ...formats.map((format) => {
      const parameters = new URLSearchParams(asked);
      parameters.set('format', format);
      return el('a', { href: `/sparql?${parameters}`, download: `answer.${format}` }, format.toUpperCase());
    }),
  );
  byId('downloads').hidden = false;
}

async function draw(asked) {
  const response = await fetch('/query/draw', { method: 'POST', body: asked });
  if (!response.ok) {
    byId('drawing').replaceChildren(el('p', { class: 'muted' }, (await response.json()).detail));
  } else {
    const frame = el('iframe', { title: 'The triples, drawn' });
    frame.srcdoc = await response.text();
    byId('drawing').replaceChildren(frame);
  }
  byId('drawing').hidden = false;
}

// ---------------------------------------------------------------- completion

// Completes prefixes, classes behind "a", properties of the subject's class, and things by label.
function complete(context) {
  const before = context.matchBefore(/[\p{L}\w-]*:?[\p{L}\w-]*/u);
  const line = context.state.doc.sliceString(Math.max(0, context.pos - 2000), before.from);
  if (before.from === before.to && !context.explicit) return null;
  if (/[?$<"]$/.test(line)) return null;
  const typed = before.text.toLowerCase();
  const option = (entry, kind) => ({
    label: entry.name,
    detail: vocabulary.languages
      .map((each) => entry.labels[each])
      .filter(Boolean)
      .join(' · '),
    type: kind,
  });
  const ranked = (entries, nearer = () => false) => rankedBy(typed, entries, nearer);
  let options;
  if (/(?:\ba|rdf:type)\s+$/.test(line)) {
    options = ranked(vocabulary.classes).map((each) => option(each, 'class'));
  } else {
    const kinds = kindsOf(subjectBefore(line));
    const suits = (entry) => kinds.some((kind) => entry.classes?.includes(kind));
    const properties = ranked(vocabulary.properties, suits);
    const others = typed ? ranked([...vocabulary.classes, ...vocabulary.names]).slice(0, 200) : [];
    const prefixes = Object.keys(vocabulary.prefixes).filter((name) => typed && name.startsWith(typed));
    const kindOf = (entry) => ('count' in entry ? 'class' : 'classes' in entry ? 'property' : 'constant');
    options = [
      ...(typed ? ranked([...properties, ...others], suits) : properties).map((each) => option(each, kindOf(each))),
      ...prefixes.map((name) => ({ label: `${name}:`, detail: vocabulary.prefixes[name], type: 'namespace' })),
    ];
  }
  return { from: before.from, options, filter: false };
}

// Returns the entries that fit what was typed: what is called just so, what begins so, the rest;
// of equals first what is nearer, then in the order given.
function rankedBy(typed, entries, isNearer) {
  const local = typed.replace(/^[\w-]*:/, '');
  const rank = (entry) => {
    const names = [entry.name.replace(/^[\w-]*:/, ''), ...Object.values(entry.labels)].map((name) => name.toLowerCase());
    if (entry.name.toLowerCase() === typed || names.includes(local)) return 0;
    if (entry.name.toLowerCase().startsWith(typed) || names.some((name) => name.startsWith(local))) return 1;
    return entry.name.toLowerCase().includes(typed) || names.some((name) => name.includes(local)) ? 2 : 3;
  };
  return entries
    .map((entry, place) => ({ entry, place, rank: rank(entry), far: isNearer(entry) ? 0 : 1 }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.far - b.far || a.place - b.place)
    .map((each) => each.entry);
}

// Returns the subject of the triple that ends where the text ends, "" when it is not clear.
function subjectBefore(text) {
  const open = text.split(/[.{}](?=\s|$)/).pop();
  const match = /^\s*([?$]\w+|[\w-]*:[\w-]+)\s/.exec(open);
  return match ? match[1] : '';
}

// Returns the classes that the query gives to the subject.
function kindsOf(subject) {
  if (!subject) return [];
  const name = subject.replace(/[?$]/g, '\\$&');
  const found = new RegExp(`${name}\\s+(?:a|rdf:type)\\s+([\\w-]*:[\\w-]+)`, 'g');
  return [...editor.text.matchAll(found)].map((match) => match[1]);
}

// ---------------------------------------------------------------- the start

// Returns what a language calls itself, where the browser knows.
function ownName(tag) {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) || tag;
  } catch {
    return tag;
  }
}

// Offers the languages of the labels, each by its own name, where there are several.
function offerLanguages() {
  byId('language').replaceChildren(...vocabulary.languages.map((tag) => el('option', { value: tag, lang: tag }, ownName(tag))));
  byId('languages').hidden = vocabulary.languages.length < 2;
}

async function start() {
  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  byId('search').addEventListener('input', listQuestions);
  byId('language').addEventListener('change', () => {
    lang = byId('language').value;
    run();
  });
  byId('copy').addEventListener('click', async () => {
    keepState();
    await navigator.clipboard.writeText(location.href);
    byId('told').textContent = 'The link is copied.';
  });
  editor = window.kgEditor(byId('editor'), {
    text: '',
    label: 'SPARQL query',
    complete,
    onRun: run,
    onChange: () => {},
  });
  const response = await fetch('/query/vocabulary');
  if (response.ok) vocabulary = await response.json();
  offerLanguages();
  byId('dates').hidden = !vocabulary.issued;
  if (vocabulary.issued) byId('as-of').placeholder = vocabulary.issued;
  await readState();
  window.addEventListener('hashchange', readState);
  document.documentElement.dataset.ready = 'yes';
}

start();
