// The legend is the filter: what is on the page with its mark, its count and a switch.

const legend = byId('legend');

// What writes the numbers, of which nearly all change with each step of time, and little else does.
const numbers = /** @type {((shown: Shown) => void)[]} */ ([]);
const drawnLegend = { key: '' };

// Returns a number that is written anew whenever it changes; what has none of it is pale.
/** @type {(count: (shown: Shown) => number, about: () => HTMLElement) => HTMLElement} */
function legendNumber(count, about) {
  const number = el('span', { class: 'number' });
  let written = /** @type {number | null} */ (null);
  numbers.push((shown) => {
    const now = count(shown);
    if (now === written) return;
    written = now;
    number.textContent = String(now);
    about().classList.toggle('absent', !now);
  });
  return number;
}

// Returns one row; `hidden` is the set in the state that the switch edits.
function legendRow(id, words, mark, count, hidden, lang) {
  const box = el('input', { type: 'checkbox', 'data-id': id });
  box.checked = !hidden.has(id);
  box.addEventListener('change', () => {
    if (box.checked) hidden.delete(id);
    else hidden.add(id);
    show();
  });
  const row = el('li');
  row.append(
    el(
      'label',
      {},
      box,
      mark,
      bdi(words, { class: 'what', lang }),
      legendNumber(count, () => row),
    ),
  );
  return row;
}

// Returns a part of the legend: rows of an id and its words, in the order given; `counts` finds among
// what shows how many there are of each.
function legendPart(title, kind, rows, counts, hidden, mark) {
  const all = (on) => () => {
    hidden.clear();
    if (!on) for (const [id] of rows) hidden.add(id);
    show();
  };
  const button = (text, on) => el('button', { type: 'button', class: 'small', 'aria-label': `${title}: ${text}`, onclick: all(on) }, text);
  return el(
    'section',
    { class: 'part', 'data-kind': kind },
    el('div', { class: 'head' }, el('h2', {}, title), button(say('all'), true), button(say('none'), false)),
    el('ul', {}, ...rows.map(([id, words, lang]) => legendRow(id, words, mark(id), (shown) => counts(shown).get(id) || 0, hidden, lang))),
  );
}

// Returns how the line of a fact looks that is not sure, and how many there are; it is no filter of
// its own, because the switch beside the date is one.
function openSample() {
  const sample = el('p', { class: 'sample' }, lineSample('possible'), el('span', { class: 'what' }, say('possibleLine')));
  sample.append(
    legendNumber(
      () => facts.filter((fact) => isOpenOn(fact, state.date)).length,
      () => sample,
    ),
  );
  return sample;
}

// Returns a choice of the least number of something, each with how much of it there is; `sizes`
// finds the numbers from which to choose.
function leastChoice(id, title, steps, sizes, value, change) {
  const choice = el('select', { id });
  let written = '';
  numbers.push((shown) => {
    const own = sizes(shown);
    const reach = (least) => own.filter((size) => size >= least).length;
    const all = [...new Set([...steps, ...(value === FEW ? [] : [value])])].sort((a, b) => a - b);
    const offered = all.map((step) => [step, reach(step)]).filter(([step, count]) => !step || count || step === value);
    const key = String(offered);
    if (key === written) return;
    written = key;
    choice.replaceChildren(
      ...(id === 'least-links' && few.size ? [el('option', { value: FEW, selected: value === FEW }, say('few', few.size))] : []),
      ...offered.map(([step, count]) => el('option', { value: step, selected: step === value }, `${say('atLeast', step)} (${count})`)),
    );
  });
  choice.addEventListener('change', () => {
    change(choice.value === FEW ? FEW : Number(choice.value));
    show();
  });
  return el('div', { class: 'least' }, el('label', { for: id }, title), choice);
}

const labelled = (terms) =>
  [...terms].map(([id, term]) => [id, labelOf(term), langOf(term)]).sort(([, a], [, b]) => a.localeCompare(b, LOCALES[state.lang]));

// Returns what this graph is, and how well it is sourced.
function about() {
  const { meta } = content;
  const asserted = facts.filter((fact) => !fact.inferred);
  const sourced = asserted.filter((fact) => fact.references).length;
  const line = (text) => el('li', {}, text);
  return el(
    'section',
    { class: 'part' },
    el('div', { class: 'head' }, el('h2', {}, say('aboutTitle'))),
    el(
      'ul',
      { class: 'about' },
      meta.issued || meta.version
        ? line(
            [meta.issued && say('dataFor', inWords(meta.issued)), meta.version && say('version', meta.version)].filter(Boolean).join(', '),
          )
        : null,
      line(say('count', entities.size, facts.length)),
      asserted.length < facts.length ? line(say('changes', facts.length - asserted.length)) : null,
      line(say('sourcesUsed', content.sources.length)),
      asserted.length ? line(say('sourced', Math.floor((100 * sourced) / asserted.length))) : null,
      meta.licence ? el('li', {}, `${say('licence')}: `, link(meta.licence, meta.licence.replace(/^https?:\/\//, ''))) : null,
    ),
  );
}

// Draws the legend: anew where a switch or the language changed, else only its numbers.
function drawLegend(shown) {
  const key = JSON.stringify([
    state.lang,
    state.named,
    ...[state.classes, state.bases, state.predicates].map((set) => [...set]),
    state.links,
    state.sources,
  ]);
  if (key !== drawnLegend.key) {
    drawnLegend.key = key;
    numbers.length = 0;
    buildLegend();
  }
  for (const write of numbers) write(shown);
}

function buildLegend() {
  const focused = document.activeElement;
  const focus = focused instanceof HTMLElement && legend.contains(focused) ? focused : null;
  const again =
    focus && (focus.id ? `#${focus.id}` : [/** @type {HTMLElement | null} */ (focus.closest('.part'))?.dataset.kind, focus.dataset.id]);
  const scroll = legend.scrollTop;
  legend.replaceChildren(
    legendPart(say('entities'), 'class', labelled(classes), (shown) => shown.ofClass, state.classes, swatch),
    legendPart(
      say('lines'),
      'basis',
      BASES.map((name) => [name, say('basis')[name]]),
      (shown) => shown.ofBasis,
      state.bases,
      lineSample,
    ),
    openSample(),
    el(
      'section',
      { class: 'part' },
      leastChoice(
        'least-links',
        say('atLeastLinks'),
        [0, 1, 2, 3, 4, 5, 7, 10, 15, 20],
        (shown) => shown.present.map((id) => neighboursOf.get(id)),
        state.links,
        (least) => {
          state.links = least;
        },
      ),
      leastChoice(
        'least-sources',
        say('atLeastSources'),
        [0, 1, 2, 3, 4, 5],
        (shown) => shown.onDay.filter((fact) => !fact.inferred).map((fact) => fact.cited),
        state.sources,
        (least) => {
          state.sources = least;
        },
      ),
    ),
    legendPart(say('relations'), 'predicate', labelled(predicates), (shown) => shown.ofPredicate, state.predicates, relationSample),
    about(),
  );
  legend.scrollTop = scroll;
  // The switch just used was replaced by a new one; the keyboard must not lose its place.
  if (typeof again === 'string') legend.querySelector(again)?.focus();
  else if (again && again[1] !== undefined) {
    [...legend.querySelectorAll(`[data-kind="${again[0]}"] input`)].find((box) => box.dataset.id === again[1])?.focus();
  }
}
