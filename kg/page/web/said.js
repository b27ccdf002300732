// Dates as people say them: "26 May 2020", "May 2020", "26 мая 2020 г.", "280 BC", "2020-05".

// In which the months are known: the page's languages, those of the reader, and some more.
const MONTH_TAGS = [...Object.keys(WORDS), ...LANGUAGES, ...navigator.languages, 'de', 'fr', 'es'];
const BESIDES = new Set(['г', 'год', 'года', 'году', 'of', 'the', 'in', 'on', 'de', 'del', 'am', 'le', 'st', 'nd', 'rd', 'th']);
const ERA = /\s*(?:b\.?\s?c\.?(?:\s?e\.?)?|до\s?н\.?\s?э\.?)$/;

let monthNames = /** @type {Map<string, number> | null} */ (null); // made when first asked for

// Returns the months by every name: the word alone, beside a day, and its short form.
function months() {
  if (monthNames) return monthNames;
  monthNames = new Map();
  const shapes = /** @type {Intl.DateTimeFormatOptions[]} */ ([{ month: 'long' }, { month: 'long', day: 'numeric' }, { month: 'short' }]);
  for (const tag of new Set(MONTH_TAGS)) {
    for (const shape of shapes) {
      const form = new Intl.DateTimeFormat(localeOf(tag), { ...shape, calendar: 'gregory', timeZone: 'UTC' });
      for (let month = 1; month <= 12; month += 1) {
        const name = form.formatToParts(Date.UTC(2001, month - 1, 1)).find(({ type }) => type === 'month')?.value ?? '';
        const plain = plainText(name).replace('.', '');
        // Where languages disagree the page's own come first; a number is no name.
        if (/^\p{L}{3,}$/u.test(plain) && !monthNames.has(plain)) monthNames.set(plain, month);
      }
    }
  }
  return monthNames;
}

// Returns the month that a word names or begins, 0 for none and for several.
function monthOf(word) {
  const named = months().get(word);
  if (named || word.length < 3) return named ?? 0;
  const begun = new Set([...months()].filter(([name]) => name.startsWith(word)).map(([, month]) => month));
  return begun.size === 1 ? [...begun][0] : 0;
}

// Returns a date in words as it is written ("2020-05-26"), '' for what is none.
function writtenDate(text) {
  const digits = text.replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15));
  const plain = plainText(digits).trim();
  const early = ERA.test(plain);
  const words = plain
    .replace(ERA, '')
    .replace(/(\d)(st|nd|rd|th)\b/g, '$1')
    .split(/[\s.,]+/)
    .filter(Boolean);
  const kept = words.filter((word) => !BESIDES.has(word));
  const numbers = kept.filter((word) => /^\d{1,4}$/.test(word));
  const names = kept.filter((word) => !/^\d{1,4}$/.test(word));
  const month = numbers.length && names.length === 1 ? monthOf(names[0]) : 0;
  const twoDigits = (number) => String(number).padStart(2, '0');
  const isYear = (number) => number !== undefined && (early || number.length > 2);
  const written = (year, ...rest) => [yearText(early ? 1 - Number(year) : Number(year)), ...rest.map(twoDigits)].join('-');
  if (month && numbers.length === 1 && isYear(numbers[0])) return written(numbers[0], month);
  if (month && numbers.length === 2) {
    const [day, year] = isYear(numbers[1]) ? numbers : [...numbers].reverse();
    return isYear(year) ? written(year, month, day) : '';
  }
  if (names.length) return '';
  if (numbers.length === 3 && /^\d\d?\.\d\d?\.\d{4}$/.test(plain)) return written(numbers[2], numbers[1], numbers[0]);
  return numbers.length === 1 && isYear(numbers[0]) && (early || words.length > 1) ? written(numbers[0]) : '';
}

// Returns what a date that somebody typed means, as readDate does, with how it is written; null for
// any other text.
function saidDate(text) {
  for (const written of [text.trim(), writtenDate(text)]) {
    const meant = written && readDate(written);
    if (meant) return { ...meant, written };
  }
  return null;
}
