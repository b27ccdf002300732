// Dates as written ("2012", "2012-06", "2012-06-27"), as numbers and in words.

const DAY_MS = 86400000;

// Returns the days from 1 January 1970 to the first day the text can mean; negative before.
// Numbers rather than strings: years before 0 and after 9999 do not sort as text.
function dayNumber(text) {
  const match = /^Y?(-?\d{4,9})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text || '');
  if (!match) return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(match[1]), Number(match[2] || 1) - 1, Number(match[3] || 1));
  return Number.isNaN(date.getTime()) ? null : Math.round(date.getTime() / DAY_MS);
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
  const date = new Date(day * DAY_MS);
  if (parts === 1) date.setUTCFullYear(date.getUTCFullYear() + 1);
  else if (parts === 2) date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCDate(date.getUTCDate() + 1);
  return Math.round(date.getTime() / DAY_MS);
}

// Returns "YYYY-MM-DD" for a number of days; the year has no sign but a minus, and no needless zeros.
function isoDay(number) {
  return new Date(number * DAY_MS)
    .toISOString()
    .replace(/T.*/, '')
    .replace(/^([+-])0{0,2}(?=\d{4,}-)/, (_, sign) => (sign === '-' ? '-' : ''));
}

// Returns a date in words with the precision it was written with: "June 2012".
function inWords(text) {
  const number = dayNumber(text);
  if (number === null) return text || '';
  const parts = partsOf(text);
  if (parts === 1) return text;
  const shape = /** @type {Intl.DateTimeFormatOptions} */ ({ month: 'long', year: 'numeric', timeZone: 'UTC' });
  if (parts === 3) shape.day = 'numeric';
  const locale = spoken() === 'ru' ? 'ru' : 'en-GB';
  return new Intl.DateTimeFormat(locale, shape).format(new Date(number * DAY_MS));
}

// Returns when a fact holds, in words.
function periodOf(fact) {
  if (fact.kind === 'timeless' && !fact.since && !fact.until) return say('timeless');
  const start = fact.start || (fact.at ? '' : fact.since) || '';
  const end = fact.end || (fact.at ? '' : fact.until) || '';
  if (fact.at) {
    const day = say(partsOf(fact.at) === 3 ? 'on' : 'in', inWords(fact.at));
    return fact.kind === 'state' ? `${day}, ${say('attested')}` : day;
  }
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
