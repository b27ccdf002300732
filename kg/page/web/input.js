// What hands do in the picture: keys, clicks, drags and the pointer over a mark.

// Selects the nearest entity in the direction of an arrow key.
function walk(dx, dy) {
  const here = graph.marks.get(state.entity ?? '') || graph.network.getViewPosition();
  let best = /** @type {{ id: string, cost: number } | null} */ (null);
  for (const id of graph.shown.entities) {
    const place = graph.marks.get(id);
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
  0: () => {
    graph.moved = false;
    fit();
  },
  ' ': () => {
    if (state.entity) pick(state.entity);
  },
  Enter: () => details.querySelector('h2')?.focus(),
};

// Some browsers and their extensions give no means to draw.
const canDraw = Boolean(document.createElement('canvas').getContext('2d'));

// Puts in place of the means to draw some that draw nothing: the rest of the page needs no picture.
function drawNothing() {
  const { prototype } = CanvasRenderingContext2D;
  const blank = /** @type {any} */ ({});
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value === 'function') blank[name] = () => {};
  }
  blank.measureText = () => ({ width: 0 });
  HTMLCanvasElement.prototype.getContext = () => blank;
  for (const button of document.querySelectorAll('[data-view=graph], #fit')) /** @type {any} */ (button).disabled = true;
  extras.push({ draw: () => {}, toHash: () => [], fromHash: () => {}, notice: () => ({ words: say('noCanvas') }) });
}

function startGraph() {
  if (!canDraw) drawNothing();
  readPaint();
  const options = read('kg-options');
  options.nodes.ctxRenderer = drawMark;
  options.nodes.shape = 'custom';
  options.interaction.hideEdgesOnDrag = facts.length > 1500;
  options.autoResize = true;
  const network = new vis.Network(canvas, { nodes: graph.nodes, edges: graph.edges }, options);
  graph.network = network;
  // The container is what the keyboard reaches; vis's own stop would be a second, mute one.
  for (const own of canvas.querySelectorAll('.vis-network')) own.tabIndex = -1;
  network.on('beforeDrawing', () => {
    graph.drawn = [];
  });
  network.on('afterDrawing', drawLabels);
  let rest = 0;
  network.on('afterDrawing', () => {
    clearTimeout(rest);
    rest = setTimeout(rescaleLines, 120);
  });
  let click = 0;
  network.on('click', ({ nodes, pointer, event }) => {
    network.unselectAll();
    const [line, ...others] = nodes.length ? [] : linesAt(pointer.DOM);
    const more = event.srcEvent.ctrlKey || event.srcEvent.metaKey || event.srcEvent.shiftKey;
    const open = () => {
      graph.met = others.length ? [line, ...others] : [];
      if (nodes.length && more) pick(nodes[0]);
      else if (nodes.length) select({ entity: nodes[0] });
      else if (line) select({ fact: line });
      else select({});
    };
    clearTimeout(click);
    // Where the details will open, they must not come between the clicks of a double click.
    const covers = details.hidden && (canvas.clientWidth < 640 || pointer.DOM.x > canvas.clientWidth - 400);
    if (nodes.length && covers) click = setTimeout(open, 280);
    else open();
  });
  network.on('doubleClick', ({ pointer, event }) => {
    clearTimeout(click);
    const node = network.getNodeAt(pointer.DOM);
    if (node !== undefined) focusOn(node, event.srcEvent.shiftKey ? 2 : 1);
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
  network.on('zoom', () => {
    graph.moved = true;
  });
  network.on('dragStart', () => {
    graph.moved = true;
  });
  network.on('dragEnd', ({ nodes }) => {
    for (const [id, place] of Object.entries(network.getPositions(nodes))) Object.assign(graph.marks.get(id), place);
  });
  // Vis itself looks once a second.
  new ResizeObserver(() => network.redraw()).observe(canvas);
  // Once vis is done: after it has told of the new size it keeps what was in sight, at its own scale.
  network.on('resize', () => {
    queueMicrotask(() => {
      if (!graph.moved && graph.shown) fit(undefined, false);
    });
  });
  canvas.addEventListener('keydown', (event) => {
    const action = KEYS[keyOf(event)];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
