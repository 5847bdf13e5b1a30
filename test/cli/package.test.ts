/** The command as users install it: packed, installed from the tarball into an empty folder, and called. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writePackage } from '../../infra/command-package.ts';
import { ended, FIRST } from './run-command.ts';

jest.setTimeout(120_000);
const run = promisify(execFile);

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dhmc-package-'));
  folder = join(root, 'empty');
  await writePackage(join(root, 'package'), { templates: false });
  const { stdout } = await run('npm', ['pack', '--silent', './package'], { cwd: root });
  const tarball = join(root, stdout.trim());
  const quietly = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  await run('npm', ['install', ...quietly, '--prefix', folder, tarball], { cwd: root });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** With a PATH that finds this very Node first, as a shell would have it. */
const dhmc = (...args: string[]) =>
  ended(
    execFile(join(folder, 'node_modules', '.bin', 'dhmc-rollout'), args, {
      cwd: folder,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: folder,
        TMPDIR: tmpdir(),
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    }),
  );

describe('Given an empty folder with the package installed from its tarball', () => {
  it('When it is looked at, Then it is one package, below 15 MB, without a Node binary', async () => {
    const modules = join(folder, 'node_modules');
    expect((await readdir(modules)).filter((name) => !name.startsWith('.'))).toEqual(['dhmc-rollout']);
    const files = await readdir(modules, { recursive: true });
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(modules, file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(15_000_000);
    expect(files.filter((file) => /(^|\/)node(\.exe)?$|\.node$/.test(file))).toEqual([]);
  });

  it('When doctor is called on a snapshot, Then it checks and finishes', async () => {
    const { code, stdout, stderr } = await dhmc('doctor', '--from', FIRST);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain('reader role');
  });

  it('When a template is called for, Then it is printed', async () => {
    const { code, stdout } = await dhmc('template', 'member-role');
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'AWSTemplateFormatVersion: "2010-09-09"']);
  });

  it('When two snapshots are compared, Then the twin reads them', async () => {
    expect(await dhmc('diff', FIRST, FIRST)).toEqual({ code: 0, stdout: 'no difference\n', stderr: '' });
  });

  it.each([
    ['demo'],
    ['rehearse', '--from', FIRST],
    // Without a Region or credentials too: what is missing on this machine is said first.
    ['run', '--local', '--mode', 'assess'],
    ['plan', '--local'],
  ])('When %s needs the embedded database, Then one line says how to add it', async (...args) => {
    const { code, stdout, stderr } = await dhmc(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/(^|\n)dhmc: [^\n]*npm install dynalite@\d+\.\d+\.\d+\n$/);
    expect(await readdir(folder)).not.toContain('.dhmc');
  });
});
