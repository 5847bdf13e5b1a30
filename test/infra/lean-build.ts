/** A bundle as the handlers' is made, of a file of this folder. */
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { leanModules } from '../../infra/lean-modules.ts';
import { leanSchemas } from '../../infra/lean-schemas.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function bundleLean(
  file: string,
  outfile: string,
  { plugins = [], ...more }: Pick<BuildOptions, 'plugins' | 'banner'> = {},
): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [`test/infra/${file}`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    plugins: [...plugins, leanSchemas(ROOT, { members: 'named' }), leanModules],
    ...more,
  });
}
