/**
 * Many accounts in 17 Regions through the state machine, service and twin as separate processes:
 * seconds, CPU seconds and peak memory of each, calls, and the same again for a run with nothing to do.
 *
 *     node cli/with-node.mjs bench/scale.ts [--accounts 200] [--regions 17]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunResult } from '../functions/core/model/result.ts';
import { makeSmallOrganization } from '../test/reconcile/small-organization.ts';
import { writeSnapshot } from '../twin/snapshot/write.ts';

const { values } = parseArgs({
  options: { accounts: { type: 'string', default: '200' }, regions: { type: 'string', default: '17' } },
});

/** Clock ticks a second of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
const TICKS = 100;

interface Usage {
  cpuSeconds: number;
  peakMebibytes: number;
}

async function usageOf(pid: number): Promise<Usage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [utime = 0, stime = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
  return { cpuSeconds: (utime + stime) / TICKS, peakMebibytes: Math.round(peak / 1024) };
}

/** Starts the command itself, without the launcher in between, so that its usage is its own. */
function startCommand(args: string[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, ['cli/main.ts', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLines(child: ChildProcess, wanted: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (wanted.test(text)) return text;
  }
  throw new Error(`the twin ended before it listened: ${text}`);
}

interface Measured extends Usage {
  seconds: number;
  output: string;
}

async function measure(child: ChildProcess): Promise<Measured> {
  const began = performance.now();
  let usage: Usage = { cpuSeconds: 0, peakMebibytes: 0 };
  const poll = setInterval(() => {
    usageOf(child.pid ?? 0).then(
      (seen) => {
        usage = seen;
      },
      () => {},
    );
  }, 50);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  clearInterval(poll);
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  return { ...usage, seconds: (performance.now() - began) / 1000, output };
}

async function report(url: string): Promise<{ total: number; mutating: number }> {
  return (await (await fetch(`${url}/_twin/calls`)).json()) as { total: number; mutating: number };
}

const folder = await mkdtemp(join(tmpdir(), 'dhmc-bench-'));
const members = Number(values.accounts) - 2;
await writeSnapshot(
  makeSmallOrganization({ members, regions: Number(values.regions) }),
  join(folder, 'organization'),
);
await writeFile(
  join(folder, 'config.yaml'),
  'settle: {passes: 4, waitSeconds: []}\nmanagementAccount: enforce\n',
);
const twin = startCommand(['twin', '--from', join(folder, 'organization'), '--pages', 'aws'], process.env);
try {
  const lines = await firstLines(twin, /AWS_REGION=\S+/);
  const exported = Object.fromEntries(
    [...lines.matchAll(/export (\w+)=(\S+)/g)].map(([, key, value]) => [key, value]),
  );
  const url = exported.AWS_ENDPOINT_URL ?? '';
  const state = join(folder, 'state');
  const args = [
    'run',
    '--local',
    '--mode',
    'enforce',
    '--config',
    join(folder, 'config.yaml'),
    '--state',
    state,
    '--output',
    'json',
  ];
  let before = { ...(await report(url)), cpuSeconds: (await usageOf(twin.pid ?? 0)).cpuSeconds };
  for (const name of ['enforce', 'the same again']) {
    const run = await measure(startCommand(args, { ...process.env, ...exported }));
    const calls = await report(url);
    const used = await usageOf(twin.pid ?? 0);
    const result = JSON.parse(run.output) as RunResult;
    process.stdout.write(
      `${name}: ${result.coverage.accounts} accounts, ${result.coverage.targets} targets, ${result.coverage.compliant} compliant\n` +
        `  ${run.seconds.toFixed(1)} s; service ${run.cpuSeconds.toFixed(1)} CPU s, ${run.peakMebibytes} MiB at most; ` +
        `twin ${(used.cpuSeconds - before.cpuSeconds).toFixed(1)} CPU s, ${used.peakMebibytes} MiB at most\n` +
        `  ${calls.total - before.total} calls, ${calls.mutating - before.mutating} mutating\n`,
    );
    before = { ...calls, cpuSeconds: used.cpuSeconds };
  }
} finally {
  twin.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}
