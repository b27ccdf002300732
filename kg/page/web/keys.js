// What a key press is for: one answer for all who listen.

// What takes no letters, though it is an <input>: there a letter is a shortcut as anywhere else.
const LETTERLESS = ['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'];
const FIELDS = `select, textarea, input:not(${LETTERLESS.map((type) => `[type=${type}]`).join(', ')})`;

// Says whether a press goes into a field: what is typed there is no shortcut.
function typesInto(event) {
  // To us a press in the editor seems to be one on its host; the path begins with the field itself.
  const [field] = event.composedPath();
  return Boolean(field.isContentEditable || field.matches?.(FIELDS));
}

// Returns the key, or '' when the press is not ours: taken by somebody, with a modifier (Shift only
// makes another letter), or part of a letter that is still being composed.
function keyOf(event) {
  // Safari ends the composition before the press that ended it; 229 is then all that tells.
  const composes = event.isComposing || event.keyCode === 229;
  return event.defaultPrevented || composes || event.ctrlKey || event.metaKey || event.altKey ? '' : event.key;
}
