// The legend is the filter: each class and each relation with its mark, its count and a switch.

const legend = document.getElementById('legend');

// Returns one row; `hidden` is the set in the state that the switch edits.
function legendRow(id, term, mark, count, hidden) {
  const box = el('input', { type: 'checkbox', 'data-id': id });
  box.checked = !hidden.has(id);
  box.addEventListener('change', () => {
    if (box.checked) hidden.delete(id);
    else hidden.add(id);
    show();
  });
  return el('li', { class: count ? '' : 'absent' },
    el('label', {}, box, mark, bdi(labelOf(term), { class: 'what' }), el('span', { class: 'number' }, String(count))));
}

function legendPart(title, kind, terms, counts, hidden, mark) {
  const sorted = [...terms].sort(([, a], [, b]) => labelOf(a).localeCompare(labelOf(b), state.lang));
  const all = (on) => () => {
    hidden.clear();
    if (!on) for (const id of terms.keys()) hidden.add(id);
    show();
  };
  const button = (text, on) => el('button', { type: 'button', class: 'small', 'aria-label': `${title}: ${text}`, onclick: all(on) }, text);
  return el('section', { class: 'part', 'data-kind': kind },
    el('div', { class: 'head' }, el('h2', {}, title), button(say('all'), true), button(say('none'), false)),
    el('ul', {}, ...sorted.map(([id, term]) => legendRow(id, term, mark(id), counts.get(id) || 0, hidden))));
}

function drawLegend(shown) {
  const focus = legend.contains(document.activeElement) && document.activeElement;
  const again = focus && [focus.closest('.part')?.dataset.kind, focus.dataset.id];
  const scroll = legend.scrollTop;
  const key = (kind, text) => el('li', {}, lineSample(kind), el('span', {}, text));
  legend.replaceChildren(
    legendPart(say('entities'), 'class', classes, shown.ofClass, state.classes, swatch),
    legendPart(say('relations'), 'predicate', predicates, shown.ofPredicate, state.predicates, () => ''),
    el('section', { class: 'part' },
      el('div', { class: 'head' }, el('h2', {}, say('lines'))),
      el('ul', { class: 'key' },
        key('asserted', say('asserted')),
        key('two-way', say('twoWay')),
        key('inferred', say('inferred')),
        key('disputed', say('disputed')))),
  );
  legend.scrollTop = scroll;
  // The switch just used was replaced by a new one; the keyboard must not lose its place.
  if (again && again[1] !== undefined) {
    [...legend.querySelectorAll(`[data-kind="${again[0]}"] input`)].find((box) => box.dataset.id === again[1])?.focus();
  }
}
