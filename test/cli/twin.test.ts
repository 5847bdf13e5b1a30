import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type Ended, ended, FIRST, makeFolder, runCommand, startCommand } from './run-command.ts';

const folder = await makeFolder();

describe('Given a twin that is served', () => {
  let child: ChildProcess;
  let ending: Promise<Ended>;
  let env: Record<string, string> = {};
  let printed = '';

  beforeAll(async () => {
    child = startCommand(['twin', '--from', FIRST], { cwd: folder });
    ending = ended(child);
    while (!printed.includes('AWS_REGION')) {
      const [text] = child.stdout ? await once(child.stdout, 'data') : [''];
      printed += text;
    }
    env = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
  });
  afterAll(() => {
    child.kill('SIGKILL');
  });

  it('When its output is read by a shell, Then it holds comments and export lines alone', () => {
    expect(Object.keys(env)).toEqual([
      'AWS_ENDPOINT_URL',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
    ]);
    expect(printed.split('\n').every((line) => /^(# .*|export .*|)$/.test(line))).toBe(true);
  });

  it('When run --local has that environment, Then it runs there, and plan lists the changes with their price', async () => {
    const [run, plan] = [
      await runCommand(['run', '--mode', 'assess', '--local', '--output', 'json'], { cwd: folder, env }),
      await runCommand(['plan', '--local', '--accounts', '100000000002'], { cwd: folder, env }),
    ];
    expect([run.code, plan.code]).toEqual([0, 0]);
    expect((JSON.parse(run.stdout) as RunResult).coverage.accounts).toBe(12);
    expect(plan.stdout).toMatch(
      /enforce would make 4 changes in 1 of 1 account\n {2}\$0\.00 a month now, \$0\.00 after it/,
    );
  }, 60_000);

  it('When its port is taken, Then a second twin says so', async () => {
    const { port } = new URL(env.AWS_ENDPOINT_URL ?? '');
    const { code, stderr } = await runCommand(['twin', '--from', FIRST, '--port', port], { cwd: folder });
    expect([code, stderr]).toEqual([
      1,
      `dhmc: port ${port} of 127.0.0.1 is in use; give another with --port, or 0 for any\n`,
    ]);
  });

  it('When it is interrupted, Then it ends with 0', async () => {
    child.kill('SIGINT');
    expect((await ending).code).toBe(0);
  });
});

describe('Given a run under way', () => {
  it('When it is interrupted, Then it ends early with 1, prints its result, and lets go of its state folder', async () => {
    const child = startCommand(['demo', '--state', 'demo-state'], { cwd: folder });
    const ending = ended(child);
    for (let text = ''; !/ of 60 accounts/.test(text); )
      text += child.stderr ? (await once(child.stderr, 'data'))[0] : '';
    // Held, so that it is still under way when the other has ended.
    child.kill('SIGSTOP');
    const second = await runCommand(['rehearse', '--from', FIRST, '--state', 'demo-state'], { cwd: folder });
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(/^dhmc: state folder \S+ is in use by process \d+; [^\n]+\n$/);
    child.kill('SIGINT');
    child.kill('SIGCONT');
    const { code, stdout, stderr } = await ending;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\nCoverage after assess {2}\d+ of \d+ targets compliant/);
    expect(stderr).toMatch(/\ndhmc: Stopped from the terminal: [^\n]+ The same command [^\n]+\n$/);
    const later = await runCommand(['report', '--format', 'json', '--state', 'demo-state'], { cwd: folder });
    const run = JSON.parse(later.stdout) as RunResult;
    expect(run).toMatchObject({ status: 'STOPPED', coverage: { accounts: 60 } });
    expect(run.reason).toMatch(/^Stopped from the terminal: .* The same command /);
  }, 60_000);
});
