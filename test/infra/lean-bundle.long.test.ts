import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Plugin } from 'esbuild';
import { bundleLean } from './lean-build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Two folders below the root, as the sources are, which read files by their place. */
const FOLDER = join(ROOT, 'dist', 'lean');
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** The twin answers with whole schemas; the embedded table is native. */
const whole: Plugin = {
  name: 'whole',
  setup({ onResolve }) {
    onResolve({ filter: /\/twin\/|^(dynalite|level|aws-local-stepfunctions)$/ }, ({ path, resolveDir }) => ({
      path: path.startsWith('.') ? resolve(resolveDir, path) : path,
      external: true,
    }));
  },
};

async function bundleParts(outfile: string): Promise<void> {
  await bundleLean('lean-parts.ts', outfile, {
    plugins: [whole],
    banner: {
      js: "import{createRequire as bundled}from'node:module';const require=bundled(import.meta.url);",
    },
  });
}

/** What differs between two runs of the same sources. */
const ANEW = [
  /run-2026[0-9TZ]+-[0-9a-f]{8}/g,
  /chg-[0-9a-f]{16}/g,
  /20\d\d-\d\d-\d\dT[0-9:.]+Z/g,
  /aws-sdk-js\/[0-9.]+/g,
  /\b(vpce|sg|sgr|eni)-[0-9a-f]{8,17}/g,
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
];

function said(module: string, name: string): string {
  const out = join(FOLDER, `${name}.json`);
  const script = join(ROOT, 'test/infra/lean-run.ts');
  execFileSync(process.execPath, ['--no-warnings', script, module, out], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return ANEW.reduce((text, anew) => text.replace(anew, 'ANEW'), readFileSync(out, 'utf8'));
}

describe('Given what the bundle leaves out of the SDK', () => {
  it('When runs and artifacts use what is left, Then they send and get the same as from the sources', async () => {
    mkdirSync(FOLDER, { recursive: true });
    const bundled = join(FOLDER, 'parts.mjs');
    await bundleParts(bundled);
    const fromSources = said(join(ROOT, 'test/infra/lean-parts.ts'), 'sources');
    expect(said(bundled, 'bundled')).toBe(fromSources);
    expect(fromSources).toContain('CreateVpcEndpoint');
    expect(fromSources).toContain('x-amz-checksum-crc32');
  }, 120_000);
});
