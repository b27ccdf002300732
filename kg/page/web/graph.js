// The picture: vis-network draws the lines and finds what was clicked; marks and labels are ours.

const canvas = byId('canvas');
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const forced = matchMedia('(forced-colors: active)');

const graph = /** @type {Graph} */ (
  /** @type {unknown} */ ({
    marks: new Map(unpack(read('kg-nodes')).map((node, place) => [node.id, Object.assign(node, { place })])), // shown or not
    nodes: new vis.DataSet([]), // the marks that show, and no others: vis looks at all it has at each change
    edges: new vis.DataSet([]), // the lines that show
    network: null,
    about: new Set(), // classes that a view of one kind of fact is about
    near: new Set(), // entities to emphasise; empty when nothing is selected
    hover: { node: null, edge: null },
    layout: '', // the view that shows laid out by itself, '' for the whole picture
    kept: new Map(), // where the marks stand in the layouts that do not show
    pull: { x: 1, y: 1 }, // how far the layout was pulled to the shape of the window
    thick: 1, // how many times their thickness the lines are drawn, see thickness
    drawn: [], // marks of the frame being drawn: id, x, y, r
    looks: new Map(), // what each line that shows looks like now, so that only changes are sent to vis
    sides: new Map(), // for each entity with lines, how many lines leave it below, above, right and left
    met: [], // facts whose lines the last click met, where there were several
    labels: [], // boxes of the labels of the last frame, in pixels of the screen
    moved: false, // whether somebody has moved the picture
    paint: {}, // colours of the theme
  })
);

graph.home = Object.fromEntries([...graph.marks].map(([id, { x, y }]) => [id, [x, y]]));

// Marks shrink less than the picture when it is zoomed out, so that shapes stay readable.
const swell = (scale) => (scale < 1 ? scale ** -0.45 : 1);

function drawMark({ ctx, id, x, y, style }) {
  const { points, colour } = classes.get(entities.get(id).class);
  const r = style.size * swell(graph.network ? graph.network.getScale() : 1);
  const chosen = id === state.entity || (!state.entity && pathNow.found && state.path.includes(id)) || (comparing() && picked.has(id));
  return {
    drawNode() {
      graph.drawn.push({ id, x, y, r });
      ctx.save();
      ctx.globalAlpha = graph.near.size && !graph.near.has(id) ? 0.22 : 1;
      const path = new Path2D();
      for (const [px, py] of points) path.lineTo(x + px * r, y + py * r);
      path.closePath();
      // The ground shows through dimmed marks, not the lines behind them.
      ctx.lineJoin = 'round';
      if (chosen) {
        ctx.lineWidth = 9 * swell(graph.network.getScale());
        ctx.strokeStyle = graph.paint.accent;
        ctx.stroke(path);
      }
      ctx.fillStyle = colour;
      ctx.fill(path);
      ctx.lineWidth = 1.5 * swell(graph.network.getScale());
      ctx.strokeStyle = graph.paint.outline;
      ctx.stroke(path);
      ctx.restore();
    },
    nodeDimensions: { width: 2 * r, height: 2 * r },
  };
}

const OF_LINES = 11.5; // size of the names of lines

// Draws the labels of one frame at the size of the screen's text.
function drawLabels(ctx) {
  const scale = graph.network.getScale() / roomy();
  const corner = graph.network.DOMtoCanvas({ x: 0, y: 0 });
  const opposite = graph.network.DOMtoCanvas({ x: canvas.clientWidth, y: canvas.clientHeight });
  const { placed, taken } = placeLabels(graph.drawn, {
    scale,
    ...labelRules(),
    first: (id) => id === state.entity || id === graph.hover.node,
    rim: { x1: corner.x, y1: corner.y, x2: opposite.x, y2: opposite.y },
  });
  ctx.save();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3.5 / scale;
  ctx.strokeStyle = graph.paint.ground;
  ctx.fillStyle = graph.paint.ink;
  for (const { id, lines, box, size, bold, must } of placed) {
    ctx.font = fontOf(size, bold);
    ctx.globalAlpha = graph.near.size && !graph.near.has(id) && !must ? 0.35 : 1;
    write(ctx, lines, box, size * LINE);
  }
  const named = namesOfLines(taken, OF_LINES / scale);
  ctx.globalAlpha = 1;
  ctx.font = `italic ${OF_LINES / scale}px ${FONT}`;
  ctx.fillStyle = graph.paint.muted;
  for (const { lines, box } of named) write(ctx, lines, box, OF_LINES / scale);
  ctx.restore();
  graph.labels = [...placed, ...named].map(({ id, lines, box }) => {
    const [from, to] = [graph.network.canvasToDOM({ x: box.x1, y: box.y1 }), graph.network.canvasToDOM({ x: box.x2, y: box.y2 })];
    return { id, text: lines.join(' '), x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  });
}

// Names grow with the room that a large window leaves, more slowly than the marks.
const roomy = () => Math.max(1, Math.min(1.5, Math.sqrt(Math.min(canvas.clientWidth / 1100, canvas.clientHeight / 560))));

function write(ctx, lines, box, line) {
  lines.forEach((text, i) => {
    const at = [text, (box.x1 + box.x2) / 2, box.y1 + i * line];
    ctx.strokeText(...at);
    ctx.fillText(...at);
  });
}

// Returns the names of the lines that are selected, under the pointer, on the path, or of those of an
// entity with few of them, and where they stand; `at` gives the place of a point of the picture.
function namesOfLines(taken, size, at = (point) => point) {
  const own = state.entity ? [...graph.shown.facts, ...graph.shown.claims].filter((f) => f.s === state.entity || f.o === state.entity) : [];
  const named = new Set([state.fact, graph.hover.edge, ...pathNow.facts, ...(own.length <= 12 ? own.map((f) => f.id) : [])]);
  const written = /** @type {{ id: string, lines: string[], box: Box }[]} */ ([]);
  for (const id of named) {
    if (!id) continue;
    const line = graph.network.body.edges[id];
    if (!line?.connected) continue;
    const fact = factById.get(id);
    const text = [glyphOf(fact), labelOf(predicates.get(fact.predicate))].join(' ').trim();
    const w = widthOf(text, size, false) / 2;
    // The middle is the best place, then a third of the way, then what lies around.
    const boxes = [0.5, 0.35, 0.65, 0.42, 0.58, 0.25, 0.75].map((share) => {
      const { x, y } = at(line.edgeType.getPoint(share));
      return { x1: x - w, x2: x + w, y1: y - size / 2, y2: y + size / 2 };
    });
    const box = boxes.find((one) => !taken.meets(one));
    if (!box) continue;
    taken.add(box);
    written.push({ id, lines: [text], box });
  }
  return written;
}

// Returns the dashes of a line: what is not sure has its own, finer ones, and what is inferred its
// dots, which are then farther apart.
/** @returns {number[] | false} */
function dashesOf(fact, open) {
  if (fact.disputed) return [8, 5];
  if (fact.inferred) return open ? [2, 8] : [2, 4];
  return open ? [8, 3, 1.5, 3] : false;
}

// Returns what vis needs to draw a line as it is now, at so many times its thickness.
function lookOf(fact, thick = graph.thick) {
  const chosen = fact.id === state.fact || pathNow.facts.includes(fact.id) || (comparing() && commonNow.facts.has(fact.id));
  const near = state.entity && (fact.s === state.entity || fact.o === state.entity);
  const dim = graph.near.size && !chosen && !near;
  const open = isOpenOn(fact, state.date);
  const pale = (open || (fact.disputed && state.date !== null)) && !chosen;
  const stroke = strokeOf(fact.predicate);
  const dashes = dashesOf(fact, open) || [];
  return {
    color: {
      color: chosen ? graph.paint.accent : graph.paint.lines[stroke] || graph.paint[near ? 'edgeNear' : 'edge'],
      opacity: (dim ? 0.1 : near || chosen || fact.kind === 'state' || graph.shown.facts.length < 200 ? 1 : 0.5) * (pale ? 0.55 : 1),
    },
    width: thick * (chosen ? 4 : near ? 2 : fact.kind === 'state' ? 1.3 : 0.9),
    dashes: dashes.length > 0 && dashes.map((length) => length * thick),
    smooth: smoothOf(fact),
    arrows: fact.symmetric ? '' : { to: { enabled: true, scaleFactor: 0.5 * thick, type: content.strokes[stroke][1] } },
  };
}

// Counts on which side of an entity its lines leave, so that its label can stand on another one.
function countSides(list) {
  graph.sides = /** @type {Graph['sides']} */ (new Map());
  for (const { s, o } of list) {
    if (o === undefined || o === s) continue;
    for (const [here, there] of [
      [s, o],
      [o, s],
    ]) {
      const [from, to] = [graph.marks.get(here), graph.marks.get(there)];
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const side = Math.abs(dy) > Math.abs(dx) ? (dy > 0 ? 0 : 1) : dx > 0 ? 2 : 3;
      if (!graph.sides.has(here)) graph.sides.set(here, [0, 0, 0, 0]);
      graph.sides.get(here)[side] += 1;
    }
  }
}

// Returns the classes that a view which the project names is about: all its facts have one of them,
// and there are few enough of them to be told apart by name.
function subjectsOf(shown) {
  if (!viewById.get(state.named ?? '')?.predicates) return new Set();
  const members = new Map();
  for (const id of shown.entities) members.set(entities.get(id).class, (members.get(entities.get(id).class) || 0) + 1);
  const isIn = (name) => (fact) => [fact.s, fact.o].some((id) => entities.get(id ?? '')?.class === name);
  return new Set([...members.keys()].filter((name) => members.get(name) <= NAMED && shown.facts.every(isIn(name))));
}

// Returns which layout has room for all that shows: the view's own, else that of the whole picture.
function layoutFor(shown) {
  const places = viewById.get(state.named ?? '')?.places;
  return places && [...shown.entities].every((id) => places[id]) ? /** @type {string} */ (state.named) : '';
}

// Returns where the marks of a layout stand when nobody has moved them.
const placesOf = (layout) => new Map(Object.entries(viewById.get(layout)?.places ?? graph.home).map(([id, [x, y]]) => [id, { x, y }]));

// Lets the marks stand as another layout has them; says whether it did.
function changeLayout(layout) {
  if (layout === graph.layout) return false;
  graph.kept.set(graph.layout, placesNow());
  graph.layout = layout;
  for (const [id, place] of graph.kept.get(layout) ?? placesOf(layout)) Object.assign(graph.marks.get(id), place);
  graph.pull = { x: 1, y: 1 };
  pullToShape();
  return true;
}

// Returns where the marks of the layout that shows stand, before it was pulled.
const placesNow = () => new Map(marksOf(graph.layout).map((mark) => [mark.id, { x: mark.x / graph.pull.x, y: mark.y / graph.pull.y }]));

// Returns the marks that have a place in a layout.
function marksOf(layout) {
  const places = viewById.get(layout)?.places;
  return places ? Object.keys(places).map((id) => graph.marks.get(id)) : [...graph.marks.values()];
}

// Shows what passes the filters and emphasises what is selected with its neighbours.
function drawGraph(shown) {
  graph.shown = shown;
  const isOther = changeLayout(layoutFor(shown));
  findBends(shown.passing);
  countSides(shown.facts);
  graph.about = subjectsOf(shown);
  graph.near = new Set();
  const about = state.fact ? [factById.get(state.fact)] : shown.facts.filter((fact) => fact.s === state.entity || fact.o === state.entity);
  if (state.entity) graph.near.add(state.entity);
  if (!state.entity && !state.fact) for (const id of [...pathNow.entities, ...picked, ...commonNow.entities]) graph.near.add(id);
  for (const fact of about) {
    graph.near.add(fact.s);
    if (fact.o !== undefined) graph.near.add(fact.o);
  }
  changeWhatIsDrawn(shown);
  const wasHidden = canvas.hidden;
  canvas.hidden = state.view === 'table';
  canvas.setAttribute('aria-label', say('canvas', shown.entities.size, shown.facts.length));
  // Once per frame is enough, and vis asks for it after each change too; only what comes back may
  // have another size by now.
  if (wasHidden && !canvas.hidden) graph.network.redraw();
  else graph.network.body.emitter.emit('_requestRedraw');
  // What stood somewhere else is not where the eyes were.
  if (isOther) fit(undefined, false);
}

// Tells vis what is new, what looks otherwise and what is gone: ends before lines, and the other way
// round when they go.
function changeWhatIsDrawn(shown) {
  graph.thick = thickness(graph.network.getScale());
  const looks = new Map();
  const [fresh, changed] = [/** @type {any[]} */ ([]), /** @type {any[]} */ ([])];
  for (const fact of [...shown.facts, ...shown.claims]) {
    if (fact.o === undefined) continue;
    const look = lookOf(fact);
    const key = `${look.color.color} ${look.color.opacity} ${look.width} ${look.dashes} ${strokeOf(fact.predicate)} ${bends.byId.get(fact.id)}`;
    const before = graph.looks.get(fact.id);
    if (before === undefined) fresh.push({ id: fact.id, from: fact.s, to: fact.o, ...look });
    else if (before !== key) changed.push({ id: fact.id, ...look });
    looks.set(fact.id, key);
  }
  const gone = [...graph.looks.keys()].filter((id) => !looks.has(id));
  const there = new Set(graph.nodes.getIds());
  const [come, left] = [[...shown.entities].filter((id) => !there.has(id)), [...there].filter((id) => !shown.entities.has(id))];
  if (![gone, left, come, fresh, changed].some((list) => list.length)) return;
  // Vis draws at once after each of these; all of them together are one picture.
  const { body } = graph.network;
  body.emitter.emit('_blockRedraw');
  if (gone.length) graph.edges.remove(gone);
  if (left.length) graph.nodes.remove(left);
  if (come.length) graph.nodes.add(come.map((id) => graph.marks.get(id)));
  if (fresh.length) graph.edges.add(fresh);
  if (changed.length) graph.edges.update(changed);
  graph.looks = looks;
  body.emitter.emit('_allowRedraw');
  // What lies above what must not go by what was shown before.
  body.nodeIndices.sort((a, b) => graph.marks.get(a).place - graph.marks.get(b).place);
  body.edgeIndices.sort((a, b) => factById.get(a).place - factById.get(b).place);
}

// Returns how far places reach to one side. Without a call of as many arguments as there are places.
const farthest = (places, of, far) => places.reduce((found, place) => far(found, of(place)), of(places[0]));

// Pulls the layout that shows to the shape of the window, once: a map that readers know must not
// change under their eyes.
function pullToShape() {
  const places = marksOf(graph.layout);
  if (places.length < 3 || !canvas.clientWidth) return;
  for (const place of places) Object.assign(place, { x: place.x / graph.pull.x, y: place.y / graph.pull.y });
  const reach = (of) => Math.max(1, farthest(places, of, Math.max) - farthest(places, of, Math.min));
  const room = Math.max(1, canvas.clientWidth - 140) / Math.max(1, canvas.clientHeight - coveredPart().top - 96);
  const by = (room * reach(({ y }) => y)) / reach(({ x }) => x);
  graph.pull = { x: Math.max(1, Math.min(1.6, by)), y: Math.max(1, Math.min(1.7, 1 / by)) };
  for (const place of places) Object.assign(place, { x: place.x * graph.pull.x, y: place.y * graph.pull.y });
  graph.nodes.update(graph.nodes.getIds().map((id) => graph.marks.get(id)));
  bends.of = null;
}

// Moves the picture so that the given entities fill it; without any, all that are shown.
// Not vis's own fit: it knows the marks but not our labels, and would cut those at the rim.
function fit(ids = [...graph.shown.entities], animation = motion()) {
  const { clientWidth, clientHeight } = canvas;
  const covered = coveredPart();
  const [width, height] = [clientWidth - covered.right, clientHeight - covered.bottom - covered.top];
  if (!ids.length || width <= 0 || height <= 0) return;
  const inside = new Set(ids);
  // What bends can lie outside of its ends.
  const curves = graph.shown.facts
    .filter(
      (fact) => bends.byId.get(fact.id) && inside.has(fact.s) && inside.has(fact.o ?? '') && graph.network.body.edges[fact.id]?.connected,
    )
    .flatMap((fact) => [0.25, 0.5, 0.75].map((share) => graph.network.body.edges[fact.id].edgeType.getPoint(share)));
  const places = [...ids.map((id) => graph.marks.get(id)), ...curves];
  const [left, right] = [farthest(places, ({ x }) => x, Math.min), farthest(places, ({ x }) => x, Math.max)];
  const [top, bottom] = [farthest(places, ({ y }) => y, Math.min), farthest(places, ({ y }) => y, Math.max)];
  const rim = { x: Math.min(70, width / 6), y: Math.min(48, height / 6) };
  const scale = Math.min(1.25 * roomy(), (width - 2 * rim.x) / Math.max(1, right - left), (height - 2 * rim.y) / Math.max(1, bottom - top));
  graph.network.moveTo({
    position: middle({ left, right, top, bottom }, covered, scale),
    scale,
    animation,
  });
  if (!animation) rescaleLines();
}

// Draws the lines anew where they have another thickness at the scale of the picture.
function rescaleLines() {
  if (graph.shown && thickness(graph.network.getScale()) !== graph.thick) changeWhatIsDrawn(graph.shown);
}

// Returns how much of the picture is covered: from above by the views in a low window; by the
// details from the right, on a narrow page from below.
function coveredPart() {
  const own = canvas.getBoundingClientRect();
  const top = Math.max(0, byId('head').getBoundingClientRect().bottom - own.top);
  if (details.hidden) return { top, right: 0, bottom: 0 };
  const over = details.getBoundingClientRect();
  return over.left <= own.left
    ? { top, right: 0, bottom: Math.max(0, own.bottom - over.top) }
    : // Beside the lanes there would be too little left; there the picture stays under the details.
      { top, right: own.width < 700 ? 0 : Math.max(0, own.right - over.left), bottom: 0 };
}

// Returns what has to stand in the middle of the picture for places to stand in that of its free part.
const middle = ({ left, right, top, bottom }, covered, scale) => ({
  x: (left + right) / 2 + covered.right / 2 / scale,
  y: (top + bottom) / 2 + (covered.bottom - covered.top) / 2 / scale,
});

const motion = () => (calm.matches ? false : { duration: 300, easingFunction: 'easeInOutQuad' });

// Moves the picture only if what was chosen, entities or a fact, would otherwise be out of sight or
// under the details; zooms out where it would not fit into what is free.
/** @param {{ entity?: string | null, fact?: string | null }} chosen */
function bringIntoView({ entity, fact }) {
  if (!canvas.clientWidth || !(entity || fact)) return;
  const { s, o = s } = fact ? factById.get(fact) : { s: /** @type {string} */ (entity) };
  const line = fact ? graph.network.body.edges[fact] : null;
  const places = [s, o].map((id) => {
    const { x, y } = graph.marks.get(id);
    return { x, y };
  });
  if (line?.connected) places.push(line.edgeType.getPoint(0.5));
  const covered = coveredPart();
  const [width, height] = [canvas.clientWidth - covered.right, canvas.clientHeight - covered.bottom - covered.top];
  if (width <= 0 || height <= 0) return;
  const margin = { x: Math.min(40, width / 4), y: Math.min(40, height / 4) };
  const isFree = ({ x, y }) => x > margin.x && y > covered.top + margin.y && x < width - margin.x && y < covered.top + height - margin.y;
  if (places.every((place) => isFree(graph.network.canvasToDOM(place)))) return;
  const [xs, ys] = [places.map((place) => place.x), places.map((place) => place.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    graph.network.getScale(),
    (width - 2 * margin.x) / Math.max(1, right - left),
    (height - 2 * margin.y) / Math.max(1, bottom - top),
  );
  graph.network.moveTo({
    position: middle({ left, right, top, bottom }, covered, scale),
    scale,
    animation: motion(),
  });
}

// Reads the theme's colours from the style sheet, where they are decided.
function readPaint() {
  const style = getComputedStyle(document.documentElement);
  const probe = el('span', { hidden: true });
  document.body.append(probe);
  // Where the reader's own colours rule ours are names of the system's, which vis does not know.
  const get = (name) => {
    const written = style.getPropertyValue(name).trim();
    if (!forced.matches) return written;
    probe.style.color = written;
    return getComputedStyle(probe).color;
  };
  graph.paint = {
    ink: get('--ink'),
    muted: get('--muted'),
    ground: get('--ground'),
    outline: get('--outline'),
    edge: get('--edge'),
    edgeNear: get('--edge-near'),
    accent: get('--accent'),
    lines: content.strokes.map(([colour]) => (forced.matches ? '' : colour)),
  };
  probe.remove();
}
