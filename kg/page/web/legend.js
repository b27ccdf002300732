// The legend is the filter: what is on the page with its mark, its count and a switch.

const legend = byId('legend');

// Returns one row; `hidden` is the set in the state that the switch edits.
function legendRow(id, words, mark, count, hidden, lang) {
  const box = el('input', { type: 'checkbox', 'data-id': id });
  box.checked = !hidden.has(id);
  box.addEventListener('change', () => {
    if (box.checked) hidden.delete(id);
    else hidden.add(id);
    show();
  });
  return el(
    'li',
    { class: count ? '' : 'absent' },
    el('label', {}, box, mark, bdi(words, { class: 'what', lang }), el('span', { class: 'number' }, String(count))),
  );
}

// Returns a part of the legend: rows of an id and its words, in the order given.
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
    el('ul', {}, ...rows.map(([id, words, lang]) => legendRow(id, words, mark(id), counts.get(id) || 0, hidden, lang))),
  );
}

// Returns how the line of a fact looks that is not sure, and how many there are; it is no filter of
// its own, because the switch beside the date is one.
function openSample() {
  const open = facts.filter((fact) => isOpenOn(fact, state.date)).length;
  return el(
    'p',
    { class: open ? 'sample' : 'sample absent' },
    lineSample('possible'),
    el('span', { class: 'what' }, say('possibleLine')),
    el('span', { class: 'number' }, String(open)),
  );
}

// Returns a choice of the least number of something, each with how much of it there is.
function leastChoice(id, title, steps, reach, value, change) {
  const offered = [...new Set([...steps.filter((step) => !step || reach(step)), ...(value === FEW ? [] : [value])])].sort((a, b) => a - b);
  const choice = el(
    'select',
    { id },
    id === 'least-links' && few.size ? el('option', { value: FEW, selected: value === FEW }, say('few', few.size)) : null,
    ...offered.map((step) => el('option', { value: step, selected: step === value }, `${say('atLeast', step)} (${reach(step)})`)),
  );
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

function drawLegend(shown) {
  const focused = document.activeElement;
  const focus = focused instanceof HTMLElement && legend.contains(focused) ? focused : null;
  const again =
    focus && (focus.id ? `#${focus.id}` : [/** @type {HTMLElement | null} */ (focus.closest('.part'))?.dataset.kind, focus.dataset.id]);
  const scroll = legend.scrollTop;
  const asserted = shown.onDay.filter((fact) => !fact.inferred);
  legend.replaceChildren(
    legendPart(say('entities'), 'class', labelled(classes), shown.ofClass, state.classes, swatch),
    legendPart(
      say('lines'),
      'basis',
      BASES.map((name) => [name, say('basis')[name]]),
      shown.ofBasis,
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
        (least) => shown.present.filter((id) => neighboursOf.get(id).size >= least).length,
        state.links,
        (least) => {
          state.links = least;
        },
      ),
      leastChoice(
        'least-sources',
        say('atLeastSources'),
        [0, 1, 2, 3, 4, 5],
        (least) => asserted.filter((fact) => fact.cited >= least).length,
        state.sources,
        (least) => {
          state.sources = least;
        },
      ),
    ),
    legendPart(say('relations'), 'predicate', labelled(predicates), shown.ofPredicate, state.predicates, () => ''),
    about(),
  );
  legend.scrollTop = scroll;
  // The switch just used was replaced by a new one; the keyboard must not lose its place.
  if (typeof again === 'string') legend.querySelector(again)?.focus();
  else if (again && again[1] !== undefined) {
    [...legend.querySelectorAll(`[data-kind="${again[0]}"] input`)].find((box) => box.dataset.id === again[1])?.focus();
  }
}
