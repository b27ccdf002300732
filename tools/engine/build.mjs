// Builds kg/page/web/engine.js and kg/page/web/engine.wasm.gz, and beside them the licence:
//   cd tools/engine && npm ci && npm run build
// All are committed, so that installing kg needs no npm; a rebuild gives the same bytes.

import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const target = new URL('../../kg/page/web/', import.meta.url);
const engine = new URL('node_modules/oxigraph/', import.meta.url);

const built = await build({
  entryPoints: ['engine.js'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022'],
  charset: 'utf8',
  legalComments: 'none',
  // The engine is handed over, never fetched from beside the script.
  define: { 'import.meta.url': '"about:blank"' },
  write: false,
});
await writeFile(new URL('engine.js', target), built.outputFiles[0].contents);
await writeFile(new URL('engine.wasm.gz', target), gzipSync(await readFile(new URL('web_bg.wasm', engine)), { level: 9 }));
const { version, license } = JSON.parse(await readFile(new URL('package.json', engine), 'utf8'));
await writeFile(new URL('engine.LICENSE.txt', target), `oxigraph ${version} (${license}), https://github.com/oxigraph/oxigraph

Used under the Apache License 2.0, whose text is that of the file LICENSE of this project.
`);
