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

// Letters without their marks, in lower case; ё and е are one letter to whoever types.
const plainText = (value) => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

// Returns the text in Latin letters of which only those are left that no romanisation disputes:
// "Лукашенко", "Lukashenko" and "Lukašenka"'s first syllables fold alike.
function folded(value) {
  // й must be told from и before the marks go.
  const latin = [...value.normalize('NFC').toLowerCase()]
    .map((letter) => LATIN[letter] ?? LATIN[plainText(letter)] ?? plainText(letter))
    .join('');
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

// Returns how many letters must be changed, left out, added or swapped with their neighbour to
// make one text of the other, or `most + 1` when it is more than that.
function typos(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  /** @type {number[][]} */
  let [older, old] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [older, old] = [old, row];
  }
  return old[b.length];
}

// Returns how many typos to forgive in a word: none in a short one, where any word is near.
const forgiven = (word) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

// Says whether every word of the query is the beginning of a word of the name, typos forgiven.
function resembles(queryWords, nameWords) {
  return queryWords.every((word) => {
    const most = forgiven(word);
    return nameWords.some((other) => {
      // What is still being typed is compared with the beginning only.
      const lengths = [word.length, word.length - 1, word.length + 1].filter((n) => n > 0 && n <= other.length);
      return (
        typos(word, other, most) <= most || (most > 0 && lengths.some((n) => typos(word, other.slice(0, n), most) <= Math.min(1, most)))
      );
    });
  });
}
