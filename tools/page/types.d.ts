// The types of what the page's scripts are given: the data that Python writes into the page, the
// page's own elements, and what other people's scripts offer. What the scripts make themselves
// stands at their side.

// ---- What kg/page/content.py and kg/page/draw.py write: kg-content ----

interface Term {
  label: string;
  [label: `label_${string}`]: string | undefined;
}

interface Predicate extends Term {
  /** By which properties its lists are counted: its subjects where incoming, else its objects. */
  counted?: { incoming: boolean; by: string }[];
}

interface ClassTerm extends Term {
  points: [number, number][];
  colour: string;
}

interface Entity extends Term {
  class: string;
  aliases?: string[];
  /** Short names by language. */
  short?: Record<string, string>;
  description?: string;
  wikidata?: string;
}

interface Source {
  source?: string;
  title?: string;
  publisher?: string;
  url?: string;
  published?: string;
  accessed?: string;
  /** What optional columns say, by their labels. */
  more?: Record<string, string | number>;
}

interface SourceReference {
  /** The place of its source in the list of sources. */
  source: number;
  locator?: string;
  at?: string;
  row?: string;
}

interface Proof {
  rule?: string;
  rule_text?: string;
  premises?: string[];
}

interface GivenFact extends Proof {
  /** What optional columns say, by their labels. */
  more?: Record<string, string | number>;
  id: string;
  s: string;
  /** The object, where it is an entity; else there is a value. */
  o?: string;
  value?: string;
  predicate: string;
  kind: 'state' | 'event' | 'timeless';
  start?: string;
  end?: string;
  at?: string;
  since?: string;
  until?: string;
  /** The day from which a fact without dates shows. */
  met?: string;
  /** From which day to before which it is sure, where that is not whenever it holds. */
  sure?: [string, string][];
  rank?: 'preferred' | 'deprecated';
  status?: Status;
  inferred?: boolean;
  symmetric?: boolean;
  proofs?: Proof[];
  note?: string;
  /** The better statements that say otherwise. */
  disputed_by?: string[];
  references?: SourceReference[];
}

/** What kg/page/views.py tells of a view; what it leaves out is as the page has it. */
interface View {
  id: string;
  label?: string;
  says?: Term;
  classes?: string[];
  predicates?: string[];
  focus?: string[];
  date?: string;
  layout?: string;
  lines?: string[];
  /** Where its entities stand, of a view that is laid out by itself. */
  places?: Record<string, [number, number]>;
}

/** A step of a story: what it leaves open is as in its view. */
interface Step extends View {
  view?: string;
  /** The places of its sources in the list of sources. */
  sources: number[];
}

interface Content {
  meta: { title: string; [title: `title_${string}`]: string; version?: string; issued?: string; licence?: string; base?: string; languages: string[] };
  classes: Record<string, ClassTerm>;
  predicates: Record<string, Predicate>;
  entities: Record<string, Entity>;
  sources: Source[];
  facts: Packed<GivenFact>;
  first: { date: string; entity: string; links: number; few: string[]; anchors: string[]; surely?: boolean; view?: string };
  /** The relations with looks of their own, and the looks: colour, name of the head, its outline. */
  lines: string[];
  strokes: [string, string, string][];
  /** How many fills the bars of lanes have. */
  bars: number;
  views?: View[];
  steps?: Step[];
}

// ---- What kg/page/packed.py makes of rows ----

interface Packed<Row> {
  count: number;
  columns: { [Name in keyof Row]?: (Row[Name] | null)[] | { of: Row[Name][]; at: number[] } };
}

// ---- What kg/page/render.py writes: kg-nodes, kg-options ----

interface GraphNode {
  id: string;
  color: string;
  x: number;
  y: number;
  size: number;
}

interface GraphEdge {
  id: string;
  from: string;
  to: string;
}

// ---- What kg/page/asking.py writes: kg-asking ----

interface Parameter {
  name: string;
  type: string;
  required: boolean;
  text: string;
}

interface Question {
  name: string;
  text: string;
  /** What it is listed below, or nothing. */
  topic: string;
  /** The text before and behind the place where values go. */
  sparql: [string, string];
  parameters: Parameter[];
}

interface Asking {
  worker: string;
  prefixes: Record<string, string>;
  issued: string;
  current: string;
  holding: string;
  questions: Question[];
}

interface DataBlocks {
  'kg-content': Content;
  'kg-nodes': Packed<GraphNode>;
  'kg-options': Record<string, any>;
  'kg-asking': Asking;
}

// ---- What facts.js adds to a fact ----

type Status = 'current' | 'ended' | 'future' | 'disputed' | 'undecided';
type Basis = 'asserted' | 'inferred' | 'disputed';

/** A number of days from 1 January 1970. */
type Day = number;

interface Fact extends GivenFact {
  /** Its place among all facts. */
  place: number;
  from: Day | null;
  to: Day | null;
  metOn: Day | null;
  /** The days on which it is sure; `after` is the first one after them, null without bound. */
  surely?: { first: Day | null; after: Day | null }[];
  disputed: boolean;
  /** Whether it shows on no date. */
  never: boolean;
  basis: Basis;
  /** How many sources name it. */
  cited: number;
}

// ---- The elements of template.html ----

interface PageElements {
  ask: HTMLElement;
  canvas: HTMLElement;
  count: HTMLElement;
  details: HTMLElement;
  facts: HTMLElement;
  filters: HTMLButtonElement;
  fit: HTMLButtonElement;
  found: HTMLElement;
  head: HTMLElement;
  help: HTMLButtonElement;
  'kg-engine': HTMLScriptElement;
  'kg-quads': HTMLScriptElement;
  lanes: HTMLElement;
  language: HTMLButtonElement;
  languages: HTMLSelectElement;
  legend: HTMLElement;
  manual: HTMLDialogElement;
  menu: HTMLButtonElement;
  named: HTMLElement;
  notice: HTMLElement;
  now: HTMLElement;
  search: HTMLInputElement;
  share: HTMLButtonElement;
  'share-list': HTMLElement;
  sheets: HTMLElement;
  story: HTMLElement;
  theme: HTMLButtonElement;
  time: HTMLElement;
  toast: HTMLElement;
  told: HTMLElement;
  tools: HTMLElement;
  'view-says': HTMLElement;
  views: HTMLElement & { children: HTMLCollectionOf<HTMLElement> };
}

/** Those that scripts draw when the page starts. */
interface DrawnElements {
  stories: HTMLElement;
  'story-back': HTMLButtonElement;
  'story-next': HTMLButtonElement;
  'story-text': HTMLElement;
}

// ---- Other people's scripts, as far as they are used ----

interface Point {
  x: number;
  y: number;
}

declare namespace vis {
  class DataSet<Item> {
    constructor(items: Item[]);
    getIds(): string[];
    add(items: Item[]): void;
    remove(ids: string[]): void;
    update(items: (Partial<Item> & { id: string })[]): void;
  }
  class Network {
    constructor(container: HTMLElement, data: object, options: object);
    body: {
      edges: Record<
        string,
        {
          connected: boolean;
          from: Point;
          to: Point;
          edgeType: {
            getPoint(share: number): Point;
            getDistanceToEdge(x1: number, y1: number, x2: number, y2: number, x: number, y: number): number;
          };
        }
      >;
      nodeIndices: string[];
      edgeIndices: string[];
      emitter: { emit(event: string): void };
    };
    on(event: string, call: (told: any) => void): void;
    redraw(): void;
    setSize(width: string, height: string): void;
    unselectAll(): void;
    getScale(): number;
    getViewPosition(): Point;
    getPositions(ids: string[]): Record<string, Point>;
    getNodeAt(place: Point): string | undefined;
    canvasToDOM(place: Point): Point;
    DOMtoCanvas(place: Point): Point;
    moveTo(options: { position?: Point; scale?: number; animation?: object | boolean }): void;
  }
}

interface Window {
  kgPage: object;
}

// ---- What the scripts share ----

/** A map that is asked only for what is in it. */
interface Known<Value> extends Map<string, Value> {
  get(key: string): Value;
}

/** What whatShows in facts.js returns. */
interface Shown {
  passing: Fact[];
  facts: Fact[];
  /** Disputed facts that hold by their own dates: drawn, and not counted. */
  claims: Fact[];
  entities: Set<string>;
  onDay: Fact[];
  present: string[];
  ofClass: Map<string, number>;
  ofPredicate: Map<string, number>;
  ofBasis: Map<Basis, number>;
}

/** A name as the search compares it: the words are places in its vocabulary. */
interface FoldedName {
  name: string;
  plain: string;
  latin: string;
  words: number[];
}

interface Indexed {
  kind: 'entity' | 'class' | 'predicate';
  id: string;
  names: FoldedName[];
  codes: Set<string>;
}

/** What the search found: a thing by the name that matched; a date (without id), or a fact by what it does then. */
interface Found {
  kind: Indexed['kind'] | 'date';
  id: string;
  name: string;
  score: number;
}

/** What is offered of one kind, and how many there are. */
interface FoundGroup {
  kind: Found['kind'];
  hits: Found[];
  total: number;
}

/** Whoever is linked in one way to all that are compared; '' for each in its own way. */
interface CommonGroup {
  way: string;
  members: { id: string; facts: Fact[] }[];
}

interface Common {
  entities: Set<string>;
  facts: Set<string>;
  groups: CommonGroup[];
}

interface State {
  entity: string | null;
  fact: string | null;
  date: Day | null;
  surely: boolean;
  classes: Set<string>;
  predicates: Set<string>;
  bases: Set<Basis>;
  sources: number;
  links: number | 'few';
  focus: string | null;
  hops: number;
  only: Set<string>;
  named: string | null;
  path: string[];
  view: string;
  query: string;
  theme: string;
  lang: string;
}

interface Extra {
  draw(): void;
  toHash(): string[];
  fromHash(text: (name: string) => string): void;
  /** What to say over the picture, and the button that takes it back: its words and what it does. */
  notice(): { words: string; clear?: () => void; button?: string } | null;
}

interface Box {
  /** The entity whose mark it is, if it is one. */
  id?: string;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

interface Mark extends Point {
  id: string;
  r: number;
}

interface Labelling {
  scale: number;
  first?: (id: string) => boolean;
  near?: (id: string) => boolean;
  about?: (id: string) => boolean;
  rim?: Box | null;
}

interface Graph {
  marks: Known<GraphNode & { place: number }>;
  nodes: vis.DataSet<GraphNode>;
  edges: vis.DataSet<GraphEdge>;
  /** Made by startGraph. */
  network: vis.Network;
  shown: Shown;
  about: Set<string>;
  near: Set<string>;
  hover: { node: string | null; edge: string | null };
  drawn: Mark[];
  looks: Map<string, string>;
  sides: Known<[number, number, number, number]>;
  met: string[];
  thick: number;
  labels: (Box & { text: string })[];
  pull: Point;
  layout: string;
  kept: Map<string, Map<string, Point>>;
  home: Record<string, [number, number]>;
  moved: boolean;
  paint: { [Name in 'ink' | 'muted' | 'ground' | 'outline' | 'edge' | 'edgeNear' | 'accent']: string } & { lines: string[] };
}

/** What a path goes over: ids, in order. */
interface Way {
  facts: string[];
  entities: string[];
}

/** How far the asking has come. */
interface Started {
  worker: Worker | null;
  busy: boolean;
  editor: Editor;
  result: any;
  lang: string;
  question: Question | null;
  date: Day | null | undefined;
  later: number;
}

/** The parts of the panel that ask.js builds. */
interface AskParts {
  [name: string]: HTMLElement;
  search: HTMLInputElement;
  run: HTMLButtonElement;
  stop: HTMLButtonElement;
}
