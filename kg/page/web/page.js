// The page as a whole: one state, and one way to show it.

const told = byId('told');
const HEAVY = 2000; // entities in the picture from which on every step is felt
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
let shownNow = /** @type {Shown} */ (/** @type {unknown} */ (null)); // from the first show on

const dark = () => (state.theme ? state.theme === 'dark' : prefersDark.matches);

// Draws everything from the state and, unless it is about to change again, keeps it in the address.
function show({ keep = true } = {}) {
  if (!canDraw && state.view === 'graph') state.view = 'table';
  const root = document.documentElement;
  if (translated !== state.lang) translate();
  const theme = dark() ? 'dark' : 'light';
  if (root.dataset.theme !== theme) {
    root.dataset.theme = theme;
    readPaint();
  }
  document.body.dataset.view = state.view;
  findCommon();
  shownNow = whatShows();
  findPath(shownNow);
  const count = say('count', shownNow.entities.size, shownNow.facts.length);
  byId('count').textContent = count;
  drawLegend(shownNow);
  drawTable(shownNow);
  drawLanes(shownNow);
  drawGraph(shownNow);
  for (const extra of extras) extra.draw();
  drawDetails();
  drawTime();
  drawNotice();
  tellSoon();
  for (const one of byId('views').children) one.setAttribute('aria-pressed', String(one.dataset.view === state.view));
  byId('theme').setAttribute('aria-pressed', String(theme === 'dark'));
  if (keep) keepState();
}

let translated = ''; // the language of the frame's words and of the labels

// Puts the words of the page's frame into the language shown; the parts do their own.
function translate() {
  translated = state.lang;
  document.documentElement.lang = spoken();
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll('[data-say-label]')) element.setAttribute('aria-label', say(element.dataset.sayLabel));
  drawTitle();
  search.placeholder = say('searchHint');
  found.setAttribute('aria-label', say('search'));
  translateSwitch();
}

// Puts the title of the data into the language shown, where it has one in it.
function drawTitle() {
  const title = content.meta[`title_${state.lang}`] || content.meta.title;
  document.title = title;
  document.querySelector('h1')?.replaceChildren(bdi(title));
}

// Returns what a language calls itself, where the browser knows.
function ownName(language) {
  try {
    const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) || language;
    return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
  } catch {
    return language;
  }
}

// Two languages take turns on a button; of more, one is chosen from a list.
function translateSwitch() {
  const [next] = LANGUAGES.filter((language) => language !== state.lang);
  const turn = byId('language');
  turn.hidden = LANGUAGES.length !== 2;
  if (next && !turn.hidden) {
    turn.textContent = ownName(next);
    turn.lang = next;
  }
  const choice = byId('languages');
  if (!choice.length) {
    choice.append(...LANGUAGES.map((language) => el('option', { value: language, lang: language }, ownName(language))));
  }
  choice.hidden = LANGUAGES.length < 3;
  choice.value = state.lang;
}

// Says who the few are, and of how many.
const sayFew = () =>
  say('crowdFew', shownNow.entities.size, shownNow.present.length, few.size, labelOf(entities.get(content.first.few[0])));

// Says what is left out, and how to bring it in: few things are worse than a filter unseen.
function drawNotice() {
  const small = (words, onclick) => el('button', { type: 'button', class: 'small', onclick }, say(words));
  const line = (words, ...buttons) => el('p', {}, el('span', {}, words), ...buttons);
  const lines = [];
  for (const { words, clear, button = 'everything' } of extras.map((extra) => extra.notice()).filter(Boolean)) {
    lines.push(line(words, clear ? small(button, clear) : null));
  }
  if (state.focus) {
    const reach = (hops) => () => focusOn(state.focus, hops);
    lines.push(
      line(
        say('onlyNear', labelOf(entities.get(state.focus)), state.hops),
        state.hops < 3 ? small('farther', reach(state.hops + 1)) : null,
        state.hops > 1 ? small('nearer', reach(state.hops - 1)) : null,
        small('everything', () => focusOn(null)),
      ),
    );
  } else if (state.links) {
    lines.push(
      line(
        state.links === FEW ? sayFew() : say('crowd', shownNow.entities.size, shownNow.present.length, state.links),
        small('widen', () => {
          state.links = 0;
          show();
          fit();
        }),
      ),
    );
  } else if (shownNow.entities.size > HEAVY && DEFAULTS.links) {
    lines.push(
      line(
        say('heavy', shownNow.entities.size),
        small('bestConnected', () => {
          state.links = DEFAULTS.links;
          show();
          fit();
        }),
      ),
    );
  } else if (state.view === 'graph' && details.hidden && facts.length && !lines.length) {
    lines.push(el('p', { class: 'muted' }, say('hintGraph')));
  }
  if (anchors.length > 1 && details.hidden && state.view === 'graph') {
    const offer = el(
      'button',
      { type: 'button', class: 'small', id: 'common', onclick: openCommon },
      say('commonOpen', anchors.map(shortLabel).join(', ')),
    );
    if (lines.length) lines[0].append(offer);
    else lines.push(el('p', {}, offer));
  }
  byId('notice').replaceChildren(...lines);
}

// Returns the element of the view that shows.
const viewNow = () => ({ graph: canvas, lanes, table: factsView })[state.view] || document.getElementById(state.view);

// Selects an entity, a fact, or nothing.
/**
 * @param {{ entity?: string | null, fact?: string | null }} chosen
 * @param {{ keepFocus?: boolean }} options
 */
function select({ entity = null, fact = null }, { keepFocus = false } = {}) {
  const within = details.contains(document.activeElement);
  state.entity = entity;
  state.fact = fact;
  show();
  if (!entity && !fact) {
    if (within) viewNow().focus();
    return;
  }
  details.scrollTop = 0;
  told.textContent = entity ? labelOf(entities.get(entity)) : sentence(factById.get(fact ?? ''));
  if (state.view === 'graph') bringIntoView({ entity, fact });
  if (entity && state.view === 'lanes') showLanesOf(entity);
  if (within && !keepFocus) details.querySelector('h2')?.focus();
}

// Keeps only what is so many facts away from an entity; without one everything comes back.
function focusOn(id, hops = 1) {
  state.focus = id;
  state.hops = hops;
  if (id) state.entity = id;
  if (id) state.fact = null;
  show();
  fit();
}

function showView(view) {
  state.view = view;
  show();
  if (view !== 'table' && !graph.moved) fit(undefined, false);
}

function openLegend(on) {
  legend.classList.toggle('open', on);
  byId('filters').setAttribute('aria-expanded', String(on));
  /** @type {HTMLElement | null} */ (on ? legend.querySelector('button') : null)?.focus();
}

// Esc takes back one thing at a time.
function takeBack() {
  if (!shareList.hidden) {
    openShare(false);
    byId('share').focus();
  } else if (tools.classList.contains('open')) {
    openMenu(false);
    menu.focus();
  } else if (legend.classList.contains('open')) {
    openLegend(false);
    byId('filters').focus();
  } else if (state.entity || state.fact) select({});
  else if (state.path.length) showPath();
  else if (picked.size) compare([]);
  else if (state.only.size) {
    state.only = new Set();
    show();
    fit();
  } else if (state.focus) focusOn(null);
}

// Leads the keyboard from a field back to the view.
function leaveField() {
  // A date half typed is given up; leaving the field would otherwise go there.
  drawTime();
  viewNow().focus();
}

const PAGE_KEYS = {
  Escape: takeBack,
  '/': () => search.focus(),
  '[': () => stepTime(-1),
  ']': () => stepTime(1),
  s: turnSure,
  g: () => showView('graph'),
  l: () => showView('lanes'),
  t: () => showView('table'),
  a: () => {
    if (VIEWS.includes('ask')) showView('ask');
  },
  c: openCommon,
  '?': () => openManual(),
};

// In a field a letter is a letter, and Esc first of all leads out of it.
const FIELD_KEYS = { Escape: leaveField };

function pageKey(event) {
  if (manual.open) return;
  const keys = typesInto(event) ? FIELD_KEYS : PAGE_KEYS;
  const action = keys[keyOf(event)];
  if (!action) return;
  event.preventDefault();
  action();
}

function start() {
  fromHash(location.hash);
  startGraph();
  startTime();
  startLanes();
  startTable();
  startSearch();
  startManual();
  translate();
  startToolbar();
  byId('fit').addEventListener('click', () => {
    graph.moved = false;
    fit();
  });
  for (const one of byId('views').children) one.addEventListener('click', () => showView(one.dataset.view));
  byId('theme').addEventListener('click', () => {
    state.theme = dark() ? 'light' : 'dark';
    show();
  });
  byId('language').addEventListener('click', () => {
    state.lang = LANGUAGES.find((language) => language !== state.lang) || state.lang;
    show();
  });
  byId('languages').addEventListener('change', () => {
    state.lang = byId('languages').value;
    show();
  });
  byId('filters').addEventListener('click', () => openLegend(!legend.classList.contains('open')));
  document.addEventListener('keydown', pageKey);
  prefersDark.addEventListener('change', () => show());
  forced.addEventListener('change', () => {
    readPaint();
    show();
  });
  window.addEventListener('hashchange', () => {
    fromHash(location.hash);
    show();
    if (state.view === 'graph') bringIntoView(state);
  });
  show();
  // Only now the rest of the page has left the picture its room.
  pullToShape();
  drawGraph(shownNow);
  graph.network.redraw();
  fit([...shownNow.entities], false);
  // Names are folded when there is something to see.
  requestAnimationFrame(() => setTimeout(foldAtLeisure));
  // For tests and for whoever drives the page from outside: to look at, not to touch.
  window.kgPage = Object.freeze({
    visible: () => ({
      entities: [...shownNow.entities],
      facts: shownNow.facts.map((fact) => fact.id),
      edges: [...graph.network.body.edgeIndices],
      nodes: [...graph.network.body.nodeIndices],
      date: state.date === null ? null : isoDay(state.date),
    }),
    // Where an entity or the middle of a fact's line is on the screen, in CSS pixels.
    where: (id) => {
      const box = canvas.getBoundingClientRect();
      const place = entities.has(id) ? graph.marks.get(id) : graph.network.body.edges[id].edgeType.getPoint(0.5);
      const at = graph.network.canvasToDOM(place);
      return { x: box.left + at.x, y: box.top + at.y };
    },
    svg: svgText,
    // The boxes of the labels that a frame draws now, in CSS pixels within the picture.
    labels: () => {
      graph.network.redraw();
      return graph.labels;
    },
    // The boxes of the marks of that frame.
    marks: () =>
      graph.drawn.map(({ id, x, y, r }) => {
        const [from, to] = [graph.network.canvasToDOM({ x: x - r, y: y - r }), graph.network.canvasToDOM({ x: x + r, y: y + r })];
        return { id, x1: from.x, y1: from.y, x2: to.x, y2: to.y };
      }),
  });
}

start();
