/**
 * All handlers in one call of esbuild: ES modules with shared chunks, so that one asset serves every function
 * and what a handler imports lazily is loaded only when it is needed. The same sources make the same bytes.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { HANDLERS, type HandlerName } from './handlers.ts';

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
    plugins: [literalSchemaKeys],
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

/**
 * The SDK's schemas name their traits by computed keys (`{ [_xN]: ... }`, `const _xN = "xmlName"`), which no
 * bundler can prove free of side effects, so that the schemas of all of EC2 (555 KB) would stay in. With the
 * keys written out, what no handler calls drops out.
 */
export const literalSchemaKeys: Plugin = {
  name: 'literal-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: writeKeysOut(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

export function writeKeysOut(schemas: string): string {
  const names = new Map<string, string>();
  for (const [, name = '', value = ''] of schemas.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)) {
    names.set(name, value);
  }
  return schemas.replace(/\[(_\w+)\]:/g, (written, name: string) => {
    const value = names.get(name);
    return value === undefined ? written : `${value}:`;
  });
}
