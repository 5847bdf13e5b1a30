/** The real command as a child process, in its own folder and with an environment that holds nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { COMPILED } from '../compiled.ts';

const COMMAND = fileURLToPath(new URL('../../cli/dhmc.mjs', import.meta.url));
export const FIRST = fileURLToPath(new URL('../fixtures/snapshots/first', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  cwd: string;
  env?: Record<string, string>;
}

export function startCommand(args: string[], { cwd, env }: Surroundings): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      TMPDIR: tmpdir(),
      AWS_EC2_METADATA_DISABLED: 'true',
      // Stripped types and compiled code of one start serve the next: a third of its time.
      NODE_COMPILE_CACHE: COMPILED,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function runCommand(args: string[], surroundings: Surroundings): Promise<Ended> {
  return ended(startCommand(args, surroundings));
}

export function ended(child: ChildProcess): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
}

/** A folder for one test file, removed at its end. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-test-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
