// Labels: which are written where, so that none covers another one or a mark.

// Returns what an entity is called in the picture: a long name gives way to the short one that its
// curators give it in that language. Other names are none: they can be codes.
function shortLabel(id) {
  const entity = entities.get(id);
  const label = labelOf(entity);
  if (label.length <= 22) return label;
  return entity.short?.[entity[`label_${state.lang}`] ? state.lang : firstOf(entity)] || label;
}

// Breaks a label into at most three lines of about 22 characters.
function breakLabel(text) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (!last) lines[lines.length - 1] = word;
    else if (last.length + word.length < 22) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, 3).map((line) => (line.length > 30 ? `${line.slice(0, 29)}…` : line));
  if (lines.length > 3) kept[2] += '…';
  return kept;
}

// Boxes in a grid, so that a question about one place does not look at all of them.
class Boxes {
  constructor(cell) {
    this.cell = cell;
    this.cells = /** @type {Map<string, Box[]>} */ (new Map());
  }

  *keys({ x1, y1, x2, y2 }) {
    for (let column = Math.floor(x1 / this.cell); column <= Math.floor(x2 / this.cell); column += 1) {
      for (let row = Math.floor(y1 / this.cell); row <= Math.floor(y2 / this.cell); row += 1) yield `${column} ${row}`;
    }
  }

  add(box) {
    for (const key of this.keys(box)) {
      const there = this.cells.get(key);
      if (there) there.push(box);
      else this.cells.set(key, [box]);
    }
  }

  // Says whether the box meets one that is there; those that `except` accepts do not count.
  /** @type {(box: Box, except?: (other: Box) => boolean) => boolean} */
  meets(box, except = () => false) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) || []) {
        if (box.x1 < other.x2 && other.x1 < box.x2 && box.y1 < other.y2 && other.y1 < box.y2 && !except(other)) return true;
      }
    }
    return false;
  }
}

const HUBS = 10; // at most so many of the largest marks are landmarks
const LINE = 1.16; // height of a line of text in units of its size

// Returns the labels to write, the important ones first: their lines, box, size and weight.
// `marks` are places and radii; `first` says which go before all others, and are never left out;
// `near` which go before the rest; `rim` is what can be seen, for a label cut off is worse than
// none; all lengths are in the units of the picture, of which `scale` are a pixel.
/**
 * @param {Mark[]} marks
 * @param {Labelling} options
 */
function placeLabels(marks, { scale, measure, first = () => false, near = () => false, rim = null }) {
  const rank = (mark) => (first(mark.id) ? 1e6 : 0) + (near(mark.id) ? 1e3 : 0) + mark.r;
  const sorted = [...marks].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
  const hubs = new Set(
    [...marks]
      .sort((a, b) => b.r - a.r || (a.id < b.id ? -1 : 1))
      .slice(0, Math.min(HUBS, Math.ceil(marks.length / 6)))
      .map((mark) => mark.id),
  );
  const solid = new Boxes(80 / scale);
  for (const { id, x, y, r } of marks) solid.add({ id, x1: x - r, y1: y - r, x2: x + r, y2: y + r });
  const taken = new Boxes(80 / scale);
  const gap = 3 / scale;
  const placed = [];
  for (const mark of sorted) {
    const must = first(mark.id);
    const hub = hubs.has(mark.id);
    const bold = must || hub;
    const size = (hub && mark.r * scale > 16 ? 14 : 12) / scale;
    const lines = breakLabel(shortLabel(mark.id));
    const w = Math.max(...lines.map((text) => measure(text, size, bold))) / 2;
    const h = lines.length * size * LINE;
    const boxAt = (x, y) => ({ x1: x - w, x2: x + w, y1: y, y2: y + h });
    const { x, y, r } = mark;
    const sides = graph.sides.get(mark.id) || [0, 0, 0, 0];
    const places = [
      boxAt(x, y + r + gap),
      boxAt(x, y - r - gap - h),
      boxAt(x + r + gap + w, y - h / 2),
      boxAt(x - r - gap - w, y - h / 2),
      ...[
        [1, 1],
        [-1, 1],
        [1, -1],
        [-1, -1],
      ].map(([right, down]) => boxAt(x + right * (0.7 * r + gap + w), y + (down > 0 ? 0.5 * r : -0.5 * r - h))),
    ];
    // Where few lines leave, a label hides no arrow; among crowds of lines below is as good as any.
    if (Math.max(...sides) < 6) places.splice(0, 4, ...[0, 1, 2, 3].sort((a, b) => sides[a] - sides[b]).map((i) => places[i]));
    const clear = places.filter(
      (box) => (!rim || (box.x1 > rim.x1 && box.x2 < rim.x2 && box.y1 > rim.y1 && box.y2 < rim.y2)) && !taken.meets(box),
    );
    const free = clear.find((box) => !solid.meets(box, (other) => other.id === mark.id));
    // The name of a hub may lie on small marks: a picture without it has no landmarks.
    const above =
      hub && lines.length === 1 && clear.find((box) => !solid.meets(box, (other) => other.id === mark.id || !hubs.has(other.id ?? '')));
    const box = free || above || (must && (clear[0] || places[0]));
    if (!box) continue;
    taken.add(box);
    placed.push({ id: mark.id, lines, box, size, bold, must });
  }
  return { placed, taken };
}
