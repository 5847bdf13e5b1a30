/**
 * All handlers in one call of esbuild: ES modules with shared chunks, so that one asset serves every function
 * and what a handler imports lazily is loaded only when it is needed. The same sources make the same bytes.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { HANDLERS, type HandlerName } from './handlers.ts';
import { leanModules } from './lean-modules.ts';
import { leanSchemas } from './lean-schemas.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The folder that Lambda gets (ignored by git). */
export const BUNDLE_FOLDER = join(ROOT, 'dist', 'functions');

export async function bundleHandlers(folder: string = BUNDLE_FOLDER): Promise<Metafile> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: HANDLERS.map((name) => `functions/handlers/${name}.ts`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [leanSchemas(ROOT, { members: 'named' }), leanModules, versionOnly],
    // CommonJS packages that are bundled ask for Node's own modules with require.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return metafile;
}

/** Bytes that a handler loads when it is imported: itself and its chunks, without what it imports lazily. */
export function loadedBytes(metafile: Metafile, handler: HandlerName): number {
  const { outputs } = metafile;
  const first = Object.keys(outputs).find((path) => basename(path) === `${handler}.mjs`);
  if (first === undefined) throw new Error(`the bundle has no ${handler}.mjs`);
  const loaded = new Set<string>();
  const pending = [first];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) pending.push(imported);
    }
  }
  return [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

/** Of its package.json a client wants the version alone, for its user agent. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, ({ path }) => {
      const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
