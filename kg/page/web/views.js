// The views that the project names: each sets the legend, the date and the layout in one step.

const views = content.views || [];
const viewById = /** @type {Known<View>} */ (new Map(views.map((view) => [view.id, view])));
const ofViews = byId('named');

// A view that the address names and the page does not have; '' for none.
let unknownView = '';

// What of an address says what shows: with it and without a view it is from before there were views.
const SHOWING = ['e', 'n', 't', 'sure', 'hk', 'hp', 'hb', 's', 'l', 'f', 'h', 'p', 'o', 'view', 'q'];

// Says whether the page has views and shows none of them, as an older address asks for.
const isUnnamed = () => views.length > 0 && !state.named;

// Returns how the page stands when a view opens; null stands for none.
function startOf(id) {
  const view = id === null ? undefined : viewById.get(id);
  if (!view) return { ...DEFAULTS, classes: new Set(), predicates: new Set(), view: 'graph' };
  const others = (all, own) => new Set(own ? [...all.keys()].filter((one) => !own.includes(one)) : []);
  return {
    ...DEFAULTS,
    entity: null,
    links: 0,
    date: view.date === undefined ? DEFAULTS.date : dayNumber(view.date),
    classes: others(classes, view.classes),
    predicates: others(predicates, view.predicates),
    view: view.layout || 'graph',
  };
}

// Returns which view an address means that has such a text for it, and such parts.
function viewNamedIn(text, parts) {
  unknownView = text && !VIEWS.includes(text) && !viewById.has(text) ? text : '';
  if (viewById.has(text)) return text;
  return !unknownView && parts.some((part) => SHOWING.includes(part)) ? null : (content.first.view ?? null);
}

// Returns the parts of the address that say which view shows and how it is laid out; `more` says
// whether there are others.
function viewInHash(from, more) {
  const layout = state.view === from.view ? [] : [`${state.named ? 'as' : 'view'}=${state.view}`];
  const isFirst = state.named === (content.first.view ?? null);
  return state.named && (more || layout.length || !isFirst) ? [`view=${encodeURIComponent(state.named)}`, ...layout] : layout;
}

// Returns who belongs to the view that shows, by the facts that pass the legend; null for all.
function scopeOf(list) {
  const view = viewById.get(state.named ?? '');
  if (view?.focus) return new Set(view.focus.flatMap((id) => [...around(id, 1, list)]));
  return view?.predicates ? new Set(list.flatMap((fact) => (fact.o === undefined ? [fact.s] : [fact.s, fact.o]))) : null;
}

// The project's own label, else the page's word for a view that the page made by itself.
const nameOf = (view) => (view.label ? labelOf(view) : say(view.id) || view.id);

// Returns which view shows, '' for none.
function viewInWords() {
  const view = viewById.get(state.named ?? '');
  return view ? `${say('views')}: ${nameOf(view)}${isChanged() ? ` (${say('changedView')})` : ''}` : '';
}

// Says whether the legend is not as the view has it.
function isChanged() {
  const from = startOf(state.named);
  return Boolean(
    differing(state.classes, from.classes).size ||
      differing(state.predicates, from.predicates).size ||
      state.bases.size ||
      state.sources ||
      state.links !== from.links,
  );
}

// Opens a view as the project has it.
function openView(id) {
  const { lang, theme } = state;
  fromHash(`view=${encodeURIComponent(id)}`);
  Object.assign(state, { lang, theme });
  graph.moved = false;
  show();
  fit();
  const view = viewById.get(id);
  told.textContent = [nameOf(view), view.says && labelOf(view.says), byId('count').textContent].filter(Boolean).join('. ');
}

function drawViews() {
  ofViews.hidden = !views.length;
  if (ofViews.children.length !== views.length) {
    ofViews.replaceChildren(
      ...views.map(({ id }, i) =>
        el('button', { type: 'button', 'data-id': id, 'aria-keyshortcuts': i < 9 && String(i + 1), onclick: () => openView(id) }),
      ),
    );
    oneStop(ofViews, () => [...ofViews.querySelectorAll('button')]);
  }
  [...ofViews.querySelectorAll('button')].forEach((button, i) => {
    const isShown = views[i].id === state.named;
    button.replaceChildren(bdi(nameOf(views[i]), { lang: views[i].label ? langOf(views[i]) : null }));
    if (isShown && button.getAttribute('aria-pressed') !== 'true') {
      // Once all that stands beside the views has its place.
      requestAnimationFrame(() => button.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
    }
    button.setAttribute('aria-pressed', String(isShown));
    if (isShown && !ofViews.contains(document.activeElement)) stopAt([...ofViews.querySelectorAll('button')], button);
  });
  const says = viewById.get(state.named ?? '')?.says;
  byId('view-says').hidden = !says;
  byId('view-says').replaceChildren(says ? bdiOf(says) : '');
}

extras.push({
  draw: drawViews,
  toHash: () => [],
  fromHash: () => {},
  notice: () => {
    if (unknownView) return { words: say('noView', unknownView) };
    return state.named && isChanged() ? { words: say('changedView'), clear: () => openView(state.named), button: 'backToView' } : null;
  },
});

// The first nine views have a digit each.
document.addEventListener('keydown', (event) => {
  const view = views[Number(keyOf(event)) - 1];
  if (!view || manual.open || typesInto(event)) return;
  event.preventDefault();
  openView(view.id);
});
