// Lines: how each bends, so that it hides no other one and crosses no mark, and which one was meant.

const APART = 20; // units of the picture by which the middles of parallel lines should differ
const REACH = 8; // pixels from a line within which a click means it
const TOGETHER = 4; // pixels within which lines cannot be told apart by hand
const CAREFUL = 100000; // pairs of a line and a mark above which no line is led around marks
const DETOURS = [0, 0.16, -0.16, 0.3, -0.3, 0.45, -0.45];

// Returns which of the looks the lines of a relation have, the last one if none of their own: that
// goes by what the view uses most, whatever the legend leaves out of it.
function strokeOf(predicate) {
  const place = (viewById.get(state.named ?? '')?.lines || content.lines).indexOf(predicate);
  return place < 0 ? content.strokes.length - 1 : place;
}

// Returns a sample of the lines of a relation.
function relationSample(predicate) {
  const look = strokeOf(predicate);
  const [, , outline] = content.strokes[look];
  return svgElement(
    'svg',
    { viewBox: '0 0 28 10', class: `stroke stroke${look}`, 'aria-hidden': 'true' },
    svgElement('path', { d: 'M0 5H20', 'stroke-width': 2 }),
    svgElement('path', { d: outline, transform: 'translate(19 1)' }),
  );
}

// Lines grow when the picture is zoomed out, as marks do, in few steps: each of them is a change of
// all lines.
const thickness = (scale) => (scale < 1 ? 2 ** (Math.round(-1.6 * Math.log2(scale)) / 2) : 1);

// The bends of the lines that pass the legend: time leaves every line where it is.
const bends = { of: /** @type {Fact[] | null} */ (null), byId: /** @type {Known<number>} */ (new Map()) };

// Returns the point towards which a line bends: what vis-network does with a roundness, of which
// one below zero stands for counterclockwise.
function viaOf(from, to, bend) {
  const [dx, dy] = [to.x - from.x, from.y - to.y];
  const way = Math.hypot(dx, dy) * (0.5 + Math.abs(bend) / 2);
  const angle = Math.atan2(dy, dx) + ((1 + bend) / 2) * Math.PI;
  return { x: from.x + way * Math.sin(angle), y: from.y + way * Math.cos(angle) };
}

const onCurve = (from, via, to, t) => ({
  x: (1 - t) ** 2 * from.x + 2 * t * (1 - t) * via.x + t ** 2 * to.x,
  y: (1 - t) ** 2 * from.y + 2 * t * (1 - t) * via.y + t ** 2 * to.y,
});

// Returns how many marks a line between two of them meets that bends so.
function marksMet(from, to, bend, marks) {
  const via = viaOf(from, to, bend);
  const steps = Math.min(40, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 12));
  const points = Array.from({ length: steps }, (_, i) => onCurve(from, via, to, (i + 0.5) / steps));
  return marks.filter((mark) => {
    if (mark === from || mark === to) return false;
    const near = mark.size * 1.3 + 4;
    return points.some(({ x, y }) => Math.abs(x - mark.x) < near && Math.abs(y - mark.y) < near);
  }).length;
}

// Finds how the lines of these facts bend: parallel ones to both sides of the straight line, and
// all of them around marks where that is possible.
function findBends(list) {
  if (bends.of === list) return;
  bends.of = list;
  bends.byId = /** @type {Known<number>} */ (new Map());
  const pairs = /** @type {Known<Fact[]>} */ (new Map());
  const ends = new Set();
  for (const fact of list) {
    if (fact.o === undefined || fact.o === fact.s) continue;
    const pair = fact.s < fact.o ? `${fact.s} ${fact.o}` : `${fact.o} ${fact.s}`;
    if (!pairs.has(pair)) pairs.set(pair, []);
    pairs.get(pair).push(fact);
    ends.add(fact.s).add(fact.o);
  }
  const marks = [...ends].map((id) => graph.marks.get(id));
  const isCareful = pairs.size * marks.length < CAREFUL;
  for (const own of pairs.values()) {
    const first = own[0].s;
    const [from, to] = [graph.marks.get(first), graph.marks.get(own[0].o ?? '')];
    // Beyond about 0.5 a curve drifts away from its ends.
    const step = Math.min(Math.max(0.14, (2.5 * APART) / Math.hypot(to.x - from.x, to.y - from.y)), 0.9 / own.length);
    const fan = own.map((_, i) => (i - (own.length - 1) / 2) * step);
    const met = (by) => fan.reduce((sum, bend) => sum + marksMet(from, to, bend + by, marks), 0);
    let [best, least] = [0, isCareful ? met(0) : 0];
    for (const by of DETOURS) {
      if (!least) break;
      const number = met(by);
      if (number < least) [best, least] = [by, number];
    }
    // Clockwise on the way there is counterclockwise on the way back.
    for (const [i, fact] of own.entries()) bends.byId.set(fact.id, (fan[i] + best) * (fact.s === first ? 1 : -1));
  }
}

// Returns how vis-network is told of a bend.
function smoothOf(fact) {
  const bend = bends.byId.get(fact.id) || 0;
  return bend ? { enabled: true, type: bend > 0 ? 'curvedCW' : 'curvedCCW', roundness: Math.abs(bend) } : false;
}

// Returns how far a point is from the segment between two others.
function apart({ x, y }, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const share = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a.x - share * dx, y - a.y - share * dy);
}

// Returns the facts whose lines a click there can mean, the nearest first, and none but those that
// cannot be told from it.
function linesAt(place) {
  const scale = graph.network.getScale();
  const at = graph.network.DOMtoCanvas(place);
  const found = graph.network.body.edgeIndices
    .map((id) => ({ id, line: graph.network.body.edges[id] }))
    .filter(({ line: { connected, edgeType, from, to } }) => {
      // What vis-network says is rough, and quick.
      return connected && edgeType.getDistanceToEdge(from.x, from.y, to.x, to.y, at.x, at.y) * scale < 3 * REACH;
    })
    .map(({ id, line }) => {
      const points = Array.from({ length: 33 }, (_, i) => line.edgeType.getPoint(i / 32));
      return { id, far: scale * Math.min(...points.slice(1).map((point, i) => apart(at, points[i], point))) };
    })
    .filter(({ far }) => far < REACH)
    .sort((a, b) => a.far - b.far);
  return found.filter(({ far }) => far < found[0].far + TOGETHER).map(({ id }) => id);
}
