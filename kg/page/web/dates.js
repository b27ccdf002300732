// Dates as written ("2012", "2012-06-27", "1998~", "[..2005]"), as numbers and in words.

const DAY_MS = 86400000;
// The calendar repeats itself after so many days; Date alone knows no year after 275760.
const CYCLE_DAYS = 146097;
const CYCLE_YEARS = 400;

// Returns the days from 1 January 1970 to a day of any year; a day after the end of its month is in
// the next one.
function daysTo(year, month, day) {
  const cycles = Math.floor((year - 1970) / CYCLE_YEARS);
  return Date.UTC(year - cycles * CYCLE_YEARS, month - 1, day) / DAY_MS + cycles * CYCLE_DAYS;
}

// Returns the year of a number of days, and as a Date the same day of a year that Date knows.
function dayOf(number) {
  const cycles = Math.floor(number / CYCLE_DAYS);
  const date = new Date((number - cycles * CYCLE_DAYS) * DAY_MS);
  return { year: date.getUTCFullYear() + cycles * CYCLE_YEARS, date };
}

const yearOf = (number) => dayOf(number).year;

// Returns a year as a date is written with it: four digits at least, and a minus before 0.
const yearText = (year) => (year < 0 ? '-' : '') + String(Math.abs(year)).padStart(4, '0');

// Returns the first day of a plain date, and of a day of a graph whatever its year.
// Numbers rather than strings: years before 0 and after 9999 do not sort as text.
function plainNumber(text) {
  const match = /^Y?(-?\d{4,10})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text || '');
  return match ? daysTo(Number(match[1]), Number(match[2] || 1), Number(match[3] || 1)) : null;
}

// Returns the same day so many years later; of 29 February the day after it, where there is none.
function yearsLater(number, years) {
  const { year, date } = dayOf(number);
  return daysTo(year + years, date.getUTCMonth() + 1, date.getUTCDate());
}

// How a year, a month or a day is written, as patterns.py has it: 20120627 is no year.
const PLAIN = /^(?:-?\d{4}(?:-\d\d){0,2}|Y-?[1-9]\d{4,8})$/;
// The forms of ISO 8601-2 that cells of time take besides; docs/dates.md says what they mean.
const ONE_OF = /^\[([Y\d-]*)\.\.([Y\d-]*)\]$/;
const QUALIFIED = /^(-?(?:\d{3}X|\d\dXX)|-?\d{4}-XX(?:-XX)?|-?\d{4}-\d\d-XX|-?\d{4}(?:-\d\d){0,2})([?~%]?)$/;
const SEASON = /^(-?\d{4})-(2[1-4])$/;
const PARTS = /^(-?[\dX]{4})(?:-(\d\d|XX))?(?:-(\d\d|XX))?$/;

// Says whether somebody wrote a date, be it in the calendar or not.
const isWritten = (text) => PLAIN.test(text) || ONE_OF.test(text) || QUALIFIED.test(text);

// Returns the first day of a plain date, null for one that is not in the calendar: 30 February is
// not 1 March.
function plainDay(text) {
  const day = PLAIN.test(text) ? plainNumber(text) : null;
  return day !== null && isoDay(day).startsWith(text.replace('Y', '')) ? day : null;
}

const plainParts = (text) => text.replace(/^Y?-?/, '').split('-').length;

// Returns the first day after a plain date: for "2012" 1 January 2013.
function plainAfter(text) {
  const day = plainNumber(text);
  if (day === null) return null;
  const parts = plainParts(text);
  const { year, date } = dayOf(day);
  if (parts === 1) return daysTo(year + 1, 1, 1);
  return parts === 2 ? daysTo(year, date.getUTCMonth() + 2, 1) : day + 1;
}

// Returns the first and the last year of digits of which some are not known.
function yearsOf(year) {
  const [low, high] = ['0', '9'].map((digit) => Number(year.replaceAll('X', digit)));
  // The year 0 has no minus.
  return year.startsWith('-') && low !== high ? [high, low || -1] : [low, high];
}

// Returns the first month of a date without marks, counted from the year 0, and how many there are;
// null of a day, and of a month that does not exist.
function monthsOf(base) {
  const season = SEASON.exec(base);
  if (season) return [12 * Number(season[1]) + 3 * (Number(season[2]) - 21) + 2, 3];
  const match = PARTS.exec(base);
  if (!match || /^\d/.test(match[3] || '')) return null;
  const [, year, month] = match;
  if (!month || month === 'XX') {
    const [first, last] = yearsOf(year);
    return [12 * first, 12 * (last - first + 1)];
  }
  const number = Number(month);
  return number >= 1 && number <= 12 ? [12 * Number(year) + number - 1, 1] : null;
}

const monthStart = (month) => daysTo(Math.floor(month / 12), month - 12 * Math.floor(month / 12) + 1, 1);

// Returns what one of a range means, null when it is none.
function rangeOf(low, high) {
  const sides = [low, high].filter(Boolean);
  if (!sides.length || sides.some((side) => plainDay(side) === null)) return null;
  const parts = plainParts(sides[0]);
  const first = low ? plainDay(low) : null;
  const after = high ? plainAfter(high) : null;
  if (first !== null && after !== null && (plainParts(high) !== parts || after <= first)) return null;
  return { first, after, parts };
}

// Returns what a date in one of the forms means; null for any other text, plain dates among them.
function formOf(text) {
  const range = ONE_OF.exec(text || '');
  if (range) return rangeOf(range[1], range[2]);
  const match = QUALIFIED.exec(text || '');
  if (!match) return null;
  const [, base, mark] = match;
  if (!mark && !base.includes('X') && !SEASON.test(base)) return null;
  const isAbout = mark === '~' || mark === '%';
  const months = monthsOf(base);
  if (months) {
    const [begin, count] = months;
    const more = isAbout ? count : 0;
    return { first: monthStart(begin - more), after: monthStart(begin + count + more), parts: count < 12 ? 2 : 1 };
  }
  const day = plainDay(base);
  const more = isAbout ? 1 : 0;
  return day === null ? null : { first: day - more, after: day + 1 + more, parts: 3 };
}

// Returns what a date that somebody wrote means, null for one that is not in the calendar: its first
// day and the first after it, null on an open side, and how many of year, month and day it has.
function readDate(text) {
  const day = plainDay(text);
  return day === null ? formOf(text) : { first: day, after: plainAfter(text), parts: plainParts(text) };
}

// The dates of thousands of facts are a few hundred texts.
const knownDays = /** @type {Map<string | undefined, Day | null>} */ (new Map());

// Returns the days from 1 January 1970 to the first day the text can mean; negative before.
/** @type {(text: string | undefined) => Day | null} */
function dayNumber(text) {
  let day = knownDays.get(text);
  if (day === undefined) {
    const form = formOf(text);
    day = form ? form.first : plainNumber(text);
    knownDays.set(text, day);
  }
  return day;
}

// Returns the first day after all those that the text can mean.
function dayAfter(text) {
  const form = formOf(text);
  return form ? form.after : plainAfter(text);
}

// Returns how many of year, month and day are written.
const partsOf = (text) => formOf(text)?.parts ?? plainParts(text);

// Returns the first day that can be the first after an end: in a month or a year lies the last,
// and so does a day where the fact says it.
function overFrom(text, isLast = false) {
  const day = dayNumber(text);
  return day === null || (partsOf(text) === 3 && !isLast) ? day : day + 1;
}

// Says whether the days that an end names are the last with the fact: it is over on the next one.
const isLastDay = (fact) => Boolean(fact.end) && partsOf(fact.end) === 3 && fact.to !== null && fact.to === dayAfter(fact.end);

// Returns the first day of a date that somebody wrote, null for one without.
const realDay = (text) => readDate(text)?.first ?? null;

// Returns the same for an address, in which the page writes days of any year.
function shownDay(text) {
  const day = dayNumber(text);
  return day !== null && isoDay(day) === text ? day : realDay(text);
}

// Returns "YYYY-MM-DD" for a number of days.
function isoDay(number) {
  const { year, date } = dayOf(number);
  return yearText(year) + date.toISOString().slice(4, 10);
}

// Returns a year in words: there is none before the first of an era.
const yearInWords = (year) => (year < 1 ? say('beforeChrist', String(1 - year)) : String(year));

// What writes days and months in words: making one takes longer than all else that a step of time does.
const writers = /** @type {Map<string, Intl.DateTimeFormat>} */ (new Map());

/** @type {(locale: string, shape: Intl.DateTimeFormatOptions) => Intl.DateTimeFormat} */
function writerOf(locale, shape) {
  const key = JSON.stringify([locale, shape]);
  const writer = writers.get(key) ?? new Intl.DateTimeFormat(locale, shape);
  writers.set(key, writer);
  return writer;
}

// Returns a plain date in words with the precision it was written with: "June 2012".
function plainInWords(text) {
  const number = plainNumber(text);
  if (number === null) return text || '';
  const parts = plainParts(text);
  const { year, date } = dayOf(number);
  if (parts === 1) return year < 1 ? yearInWords(year) : text;
  const shape = /** @type {Intl.DateTimeFormatOptions} */ ({ month: 'long', year: 'numeric', timeZone: 'UTC' });
  if (parts === 3) shape.day = 'numeric';
  const locale = spoken() === 'ru' ? 'ru' : 'en-GB';
  const words = writerOf(locale, shape)
    .formatToParts(date)
    .map(({ type, value }) => (type === 'year' ? String(year < 1 ? 1 - year : year) : value))
    .join('');
  return year < 1 ? say('beforeChrist', words) : words;
}

// Returns a date without marks, some of whose digits may not be known, in words.
function baseInWords(base) {
  const season = SEASON.exec(base);
  if (season) return say(`season${season[2]}`, yearInWords(Number(season[1])));
  if (base.endsWith('-XX-XX') || /\d{4}-XX$/.test(base)) return say('noMonth', plainInWords(base.replace(/-XX(-XX)?$/, '')));
  if (base.endsWith('-XX')) return say('noDay', plainInWords(base.slice(0, -3)));
  if (!base.includes('X')) return plainInWords(base);
  if (/^\d{3}X$/.test(base)) return say('decade', String(yearsOf(base)[0]));
  return say('oneOf', ...yearsOf(base).map(yearInWords));
}

// Returns a date in words, as far as it says something more than a plain one does.
function inWords(text) {
  if (!formOf(text)) return plainInWords(text);
  const range = ONE_OF.exec(text);
  if (range) {
    const [low, high] = [range[1], range[2]].map(plainInWords);
    if (low && high) return say('oneOf', low, high);
    return low ? say('orLater', low) : say('by', high);
  }
  const mark = /[?~%]$/.exec(text)?.[0] ?? '';
  const base = baseInWords(mark ? text.slice(0, -1) : text);
  const about = mark === '~' || mark === '%' ? say('about', base) : base;
  return mark === '?' || mark === '%' ? say('uncertain', about) : about;
}

// Returns the same for something that happened then; what says "about" or "between" says it already.
function onOrIn(text) {
  if (/^\[|[~%]$/.test(text)) return inWords(text);
  return say(partsOf(text) === 3 ? 'on' : 'in', inWords(text));
}

// Written as an end: the fact has ended, and nobody says when.
const UNKNOWN = 'unknown';

// Returns when a fact holds, in words.
function periodOf(fact) {
  if (fact.kind === 'timeless' && !fact.since && !fact.until) return say('timeless');
  const start = fact.start || (fact.at ? '' : fact.since) || '';
  const end = fact.end || (fact.at ? '' : fact.until) || '';
  if (fact.at) {
    const day = onOrIn(fact.at);
    return fact.kind === 'state' ? `${day}, ${say('attested')}` : day;
  }
  if (end === UNKNOWN) return start ? say('endedFrom', inWords(start)) : say('endedOnly');
  if (fact.kind === 'event') {
    if (start && end) return say('span', inWords(start), inWords(end));
    return start ? onOrIn(start) : say('undated');
  }
  // Only a whole day is in or out; "until 1999" says no more than its source does.
  const isDay = partsOf(end) === 3 && dayAfter(end) !== null;
  const last = isDay ? `${inWords(end)} ${say(isLastDay(fact) ? 'lastDay' : 'exclusive')}` : inWords(end);
  if (start && end) return say('between', inWords(start), last);
  if (start) return say('since', inWords(start));
  return end ? say('untilOnly', last) : say('undated');
}
