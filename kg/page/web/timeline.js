// Time: a slider over days, the changes of each year, the day in words and as typed, and steps.

const time = byId('time');

const changeDays = [...daysOf(facts.filter((fact) => !fact.never))].sort((a, b) => a - b);

// Returns the days on which a fact begins or ends, possibly or surely.
function daysOf(list) {
  const days = /** @type {Set<Day | null>} */ (new Set());
  for (const fact of list) {
    days.add(fact.from);
    if (fact.kind !== 'event') days.add(fact.to);
    for (const { first, after } of fact.surely ?? []) days.add(first).add(after);
  }
  days.delete(null);
  return /** @type {Set<Day>} */ (days);
}

// Whoever draws time asks first whether there is any.
const span = /** @type {{ first: Day, last: Day }} */ (
  changeDays.length
    ? {
        first: Math.min(changeDays[0], issuedDay ?? Infinity, DEFAULTS.date ?? Infinity),
        last: Math.max(changeDays[changeDays.length - 1], nearIssue() ?? -Infinity, DEFAULTS.date ?? -Infinity),
      }
    : null
);

// Returns the day of issue, null for one so far behind the last change of a page that opens on all
// dates that the changes would be a sliver of the scale.
function nearIssue() {
  const [first, last] = [changeDays[0], changeDays[changeDays.length - 1]];
  return issuedDay !== null && DEFAULTS.date === null && issuedDay - last > last - first ? null : issuedDay;
}

// Returns the last day that time runs to.
const lastDay = () => Math.min(issuedDay ?? Infinity, span.last);

const startOfYear = (year) => daysTo(year, 1, 1);

// The steps between years on a scale: one, two and five of each power of ten.
const YEAR_STEPS = Array.from({ length: 31 }, (_, place) => [1, 2, 5][place % 3] * 10 ** Math.floor(place / 3));

// Returns the place of a day on the slider, in percent.
const along = (day) => Math.max(0, Math.min(100, (100 * (day - span.first)) / Math.max(1, span.last - span.first)));

// Returns the years to write under a scale: as many round ones as are easy to read.
function roundYears(most) {
  const years = (span.last - span.first) / 365.25;
  const step = YEAR_STEPS.find((size) => years / size <= most) ?? YEAR_STEPS[YEAR_STEPS.length - 1];
  const found = [];
  for (let year = Math.ceil(yearOf(span.first) / step) * step; year <= yearOf(span.last); year += step) {
    const place = along(startOfYear(year));
    if (startOfYear(year) >= span.first && place <= 98) found.push({ year, place });
  }
  return found;
}

// Returns the years as marks on a scale; decoration, hence hidden from readers.
function ticks(most = 9) {
  return el(
    'div',
    { class: 'ticks', 'aria-hidden': 'true' },
    ...roundYears(most).map(({ year, place }) => {
      const tick = el('span', {}, String(year));
      tick.style.left = `${place}%`;
      return tick;
    }),
  );
}

// Draws what begins (above) and what ends (below) in each year, of all that passes the legend.
function drawBars(passing) {
  if (parts.bars.dataset.lang === state.lang && parts.drawn === passing) return;
  parts.bars.dataset.lang = state.lang;
  parts.drawn = passing;
  const began = new Map();
  const ended = new Map();
  const count = (map, day) => day !== null && map.set(yearOf(day), (map.get(yearOf(day)) || 0) + 1);
  for (const fact of passing) {
    if (fact.never) continue;
    count(began, fact.from);
    if (fact.kind !== 'event' && fact.from !== fact.to) count(ended, fact.to);
  }
  const most = Math.max(1, ...began.values(), ...ended.values());
  const bars = [];
  for (const year of [...new Set([...began.keys(), ...ended.keys()])].sort((a, b) => a - b)) {
    const left = Math.max(0, along(startOfYear(year)));
    const width = Math.max(0.3, (along(startOfYear(year + 1)) - left) * 0.82);
    const [up, down] = [began.get(year) || 0, ended.get(year) || 0];
    for (const [name, number, y] of [
      ['begin', up, 0],
      ['finish', down, 1],
    ]) {
      if (!number) continue;
      // Square root: one busy year must not flatten all the others.
      const height = (name === 'begin' ? 17 : 9) * Math.sqrt(number / most);
      const bar = svgElement('rect', { x: left, width, height, y: y ? 18.5 : 17.5 - height, class: name, 'data-year': year });
      bar.append(svgElement('title', {}, `${year}: ${say(name, number)}`));
      bars.push(bar);
    }
  }
  parts.bars.replaceChildren(...bars);
}

const parts = {};

// Moves to a day, or to all dates, and draws; while the day keeps moving the address waits.
function go(day, { moving = false } = {}) {
  state.date = day;
  show({ keep: !moving });
}

// Goes to the next day on which something begins or ends, backwards with -1.
function stepTime(way) {
  if (!span) return;
  const now = state.date ?? lastDay();
  const next = way > 0 ? changeDays.find((day) => day > now) : changeDays.filter((day) => day < now).pop();
  if (next !== undefined) go(next);
}

const player = { timer: /** @type {number | null} */ (null) };

function pause() {
  if (player.timer === null) return;
  clearInterval(player.timer);
  player.timer = null;
  show();
}

// Lets time run from the date shown, from the start when it is at the end; some 25 seconds in all.
function play() {
  if (player.timer !== null) {
    pause();
    return;
  }
  const years = Math.max(1, (span.last - span.first) / 365.25);
  // Whoever asked for less motion gets a still picture a second, a year or more apart.
  const [pace, stride] = calm.matches
    ? [1000, Math.ceil(365.25 * Math.max(1, years / 40))]
    : [100, Math.max(1, Math.round((span.last - span.first) / 250))];
  const last = lastDay();
  let day = state.date === null || state.date >= last ? span.first : state.date;
  go(day, { moving: true });
  player.timer = setInterval(() => {
    day = Math.min(last, day + stride);
    go(day, { moving: true });
    if (day >= last) pause();
  }, pace);
  drawTime();
}

// Turns between what is sure on the date and what is possible as well.
function turnSure() {
  if (state.date === null) return;
  state.surely = !state.surely;
  show();
}

function typedDate() {
  const typed = parts.typed.value.trim();
  const day = realDay(typed);
  const exists = day !== null;
  parts.typed.setAttribute('aria-invalid', String(!exists));
  parts.wrong.textContent = exists ? '' : say(isWritten(typed) ? 'noSuchDay' : 'wrongDate', typed);
  if (exists) go(day);
}

function startTime() {
  if (!span) return;
  parts.words = el('strong', { class: 'words' });
  parts.hint = el('span', { class: 'hint' });
  // Not type=date: it would show the date in the order of the browser's country, and refuse "2005".
  parts.typed = el('input', {
    type: 'text',
    id: 'typed',
    size: 10,
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'YYYY-MM-DD',
    'aria-describedby': 'wrong-date',
    onchange: typedDate,
  });
  parts.wrong = el('p', { id: 'wrong-date', role: 'alert' });
  parts.slider = el('input', { type: 'range', id: 'slider', min: span.first, max: span.last, step: 1 });
  // Whoever clicks there wants another date; with the next click the place in the text counts.
  parts.typed.addEventListener('focus', () => parts.typed.addEventListener('click', () => parts.typed.select(), { once: true }));
  parts.play = el('button', { type: 'button', id: 'play', onclick: play });
  parts.back = el('button', { type: 'button', id: 'earlier', onclick: () => stepTime(-1) }, '‹');
  parts.on = el('button', { type: 'button', id: 'later', onclick: () => stepTime(1) }, '›');
  parts.all = el('button', {
    type: 'button',
    id: 'all-dates',
    onclick: () => go(state.date === null ? Number(parts.slider.value) : null),
  });
  parts.surely = el('button', {
    type: 'button',
    id: 'surely',
    onclick: turnSure,
  });
  parts.label = el('label', { for: 'typed', class: 'sr' });
  parts.bars = svgElement('svg', { viewBox: '0 0 100 28', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  // While dragging, one drawing per frame is as much as can be seen.
  let waiting = false;
  parts.slider.addEventListener('input', () => {
    state.date = Number(parts.slider.value);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      show({ keep: false });
    });
  });
  parts.slider.addEventListener('change', () => show());
  parts.slider.addEventListener('keydown', (event) => {
    const years = { PageUp: 1, PageDown: -1 }[keyOf(event)];
    if (!years) return;
    event.preventDefault();
    const day = yearsLater(state.date ?? Number(parts.slider.value), years);
    go(Math.max(span.first, Math.min(span.last, day)));
  });
  // Whatever else is done with the time ends the play.
  time.addEventListener('pointerdown', (event) => {
    if (!parts.play.contains(event.target)) pause();
  });
  time.addEventListener('keydown', (event) => {
    if (!parts.play.contains(event.target)) pause();
  });
  time.replaceChildren(
    el('div', { class: 'when' }, parts.words, parts.hint),
    el('div', { class: 'track' }, parts.play, parts.back, el('div', { class: 'rail' }, parts.bars, parts.slider, ticks()), parts.on),
    el('div', { class: 'set' }, parts.label, parts.typed, parts.all, parts.surely),
    parts.wrong,
  );
}

function drawTime() {
  if (!span) {
    time.replaceChildren(el('p', { class: 'muted' }, say('noDates')));
    return;
  }
  const all = state.date === null;
  const day = state.date ?? lastDay();
  const words = all ? say('allDates') : inWords(isoDay(day));
  parts.words.textContent = all ? words : `${say('asOf')} ${words}`;
  parts.hint.textContent = say(all ? 'semanticsAll' : state.surely ? 'semanticsSure' : 'semantics');
  parts.label.textContent = say('dateShown');
  parts.typed.value = all ? '' : isoDay(day);
  parts.typed.removeAttribute('aria-invalid');
  parts.wrong.textContent = '';
  parts.slider.value = String(day);
  parts.slider.setAttribute('aria-label', say('slider'));
  parts.slider.setAttribute('aria-valuetext', words);
  const playing = player.timer !== null;
  parts.play.textContent = playing ? '❚❚' : '▶';
  for (const [part, word] of [
    ['play', playing ? 'pause' : 'play'],
    ['back', 'earlier'],
    ['on', 'later'],
  ]) {
    parts[part].setAttribute('aria-label', say(word));
    parts[part].title = say(word);
  }
  parts.all.textContent = say('allDates');
  parts.all.setAttribute('aria-pressed', String(all));
  parts.surely.textContent = say('surely');
  parts.surely.title = say('surelyHint');
  parts.surely.setAttribute('aria-pressed', String(state.surely));
  // Of all dates it is not asked what is sure.
  parts.surely.disabled = all;
  time.classList.toggle('all', all);
  drawBars(shownNow.passing);
  for (const bar of parts.bars.children) bar.classList.toggle('past', all || Number(bar.dataset.year) <= yearOf(day));
}
