// Dates as written ("2012", "2012-06", "2012-06-27"), as numbers and in words.

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

// Returns the days from 1 January 1970 to the first day the text can mean; negative before.
// Numbers rather than strings: years before 0 and after 9999 do not sort as text.
function dayNumber(text) {
  const match = /^Y?(-?\d{4,10})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text || '');
  return match ? daysTo(Number(match[1]), Number(match[2] || 1), Number(match[3] || 1)) : null;
}

// Returns the same day so many years later; of 29 February the day after it, where there is none.
function yearsLater(number, years) {
  const { year, date } = dayOf(number);
  return daysTo(year + years, date.getUTCMonth() + 1, date.getUTCDate());
}

// Says whether somebody wrote a date, as dates.py has it: 20120627 is no year.
const isWritten = (text) => /^(?:-?\d{4}(?:-\d\d){0,2}|Y-?[1-9]\d{4,8})$/.test(text);

// Returns the first day of a date that somebody wrote, null for one that is not in the calendar:
// 30 February is not 1 March.
function realDay(text) {
  const day = isWritten(text) ? dayNumber(text) : null;
  return day !== null && isoDay(day).startsWith(text.replace('Y', '')) ? day : null;
}

// Returns the same for an address, in which the page writes days of any year.
function shownDay(text) {
  const day = dayNumber(text);
  return day !== null && isoDay(day) === text ? day : realDay(text);
}

// Returns how many of year, month and day are written.
const partsOf = (text) => text.replace(/^Y?-?/, '').split('-').length;

// Returns the first day after all those that the text can mean: for "2012" 1 January 2013.
function dayAfter(text) {
  const day = dayNumber(text);
  if (day === null) return null;
  const parts = partsOf(text);
  const { year, date } = dayOf(day);
  if (parts === 1) return daysTo(year + 1, 1, 1);
  return parts === 2 ? daysTo(year, date.getUTCMonth() + 2, 1) : day + 1;
}

// Returns "YYYY-MM-DD" for a number of days.
function isoDay(number) {
  const { year, date } = dayOf(number);
  return yearText(year) + date.toISOString().slice(4, 10);
}

// Returns a date in words with the precision it was written with: "June 2012".
// A year before 1 stays as it is written, as one that stands alone does.
function inWords(text) {
  const number = dayNumber(text);
  if (number === null) return text || '';
  const parts = partsOf(text);
  if (parts === 1) return text;
  const shape = /** @type {Intl.DateTimeFormatOptions} */ ({ month: 'long', year: 'numeric', timeZone: 'UTC' });
  if (parts === 3) shape.day = 'numeric';
  const locale = spoken() === 'ru' ? 'ru' : 'en-GB';
  const { year, date } = dayOf(number);
  return new Intl.DateTimeFormat(locale, shape)
    .formatToParts(date)
    .map(({ type, value }) => (type !== 'year' ? value : year < 1 ? yearText(year) : String(year)))
    .join('');
}

// Written as an end: the fact has ended, and nobody says when.
const UNKNOWN = 'unknown';

// Returns when a fact holds, in words.
function periodOf(fact) {
  if (fact.kind === 'timeless' && !fact.since && !fact.until) return say('timeless');
  const start = fact.start || (fact.at ? '' : fact.since) || '';
  const end = fact.end || (fact.at ? '' : fact.until) || '';
  if (fact.at) {
    const day = say(partsOf(fact.at) === 3 ? 'on' : 'in', inWords(fact.at));
    return fact.kind === 'state' ? `${day}, ${say('attested')}` : day;
  }
  if (end === UNKNOWN) return start ? say('endedFrom', inWords(start)) : say('endedOnly');
  if (fact.kind === 'event') {
    if (start && end) return say('span', inWords(start), inWords(end));
    return start ? say(partsOf(start) === 3 ? 'on' : 'in', inWords(start)) : say('undated');
  }
  // Only a whole day can be excluded; "until 1999" says no more than its source does.
  const last = partsOf(end) === 3 ? `${inWords(end)} ${say('exclusive')}` : inWords(end);
  if (start && end) return say('between', inWords(start), last);
  if (start) return say('since', inWords(start));
  return end ? say('untilOnly', last) : say('undated');
}
