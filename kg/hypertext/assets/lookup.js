// Search without a server: what has such a name, from the names that stand beside this script.

'use strict';

const MANY = 100; // so many are shown
const INSIDE = 3; // the rank of a name that has the text inside of a word

const sought = /** @type {HTMLInputElement} */ (document.getElementById('sought'));
const told = /** @type {HTMLElement} */ (document.getElementById('told'));
const hits = /** @type {HTMLElement} */ (document.getElementById('hits'));

// Each thing with its names folded, made when first sought.
let folds = /** @type {{ thing: NamedThing, names: string[] }[] | null} */ (null);

// Returns how well a name fits: 0 the name, 1 its beginning, 2 that of a word, 3 a part; else -1.
function rankOf(name, text) {
  const place = name.indexOf(text);
  if (place < 0) return -1;
  if (name === text) return 0;
  if (place === 0) return 1;
  return name.includes(` ${text}`) ? 2 : INSIDE;
}

// Sources are the last kind, and stand below all that they speak of.
const isSource = (thing) => thing.kind === NAMES.kinds.length - 1;

// Returns the things that are called so, the best first, each with the name by which it was found.
function found(text) {
  const plain = folded(text);
  if (!plain) return [];
  folds ??= NAMES.things.map((thing) => ({ thing, names: [thing.text, ...thing.names].map(folded) }));
  const fitting = [];
  for (const { thing, names } of folds) {
    let [best, at] = [INSIDE + 1, -1];
    names.forEach((name, i) => {
      const rank = rankOf(name, plain);
      if (rank >= 0 && rank < best) [best, at] = [rank, i];
    });
    if (at >= 0) fitting.push({ thing, best, by: at ? thing.names[at - 1] : '' });
  }
  return fitting.sort(
    (a, b) => Number(isSource(a.thing)) - Number(isSource(b.thing)) || a.best - b.best || a.thing.text.localeCompare(b.thing.text),
  );
}

function words(said, language) {
  const bdi = document.createElement('bdi');
  if (language) bdi.lang = language;
  bdi.textContent = said;
  return bdi;
}

function item({ thing, by }) {
  const [li, a] = [document.createElement('li'), document.createElement('a')];
  a.href = thing.href;
  a.append(words(thing.text, thing.language));
  li.append(a);
  if (by && by !== thing.text) {
    const other = document.createElement('span');
    other.className = 'muted';
    other.append(' (', words(by, ''), ')');
    li.append(other);
  }
  return li;
}

function show() {
  const all = found(sought.value);
  hits.replaceChildren();
  if (!sought.value.trim()) told.textContent = '';
  else if (!all.length) told.textContent = 'Nothing is called so.';
  else told.textContent = `${all.length.toLocaleString('en')} found${all.length > MANY ? `; the first ${MANY} are shown` : ''}.`;
  const byKind = new Map();
  for (const one of all.slice(0, MANY)) byKind.set(one.thing.kind, [...(byKind.get(one.thing.kind) ?? []), one]);
  for (const [kind, ones] of byKind) {
    const [heading, list] = [document.createElement('h2'), document.createElement('ul')];
    heading.className = 'capital';
    heading.append(words(NAMES.kinds[kind].text, NAMES.kinds[kind].language));
    list.className = 'hits';
    list.append(...ones.map(item));
    hits.append(heading, list);
  }
}

sought.value = new URLSearchParams(location.search).get('q') ?? '';
sought.addEventListener('input', show);
/** @type {HTMLFormElement} */ (document.getElementById('seek')).addEventListener('submit', (event) => {
  event.preventDefault();
  show();
});
show();
