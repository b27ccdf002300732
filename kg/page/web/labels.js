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
    this.cells = /** @type {Map<number, Box[]>} */ (new Map());
  }

  // Returns the numbers of the cells that a box lies in; far outside cells can share one, which
  // costs a look and is no fault.
  cellsOf({ x1, y1, x2, y2 }) {
    const numbers = [];
    for (let column = Math.floor(x1 / this.cell); column <= Math.floor(x2 / this.cell); column += 1) {
      for (let row = Math.floor(y1 / this.cell); row <= Math.floor(y2 / this.cell); row += 1) numbers.push(column * 100003 + row);
    }
    return numbers;
  }

  add(box) {
    for (const number of this.cellsOf(box)) {
      const there = this.cells.get(number);
      if (there) there.push(box);
      else this.cells.set(number, [box]);
    }
  }

  // Says whether the box meets one that is there; those of `except` do not count.
  /** @type {(box: Box, except?: string) => boolean} */
  meets(box, except) {
    for (const number of this.cellsOf(box)) {
      for (const other of this.cells.get(number) || []) {
        if (box.x1 < other.x2 && other.x1 < box.x2 && box.y1 < other.y2 && other.y1 < box.y2 && !(except && other.id === except))
          return true;
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

const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const fontOf = (size, bold) => `${bold ? '600 ' : ''}${size}px ${FONT}`;

// Returns what draws on a canvas.
/** @type {(surface: HTMLCanvasElement) => CanvasRenderingContext2D} */
const flat = (surface) => /** @type {any} */ (surface.getContext('2d'));

// Draws nothing, only measures; made when it is known what the browser has to draw with.
let pen = /** @type {CanvasRenderingContext2D | null} */ (null);
const widths = /** @type {Map<string, number>} */ (new Map()); // frame after frame asks for the same
const WIDTHS = 5000; // every step of zooming has its own

// Returns how wide a text is.
function widthOf(text, size, bold) {
  const font = fontOf(size, bold);
  const key = `${font} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size >= WIDTHS) widths.clear();
    pen ??= flat(document.createElement('canvas'));
    pen.font = font;
    width = pen.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

// Says whose name goes before which, on the screen and in what is exported alike.
const labelRules = () => ({
  first: (id) => id === state.entity,
  near: (id) => graph.near.has(id),
  about: (id) => graph.about.has(entities.get(id).class),
});

// Returns the labels to write, the important ones first: their lines, box, size and weight.
// `marks` are places and radii; `first` says which go before all others, and are never left out;
// `near` which go before the rest; `about` what the view is about, which is cut rather than left out,
// and goes before what is not; `rim` is what can be seen, for a label cut off is worse than
// none; all lengths are in the units of the picture, of which `scale` are a pixel.
/**
 * @param {Mark[]} marks
 * @param {Labelling} options
 * @returns {{ placed: any[], taken: Boxes }}
 */
function placeLabels(marks, options) {
  const { scale, first = () => false, near = () => false, about = () => false } = options;
  // What has most lines in this view leads, however many it has elsewhere.
  const lines = new Map(marks.map(({ id }) => [id, (graph.sides.get(id) || []).reduce((sum, number) => sum + number, 0)]));
  const busy = ({ id }) => lines.get(id) ?? 0;
  const hubs = new Set(
    [...marks]
      .sort((a, b) => busy(b) - busy(a) || b.r - a.r || (a.id < b.id ? -1 : 1))
      .slice(0, Math.min(HUBS, Math.ceil(marks.length / 6)))
      .map((mark) => mark.id),
  );
  const solid = new Boxes(80 / scale);
  for (const { id, x, y, r } of marks) solid.add({ id, x1: x - r, y1: y - r, x2: x + r, y2: y + r });
  const named = marks.map((mark) => {
    const { id, r } = mark;
    const [must, hub, subject] = [first(id), hubs.has(id), about(id)];
    const rank = (must ? 1e9 : 0) + (near(id) ? 1e7 : 0) + (subject ? 1e6 : 0) + 100 * busy(mark) + r;
    const text = shortLabel(id);
    const whole = breakLabel(text);
    const ways = [whole];
    // A name of few lines finds room where the whole one does not.
    if (hub || must || subject || busy(mark) >= BUSY)
      ways.push(...[2, 1].filter((most) => most < whole.length).map((most) => breakLabel(text, most)));
    if (subject) ways.push(...[3, 2, 1].map((most) => breakLabel(text, most, 12)));
    const one = {
      mark,
      must,
      far: subject,
      waits: subject,
      rank,
      ways,
      bold: must || hub,
      size: (hub && r * scale > 16 ? 14 : 12) / scale,
    };
    return { ...one, rooms: { known: [], rest: roomsOf(one, options, solid) } };
  });
  for (;;) {
    named.sort((a, b) => b.rank - a.rank || (a.mark.id < b.mark.id ? -1 : 1));
    const taken = new Boxes(80 / scale);
    const placed = [];
    const missing = [];
    for (const one of named) {
      const found = roomFor(one, taken) || (one.must && roomOver(one, options, taken));
      if (found) {
        taken.add(found.box);
        placed.push({ id: one.mark.id, ...found, size: one.size, bold: one.bold, must: one.must });
      } else if (one.waits && one.rooms.known.length) missing.push(one);
    }
    // Whoever found no room that must have it goes ahead of the others in another round, once,
    // unless there is no room at all between the marks.
    if (!missing.length) return { placed, taken };
    for (const one of missing) Object.assign(one, { rank: one.rank + 1e6, waits: false });
  }
}

const isInside = (box, rim) => !rim || (box.x1 > rim.x1 && box.x2 < rim.x2 && box.y1 > rim.y1 && box.y2 < rim.y2);

// Yields where a name can stand that covers no mark and is in sight, the best place first.
/**
 * @param {any} one
 * @param {Labelling} options
 * @param {Boxes} solid
 * @returns {Generator<{ lines: string[], box: Box }>}
 */
function* roomsOf({ mark, far, ways, size, bold }, { scale, rim = null }, solid) {
  const gap = 3 / scale;
  for (const lines of ways) {
    const w = Math.max(...lines.map((line) => widthOf(line, size, bold))) / 2;
    const h = lines.length * size * LINE;
    // What is farther away is looked at only where all is full near by.
    for (const times of far ? [1, 4, 8, 12] : [1]) {
      for (const box of placesAround(mark, w, h, times * gap)) if (isInside(box, rim) && !solid.meets(box, mark.id)) yield { lines, box };
    }
  }
}

// Returns the first of the rooms of a name in which no other name stands; null where there is none.
// What was found in a round before is not looked for again.
function roomFor({ rooms }, taken) {
  for (let i = 0; ; i += 1) {
    if (i === rooms.known.length) {
      const { value, done } = rooms.rest.next();
      if (done) return null;
      rooms.known.push(value);
    }
    if (!taken.meets(rooms.known[i].box)) return rooms.known[i];
  }
}

// Returns where the name stands of whoever is selected and has no room: over what is near.
/**
 * @param {any} one
 * @param {Labelling} options
 * @param {Boxes} taken
 */
function roomOver({ mark, ways, size, bold }, { scale, rim = null }, taken) {
  const lines = ways[ways.length - 1];
  const w = Math.max(...lines.map((line) => widthOf(line, size, bold))) / 2;
  const places = placesAround(mark, w, lines.length * size * LINE, 3 / scale);
  return { lines, box: places.find((box) => isInside(box, rim) && !taken.meets(box)) || places[0] };
}
