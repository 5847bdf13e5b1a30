/**
 * The benchmark: an organization of plain accounts, assessed, enforced and enforced again by the command, with the
 * twin as a separate process, and the scripts of others on the same organization.
 *
 *     npm run bench -- --accounts 100 --regions 17 [--instances 5] [--latency] [--no-peers] [--no-enforce] [--held] --output json
 *
 * Progress goes to standard error; the last line of standard output is one JSON object. `docs/benchmarks.md` says
 * what its keys mean. With `--held`, a count or the memory beyond its limit (limits.ts) is status 1; with fewer than some 100
 * accounts the calls of the run itself weigh more than the limits allow.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSummary } from '../../functions/core/model/result.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { CallReport } from '../../twin/calls.ts';
import { oneOf, readFlags, wholeNumber } from '../flags.ts';
import { callFigures, callsOfMember, callsSince } from './calls.ts';
import { folderBytes } from './folder-size.ts';
import { brokenLimits } from './limits.ts';
import {
  MOST_INSTANCES,
  MOST_REGIONS,
  SET_UP_FROM_THE_START,
  type Size,
  writeOrganization,
} from './organization.ts';
import { runPeers } from './peers.ts';
import { boundsOf, costsOf } from './price.ts';
import { LATENCY_SEED, probeAccount } from './probe.ts';
import { type Measured, measureCommand, type ServedTwin, serveTwin } from './processes.ts';

const values = readFlags({
  accounts: { type: 'string', default: '100' },
  regions: { type: 'string', default: '17' },
  instances: { type: 'string', default: '0' },
  latency: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: true },
  enforce: { type: 'boolean', default: true },
  held: { type: 'boolean', default: false },
  output: { type: 'string', default: 'json' },
});

/** Before anything is measured; more Regions than are enabled by default would be named and not measured. */
const size: Size = {
  accounts: wholeNumber('accounts', values.accounts, 3),
  regions: wholeNumber('regions', values.regions, 1, MOST_REGIONS),
  instances: wholeNumber('instances', values.instances, 0, MOST_INSTANCES),
};
const output = oneOf('output', values.output, ['json', 'text']);

interface Phase extends Measured {
  name: string;
  calls: CallReport;
  summary: RunSummary;
  batches: number;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));

async function runPhase(name: string, mode: string, twin: ServedTwin, folder: string): Promise<Phase> {
  const state = join(folder, 'state');
  const before = await twin.calls();
  const measured = await measureCommand(
    [
      'run',
      '--local',
      '--mode',
      mode,
      '--config',
      join(folder, 'config.yaml'),
      '--state',
      state,
      '--output',
      'json',
    ],
    { folder, environment: { ...process.env, ...twin.environment, NODE_OPTIONS: '' } },
  );
  const calls = callsSince(before, await twin.calls());
  const runs = join(state, 'artifacts', 'runs');
  const runId = (await readdir(runs)).sort().at(-1) ?? '';
  const summary = JSON.parse(await readFile(join(runs, runId, 'summary.json'), 'utf8')) as RunSummary;
  const batches = (await readdir(join(runs, runId, 'manifests'))).length;
  const { coverage } = summary.head;
  say(
    `${name}: ${coverage.accounts} accounts, ${coverage.targets} targets, ${coverage.compliant} compliant; ` +
      `${measured.wallSeconds.toFixed(1)} s, ${measured.cpuSeconds.toFixed(1)} CPU s, ${measured.peakMemoryMb.toFixed(0)} MiB; ` +
      `${calls.total} calls, ${calls.mutating} mutating; load ${loadavg().map((load) => load.toFixed(1))}`,
  );
  return { ...measured, name, calls, summary, batches };
}

const loadAtStart = loadavg()[0] ?? 0;
const folder = await mkdtemp(join(tmpdir(), 'dhmc-bench-'));
const twinFlags = values.latency ? ['--latency', String(LATENCY_SEED)] : [];
try {
  const snapshot = await writeOrganization(size, folder);
  await writeFile(
    join(folder, 'config.yaml'),
    'settle: {passes: 0, waitSeconds: []}\nmanagementAccount: enforce\n',
  );
  const twin = await serveTwin(snapshot, twinFlags);
  const phases: Phase[] = [];
  let assess: Phase;
  let enforce: Phase | null = null;
  let again: Phase | null = null;
  try {
    assess = await runPhase('assess', 'assess', twin, folder);
    phases.push(assess);
    if (values.enforce) {
      enforce = await runPhase('enforce', 'enforce', twin, folder);
      again = await runPhase('enforce again', 'enforce', twin, folder);
      phases.push(enforce, again);
    }
  } finally {
    twin.stop();
  }
  const stateBytes = await folderBytes(join(folder, 'state'));
  const billed = await probeAccount(size, true);
  const alone = values.latency ? billed : await probeAccount(size, false);
  const peers =
    values.peers && enforce !== null
      ? await runPeers({
          snapshot,
          twinFlags,
          accounts: size.accounts,
          regions: assess.summary.regions,
          ours: { assessSeconds: assess.wallSeconds, enforceSeconds: enforce.wallSeconds },
        })
      : {};
  const bounds = boundsOf({
    accounts: size.accounts,
    concurrency: defaultConfiguration().concurrency,
    accountSeconds: alone.unchangedSeconds,
    assumedRoles: countOf(assess.calls, 'AssumeRole'),
    listedAccountPages: countOf(assess.calls, 'ListAccounts'),
    tableWrites: size.accounts * (1 + size.regions),
  });
  const boundSeconds = Math.max(...Object.values(bounds));
  const costs = costsOf(size.accounts, (again ?? assess).batches, billed);
  const figures = {
    ...size,
    latency: values.latency,
    ...callFigures((again ?? assess).calls, size.accounts, size.instances > 0),
    callsPerFreshAccount: enforce === null ? null : freshCalls(enforce.calls, size.accounts),
    freshCallsByOperation: enforce === null ? null : byOperation(enforce.calls),
    wallSeconds: rounded(assess.wallSeconds),
    boundSeconds: rounded(boundSeconds, 3),
    wallOverBound: rounded(assess.wallSeconds / boundSeconds, 1),
    cpuMillisecondsPerCall: rounded((1000 * assess.cpuSeconds) / assess.calls.total, 3),
    peakMemoryMb: Math.ceil(Math.max(...phases.map(({ peakMemoryMb }) => peakMemoryMb))),
    mutatingCallsOnRerun: again?.calls.mutating ?? null,
    tableWritesPerUnchangedAccount: billed.unchangedTableWrites,
    stateTransitions: costs.stateTransitions,
    lambdaGbSeconds: rounded(costs.lambdaGbSeconds),
    usdPerThousandAccounts: rounded(costs.usdPerThousandAccounts, 4),
    peers: Object.fromEntries(
      Object.entries(peers).map(([name, { assessRatio, ...peer }]) => [
        name,
        {
          ratio: rounded(assessRatio, 1),
          enforceRatio: rounded(peer.enforceRatio, 1),
          assessSeconds: rounded(peer.assessSeconds, 1),
          enforceSeconds: rounded(peer.enforceSeconds, 1),
          accountsRun: peer.accountsRun,
        },
      ]),
    ),
    bounds: Object.fromEntries(Object.entries(bounds).map(([name, seconds]) => [name, rounded(seconds, 3)])),
    phases: phases.map(({ name, calls, wallSeconds, cpuSeconds, peakMemoryMb }) => ({
      name,
      wallSeconds: rounded(wallSeconds),
      cpuSeconds: rounded(cpuSeconds),
      cpuMillisecondsPerCall: rounded((1000 * cpuSeconds) / calls.total, 3),
      peakMemoryMb: Math.ceil(peakMemoryMb),
      calls: calls.total,
      mutatingCalls: calls.mutating,
    })),
    stateMb: Object.fromEntries(
      Object.entries(stateBytes).map(([name, bytes]) => [name, rounded(bytes / 2 ** 20, 1)]),
    ),
    node: process.version,
    loadAtStart: rounded(loadAtStart, 1),
    loadAtEnd: rounded(loadavg()[0] ?? 0, 1),
  };
  if (output === 'json') process.stdout.write(`${JSON.stringify(figures)}\n`);
  else for (const [key, value] of Object.entries(figures)) say(`${key}: ${JSON.stringify(value)}`);
  if (values.held) {
    const covered = phases.map(({ name, summary }) => [name, summary.head.coverage.accounts]);
    const broken = brokenLimits(figures, Object.fromEntries(covered));
    for (const sentence of broken) say(sentence);
    if (broken.length > 0) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

function byOperation(report: CallReport): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation, count } of callsOfMember(report))
    counts[operation] = (counts[operation] ?? 0) + count;
  return counts;
}

/** Of a plain member, the roles assumed for it included. */
function freshCalls(report: CallReport, accounts: number): number {
  const own = callsOfMember(report).reduce((sum, { count }) => sum + count, 0);
  return own + Math.round((countOf(report, 'AssumeRole') - 1) / (accounts - SET_UP_FROM_THE_START));
}

function countOf({ calls }: CallReport, operation: string): number {
  return calls.filter((call) => call.operation === operation).reduce((sum, { count }) => sum + count, 0);
}
