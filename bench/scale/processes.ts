/** The processes of the benchmark: the twin, the command, and the scripts of others, each measured by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CallReport } from '../../twin/calls.ts';

const REPORT_USAGE = fileURLToPath(new URL('./report-usage.ts', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const USAGE = z.object({ cpuMicroseconds: z.number().positive(), peakKibibytes: z.number().positive() });

export interface Measured {
  wallSeconds: number;
  cpuSeconds: number;
  /** Greatest resident size, in MiB. */
  peakMemoryMb: number;
}

/** Runs the command by itself, without its launcher. Its standard output goes to a file: of 10,000 accounts it is 300 MB. */
export async function measureCommand(
  args: string[],
  { folder, environment }: { folder: string; environment: NodeJS.ProcessEnv },
): Promise<Measured & { outputFile: string }> {
  const usageFile = join(folder, 'usage.json');
  const outputFile = join(folder, 'output.json');
  const began = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', '--import', REPORT_USAGE, COMMAND, ...args], {
    env: { ...environment, DHMC_BENCH_USAGE: usageFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [code] = await Promise.all([exitOf(child), pipeline(child.stdout, createWriteStream(outputFile))]);
  const wallSeconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`dhmc ${args.join(' ')} ended with ${code}`);
  const usage = USAGE.parse(JSON.parse(await readFile(usageFile, 'utf8')));
  return {
    wallSeconds,
    cpuSeconds: usage.cpuMicroseconds / 1e6,
    peakMemoryMb: usage.peakKibibytes / 1024,
    outputFile,
  };
}

/** Seconds that another tool takes; what it prints is shown, so that a failure is seen. */
export async function timeScript(
  command: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const began = performance.now();
  const code = await exitOf(spawn(command, args, { env: environment, stdio: ['ignore', 2, 2] }));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return (performance.now() - began) / 1000;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

export interface ServedTwin {
  /** What a client of AWS needs to reach it. */
  environment: Record<string, string>;
  calls(): Promise<CallReport>;
  stop(): void;
}

export async function serveTwin(snapshot: string, more: string[]): Promise<ServedTwin> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', COMMAND, 'twin', '--from', snapshot, '--pages', 'aws', ...more],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (/AWS_DEFAULT_REGION=\S+/.test(text)) break;
  }
  const environment = Object.fromEntries(
    [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const url = environment.AWS_ENDPOINT_URL;
  if (url === undefined) throw new Error(`the twin ended before it listened: ${text}`);
  return {
    environment,
    calls: async () => (await (await fetch(`${url}/_twin/calls`)).json()) as CallReport,
    stop: () => child.kill('SIGTERM'),
  };
}
