// The picture: vis-network draws the lines and finds what was clicked; marks and labels are ours.

const canvas = document.getElementById('canvas');
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const graph = {
  nodes: new vis.DataSet(read('kg-nodes')),
  edges: new vis.DataSet(read('kg-edges')),
  network: null,
  near: new Set(), // entities to emphasise; empty when nothing is selected
  hover: { node: null, edge: null },
  drawn: [], // marks of the frame being drawn: id, x, y, r
  looks: new Map(), // what each line looks like now, so that only changes are sent to vis
  labels: [], // boxes of the labels of the last frame, in pixels of the screen
  moved: false, // whether somebody has moved the picture
  paint: {}, // colours of the theme
};

// Returns what an entity is called in the picture: a long name gives way to its abbreviation.
function shortLabel(id) {
  const entity = entities.get(id);
  const label = labelOf(entity);
  if (label.length <= 22) return label;
  const script = state.lang === 'ru' ? /^[\p{Script=Cyrillic}\d-]{2,8}$/u : /^[A-Z\d-]{2,8}$/;
  return (entity.aliases || []).find((name) => script.test(name) && name === name.toUpperCase()) || label;
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

// Marks shrink less than the picture when it is zoomed out, so that shapes stay readable.
const swell = (scale) => (scale < 1 ? scale ** -0.45 : 1);

function drawMark({ ctx, id, x, y, style }) {
  const { points, colour } = classes.get(entities.get(id).class);
  const r = style.size * swell(graph.network ? graph.network.getScale() : 1);
  const chosen = id === state.entity;
  return {
    drawNode() {
      graph.drawn.push({ id, x, y, r });
      ctx.save();
      ctx.globalAlpha = graph.near.size && !graph.near.has(id) ? 0.22 : 1;
      const path = new Path2D();
      points.forEach(([px, py], i) => path[i ? 'lineTo' : 'moveTo'](x + px * r, y + py * r));
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

const apart = (a, b) => a.x2 < b.x1 || b.x2 < a.x1 || a.y2 < b.y1 || b.y2 < a.y1;

// Draws the labels of one frame at the size of the screen's text, the important ones first;
// a label that would cover another one or a mark waits until the picture is larger.
function drawLabels(ctx) {
  const scale = graph.network.getScale();
  const size = 12.5 / scale;
  const rank = (m) => (m.id === state.entity || m.id === graph.hover.node ? 1e6 : 0)
    + (graph.near.has(m.id) ? 1e3 : 0) + m.r;
  const marks = graph.drawn.map((m) => ({
    ...m, x1: m.x - m.r, x2: m.x + m.r, y1: m.y - m.r, y2: m.y + m.r,
  }));
  marks.sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
  // A label cut off by the rim is worse than none.
  const corner = graph.network.DOMtoCanvas({ x: 0, y: 0 });
  const opposite = graph.network.DOMtoCanvas({ x: canvas.clientWidth, y: canvas.clientHeight });
  const view = { x1: corner.x, y1: corner.y, x2: opposite.x, y2: opposite.y };
  marks.slice(0, 10).forEach((m) => { m.hub = true; });
  const taken = [];
  ctx.save();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3.5 / scale;
  const write = (lines, box, line) => {
    lines.forEach((text, i) => {
      const at = [text, (box.x1 + box.x2) / 2, box.y1 + i * line];
      ctx.strokeText(...at);
      ctx.fillText(...at);
    });
    taken.push({ ...box, text: lines.join(' ') });
  };
  for (const mark of marks) {
    const must = rank(mark) >= 1e6;
    ctx.font = `${must || mark.hub ? '600 ' : ''}${size}px ${FONT}`;
    ctx.globalAlpha = graph.near.size && !graph.near.has(mark.id) && !must ? 0.35 : 1;
    ctx.fillStyle = graph.paint.ink;
    ctx.strokeStyle = graph.paint.ground;
    const lines = breakLabel(shortLabel(mark.id));
    const w = Math.max(...lines.map((text) => ctx.measureText(text).width)) / 2;
    const h = lines.length * size * 1.15;
    const gap = 3 / scale;
    const boxAt = (x, y) => ({ x1: x - w, x2: x + w, y1: y, y2: y + h });
    const places = [
      boxAt(mark.x, mark.y2 + gap),
      boxAt(mark.x, mark.y1 - gap - h),
      boxAt(mark.x2 + gap + w, mark.y - h / 2),
      boxAt(mark.x1 - gap - w, mark.y - h / 2),
      ...[[1, 1], [-1, 1], [1, -1], [-1, -1]].map(([right, down]) => boxAt(
        mark.x + right * (0.7 * mark.r + gap + w), mark.y + (down > 0 ? 0.5 * mark.r : -0.5 * mark.r - h),
      )),
    ];
    const clear = places.filter((box) => box.x1 > view.x1 && box.x2 < view.x2 && box.y2 < view.y2
      && taken.every((other) => apart(box, other)));
    const free = clear.find((box) => marks.every((other) => other === mark || apart(box, other)));
    // The name of a hub may lie on small marks: a picture without it has no landmarks.
    const above = mark.hub && lines.length === 1 && clear.find((box) => marks.every((other) => other === mark || !other.hub || apart(box, other)));
    const box = free || above || (must && places[0]);
    if (box) write(lines, box, size * 1.15);
  }
  drawRelations(ctx, taken, size * 0.92, write);
  ctx.restore();
  graph.labels = taken.map((box) => {
    const [from, to] = [graph.network.canvasToDOM({ x: box.x1, y: box.y1 }), graph.network.canvasToDOM({ x: box.x2, y: box.y2 })];
    return { text: box.text, x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  });
}

// Names the lines that are selected, under the pointer, or those of an entity with few of them.
function drawRelations(ctx, taken, size, write) {
  const own = state.entity ? graph.shown.facts.filter((f) => f.s === state.entity || f.o === state.entity) : [];
  const named = new Set([state.fact, graph.hover.edge, ...(own.length <= 12 ? own.map((f) => f.id) : [])]);
  ctx.globalAlpha = 1;
  ctx.font = `italic ${size}px ${FONT}`;
  ctx.fillStyle = graph.paint.muted;
  for (const id of named) {
    const line = id && graph.network.body.edges[id];
    if (!line || !line.connected || graph.edges.get(id).hidden) continue;
    const middle = line.edgeType.getPoint(0.5);
    const text = labelOf(predicates.get(factById.get(id).predicate));
    const w = ctx.measureText(text).width / 2;
    const box = { x1: middle.x - w, x2: middle.x + w, y1: middle.y - size / 2, y2: middle.y + size / 2 };
    if (id === state.fact || taken.every((other) => apart(box, other))) write([text], box, size);
  }
}

// Returns what vis needs to draw a line as it is now.
function lookOf(fact, shown) {
  const chosen = fact.id === state.fact;
  const near = state.entity && (fact.s === state.entity || fact.o === state.entity);
  const dim = graph.near.size && !chosen && !near;
  const inferred = fact.inferred ? [2, 4] : false;
  return {
    hidden: !shown,
    color: { color: chosen ? graph.paint.accent : graph.paint[near ? 'edgeNear' : 'edge'], opacity: dim ? 0.16 : 1 },
    width: chosen ? 4 : near ? 2 : fact.kind === 'state' ? 1.3 : 0.9,
    dashes: fact.disputed ? [8, 5] : inferred,
  };
}

// Shows what passes the filters and emphasises what is selected with its neighbours.
function drawGraph(shown) {
  graph.shown = shown;
  graph.near = new Set();
  const about = state.fact ? [factById.get(state.fact)]
    : shown.facts.filter((fact) => fact.s === state.entity || fact.o === state.entity);
  if (state.entity) graph.near.add(state.entity);
  for (const fact of about) {
    graph.near.add(fact.s);
    if (fact.o !== undefined) graph.near.add(fact.o);
  }
  const visible = new Set(shown.facts.map((fact) => fact.id));
  const edges = [];
  for (const fact of facts) {
    if (fact.o === undefined) continue;
    const look = lookOf(fact, visible.has(fact.id));
    const key = JSON.stringify(look);
    if (graph.looks.get(fact.id) !== key) edges.push({ id: fact.id, ...look });
    graph.looks.set(fact.id, key);
  }
  const nodes = graph.nodes.get({ fields: ['id', 'hidden'] })
    .filter((node) => Boolean(node.hidden) === shown.entities.has(node.id))
    .map((node) => ({ id: node.id, hidden: !shown.entities.has(node.id) }));
  if (edges.length) graph.edges.update(edges);
  if (nodes.length) graph.nodes.update(nodes);
  canvas.hidden = state.view === 'table';
  canvas.setAttribute('aria-label', say('canvas', shown.entities.size, shown.facts.length));
  graph.network.redraw();
}

// Moves the picture so that the given entities fill it; without any, all that are shown.
// Not vis's own fit: it knows the marks but not our labels, and would cut those at the rim.
function fit(ids = [...graph.shown.entities], animation = motion()) {
  const { clientWidth, clientHeight: height } = canvas;
  const covered = coveredWidth();
  const width = clientWidth - covered;
  if (!ids.length || !clientWidth) return;
  const places = Object.values(graph.network.getPositions(ids));
  const [xs, ys] = [places.map((place) => place.x), places.map((place) => place.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const rim = { x: Math.min(70, width / 6), y: Math.min(48, height / 8) };
  const scale = Math.min(1.25, (width - 2 * rim.x) / Math.max(1, right - left), (height - 2 * rim.y) / Math.max(1, bottom - top));
  graph.network.moveTo({
    position: { x: (left + right) / 2 + covered / 2 / scale, y: (top + bottom) / 2 }, scale, animation,
  });
}

// Returns how much of the picture's right side the details cover.
function coveredWidth() {
  if (details.hidden || canvas.clientWidth < 640) return 0;
  return Math.max(0, canvas.getBoundingClientRect().right - details.getBoundingClientRect().left);
}

const motion = () => (calm.matches ? false : { duration: 300, easingFunction: 'easeInOutQuad' });

// Moves the picture only if the entity would otherwise be out of sight.
function bringIntoView(id) {
  if (!canvas.clientWidth) return;
  const at = graph.network.canvasToDOM(graph.network.getPosition(id));
  const margin = 40;
  const covered = coveredWidth();
  // On a narrow page the details come from below.
  const low = !details.hidden && canvas.clientWidth < 640
    ? details.getBoundingClientRect().top - canvas.getBoundingClientRect().top : canvas.clientHeight;
  if (at.x > margin && at.y > margin && at.x < canvas.clientWidth - covered - margin && at.y < low - margin) return;
  const scale = graph.network.getScale();
  const place = graph.network.getPosition(id);
  graph.network.moveTo({
    position: { x: place.x + covered / 2 / scale, y: place.y + (canvas.clientHeight - low) / 2 / scale }, animation: motion(),
  });
}

// Reads the theme's colours from the style sheet, where they are decided.
function readPaint() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(name).trim();
  graph.paint = {
    ink: get('--ink'),
    muted: get('--muted'),
    ground: get('--ground'),
    outline: get('--outline'),
    edge: get('--edge'),
    edgeNear: get('--edge-near'),
    accent: get('--accent'),
  };
}

// Selects the nearest entity in the direction of an arrow key.
function walk(dx, dy) {
  const places = graph.network.getPositions([...graph.shown.entities]);
  const here = places[state.entity] || graph.network.getViewPosition();
  let best = null;
  for (const [id, place] of Object.entries(places)) {
    const along = (place.x - here.x) * dx + (place.y - here.y) * dy;
    const aside = Math.abs((place.x - here.x) * dy) + Math.abs((place.y - here.y) * dx);
    // What lies aside counts double: "right" should not mean "far below and a little right".
    const cost = along + 2 * aside;
    if (id !== state.entity && along > 0 && (!best || cost < best.cost)) best = { id, cost };
  }
  if (best) select({ entity: best.id }, { keepFocus: true });
}

const KEYS = {
  ArrowRight: () => walk(1, 0),
  ArrowLeft: () => walk(-1, 0),
  ArrowUp: () => walk(0, -1),
  ArrowDown: () => walk(0, 1),
  '+': () => graph.network.moveTo({ scale: graph.network.getScale() * 1.25 }),
  '-': () => graph.network.moveTo({ scale: graph.network.getScale() / 1.25 }),
  0: () => { graph.moved = false; fit(); },
  Enter: () => document.querySelector('#details h2')?.focus(),
};

function startGraph() {
  readPaint();
  const options = read('kg-options');
  options.nodes.ctxRenderer = drawMark;
  options.nodes.shape = 'custom';
  options.interaction.hideEdgesOnDrag = facts.length > 1500;
  options.autoResize = true;
  const network = new vis.Network(canvas, { nodes: graph.nodes, edges: graph.edges }, options);
  graph.network = network;
  // The container is what the keyboard reaches; vis's own stop would be a second, mute one.
  canvas.querySelector('.vis-network').tabIndex = -1;
  network.on('beforeDrawing', () => { graph.drawn = []; });
  network.on('afterDrawing', drawLabels);
  network.on('click', ({ nodes, edges }) => {
    network.unselectAll();
    if (nodes.length) select({ entity: nodes[0] });
    else if (edges.length) select({ fact: edges[0] });
    else select({});
  });
  network.on('doubleClick', ({ nodes, event }) => {
    if (nodes.length) focusOn(nodes[0], event.srcEvent.shiftKey ? 2 : 1);
  });
  const hover = (part, id) => () => {
    graph.hover[part] = id;
    canvas.classList.toggle('pointing', Boolean(graph.hover.node || graph.hover.edge));
    network.redraw();
  };
  network.on('hoverNode', ({ node }) => hover('node', node)());
  network.on('blurNode', hover('node', null));
  network.on('hoverEdge', ({ edge }) => hover('edge', edge)());
  network.on('blurEdge', hover('edge', null));
  network.on('zoom', () => { graph.moved = true; });
  network.on('dragStart', () => { graph.moved = true; });
  network.on('resize', () => { if (!graph.moved && graph.shown) fit(); });
  canvas.addEventListener('keydown', (event) => {
    const action = !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
