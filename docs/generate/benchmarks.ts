/** docs/benchmarks.md, from the lines that `npm run bench` printed (docs/benchmarks.jsonl, in the order of the runs). */
import * as z from 'zod';

const phase = z.object({
  name: z.string(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
  cpuMillisecondsPerCall: z.number(),
  peakMemoryMb: z.number(),
  calls: z.number(),
  mutatingCalls: z.number(),
});
const peer = z.object({
  ratio: z.number(),
  enforceRatio: z.number(),
  assessSeconds: z.number(),
  enforceSeconds: z.number(),
  accountsRun: z.number(),
});
const run = z.object({
  accounts: z.number(),
  regions: z.number(),
  instances: z.number(),
  latency: z.boolean(),
  callsPerIdleRegion: z.number(),
  callsPerPopulatedRegion: z.number().nullable(),
  callsPerAccountOverhead: z.number(),
  callsPerFreshAccount: z.number().nullable(),
  freshCallsByOperation: z.record(z.string(), z.number()).nullish(),
  boundSeconds: z.number(),
  wallOverBound: z.number(),
  mutatingCallsOnRerun: z.number().nullable(),
  /** Left out of the runs before it was counted without the run's own writes. */
  tableWritesPerUnchangedAccount: z.number().optional(),
  stateTransitions: z.number(),
  lambdaGbSeconds: z.number(),
  usdPerThousandAccounts: z.number(),
  peers: z.record(z.string(), peer),
  bounds: z.record(z.string(), z.number()),
  phases: z.array(phase),
  stateMb: z.record(z.string(), z.number()),
  node: z.string(),
  loadAtStart: z.number(),
  loadAtEnd: z.number(),
  /** What sets a run apart from those of the same size. */
  note: z.string().optional(),
});
type Run = z.infer<typeof run>;

/** Why a fresh account needs each call: docs/spec/decisions.md, "Changes", has the rules. */
const WHY: Record<string, string> = {
  AttachRolePolicy: 'the permissions of the DHMC role',
  CreateRole: 'the DHMC role',
  DescribeInstances: 'whether anything runs in the Region, and what',
  GetRole: 'the look (no such role), the re-read before CreateRole, and the read-back after it',
  GetServiceSetting:
    'in each Region: the look, the re-read before the write (a safety rule), the read-back after it; and one more for each write that is tried again because the new role is not known after ten seconds',
  ListAttachedRolePolicies:
    'the re-read before AttachRolePolicy, which also says whether the role is there, and the read-back after it',
  ListRegions: 'which Regions are enabled in the account',
  ListRolePolicies: 'what the role may do: with each reading of it',
  UpdateServiceSetting:
    'the write, one a Region; more where Systems Manager does not know the new role yet (ValidationException)',
};

export function renderBenchmarks(lines: string): string {
  const runs = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => run.parse(JSON.parse(line)));
  return `# Benchmarks

<!-- Written by \`npm run docs\` from docs/benchmarks.jsonl, the last lines of \`npm run bench\`. -->

Each run is \`npm run bench -- --accounts N --regions R --output json\`: the command as it is installed, against the twin in a process of
its own, without latency unless said. The load is that of the machine (two cores) at the start and at the end of a run: **seconds of the
clock compare only within a run, and above a load of 2 they say more about the machine than about the service.** CPU seconds are the
command's own, its start (some 2 s) and the embedded table included; they grow with the load too, by cache misses.

## Runs

${table(
  [
    'accounts × Regions',
    'phase',
    'seconds',
    'CPU s',
    'CPU ms a call',
    'peak MiB',
    'calls',
    'mutating',
    'load',
  ],
  runs.flatMap((each) =>
    each.phases.map((of) => [
      size(each),
      of.name,
      of.wallSeconds.toFixed(1),
      of.cpuSeconds.toFixed(1),
      of.cpuMillisecondsPerCall.toFixed(2),
      String(of.peakMemoryMb),
      String(of.calls),
      String(of.mutatingCalls),
      `${each.loadAtStart} to ${each.loadAtEnd}`,
    ]),
  ),
)}

The aim that is **missed**: 0.5 ms of CPU a call; a read by the SDK takes 0.43 by itself. Memory does not grow with the accounts (aim: 400 MiB
at most): some 80 MB live with a hundred accounts at once, however many follow ([operations.md](operations.md), "Memory of the command");
enforce was not measured beyond 1,000. 0.2.0 held the result of a run to print it, and left an iterator of the database open for each query.

## Where the CPU goes

Sampled with \`--cpu-prof\` during an assess of 300 × 17 (some 11,000 calls), shares of what was not idle, by package; written by hand.
The process took 22.0 CPU s at 17a800f and, before signing became cheaper, 13.7 and 15.7 at d26234b, on the same loaded machine.

| package | 17a800f, % | d26234b, % |
| --- | --- | --- |
| @smithy/core | 27.2 | 18.7 |
| Node, native (sockets, JSON, texts) | 12.4 | 13.9 |
| garbage collection | 11.4 | 12.8 |
| node:crypto | 6.8 | 6.6 |
| classic-level | 5.1 | 3.8 |
| @aws-sdk/core | 5.0 | 2.6 |
| dynalite | 4.1 | 8.2 |
| node:internal/modules (the start) | 2.6 | 3.8 |
| @smithy/signature-v4 | 2.3 | 2.3 |
| node:_http_client | 2.1 | 1.8 |

Tried since, in three pairs of runs each, CPU s without and with: HMAC by two hashes in one call each instead of \`createHmac\`, which prepares
a key for 13 microseconds, 18.3/16.7, 16.0/15.3 and 15.8/15.3 (kept, 6 % in all); the SDK's \`cacheMiddleware\`, 16.6/16.3, 14.8/14.3 and
15.9/16.3 (left out, within the noise). What is left has no single cause: with callees, endpoint rules are 3 %, resolving the SDK's
middleware 3, parsing the table's conditions 3, and signing keys were 5.

## Calls, cost and bounds

${table(
  [
    'accounts × Regions',
    'idle Region',
    'account',
    'fresh account',
    'changing calls of a rerun',
    'bound s',
    'wall / bound',
    'GB-s',
    'USD for 1,000 accounts',
  ],
  runs.map((each) => [
    size(each),
    String(each.callsPerIdleRegion),
    String(each.callsPerAccountOverhead),
    each.callsPerFreshAccount === null ? '-' : String(each.callsPerFreshAccount),
    each.mutatingCallsOnRerun === null ? '-' : String(each.mutatingCallsOnRerun),
    `${each.boundSeconds} (${slowest(each)})`,
    each.wallOverBound.toFixed(0),
    each.lambdaGbSeconds.toFixed(1),
    each.usdPerThousandAccounts.toFixed(3),
  ]),
)}

\`boundSeconds\` is what no run of these calls can beat: the slowest of one account by itself, all accounts at the configured concurrency,
600 AssumeRole a second, 8 ListAccounts a second, and 4,000 writes a second of a new on-demand table. GB-seconds are those of
reconcile-account, from one account run by itself with assumed latencies (\`twin/data/latency.ts\`); the dollars add invocations, Express
children, table and bucket at the prices of [cost.md](cost.md).

## Against scripts

\`bench/peers/\` has a boto3 script with twenty threads and a loop over the AWS CLI, as one writes them. They judge nothing and keep no
record. Ratios are theirs by ours, in the same run; the loop is run for one account and multiplied.

The aim of 12 times is reached in assess; **that of 6 times in enforce is missed, and is out of reach with 100 accounts**: in the twin a new
role is known to Systems Manager 5 to 15 s after it was made, so the last of a hundred roles 15 s after, and before that come the command's
start and the look at all Regions. That makes some 17 s, or 4 times. A hundred accounts wait at once; the script's twenty threads wait
five times over. A first try before ten seconds would be refused for most, at two calls each.

${table(
  [
    'accounts × Regions',
    'peer',
    'accounts run',
    'assess s',
    'assess ratio',
    'enforce s',
    'enforce ratio',
    'load',
  ],
  runs.flatMap((each) =>
    Object.entries(each.peers).map(([name, of]) => [
      size(each),
      name,
      String(of.accountsRun),
      String(of.assessSeconds),
      String(of.ratio),
      String(of.enforceSeconds),
      String(of.enforceRatio),
      `${each.loadAtStart} to ${each.loadAtEnd}`,
    ]),
  ),
)}

## Growth

${table(
  ['accounts × Regions', 'state folder', 'table MiB', 'artifacts MiB', 'artifacts KiB an account'],
  runs.map((each) => [
    size(each),
    `${each.phases.length} runs`,
    String(each.stateMb.table ?? 0),
    String(each.stateMb.artifacts ?? 0),
    (((each.stateMb.artifacts ?? 0) * 1024) / each.accounts).toFixed(1),
  ]),
)}

On paper, not run, at 50,000 accounts in 17 Regions: ListAccounts is 2,500 pages, 5 minutes at 8 a second; the map takes 50,000 items, of
which Step Functions runs 10,000 at once and Lambda as many as its quota; an account's items share one partition key, and targets that are
not compliant are spread over shards of the index, and what VPCs hold of the budget over 64 items of a run (one would be full at some 8,000
VPCs, DynamoDB's 400 KB), so no item grows with the accounts. **What bends first is the item with the sum of that budget**: each VPC with
new endpoints writes it twice, and a partition key takes 1,000 writes a second.

## Calls of a fresh account

${freshCalls(runs)}
`;
}

function freshCalls(runs: readonly Run[]): string {
  const found = runs.findLast(({ freshCallsByOperation }) => freshCallsByOperation);
  if (!found?.freshCallsByOperation) return 'No run of this page counted them.';
  const rows = Object.entries(found.freshCallsByOperation).sort(([, a], [, b]) => b - a);
  return `Of the first member of the run ${size(found)}, in ${found.regions} Regions, without AssumeRole (two: the reader and the writer):

${table(
  ['calls', 'operation', 'why'],
  rows.map(([operation, count]) => [
    String(count),
    `\`${operation}\``,
    WHY[operation] ?? 'the Region with instances: its network, names and agents',
  ]),
)}`;
}

const size = ({ accounts, regions, instances, latency, note }: Run) =>
  `${accounts.toLocaleString('en-US')} × ${regions}${instances > 0 ? `, ${instances} instances each` : ''}${latency ? ', latency' : ''}${note ? ` (${note})` : ''}`;

function slowest({ bounds }: Run): string {
  return Object.entries(bounds).sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

function table(heads: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
