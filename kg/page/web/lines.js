// Lines: how each bends, so that it hides no other one and crosses no mark, and which one was meant.

const APART = 20; // units of the picture by which the middles of parallel lines should differ
const NARROW = 10; // units of the picture between the middle of a line and any other line
const REACH = 8; // pixels from a line within which a click means it
const TOGETHER = 4; // pixels within which lines cannot be told apart by hand
const CAREFUL = 30000; // pairs of a line and a mark above which no line is led around anything
const DETOURS = [0.08, -0.08, 0.16, -0.16, 0.24, -0.24, 0.32, -0.32, 0.4, -0.4];

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

// Returns points along a line between two marks that bends so, of which no neighbours are far apart;
// that in the middle is one of them.
function pointsOf(from, to, bend) {
  const via = viaOf(from, to, bend);
  const half = Math.min(20, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 24));
  return Array.from({ length: 2 * half - 1 }, (_, i) => onCurve(from, via, to, (i + 1) / (2 * half)));
}

const middleOf = (points) => points[(points.length - 1) / 2];
const liesBy = (one, other, far) => Math.abs(one.x - other.x) < far && Math.abs(one.y - other.y) < far;

// Returns how much a line is in the way of marks and of the middles of other lines, whose points are
// given, and these in the way of its own.
function trouble(points, from, to, marks, others) {
  const met = marks.filter((mark) => mark !== from && mark !== to && points.some((point) => liesBy(point, mark, mark.size * 1.3 + 4)));
  const middle = middleOf(points);
  const touched = others.filter((other) => {
    const own = middleOf(other);
    return other.some((point) => liesBy(point, middle, NARROW)) || points.some((point) => liesBy(point, own, NARROW));
  });
  return 2 * met.length + touched.length;
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
  const drawn = /** @type {Point[][]} */ ([]); // the points of the lines whose bend is found
  for (const own of pairs.values()) {
    const first = own[0].s;
    const [from, to] = [graph.marks.get(first), graph.marks.get(own[0].o ?? '')];
    // Beyond about 0.5 a curve drifts away from its ends.
    const step = Math.min(Math.max(0.14, (2.5 * APART) / Math.hypot(to.x - from.x, to.y - from.y)), 0.9 / own.length);
    const fan = own.map((_, i) => (i - (own.length - 1) / 2) * step);
    const fanBy = (by) => fan.map((bend) => pointsOf(from, to, bend + by));
    const cost = (lines) => lines.reduce((sum, points) => sum + trouble(points, from, to, marks, drawn), 0);
    let best = { by: 0, lines: isCareful ? fanBy(0) : [], least: 0 };
    best.least = cost(best.lines);
    for (const by of DETOURS) {
      if (!best.least) break;
      const lines = fanBy(by);
      const least = cost(lines);
      if (least < best.least) best = { by, lines, least };
    }
    drawn.push(...best.lines);
    // Clockwise on the way there is counterclockwise on the way back.
    for (const [i, fact] of own.entries()) bends.byId.set(fact.id, (fan[i] + best.by) * (fact.s === first ? 1 : -1));
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
