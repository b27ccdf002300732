// What a screen reader says of the view once it has come to rest: counts, date, and what is left out.

const now = byId('now');
let pending = 0;

// Returns the view in a sentence.
function viewWords() {
  const { entities: shown, facts: list } = shownNow;
  const notes = [...byId('notice').querySelectorAll('span')].map((one) => one.textContent);
  const view = state.view === 'graph' ? '' : say(state.view);
  const sure = state.surely && state.date !== null ? say('surely') : '';
  return [[say('count', shown.size, list.length), whenWords(), sure, view].filter(Boolean).join(', '), ...notes].join('. ');
}

// Says it after a moment without a change, and only what was not said last: while the slider is
// drawn there is nothing to say. What stands there at the start is read, not announced.
function tellSoon() {
  clearTimeout(pending);
  const tell = () => {
    const words = viewWords();
    if (now.textContent !== words) now.textContent = words;
  };
  if (now.textContent) pending = setTimeout(tell, 700);
  else tell();
}
