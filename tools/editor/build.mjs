// Builds kg/page/web/editor.js, and beside it the licences of what is in it:
//   cd tools/editor && npm ci && npm run build
// Both are committed, so that installing kg needs no npm; a rebuild gives the same bytes.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const target = new URL('../../kg/page/web/', import.meta.url);

const built = await build({
  entryPoints: ['editor.js'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022'],
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  write: false,
});
await writeFile(new URL('editor.js', target), built.outputFiles[0].contents);

const names = new Set();
for (const path of Object.keys(built.metafile.inputs)) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (match) names.add(match[1]);
}
const parts = [];
for (const name of [...names].sort()) {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const { version, license } = JSON.parse(await readFile(new URL('package.json', folder), 'utf8'));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? await readFile(new URL(file, folder), 'utf8') : '(no licence file in the package)\n';
  parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(new URL('editor.LICENSE.txt', target), parts.join(`\n${'-'.repeat(72)}\n\n`));
console.log(`${built.outputFiles[0].contents.length} bytes, ${names.size} packages`);
