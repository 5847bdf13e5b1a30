import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();

/** Loaded into each process: at its end it says with which options it ran. A process that was replaced does not end. */
async function options(command: string, environment: Record<string, string> = {}): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const probe = join(folder, 'probe.mjs');
  await writeFile(
    probe,
    [
      "process.on('exit', () => {",
      '  const { execArgv, env, stderr } = process;',
      "  stderr.write('options ' + execArgv.join(' ') + ' arenas ' + env.MALLOC_ARENA_MAX + String.fromCharCode(10));",
      '});',
    ].join('\n'),
  );
  const { NODE_OPTIONS = '', ...rest } = environment;
  const { code, stdout, stderr } = await runCommand([command, '--help'], {
    cwd: folder,
    env: { ...rest, NODE_OPTIONS: `${NODE_OPTIONS} --import ${probe}` },
  });
  expect([code, stdout.includes(`Usage: dhmc ${command}`)]).toEqual([0, true]);
  return stderr.split('\n').filter((line) => line.startsWith('options'));
}

const LEAN = 'options --max-semi-space-size=16';

describe('Given a command that runs the service in its own process', () => {
  it('When it starts, Then one process ends, with a young generation of a fixed size and few arenas', async () => {
    expect(await options('rehearse')).toContain(`${LEAN} arenas 1`);
  });

  it('When a size was chosen by whoever started it, Then that stays', async () => {
    const lines = await options('rehearse', { NODE_OPTIONS: '--max-semi-space-size=32' });
    expect(lines.filter((line) => line.startsWith(LEAN))).toEqual([]);
  });

  it('When arenas were chosen, Then they stay', async () => {
    expect(await options('run', { MALLOC_ARENA_MAX: '7' })).toContain(`${LEAN} arenas 7`);
  });
});

describe('Given a command that only prints', () => {
  it('When it starts, Then its process is left as it is', async () => {
    const lines = await options('policy');
    expect(lines.filter((line) => line.startsWith(LEAN))).toEqual([]);
  });
});
