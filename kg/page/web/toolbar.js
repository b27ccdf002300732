// The head of the page: one stop of the Tab key for its tools, a menu where there is no room for
// them, and the links that skip them.

const tools = byId('tools');
const menu = byId('menu');

// The tools that can be seen; what Share opens has its own stops.
const toolsNow = () =>
  /** @type {HTMLElement[]} */ ([...tools.querySelectorAll('button, select')]).filter(
    (one) => !shareList.contains(one) && !one.hidden && !one.classList.contains('narrow'),
  );

// Leaves one of several controls to the Tab key: the one given, else the one that had it, else the
// first.
function stopAt(all, tool) {
  const stop = all.find((one) => one === tool) || all.find((one) => one.tabIndex === 0) || all[0];
  for (const one of all) one.tabIndex = one === stop ? 0 : -1;
}

function walkBetween(all, event) {
  const at = all.indexOf(event.target);
  const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 };
  const place = places[keyOf(event)];
  if (at < 0 || place === undefined) return;
  event.preventDefault();
  all[(place + all.length) % all.length].focus();
}

// Makes the controls of a box one stop of the Tab key, between which arrow keys lead.
function oneStop(box, controlsNow) {
  // Before the first of them is reached all are stops.
  for (const one of controlsNow()) one.tabIndex = -1;
  stopAt(controlsNow(), controlsNow()[0]);
  box.addEventListener('focusin', (event) => stopAt(controlsNow(), event.target));
  box.addEventListener('keydown', (event) => walkBetween(controlsNow(), event));
}

function openMenu(on) {
  tools.classList.toggle('open', on);
  menu.setAttribute('aria-expanded', String(on));
  if (on)
    toolsNow()
      .find((one) => one.tabIndex === 0)
      ?.focus();
}

// Where each link leads: to a view, or to the search.
function skipTo(event) {
  const to = event.currentTarget.dataset.skip;
  event.preventDefault();
  if (to !== 'search') showView(to);
  (to === 'search' ? search : viewNow()).focus();
}

function startToolbar() {
  oneStop(tools, toolsNow);
  menu.addEventListener('click', () => openMenu(!tools.classList.contains('open')));
  document.addEventListener('click', (event) => {
    const inside = event.target instanceof Element && event.target.closest('#tools, #menu');
    const leads = event.target instanceof Element && event.target.closest('#views, #fit, #help, #share-list');
    if (!inside || leads) openMenu(false);
  });
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-skip]')))
    one.addEventListener('click', skipTo);
}
