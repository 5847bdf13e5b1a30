import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUSES as RULED } from './rules.ts';

const run = promisify(execFile);
const HOUSES: Record<string, string> = {
  core: 'functions/core',
  inputs: 'functions/inputs',
  platform: 'functions/platform',
  aws: 'functions/aws',
  store: 'functions/store',
  reconcile: 'functions/reconcile',
  report: 'functions/report',
  handlers: 'functions/handlers',
  infra: 'infra',
  twin: 'twin',
  cli: 'cli',
  docs: 'docs',
  test: 'test',
  bench: 'bench',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-layers-'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await symlink(resolve('package.json'), join(folder, 'package.json'));
  for (const path of Object.values(HOUSES)) await put(`${path}/nothing.ts`, 'export const nothing = 0;\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Lines of `npm run layers` on the folder, and its exit status. */
async function layers(): Promise<{ status: number; broken: string[] }> {
  const args = ['test/layers/main.ts', folder];
  const { code, stdout } = await run(process.execPath, args).then(
    (done) => ({ code: 0, stdout: done.stdout }),
    (error: { code: number; stdout: string }) => error,
  );
  return { status: code, broken: stdout.split('\n').filter(Boolean) };
}

describe('Given the folders of the project', () => {
  it('When they are listed, Then each is a house of the rules', async () => {
    const rooms = async (folder: string) =>
      (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const paths = [
      ...(await rooms('functions')).map(({ name }) => `functions/${name}`),
      ...(await rooms('.')).map(({ name }) => name).filter((name) => /^[a-z]/.test(name)),
    ].filter(
      (path) => !['functions', 'node_modules', 'dist', 'coverage'].includes(path) && path !== 'cdk.out',
    );
    expect(paths.sort()).toEqual(
      Object.values(RULED)
        .map(({ path }) => path)
        .sort(),
    );
  });
});

describe('Given a separate house', () => {
  it('When nothing is imported, Then no rule is broken', async () => {
    expect(await layers()).toEqual({ status: 0, broken: [] });
  });

  it('When every house imports from every other, Then each pair without an arrow is named', async () => {
    for (const [from, path] of Object.entries(HOUSES)) {
      const others = Object.entries(HOUSES).filter(([name]) => name !== from);
      const lines = others.map(([, other], index) => {
        const up = path
          .split('/')
          .map(() => '..')
          .join('/');
        return `import { nothing as n${index} } from '${up}/${other}/nothing.ts';\nexport const x${index} = n${index};`;
      });
      await put(`${path}/greedy.ts`, `${lines.join('\n')}\n`);
    }
    const { status, broken } = await layers();
    const pairs = broken.map((line) => line.split(':')[0]).filter((name) => name?.includes('-not-to-'));
    const named = new Set(pairs);
    expect(status).toBe(1);
    expect(named.size).toBe(pairs.length);
    // The arrows that exist are those that the house has: one more or fewer is a decision.
    const arrows = Object.keys(HOUSES).flatMap((from) =>
      Object.keys(HOUSES)
        .filter((to) => to !== from && !named.has(`${from}-not-to-${to}`))
        .map((to) => `${from} -> ${to}`),
    );
    expect(arrows.filter((arrow) => !/^(test|bench) /.test(arrow))).toEqual([
      'inputs -> core',
      'platform -> core',
      'aws -> core',
      'aws -> platform',
      'store -> core',
      'store -> platform',
      'reconcile -> core',
      'reconcile -> platform',
      'reconcile -> aws',
      'reconcile -> store',
      'report -> core',
      'report -> platform',
      'report -> store',
      'handlers -> core',
      'handlers -> inputs',
      'handlers -> platform',
      'handlers -> aws',
      'handlers -> store',
      'handlers -> reconcile',
      'handlers -> report',
      'infra -> core',
      'infra -> inputs',
      'infra -> store',
      'infra -> report',
      'twin -> inputs',
      'cli -> core',
      'cli -> inputs',
      'cli -> platform',
      'cli -> aws',
      'cli -> store',
      'cli -> reconcile',
      'cli -> report',
      'cli -> handlers',
      'cli -> infra',
      'cli -> twin',
      'docs -> core',
      'docs -> inputs',
      'docs -> report',
      'docs -> infra',
    ]);
    for (const path of Object.values(HOUSES)) await rm(join(folder, path, 'greedy.ts'));
  });

  it('When other rules are broken, Then each is named', async () => {
    await put('functions/core/reads.ts', "export { readFileSync } from 'node:fs';\n");
    await put('functions/reconcile/calls.ts', "export { STSClient } from '@aws-sdk/client-sts';\n");
    await put('infra/stack.ts', "export { Stack } from 'aws-cdk-lib';\n");
    await put('cli/template.ts', "export { Stack } from '../infra/stack.ts';\n");
    await put('cli/checks.ts', "export { Ajv } from 'ajv';\n");
    await put('cli/commands/one.ts', 'export const one = 1;\n');
    await put('cli/commands/two.ts', "export { one } from './one.ts';\n");
    await put('functions/inputs/decides.ts', "export { nothing } from '../core/nothing.ts';\n");
    await put('twin/decides.ts', "export { nothing } from '../functions/inputs/decides.ts';\n");
    await put('twin/a.ts', "import { b } from './b.ts';\nexport const a = () => b;\n");
    await put('twin/b.ts', "import { a } from './a.ts';\nexport const b = () => a;\n");
    await put('cli/c.ts', "import type { D } from './d.ts';\nexport interface C { d: D }\n");
    await put('cli/d.ts', "import type { C } from './c.ts';\nexport interface D { c: C }\n");
    await put('docs/nowhere.ts', "export { nowhere } from './not-there.ts';\n");
    const { status, broken } = await layers();
    expect(status).toBe(1);
    expect([...new Set(broken.map((line) => line.split(':')[0]))].sort()).toEqual([
      'commands-stand-alone',
      'core-is-pure',
      'no-cdk-in-the-command',
      'no-circle',
      'no-circle-of-types',
      'no-development-dependencies-in-the-product',
      'resolves',
      'sdk-in-aws-and-store-alone',
      'the-twin-knows-no-decisions',
    ]);
  });
});
