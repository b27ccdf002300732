// What the page's worker uses of Oxigraph.
import init, { Store, defaultGraph, namedNode, quad } from 'oxigraph/web.js';

self.oxigraph = { init, Store, defaultGraph, namedNode, quad };
