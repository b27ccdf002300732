// Labels: which are written where, so that none covers another one or a mark.

// Returns what an entity is called in the picture: a long name gives way to the short one that its
// curators give it in that language. Other names are none: they can be codes.
function shortLabel(id) {
  const entity = entities.get(id);
  const label = labelOf(entity);
  if (label.length <= 22) return label;
  return entity.short?.[entity[`label_${state.lang}`] ? state.lang : firstOf(entity)] || label;
}

// Breaks a label into lines of about 22 characters, at most three, unless told otherwise.
function breakLabel(text, most = 3, wide = 22) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (!last) lines[lines.length - 1] = word;
    else if (last.length + word.length < wide) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, most).map((line) => (line.length > 30 ? `${line.slice(0, 29)}…` : line));
  if (lines.length > most) kept[most - 1] += '…';
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

// Returns where the label of a mark can stand, the best place first; w is half its width, h its height.
function placesAround({ id, x, y, r }, w, h, gap) {
  const boxAt = (left, top) => ({ x1: left - w, x2: left + w, y1: top, y2: top + h });
  const sides = graph.sides.get(id) || [0, 0, 0, 0];
  const places = [boxAt(x, y + r + gap), boxAt(x, y - r - gap - h), boxAt(x + r + gap + w, y - h / 2), boxAt(x - r - gap - w, y - h / 2)];
  // Where few lines leave, a label hides no arrow; among crowds of lines below is as good as any.
  const best = Math.max(...sides) < 6 ? [0, 1, 2, 3].sort((a, b) => sides[a] - sides[b]).map((i) => places[i]) : places;
  // At the corners, then along each side with one end of the label at the mark.
  for (const [right, down] of [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ]) {
    best.push(boxAt(x + right * (0.7 * r + gap + w), y + (down > 0 ? 0.5 * r : -0.5 * r - h)));
  }
  for (const share of [0.5, -0.5, 0.9, -0.9]) best.push(boxAt(x + share * w, y + r + gap), boxAt(x + share * w, y - r - gap - h));
  // A short name can stand on its own mark, where all is full around it.
  best.push(boxAt(x, y - h / 2));
  return best;
}

const HUBS = 10; // at most so many of the marks with most lines are landmarks
const NAMED = 30; // at most so many of what a view is about are named before all others
const BUSY = 3; // lines from which on a name is cut rather than left out
const LINE = 1.16; // height of a line of text in units of its size

// Returns the labels to write, the important ones first: their lines, box, size and weight.
// `marks` are places and radii; `first` says which go before all others, and are never left out;
// `near` which go before the rest; `about` what the view is about, which is cut rather than left out,
// and goes before what is not; `rim` is what can be seen, for a label cut off is worse than
// none; all lengths are in the units of the picture, of which `scale` are a pixel.
/**
 * @param {Mark[]} marks
 * @param {Labelling} options
 * @param {Set<string>} ahead
 * @returns {{ placed: any[], taken: Boxes }}
 */
function placeLabels(marks, options, ahead = new Set()) {
  const { scale, measure, first = () => false, near = () => false, about = () => false, rim = null } = options;
  // What has most lines in this view leads, however many it has elsewhere.
  const busy = ({ id }) => (graph.sides.get(id) || []).reduce((sum, number) => sum + number, 0);
  const rankOf = ({ id }) => (first(id) ? 1e9 : 0) + (near(id) ? 1e7 : 0) + (about(id) ? 1e6 : 0) + (ahead.has(id) ? 1e6 : 0);
  const ranks = new Map(marks.map((mark) => [mark.id, rankOf(mark) + 100 * busy(mark) + mark.r]));
  const sorted = [...marks].sort((a, b) => (ranks.get(b.id) ?? 0) - (ranks.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1));
  const hubs = new Set(
    [...marks]
      .sort((a, b) => busy(b) - busy(a) || b.r - a.r || (a.id < b.id ? -1 : 1))
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
    const text = shortLabel(mark.id);
    const ways = [breakLabel(text)];
    // A name of few lines finds room where the whole one does not.
    if (hub || must || about(mark.id) || busy(mark) >= BUSY)
      ways.push(...[2, 1].filter((most) => most < ways[0].length).map((most) => breakLabel(text, most)));
    if (about(mark.id)) ways.push(...[3, 2, 1].map((most) => breakLabel(text, most, 12)));
    let found = /** @type {{ lines: string[], box: Box | undefined }} */ ({ lines: ways[0], box: undefined });
    for (const lines of ways) {
      const w = Math.max(...lines.map((line) => measure(line, size, bold))) / 2;
      const h = lines.length * size * LINE;
      const places = placesAround(mark, w, h, gap);
      if (about(mark.id)) places.push(...[4, 8, 12].flatMap((times) => placesAround(mark, w, h, times * gap)));
      const clear = places.filter(
        (box) => (!rim || (box.x1 > rim.x1 && box.x2 < rim.x2 && box.y1 > rim.y1 && box.y2 < rim.y2)) && !taken.meets(box),
      );
      const free = clear.find((box) => !solid.meets(box, (other) => other.id === mark.id));
      // Whoever is selected has its name, and may hide what is near.
      found = { lines, box: free || (must && lines === ways[ways.length - 1] ? clear[0] || places[0] : undefined) };
      if (found.box) break;
    }
    const { lines, box } = found;
    if (!box) continue;
    taken.add(box);
    placed.push({ id: mark.id, lines, box, size, bold, must });
  }
  // Whoever found no room that must have it goes ahead of the others in another round.
  const named = new Set(placed.map(({ id }) => id));
  const missing = marks.filter(({ id }) => about(id) && !named.has(id) && !ahead.has(id)).map(({ id }) => id);
  return missing.length ? placeLabels(marks, options, new Set([...ahead, ...missing])) : { placed, taken };
}
