// The engine of the page's worker (tools/engine), as far as it is used.

interface EngineTerm {
  termType: string;
  value: string;
  language?: string;
  datatype?: EngineTerm;
}

interface EngineQuad {
  subject: EngineTerm;
  predicate: EngineTerm;
  object: EngineTerm;
  graph: EngineTerm;
}

declare namespace oxigraph {
  function init(options: { module_or_path: BufferSource }): Promise<unknown>;
  function namedNode(iri: string): EngineTerm;
  function quad(subject: EngineTerm, predicate: EngineTerm, object: EngineTerm, graph?: EngineTerm): EngineQuad;
  class Store {
    load(text: string, options: { format: string }): void;
    /** Rows as maps, quads or a text, as the query and the options want. */
    query(text: string, options?: { results_format?: string }): any;
    match(subject: EngineTerm | null, predicate: EngineTerm | null, object: EngineTerm | null, graph: EngineTerm | null): EngineQuad[];
    add(quad: EngineQuad): void;
    delete(quad: EngineQuad): void;
  }
}

/** What the page says of the graph, with the packed engine and graph themselves. */
interface Told {
  engine: string;
  quads: string;
  prefixes: Record<string, string>;
  current: string;
  holding: string;
}
