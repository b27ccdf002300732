// Time: a slider over days, the day in words and as typed, and a step to where something changes.

const time = document.getElementById('time');

const changeDays = [...new Set(facts.filter((fact) => !fact.disputed)
  .flatMap((fact) => (fact.kind === 'event' ? [fact.from] : [fact.from, fact.to]))
  .filter((day) => day !== null))].sort((a, b) => a - b);

const span = changeDays.length ? {
  first: Math.min(changeDays[0], issuedDay ?? Infinity, DEFAULTS.date ?? Infinity),
  last: Math.max(changeDays[changeDays.length - 1], issuedDay ?? -Infinity, DEFAULTS.date ?? -Infinity),
} : null;

const yearOf = (day) => new Date(day * DAY_MS).getUTCFullYear();
const startOfYear = (year) => dayNumber(String(year).padStart(4, '0'));

// Returns the place of a day on the slider, in percent.
const along = (day) => Math.max(0, Math.min(100, (100 * (day - span.first)) / Math.max(1, span.last - span.first)));

// Returns bars that say how many facts start in each year; decoration, hence hidden from readers.
function histogram() {
  const counts = new Map();
  for (const fact of facts) {
    if (fact.from !== null && !fact.disputed) counts.set(yearOf(fact.from), (counts.get(yearOf(fact.from)) || 0) + 1);
  }
  const most = Math.max(1, ...counts.values());
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 100 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  for (const [year, count] of [...counts].sort(([a], [b]) => a - b)) {
    const bar = document.createElementNS(space, 'rect');
    const left = along(startOfYear(year));
    // Square root: one busy year must not flatten all the others.
    const height = 20 * Math.sqrt(count / most);
    bar.setAttribute('x', left);
    bar.setAttribute('width', Math.max(0.3, (along(startOfYear(year + 1)) - left) * 0.8));
    bar.setAttribute('y', 20 - height);
    bar.setAttribute('height', height);
    bar.dataset.year = year;
    svg.append(bar);
  }
  return svg;
}

// Returns the years written under the slider: as many round ones as are easy to read.
function ticks() {
  const years = (span.last - span.first) / 365.25;
  const step = [1, 2, 5, 10, 20, 50, 100, 500].find((size) => years / size <= 9) || 1000;
  const marks = [];
  for (let year = Math.ceil(yearOf(span.first) / step) * step; year <= yearOf(span.last); year += step) {
    const place = along(startOfYear(year));
    if (startOfYear(year) < span.first || place > 98) continue;
    const tick = el('span', {}, String(year));
    tick.style.left = `${place}%`;
    marks.push(tick);
  }
  return el('div', { class: 'ticks', 'aria-hidden': 'true' }, ...marks);
}

const parts = {};

function startTime() {
  if (!span) return;
  const go = (day) => { state.date = day; show(); };
  const step = (way) => () => {
    const now = state.date ?? issuedDay ?? span.last;
    const next = way > 0 ? changeDays.find((day) => day > now) : changeDays.filter((day) => day < now).pop();
    if (next !== undefined) go(next);
  };
  parts.words = el('strong', { class: 'words' });
  parts.hint = el('span', { class: 'hint' });
  // Not type=date: it would show the date in the order of the browser's country, and refuse "2005".
  parts.typed = el('input', { type: 'text', id: 'typed', size: 10, autocomplete: 'off', spellcheck: 'false', placeholder: 'YYYY-MM-DD' });
  parts.slider = el('input', { type: 'range', id: 'slider', min: span.first, max: span.last, step: 1 });
  parts.back = el('button', { type: 'button', id: 'earlier', onclick: step(-1) }, '‹');
  parts.on = el('button', { type: 'button', id: 'later', onclick: step(1) }, '›');
  parts.all = el('button', {
    type: 'button', id: 'all-dates',
    onclick: () => go(state.date === null ? dayNumber(isoDay(Number(parts.slider.value))) : null),
  });
  parts.label = el('label', { for: 'typed', class: 'sr' });
  parts.bars = histogram();
  // While dragging, one drawing per frame is as much as can be seen.
  let waiting = false;
  parts.slider.addEventListener('input', () => {
    state.date = Number(parts.slider.value);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; show(); });
  });
  parts.slider.addEventListener('keydown', (event) => {
    const years = { PageUp: 1, PageDown: -1 }[event.key];
    if (!years) return;
    event.preventDefault();
    const date = new Date((state.date ?? Number(parts.slider.value)) * DAY_MS);
    date.setUTCFullYear(date.getUTCFullYear() + years);
    go(Math.max(span.first, Math.min(span.last, Math.round(date / DAY_MS))));
  });
  parts.typed.addEventListener('change', () => {
    const typed = parts.typed.value.trim();
    const day = dayNumber(typed);
    // 30 February would silently become 1 March.
    const exists = day !== null && isoDay(day).startsWith(typed);
    parts.typed.setAttribute('aria-invalid', String(!exists));
    if (exists) go(day);
  });
  time.replaceChildren(
    el('div', { class: 'when' }, parts.words, parts.hint),
    el('div', { class: 'track' }, parts.back,
      el('div', { class: 'rail' }, parts.bars, parts.slider, ticks()), parts.on),
    el('div', { class: 'set' }, parts.label, parts.typed, parts.all));
}

function drawTime() {
  if (!span) {
    time.replaceChildren(el('p', { class: 'muted' }, say('noDates')));
    return;
  }
  const all = state.date === null;
  const day = state.date ?? issuedDay ?? span.last;
  const words = all ? say('allDates') : inWords(isoDay(day));
  parts.words.textContent = all ? words : `${say('asOf')} ${words}`;
  parts.hint.textContent = say(all ? 'semanticsAll' : 'semantics');
  parts.label.textContent = say('dateShown');
  parts.typed.value = all ? '' : isoDay(day);
  parts.typed.removeAttribute('aria-invalid');
  parts.slider.value = String(day);
  parts.slider.setAttribute('aria-label', say('slider'));
  parts.slider.setAttribute('aria-valuetext', words);
  parts.back.setAttribute('aria-label', say('earlier'));
  parts.back.title = say('earlier');
  parts.on.setAttribute('aria-label', say('later'));
  parts.on.title = say('later');
  parts.all.textContent = say('allDates');
  parts.all.setAttribute('aria-pressed', String(all));
  time.classList.toggle('all', all);
  for (const bar of parts.bars.children) bar.classList.toggle('past', all || Number(bar.dataset.year) <= yearOf(day));
}
