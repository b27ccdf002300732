// Elements are made here and nowhere else: text goes in as text, so no label is ever markup.

/**
 * Returns the element of the page with this id.
 * @template {keyof (PageElements & DrawnElements)} Id
 * @param {Id} id
 * @returns {(PageElements & DrawnElements)[Id]}
 */
function byId(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/**
 * Returns a new element; a property whose value is false, null or undefined is left out.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} properties
 * @param {...(Node | string | false | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

// Returns a label kept apart from the direction of the text around it.
const bdi = (text, properties) => el('bdi', properties, String(text));

// Returns the label of a thing, with its language.
const bdiOf = (thing) => bdi(labelOf(thing), { lang: langOf(thing) });

// Returns a link if the address is one to follow, else the text alone: never "javascript:".
function link(address, text) {
  if (!/^https?:\/\//i.test(address || '')) return bdi(text);
  return el('a', { href: address, rel: 'noopener noreferrer', target: '_blank' }, bdi(text));
}

// Returns a new element of a picture.
function svgElement(name, properties = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Returns a class's mark as a small picture.
function swatch(name) {
  const { points, colour } = classes.get(name);
  return svgElement(
    'svg',
    { viewBox: '-10 -10 20 20', class: 'swatch', 'aria-hidden': 'true' },
    svgElement('polygon', { points: points.map(([x, y]) => `${x * 7},${y * 7}`).join(' '), fill: colour }),
  );
}

// Returns a sample of a line: "asserted", "inferred", "disputed" or "possible".
function lineSample(basis) {
  return el('span', { class: `line ${basis}`, 'aria-hidden': 'true' });
}

// Returns a button that selects an entity.
function entityButton(id) {
  const entity = entities.get(id);
  return el('button', { type: 'button', class: 'entity', onclick: () => select({ entity: id }) }, swatch(entity.class), bdiOf(entity));
}

// Returns the words that qualify a fact: its status or that it is not sure, whether it is inferred,
// an unusual rank.
function chips(fact) {
  const chip = (kind, text) => el('span', { class: `chip ${kind}` }, text);
  const status = statusOn(fact, state.date);
  return [
    isOpenOn(fact, state.date) ? chip('possible', say('possibly')) : null,
    !isOpenOn(fact, state.date) && (fact.kind === 'state' || fact.disputed || status === 'future')
      ? chip(status, WORDS[spoken()].status[status] || status)
      : null,
    fact.inferred ? chip('inferred', say('inferredChip')) : null,
    fact.rank === 'preferred' ? chip('rank', say('preferred')) : null,
  ].filter(Boolean);
}
