// Asking the graph in SPARQL: the editor, the questions, and the answers as a table or drawn.
//
// The engine and the graph are unpacked in a worker when the first question is asked.

Object.assign(WORDS.en, {
  ask: 'Ask',
  askTitle: 'Ask the graph in SPARQL',
  askAnswer: 'Answer',
  askEditor: 'SPARQL query',
  askQuestions: 'Questions',
  askSearch: 'Search the questions',
  askRun: 'Run',
  askStop: 'Stop',
  askStarting: 'Starting the engine…',
  askRunning: 'Running…',
  askStopped: 'Stopped.',
  askDay: (day) => `The whole graph answers, as of ${day}, the date below. GRAPH ?statement { … } sees all dates.`,
  askAll: (day) => `The whole graph answers, as of ${day}, the day for which the data are current. GRAPH ?statement { … } sees all dates.`,
  askRows: (n, ms) => `${n} ${n === 1 ? 'row' : 'rows'} (${ms} ms)`,
  askFirst: (n) => `The first ${n} are shown; the downloads have all.`,
  askYes: 'Yes',
  askNo: 'No',
  askNothing: 'No rows.',
  askStrange: (name) => `${name} names nothing in the graph.`,
  askDraw: 'Show in the picture',
  askDrawn: (n) => `Only the ${n} ${n === 1 ? 'entity' : 'entities'} that an answer named.`,
  askRequired: 'required',
  askProblem: {
    changes: 'The graph on a page cannot be changed; ask with SELECT, ASK, CONSTRUCT or DESCRIBE.',
    service: 'SERVICE needs a network; this page has none.',
    syntax: 'Not SPARQL here.',
    engine: 'The engine could not answer:',
    unable: 'This browser cannot run the engine:',
  },
});
Object.assign(WORDS.ru, {
  ask: 'Запрос',
  askTitle: 'Запрос к графу на SPARQL',
  askAnswer: 'Ответ',
  askEditor: 'Запрос SPARQL',
  askQuestions: 'Вопросы',
  askSearch: 'Поиск вопросов',
  askRun: 'Выполнить',
  askStop: 'Остановить',
  askStarting: 'Запускается движок…',
  askRunning: 'Выполняется…',
  askStopped: 'Остановлено.',
  askDay: (day) => `Отвечает весь граф на ${day}, дату внизу. GRAPH ?statement { … } видит все даты.`,
  askAll: (day) => `Отвечает весь граф на ${day}, день, на который данные верны. GRAPH ?statement { … } видит все даты.`,
  askRows: (n, ms) => `Строк: ${n} (${ms} мс)`,
  askFirst: (n) => `Показаны первые ${n}; в файлах — все.`,
  askYes: 'Да',
  askNo: 'Нет',
  askNothing: 'Нет строк.',
  askStrange: (name) => `${name} ничего в графе не обозначает.`,
  askDraw: 'Показать на рисунке',
  askDrawn: (n) => `Только названное в ответе: ${n}.`,
  askRequired: 'обязательно',
  askProblem: {
    changes: 'Граф на странице нельзя изменить; спрашивайте через SELECT, ASK, CONSTRUCT или DESCRIBE.',
    service: 'SERVICE требует сети, а у страницы её нет.',
    syntax: 'Здесь это не SPARQL.',
    engine: 'Движок не смог ответить:',
    unable: 'Этот браузер не может запустить движок:',
  },
});

const SHOWN_ROWS = 500;
const asking = read('kg-asking');
const ask = byId('ask');
const started = /** @type {Started} */ ({
  worker: null,
  busy: false,
  editor: /** @type {any} */ (null),
  result: null,
  lang: '',
  question: null,
  date: undefined,
  later: 0,
});

// ---- The panel ----

/**
 * Returns a part of the panel.
 * @template {keyof AskParts} Name
 * @param {Name} name
 * @returns {AskParts[Name]}
 */
const part = (name) => /** @type {any} */ (ask.querySelector(`[data-part="${name}"]`));

function buildAsk() {
  // A long query is scrolled, by keys too: what is within stands in a root of its own.
  const host = el('div', { class: 'editor', 'data-part': 'editor', tabindex: '0', role: 'group', 'aria-label': say('askEditor') });
  ask.replaceChildren(
    el(
      'div',
      { class: 'ask-list' },
      el('h2', { 'data-part': 'list-title' }),
      el('input', { type: 'search', 'data-part': 'search', oninput: listQuestions }),
      el('ul', { 'data-part': 'list' }),
    ),
    el(
      'div',
      { class: 'ask-main' },
      el('h2', { 'data-part': 'title' }),
      el('p', { class: 'muted', 'data-part': 'day' }),
      el('div', { class: 'fields', 'data-part': 'fields' }),
      host,
      el(
        'p',
        { class: 'ask-buttons' },
        el('button', { type: 'button', 'data-part': 'run', onclick: runAsk }),
        el('button', { type: 'button', 'data-part': 'stop', disabled: true, onclick: stopAsk }),
        el('span', { role: 'status', 'data-part': 'told' }),
        el('span', { class: 'downloads', 'data-part': 'downloads' }),
      ),
      el('div', { class: 'ask-answer', 'data-part': 'answer', tabindex: '0', role: 'region' }),
    ),
  );
  started.editor = kgEditor(host, {
    text: state.query || START,
    label: say('askEditor'),
    complete: completeAsk,
    onRun: runAsk,
    onChange: () => {
      state.query = started.editor.text === START ? '' : started.editor.text;
      keepState();
    },
  });
}

const START =
  'SELECT ?state ?from WHERE {\n  GRAPH ?statement { ?state ?predicate ?object }\n  ?statement kg:start ?from .\n}\nORDER BY DESC(?from)\nLIMIT 20\n';

function drawAsk() {
  ask.hidden = state.view !== 'ask';
  if (ask.hidden) return;
  if (!started.editor) buildAsk();
  if (started.lang !== state.lang) {
    started.lang = state.lang;
    for (const [name, words] of [
      ['title', 'askTitle'],
      ['list-title', 'askQuestions'],
      ['run', 'askRun'],
      ['stop', 'askStop'],
    ]) {
      part(name).textContent = say(words);
    }
    part('search').setAttribute('aria-label', say('askSearch'));
    part('search').placeholder = say('askSearch');
    part('answer').setAttribute('aria-label', say('askAnswer'));
    listQuestions();
    if (started.result) showAnswer(started.result);
  }
  part('day').textContent = state.date === null ? say('askAll', asking.issued) : say('askDay', isoDay(state.date));
  const text = state.query || START;
  if (started.editor.text !== text) started.editor.text = text;
  // An answer is of one date: another date asks again, once the clock stands still.
  if (started.date !== undefined && started.date !== state.date && !started.later) {
    started.later = setTimeout(() => {
      started.later = 0;
      if (!ask.hidden && started.date !== state.date) runAsk();
    }, 300);
  }
}

// ---- Questions ----

function listQuestions() {
  const wanted = part('search').value.trim().toLowerCase();
  const found = asking.questions.filter((each) => `${each.name} ${each.topic} ${each.text}`.toLowerCase().includes(wanted));
  const topics = [...new Set(found.map((each) => each.topic))];
  const listed = (topic) => found.filter((each) => each.topic === topic).map(questionLine);
  part('list').replaceChildren(
    ...topics.flatMap((topic) =>
      topic ? [el('li', {}, el('h3', { lang: LANGUAGES[0] }, topic), el('ul', {}, ...listed(topic)))] : listed(topic),
    ),
  );
}

function questionLine(question) {
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        lang: LANGUAGES[0],
        'aria-pressed': String(started.question === question),
        onclick: () => takeQuestion(question),
      },
      question.text,
    ),
  );
}

// The classes of a parameter are those of the ontology, written ":State".
function choices(parameter) {
  const kinds = parameter.type.split('|');
  const any = kinds.includes('owl:Thing');
  return [...entities.keys()]
    .filter((id) => any || kinds.includes(`:${entities.get(id).class}`))
    .sort((a, b) => neighboursOf.get(b) - neighboursOf.get(a));
}

function takeQuestion(question) {
  started.question = question;
  part('fields').replaceChildren(
    ...question.parameters.map((parameter) => {
      const ids = choices(parameter);
      const list = `ask-${parameter.name}`;
      return el(
        'label',
        {},
        el('span', {}, parameter.name),
        ' ',
        el('input', {
          name: parameter.name,
          list,
          autocomplete: 'off',
          spellcheck: 'false',
          value: parameter.required && ids.length ? ids[0] : null,
          onchange: () => {
            fillQuestion();
            runAsk();
          },
        }),
        el('datalist', { id: list }, ...ids.map((id) => el('option', { value: id }, labelOf(entities.get(id))))),
        el(
          'small',
          { class: 'muted', lang: LANGUAGES[0] },
          parameter.required ? `${parameter.text} (${say('askRequired')})` : parameter.text,
        ),
      );
    }),
  );
  listQuestions();
  fillQuestion();
  const empty = [...part('fields').querySelectorAll('input')].find((field, index) => question.parameters[index].required && !field.value);
  if (empty) empty.focus();
  else runAsk();
}

// Puts the values of the fields into the question's pattern, as `kg query -p` does.
function fillQuestion() {
  if (!started.question) return;
  const {
    sparql: [head, tail],
    parameters,
  } = started.question;
  const given = parameters
    .map((parameter, index) => ({ parameter, value: part('fields').querySelectorAll('input')[index].value.trim() }))
    .filter(({ value }) => value);
  const written = ({ type }, value) => {
    if (type.startsWith('xsd:')) return `${JSON.stringify(value)}^^${type}`;
    return /^[\w.-]*\w$/.test(value) ? `${type === 'kg:Source' ? 'src' : 'id'}:${value}` : JSON.stringify(value);
  };
  const values = given.length
    ? `\n  VALUES (${given.map(({ parameter }) => `?${parameter.name}`).join(' ')}) { (${given.map(({ parameter, value }) => written(parameter, value)).join(' ')}) }`
    : '';
  started.editor.text = head + values + tail;
}

// Completes the names of entities and predicates, and the prefixes.
function completeAsk(context) {
  const before = context.matchBefore(/[\p{L}\w-]*:?[\p{L}\w-]*/u);
  if (before.from === before.to && !context.explicit) return null;
  const typed = before.text.toLowerCase();
  const bare = typed.replace(/^\w*:/, '');
  const options = [
    ...[...predicates].map(([name, one]) => ({ label: `:${name}`, detail: labelOf(one), type: 'property' })),
    ...[...entities].map(([id, one]) => ({ label: `id:${id}`, detail: labelOf(one), type: 'constant' })),
    ...Object.keys(asking.prefixes).map((name) => ({ label: `${name}:`, detail: '', type: 'namespace' })),
  ].filter(
    (each) =>
      each.label.toLowerCase().startsWith(typed) ||
      (bare && each.label.toLowerCase().includes(bare)) ||
      (bare && each.detail.toLowerCase().includes(bare)),
  );
  return { from: before.from, options: options.slice(0, 200), filter: false };
}

// ---- Running ----

function startWorker() {
  const address = URL.createObjectURL(new Blob([asking.worker], { type: 'text/javascript' }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.onmessage = ({ data }) => {
    setBusy(false);
    showAnswer(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    endWorker();
    showAnswer({ problem: 'unable', said: event.message || '' });
  };
  worker.postMessage({
    engine: byId('kg-engine').textContent,
    quads: byId('kg-quads').textContent,
    prefixes: asking.prefixes,
    current: asking.current,
    holding: asking.holding,
  });
  return worker;
}

function endWorker() {
  if (started.worker) started.worker.terminate();
  started.worker = null;
  setBusy(false);
}

function setBusy(busy) {
  started.busy = busy;
  part('stop').disabled = !busy;
  ask.setAttribute('aria-busy', String(busy));
}

function runAsk() {
  if (started.busy) endWorker();
  started.editor.mark(0, 0, '');
  part('answer').replaceChildren();
  part('downloads').replaceChildren();
  part('told').textContent = say(started.worker ? 'askRunning' : 'askStarting');
  try {
    started.worker ||= startWorker();
  } catch (error) {
    showAnswer({ problem: 'unable', said: String(error instanceof Error ? error.message : error) });
    return;
  }
  setBusy(true);
  started.date = state.date;
  const days = state.date === null ? {} : { since: isoDay(state.date), until: isoDay(state.date + 1) };
  started.worker.postMessage({ text: started.editor.text, ...days });
}

function stopAsk() {
  endWorker();
  started.date = undefined;
  part('told').textContent = say('askStopped');
  part('run').focus();
}

// ---- Answers ----

function showAnswer(given) {
  started.result = given;
  const said = part('told');
  part('answer').replaceChildren();
  part('downloads').replaceChildren();
  if (given.problem) {
    const words = [WORDS[spoken()].askProblem[given.problem], given.said].filter(Boolean).join(' ');
    said.textContent = given.line ? `${given.line}:${given.column}: ${words}` : words;
    started.editor.mark(given.line || 0, given.column || 0, words);
    return;
  }
  const results = JSON.parse(given.results);
  for (const { line, column, name } of given.strange.slice(0, 1)) started.editor.mark(line, column, say('askStrange', name));
  const strange = given.strange.map((each) => say('askStrange', each.name));
  if ('boolean' in results) {
    said.textContent = [say(results.boolean ? 'askYes' : 'askNo'), ...strange].join(' ');
    return;
  }
  const {
    head: { vars },
    results: { bindings },
  } = results;
  said.textContent = [
    say('askRows', bindings.length, Math.round(given.took)),
    bindings.length > SHOWN_ROWS ? say('askFirst', SHOWN_ROWS) : '',
    ...strange,
  ]
    .filter(Boolean)
    .join(' ');
  const named = namedIn(bindings);
  const download = (name, kind, make) =>
    el(
      'button',
      {
        type: 'button',
        class: 'small',
        onclick: () => save(fileName(name, 'answer'), kind, make()),
      },
      name.toUpperCase(),
    );
  part('downloads').replaceChildren(
    download('csv', 'text/csv', () => answerCsv(vars, bindings)),
    download('json', 'application/sparql-results+json', () => given.results),
    ...(named.size ? [el('button', { type: 'button', class: 'small', onclick: () => showOnly(named) }, say('askDraw'))] : []),
  );
  if (!bindings.length) {
    part('answer').replaceChildren(el('p', { class: 'muted' }, say('askNothing')));
    return;
  }
  answerTable(vars, bindings);
}

function answerTable(vars, bindings, sorted = { name: '', down: false }) {
  const cells = (one) => one && (one.datatype && /#(integer|decimal|double)$/.test(one.datatype) ? Number(one.value) : one.value);
  const collator = new Intl.Collator(LOCALES[state.lang], { numeric: true });
  const compare = (a, b) =>
    Number(a === undefined) - Number(b === undefined) || (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(a, b));
  const list = sorted.name
    ? [...bindings].sort((a, b) => compare(cells(a[sorted.name]), cells(b[sorted.name])) * (sorted.down ? -1 : 1))
    : bindings;
  const sort = (name) => {
    answerTable(vars, bindings, { name, down: sorted.name === name && !sorted.down });
    part('answer')
      .querySelector(`[data-var="${CSS.escape(name)}"]`)
      ?.focus();
  };
  part('answer').replaceChildren(
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ...vars.map((name) =>
            el(
              'th',
              {
                scope: 'col',
                'aria-sort': sorted.name === name ? (sorted.down ? 'descending' : 'ascending') : null,
              },
              el('button', { type: 'button', 'data-var': name, onclick: () => sort(name) }, name),
            ),
          ),
        ),
      ),
      el('tbody', {}, ...list.slice(0, SHOWN_ROWS).map((row) => el('tr', {}, ...vars.map((name) => el('td', {}, answerCell(row[name])))))),
    ),
  );
}

// Returns the id below a namespace of the graph's own, or null.
function localIn(prefix, term) {
  const space = asking.prefixes[prefix];
  return term && term.type === 'uri' && term.value.startsWith(space) ? term.value.slice(space.length) : null;
}

function shortened(iri) {
  for (const [prefix, space] of Object.entries(asking.prefixes)) {
    if (iri.startsWith(space) && iri.length > space.length) return `${prefix}:${iri.slice(space.length)}`;
  }
  return iri;
}

// Returns what stands in a cell; what the page knows can be opened.
function answerCell(term) {
  if (!term) return null;
  const [entity, fact] = [localIn('id', term), localIn('st', term)];
  if (entities.has(entity)) return entityButton(entity);
  if (factById.has(fact)) {
    return el('button', { type: 'button', class: 'fact', onclick: () => select({ fact }) }, bdi(sentence(factById.get(fact))));
  }
  if (term.type === 'uri') {
    const short = shortened(term.value);
    return short === term.value ? link(term.value, term.value) : bdi(short);
  }
  if (term.type === 'triple') return bdi(JSON.stringify(term.value));
  const about = term['xml:lang'] ? `@${term['xml:lang']}` : '';
  return el('span', {}, bdi(term.value), about ? el('small', { class: 'muted' }, ` ${about}`) : null);
}

const answerCsv = (vars, bindings) => csv([vars, ...bindings.map((row) => vars.map((name) => row[name]?.value ?? ''))]);

// Returns the entities that an answer names: itself, or as ends of its statements.
function namedIn(bindings) {
  const named = new Set();
  for (const row of bindings) {
    for (const term of Object.values(row)) {
      const entity = localIn('id', term);
      if (entities.has(entity)) named.add(entity);
      const fact = factById.get(localIn('st', term));
      if (fact) named.add(fact.s);
      if (fact && fact.o !== undefined) named.add(fact.o);
    }
  }
  return named;
}

function showOnly(named) {
  state.only = named;
  showView('graph');
  fit([...shownNow.entities]);
}

extras.push({
  draw: drawAsk,
  toHash: () => (state.query ? [`q=${encodeURIComponent(state.query)}`] : []),
  fromHash: (text) => {
    state.query = text('q');
  },
  notice: () =>
    state.only.size
      ? {
          words: say('askDrawn', state.only.size),
          clear: () => {
            state.only = new Set();
            show();
            fit();
          },
        }
      : null,
});
