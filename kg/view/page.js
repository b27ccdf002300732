// The page as a whole: one state, and one way to show it.

const told = document.getElementById('told');
const button = (id) => document.getElementById(id);
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
let shownNow = null;

const dark = () => (state.theme ? state.theme === 'dark' : prefersDark.matches);

// Draws everything from the state and keeps it in the address.
function show() {
  const root = document.documentElement;
  if (root.lang !== state.lang) translate();
  const theme = dark() ? 'dark' : 'light';
  if (root.dataset.theme !== theme) {
    root.dataset.theme = theme;
    readPaint();
  }
  shownNow = whatShows();
  const count = say('count', shownNow.entities.size, shownNow.facts.length);
  // Screen readers repeat a status whenever it is written, even with the same words.
  if (button('count').textContent !== count) button('count').textContent = count;
  drawLegend(shownNow);
  drawTable(shownNow);
  drawGraph(shownNow);
  drawDetails();
  drawTime();
  drawNotice();
  button('as-table').setAttribute('aria-pressed', String(state.table));
  button('theme').setAttribute('aria-pressed', String(theme === 'dark'));
  keepState();
}

// Puts the words of the page's frame into the language shown; the parts do their own.
function translate() {
  document.documentElement.lang = state.lang;
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll('[data-say-label]')) element.setAttribute('aria-label', say(element.dataset.sayLabel));
  search.placeholder = say('searchHint');
  found.setAttribute('aria-label', say('search'));
  const language = button('language');
  language.textContent = state.lang === 'ru' ? 'English' : 'Русский';
  language.lang = state.lang === 'ru' ? 'en' : 'ru';
}

// Says that a large graph opened with only its best connected classes.
function drawNotice() {
  const notice = button('notice');
  notice.hidden = !content.first.hidden.length || !state.classes.size;
  if (notice.hidden) return;
  notice.replaceChildren(say('crowd', shownNow.entities.size, entities.size), ' ',
    el('button', { type: 'button', class: 'small', onclick: () => { state.classes.clear(); show(); fit(); } }, say('widen')));
}

// Selects an entity, a fact, or nothing.
function select({ entity = null, fact = null }, { keepFocus = false } = {}) {
  const within = details.contains(document.activeElement);
  state.entity = entity;
  state.fact = fact;
  show();
  if (!entity && !fact) {
    if (within) (state.table ? factsView : canvas).focus();
    return;
  }
  details.scrollTop = 0;
  told.textContent = entity ? labelOf(entities.get(entity)) : sentence(factById.get(fact));
  if (entity && !state.table) bringIntoView(entity);
  if (within && !keepFocus) details.querySelector('h2').focus();
}

function showTable(on) {
  state.table = on;
  show();
  if (!on && !graph.moved) fit();
}

function openLegend(on) {
  legend.classList.toggle('open', on);
  button('filters').setAttribute('aria-expanded', String(on));
}

// Esc takes back one thing at a time: the open legend, then the selection.
function escape(event) {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  if (legend.classList.contains('open')) openLegend(false);
  else if (state.entity || state.fact) select({});
}

function start() {
  fromHash(location.hash);
  startGraph();
  startTime();
  startSearch();
  translate();
  button('fit').addEventListener('click', () => { graph.moved = false; fit(); });
  button('as-table').addEventListener('click', () => showTable(!state.table));
  button('theme').addEventListener('click', () => { state.theme = dark() ? 'light' : 'dark'; show(); });
  button('language').addEventListener('click', () => { state.lang = state.lang === 'ru' ? 'en' : 'ru'; show(); });
  button('filters').addEventListener('click', () => openLegend(!legend.classList.contains('open')));
  button('skip').addEventListener('click', (event) => {
    event.preventDefault();
    showTable(true);
    factsView.focus();
  });
  document.addEventListener('keydown', escape);
  prefersDark.addEventListener('change', show);
  window.addEventListener('hashchange', () => { fromHash(location.hash); show(); });
  show();
  fit([...shownNow.entities], false);
  // For tests and for whoever drives the page from outside: to look at, not to touch.
  window.kgPage = Object.freeze({
    visible: () => ({
      entities: [...shownNow.entities],
      facts: shownNow.facts.map((fact) => fact.id),
      edges: graph.edges.get({ filter: (edge) => !edge.hidden }).map((edge) => edge.id),
      nodes: graph.nodes.get({ filter: (node) => !node.hidden }).map((node) => node.id),
      date: state.date === null ? null : isoDay(state.date),
    }),
    // Where an entity or the middle of a fact's line is on the screen, in CSS pixels.
    where: (id) => {
      const box = canvas.getBoundingClientRect();
      const place = entities.has(id) ? graph.network.getPosition(id)
        : graph.network.body.edges[id].edgeType.getPoint(0.5);
      const at = graph.network.canvasToDOM(place);
      return { x: box.left + at.x, y: box.top + at.y };
    },
  });
}

start();
