// Exports: the picture as SVG and PNG, the facts and the positions as CSV.

const PICTURE = { width: 1600, height: 1000, top: 56, bottom: 64, side: 90 };

// Gives a file to the reader.
function save(name, type, data) {
  const address = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
  const anchor = el('a', { href: address, download: name, hidden: true });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  announce(say('saved', name));
}

// Returns a file name that says what is in it and of which day.
const fileName = (suffix, what = 'graph') => `${what}-${state.date === null ? 'all-dates' : isoDay(state.date)}.${suffix}`;

// Returns a value as a cell. Spreadsheets run what begins like a formula; an apostrophe stops them
// (OWASP, CSV Injection).
function csvCell(value) {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// RFC 4180, with the mark that tells spreadsheets that it is UTF-8.
const csv = (rows) => `\ufeff${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;

function factsCsv() {
  const head = [
    'subject',
    'subject_label',
    'predicate',
    'predicate_label',
    'object',
    'object_label',
    'start',
    'end',
    'at',
    'status',
    'surely',
    'rank',
    'inferred',
    'statement',
    'sources',
    'urls',
    'note',
  ];
  const joined = (fact, name) =>
    [...new Set((fact.references || []).map((reference) => sourceOf(reference)[name]))].filter(Boolean).join(' | ');
  return csv([
    head,
    ...sortedFacts(shownNow.facts).map((fact) => [
      fact.s,
      text(fact.s),
      fact.predicate,
      labelOf(predicates.get(fact.predicate)),
      fact.o ?? '',
      fact.o === undefined ? fact.value : text(fact.o),
      fact.start || (fact.at ? '' : fact.since),
      fact.end || (fact.at ? '' : fact.until),
      fact.at,
      statusOn(fact, state.date),
      state.date === null || !holdsOn(fact, state.date) ? '' : String(surelyOn(fact, state.date)),
      fact.rank || 'normal',
      fact.inferred ? 'true' : 'false',
      fact.id,
      joined(fact, 'title'),
      joined(fact, 'url'),
      fact.note,
    ]),
  ]);
}

// Returns where every entity stands, in the form that `kg view --positions` reads: in the whole
// picture, and in each view that is laid out by itself.
function placesCsv() {
  const own = views.filter((view) => view.places).map(({ id }) => id);
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = ['', ...own].flatMap((layout) => {
    const places = layout === graph.layout ? placesNow() : (graph.kept.get(layout) ?? placesOf(layout));
    return [...places]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { x, y }]) => [quoted(id), Math.round(x), Math.round(y), ...(own.length ? [quoted(layout)] : [])].join(','));
  });
  // No apostrophes here: a number below zero is not a formula, and a program reads the file.
  return `${['id', 'x', 'y', ...(own.length ? ['view'] : [])].join(',')}\n${rows.map((row) => `${row}\n`).join('')}`;
}

// Returns the line of a fact in the drawing, bent as on the screen, up to the rim of its object;
// `at` gives the place of an entity or a point of the picture, `radiusOf` the size of a mark.
function drawnLine(fact, at, radiusOf) {
  const [from, to] = [at(graph.marks.get(fact.s)), at(graph.marks.get(fact.o))];
  if (fact.s === fact.o) return `M${from.x} ${from.y}c30 -50 -30 -50 0 0`;
  // The middle of a line that bends lies aside, half as far as the point that bends it.
  const middle = at(graph.network.body.edges[fact.id].edgeType.getPoint(0.5));
  const via = { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
  const way = Math.hypot(to.x - via.x, to.y - via.y) || 1;
  const short = Math.min(radiusOf(fact.o) + 1, way / 2) / way;
  const end = { x: to.x - (to.x - via.x) * short, y: to.y - (to.y - via.y) * short };
  return `M${from.x} ${from.y}Q${via.x} ${via.y} ${end.x} ${end.y}`.replace(/-?\d+\.\d+/g, (n) => Number(n).toFixed(1));
}

// Returns the names of marks and of lines in the picture, so small that what can be read on the screen
// can be read in the file, where that can be; `at` gives the place of a point of the picture.
function namesInFile(marks, at) {
  const rules = labelRules();
  const onScreen = new Set(graph.labels.map(({ id }) => id ?? ''));
  const about = (id) => rules.about(id) || onScreen.has(id);
  const rim = { x1: 8, y1: PICTURE.top, x2: PICTURE.width - 8, y2: PICTURE.height - PICTURE.bottom };
  const inSize = (scale) => {
    const { placed, taken } = placeLabels(marks, { ...rules, scale, about, rim });
    const size = OF_LINES / scale;
    const ofLines = namesOfLines(taken, size, at);
    const named = new Set([...placed, ...ofLines].map(({ id }) => id));
    return { placed, ofLines, size, missing: [...onScreen].filter((id) => !named.has(id)).length };
  };
  let best = inSize(1);
  for (const scale of [1.15, 1.3]) {
    if (!best.missing) break;
    const finer = inSize(scale);
    if (finer.missing < best.missing) best = finer;
  }
  return best;
}

// Returns the whole picture as it passes the filters, as an SVG element, at a size for print.
function drawSvg() {
  const ids = [...shownNow.entities];
  const [xs, ys] = [ids.map((id) => graph.marks.get(id).x), ids.map((id) => graph.marks.get(id).y)];
  const bounds = ids.length
    ? { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
    : { left: 0, right: 0, top: 0, bottom: 0 };
  const { width, height, side } = PICTURE;
  const scale = Math.min(
    1.4,
    (width - 2 * side) / Math.max(1, bounds.right - bounds.left),
    (height - PICTURE.top - PICTURE.bottom - 110) / Math.max(1, bounds.bottom - bounds.top),
  );
  const middle = { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 };
  const at = ({ x, y }) => ({
    x: width / 2 + (x - middle.x) * scale,
    y: PICTURE.top + (height - PICTURE.top - PICTURE.bottom) / 2 + (y - middle.y) * scale,
  });
  const round = (n) => Number(n.toFixed(1));
  const paint = graph.paint;
  const marks = ids.map((id) => ({ id, ...at(graph.marks.get(id)), r: graph.marks.get(id).size * scale * swell(scale) }));
  const sizes = new Map(marks.map(({ id, r }) => [id, r]));
  const { placed, ofLines, size: sizeOfLines } = namesInFile(marks, at);
  const dim = (id) => (graph.near.size && !graph.near.has(id) ? 0.25 : 1);
  const lines = [...shownNow.facts, ...shownNow.claims]
    .filter((fact) => fact.o !== undefined)
    .map((fact) => {
      const look = lookOf(fact, 1);
      const line = svgElement('path', {
        d: drawnLine(fact, at, (id) => sizes.get(id)),
        stroke: look.color.color,
        'stroke-opacity': look.color.opacity,
        'stroke-width': look.width,
        fill: 'none',
      });
      if (!fact.symmetric) line.setAttribute('marker-end', `url(#head${strokeOf(fact.predicate)})`);
      if (look.dashes) line.setAttribute('stroke-dasharray', look.dashes.join(' '));
      return line;
    });
  const shapes = marks.map(({ id, x, y, r }) => {
    const { points, colour } = classes.get(entities.get(id).class);
    return svgElement(
      'polygon',
      {
        points: points.map(([px, py]) => `${round(x + px * r)},${round(y + py * r)}`).join(' '),
        fill: colour,
        opacity: dim(id),
      },
      svgElement('title', {}, labelOf(entities.get(id))),
    );
  });
  const labels = placed.flatMap(({ id, lines: words, box, size, bold }) =>
    words.map((line, i) => {
      const label = svgElement(
        'text',
        {
          'data-id': id,
          x: round((box.x1 + box.x2) / 2),
          y: round(box.y1 + (i + 0.82) * size * LINE),
          'font-size': round(size),
          opacity: Math.max(0.4, dim(id)),
        },
        line,
      );
      if (bold) label.setAttribute('font-weight', 600);
      return label;
    }),
  );
  const relations = ofLines.map(({ id, lines: [words], box }) =>
    svgElement(
      'text',
      {
        'data-id': id,
        x: round((box.x1 + box.x2) / 2),
        y: round(box.y1 + 0.82 * sizeOfLines),
        'font-size': round(sizeOfLines),
        'font-style': 'italic',
        fill: paint.muted,
      },
      words,
    ),
  );
  const [title, ...notes] = describe();
  const caption = (words, x, y, size, more = {}) => svgElement('text', { x, y, 'font-size': size, fill: paint.ink, ...more }, words);
  return svgElement(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'font-family': FONT },
    svgElement('title', {}, `${title}. ${notes.join('. ')}`),
    svgElement(
      'defs',
      {},
      ...content.strokes.map(([, , outline], number) =>
        svgElement(
          'marker',
          {
            id: `head${number}`,
            viewBox: '0 0 8 8',
            refX: 8,
            refY: 4,
            markerWidth: 8,
            markerHeight: 8,
            markerUnits: 'userSpaceOnUse',
            orient: 'auto',
          },
          svgElement('path', { d: outline, fill: paint.lines[number] || paint.edge }),
        ),
      ),
    ),
    svgElement('rect', { width, height, fill: paint.ground }),
    svgElement('g', {}, ...lines),
    svgElement('g', { stroke: paint.outline, 'stroke-width': 1.3, 'stroke-linejoin': 'round' }, ...shapes),
    svgElement(
      'g',
      {
        fill: paint.ink,
        stroke: paint.ground,
        'stroke-width': 3,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
        'text-anchor': 'middle',
      },
      ...labels,
      ...relations,
    ),
    caption(title, 24, 36, 22, { 'font-weight': 650 }),
    ...svgLegend(24, height - 40),
    caption(notes.join(' · '), 24, height - 14, 13, { fill: paint.muted }),
  );
}

// Returns the marks of the classes that show, in a row with their names.
function svgLegend(x, y) {
  const used = new Set([...shownNow.entities].map((id) => entities.get(id).class));
  let place = x;
  return labelled(classes)
    .filter(([id]) => used.has(id))
    .flatMap(([id, words]) => {
      const { points, colour } = classes.get(id);
      const mark = svgElement('polygon', {
        points: points.map(([px, py]) => `${(place + 7 + px * 7).toFixed(1)},${(y - 4 + py * 7).toFixed(1)}`).join(' '),
        fill: colour,
        stroke: graph.paint.outline,
      });
      const name = svgElement('text', { x: place + 20, y, 'font-size': 13, fill: graph.paint.ink }, words);
      place += 20 + widthOf(words, 13, false) + 22;
      return [mark, name];
    });
}

const svgText = () => `${new XMLSerializer().serializeToString(drawSvg())}\n`;

// Draws the SVG on a canvas of twice its size, so that PNG does not depend on the screen.
async function pngBlob() {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svgText()], { type: 'image/svg+xml' }));
  image.src = address;
  await image.decode();
  const surface = document.createElement('canvas');
  surface.width = PICTURE.width * 2;
  surface.height = PICTURE.height * 2;
  flat(surface).drawImage(image, 0, 0, surface.width, surface.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => {
    surface.toBlob(done, 'image/png');
  });
}
