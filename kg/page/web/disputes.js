// Disputes: statements of which a better one says otherwise, side by side with it.

// Returns what a fact stands against: what says otherwise and is better, else what it outranks.
function rivalsOf(fact) {
  const better = (fact.disputed_by || []).map((id) => factById.get(id)).filter(Boolean);
  return better.length ? better : factsOf.get(fact.s).filter((other) => other.disputed_by?.includes(fact.id));
}

function account(fact, letter) {
  return el(
    'section',
    { class: `account ${fact.disputed ? 'disputed' : ''}`, 'data-account': fact.id },
    el('h4', {}, el('span', { class: 'letter' }, letter), ' ', periodOf(fact)),
    el('p', {}, ...chips(fact)),
    fact.note ? note(fact) : null,
    referenceList(fact),
  );
}

// Returns the statements of a dispute with who says each of them, null of a fact without rivals.
// What counts stands first, whichever of them is selected.
function accounts(fact) {
  const rivals = rivalsOf(fact);
  if (!rivals.length) return null;
  const all = [fact, ...rivals].sort((a, b) => Number(a.disputed) - Number(b.disputed));
  return [
    el('p', { class: 'head' }, say('accounts')),
    el('div', { class: 'accounts' }, ...all.map((one, i) => account(one, String.fromCharCode(65 + (i % 26))))),
  ];
}
