// Citations: who says so, in the forms that other programs read, and what can be copied.

// Puts a text on the clipboard and says whether that worked.
async function copy(text) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    // A page in a sandboxed frame has no clipboard of its own, but may copy what is selected.
    const area = el('textarea', { readonly: true, 'aria-hidden': 'true' });
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
  }
  announce(say(done ? 'copied' : 'notCopied'));
}

let toasting = 0; // the timer of the sentence on the screen

// Says a short sentence on the screen and to screen readers; it goes away by itself.
function announce(text) {
  told.textContent = text;
  const toast = byId('toast');
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toasting);
  toasting = setTimeout(() => {
    toast.hidden = true;
  }, 2500);
}

// Returns what a source is called: without a title its address, without an address its id.
/** @type {(source: Source) => string} */
const titleOf = (source) => source.title || source.url || source.source || '';

const sourceOf = (reference) => content.sources[reference.source];

// Returns a reference as a sentence: publisher, title, date, place in it, address, day of reading.
function plainCitation(reference) {
  const source = sourceOf(reference);
  const parts = [
    source.publisher,
    source.title && `“${source.title}”`,
    source.published,
    reference.locator,
    source.url,
    source.accessed && say('read', inWords(source.accessed)),
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}

// Characters that mean something to TeX; the backslash first, for the others bring new ones.
const tex = (text) =>
  String(text)
    .replace(/[\\{}]/g, (c) => ({ '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}' })[c])
    .replace(/[#$%&_]/g, '\\$&')
    .replace(/~/g, '\\textasciitilde{}')
    .replace(/\^/g, '\\textasciicircum{}')
    .replace(/\s+/g, ' ');

// Returns a reference as an entry for BibTeX (biblatex's @online).
function bibtex(reference) {
  const source = sourceOf(reference);
  const fields = {
    title: source.title && `{${tex(source.title)}}`,
    organization: source.publisher && `{${tex(source.publisher)}}`,
    date: source.published,
    // Inside url nothing is escaped; what would end the field is percent-encoded instead.
    url: source.url?.replace(/[{}\\\s]/g, encodeURIComponent),
    urldate: source.accessed,
    note: reference.locator && tex(reference.locator),
  };
  const lines = Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `  ${name} = {${value}},\n`);
  return `@online{${String(source.source || 'source').replace(/[^\w:.-]+/g, '-')},\n${lines.join('')}}\n`;
}

// Returns a date as CSL-JSON has it, whose years before 1 count without a year 0: -0044 is 45 BC.
function dateParts(text) {
  if (dayNumber(text) === null) return undefined;
  const [year, ...rest] = text
    .replace('Y', '')
    .match(/^-?\d+|\d+/g)
    .map(Number);
  return { 'date-parts': [[year > 0 ? year : year - 1, ...rest]] };
}

// Returns a reference as an item of CSL-JSON 1.0.
function cslItem(reference) {
  const source = sourceOf(reference);
  const item = {
    id: source.source || 'source',
    type: 'webpage',
    title: source.title,
    publisher: source.publisher,
    issued: dateParts(source.published),
    accessed: dateParts(source.accessed),
    URL: source.url,
    note: reference.locator,
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value));
}

const CITATIONS = {
  plain: (references) => `${references.map(plainCitation).join('\n')}\n`,
  bibtex: (references) => references.map(bibtex).join('\n'),
  csl: (references) => `${JSON.stringify(references.map(cslItem), null, 1)}\n`,
};

// Returns the buttons that copy the references of a fact.
function citeButtons(fact) {
  if (!fact.references) return null;
  const one = (form, words) =>
    el(
      'button',
      {
        type: 'button',
        class: 'small',
        'data-cite': form,
        onclick: () => copy(CITATIONS[form](fact.references)),
      },
      words,
    );
  return el(
    'p',
    { class: 'actions' },
    el('span', {}, `${say('cite')}:`),
    one('plain', say('plain')),
    one('bibtex', 'BibTeX'),
    one('csl', 'CSL-JSON'),
  );
}

// Returns what this view shows, in lines of text: for a caption or the notes of a study.
function describe() {
  const { meta } = content;
  const day = state.date === null ? say('allDates') : `${say('asOf')} ${isoDay(state.date)}`;
  const when = state.surely && state.date !== null ? `${day}, ${say('surely')}` : day;
  const from = startOf(state.named);
  // What a view leaves out goes with its name.
  const names = (set, terms, known) =>
    [...set]
      .filter((id) => !known.has(id))
      .map((id) => labelOf(terms.get(id)))
      .sort()
      .join(', ');
  const asserted = shownNow.facts.filter((fact) => !fact.inferred);
  const sourced = asserted.filter((fact) => fact.references).length;
  return [
    meta.title,
    viewInWords(),
    [when, say('count', shownNow.entities.size, shownNow.facts.length)].join('; '),
    [meta.issued && say('dataFor', meta.issued), meta.version && say('version', meta.version), meta.licence].filter(Boolean).join(', '),
    asserted.length ? say('sourced', Math.floor((100 * sourced) / asserted.length)) : '',
    state.focus
      ? say('onlyNear', labelOf(entities.get(state.focus)), state.hops)
      : state.links === FEW
        ? sayFew()
        : state.links
          ? `${say('atLeastLinks')}: ${say('atLeast', state.links)}`
          : '',
    state.sources ? `${say('atLeastSources')}: ${say('atLeast', state.sources)}` : '',
    ...[names(state.classes, classes, from.classes), names(state.predicates, predicates, from.predicates)].map(
      (left) => left && `${say('without')}: ${left}`,
    ),
    state.bases.size ? `${say('without')}: ${[...state.bases].map((name) => say('basis')[name]).join(', ')}` : '',
  ].filter(Boolean);
}
