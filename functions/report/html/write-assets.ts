/**
 * Script and style of the page, made small and kept as text, since a Lambda's bundle has no files to read.
 * `node cli/with-node.mjs functions/report/html/write-assets.ts` writes assets.ts; a test holds it to be up to date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('browser/', import.meta.url));

/** The text of assets.ts. */
export async function makeAssets(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: FOLDER,
    entryPoints: ['page.ts', 'page.css'],
    outdir: 'out',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    legalComments: 'none',
    charset: 'ascii',
    logLevel: 'warning',
    // esbuild escapes `</script` in strings, which would end an inline script.
  });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text.trim() ?? '';
  return [
    '/** Made by write-assets.ts from browser/: do not edit. */',
    `export const SCRIPT = ${JSON.stringify(textOf('.js'))};`,
    `export const STYLE = ${JSON.stringify(textOf('.css'))};`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('assets.ts', import.meta.url), await makeAssets());
}
