// Folding: one spelling for what people type in several, so that search finds it.

// Cyrillic letters as Latin ones, near enough to how names are romanised (BGN/PCGN without
// apostrophes); what the romanisations disagree on is folded further below.
// biome-ignore format: rows of letters are easier to compare than a column.
const LATIN = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l',
  м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch',
  ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya', і: 'i', ї: 'yi', є: 'ye',
  ґ: 'g', ў: 'u', ғ: 'g', қ: 'k', ң: 'n', ө: 'o', ү: 'u', ұ: 'u', һ: 'h', ә: 'a', ҳ: 'h', ҷ: 'j', ӣ: 'i', ӯ: 'u',
};

// Most names are in these letters alone, which have no marks and no other forms.
const isAscii = (value) => /^[\0-\x7f]*$/.test(value);

// Letters without their marks, in lower case; ё and е are one letter to whoever types.
const plainText = (value) => (isAscii(value) ? value : value.normalize('NFKD').replace(/\p{M}/gu, '')).toLowerCase();

// Returns the word in Latin letters; й must be told from и before the marks go.
function inLatin(word) {
  const small = word.normalize('NFC').toLowerCase();
  return isAscii(small) ? small : [...small].map((letter) => LATIN[letter] ?? LATIN[plainText(letter)] ?? plainText(letter)).join('');
}

const foldedWords = /** @type {Map<string, string>} */ (new Map()); // many names share their words

// Returns the text in Latin letters of which only those are left that no romanisation disputes:
// "Лукашенко", "Lukashenko" and "Lukašenka"'s first syllables fold alike.
const folded = (value) => value.split(' ').map(foldedWord).filter(Boolean).join(' ');

function foldedWord(word) {
  const known = foldedWords.get(word);
  if (known !== undefined) return known;
  const plain = withoutDisputes(inLatin(word));
  foldedWords.set(word, plain);
  return plain;
}

function withoutDisputes(latin) {
  return latin
    .replace(/shch|sch/g, 'sh')
    .replace(/kh|x/g, 'h')
    .replace(/[jy](?=[aeou])/g, '')
    .replace(/iy|yi|ij|yj|ii|yy/g, 'i')
    .replace(/[yj]/g, 'i')
    .replace(/ts|tz/g, 'c')
    .replace(/w/g, 'v')
    .replace(/ck|q/g, 'k')
    .replace(/ia/g, 'a')
    .replace(/(.)\1/g, '$1')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

// Returns for each beginning of b how many letters must be changed, left out, added or swapped with
// their neighbour to make it of a; null when more than `most` are needed for any of them.
function typos(a, b, most) {
  /** @type {number[][]} */
  let [older, old] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
      if (row[j] < least) least = row[j];
    }
    if (least > most) return null;
    [older, old] = [old, row];
  }
  return old;
}

// Returns how many typos to forgive in a word: none in a short one, where any word is near, and none
// in a number.
const forgiven = (word) => (word.length < 4 || /\d/.test(word) ? 0 : word.length < 8 ? 1 : 2);

// Says whether a word is another one, so many typos forgiven, or its beginning with one of them.
function resembles(word, other, most) {
  const row = typos(word, other.slice(0, word.length + Math.max(1, most)), most);
  if (!row) return false;
  // What is still being typed is compared with the beginning only.
  const begun = [word.length, word.length - 1, word.length + 1].some((n) => n > 0 && row[n] <= Math.min(1, most));
  return begun || (other.length < row.length && row[other.length] <= most);
}
