/**
 * All handlers in one call of esbuild: ES modules with shared chunks, so that one asset serves every function
 * and what a handler imports lazily is loaded only when it is needed. The same sources make the same bytes.
 */
import { globSync, readFileSync, rmSync } from 'node:fs';
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
    plugins: [shortSchemas, versionOnly],
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
 * What no handler asks for, of the SDK's schemas:
 *
 * - They name their traits by computed keys (`{ [_xN]: ... }`, `const _xN = "xmlName"`), which no bundler can prove
 *   free of side effects, so that the schemas of all of EC2 (555 KB) would stay in. With the keys written out, what no
 *   handler calls drops out.
 * - They register a class for every error of the service, 160 of Systems Manager alone. An error without one has the
 *   service's base class, its own name and its message (`ProtocolLib.getErrorSchemaOrThrowBaseException` of
 *   @aws-sdk/core), so only those stay that the handlers name.
 */
export const shortSchemas: Plugin = {
  name: 'short-schemas',
  setup({ onLoad }) {
    const named = namedErrors();
    onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: keepErrors(writeKeysOut(readFileSync(path, 'utf8')), named),
      loader: 'js',
    }));
  },
};

/** Every word of the sources that can be an error's name. */
function namedErrors(): Set<string> {
  const sources = globSync('{functions,cli}/**/*.ts', { cwd: ROOT });
  return new Set(sources.flatMap((path) => readFileSync(join(ROOT, path), 'utf8').match(/\w+/g) ?? []));
}

/** Leaves out the registrations of errors that are not named. The base class of the service is registered elsewhere. */
export function keepErrors(schemas: string, named: ReadonlySet<string>): string {
  return schemas.replace(/^n\d+_registry\.registerError\(\w+\$, (\w+)\);$/gm, (line, name: string) =>
    named.has(name) ? line : '',
  );
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
