/** `dhmc fleet`: the instances of a finished run, counted and filtered, or all of them as CSV or JSON. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FleetInstance } from '../../functions/core/instances/fleet.ts';
import {
  FLEET_DIMENSIONS,
  type FleetDimension,
  type FleetFilter,
  FleetTally,
  fitsFleet,
  fleetCsvHeader,
  fleetCsvRows,
  hasFleet,
  readFleet,
  readNamedInstances,
} from '../../functions/report/fleet.ts';
import { EXIT } from '../exit.ts';
import type { ListOutput } from '../flags.ts';
import { chooseRun, warnOfPart } from '../runs/choose-run.ts';
import { openFinishedRuns, type RunsFlags } from '../runs/finished-runs.ts';
import { countOf, terminalOf } from '../terminal/style.ts';
import { renderTable, tame } from '../terminal/table.ts';

interface FleetFlags extends RunsFlags, FleetFilter {
  run?: string;
  by?: FleetDimension;
  output: ListOutput;
}

type Accounts = AsyncIterable<FleetInstance[]>;

/** Values of a dimension that the table shows unless it is asked for alone. */
const SHOWN = 10;

export async function fleet(flags: FleetFlags): Promise<number> {
  const runs = await openFinishedRuns(flags);
  const run = await chooseRun(runs, flags.run);
  warnOfPart(run);
  const { runId } = run.summary.head;
  const recorded = await hasFleet(run, runs.artifacts);
  const all = recorded ? readFleet(run, runs.artifacts) : readNamedInstances(run);
  const accounts = chosen(all, flags);
  const tally = new FleetTally();
  switch (flags.output) {
    case 'csv':
      await print(csvOf(accounts, tally));
      break;
    case 'json':
      await print(jsonOf(accounts, tally, { runId, recorded }));
      break;
    case 'table':
      for await (const instances of accounts) for (const one of instances) tally.add(one);
      process.stdout.write(render(tally, flags.by, runId));
  }
  if (!recorded) warnOfNamed(tally.total, run.summary.head.instances?.running ?? 0, runId);
  return EXIT.finished;
}

async function* chosen(accounts: Accounts, filter: FleetFilter): AsyncGenerator<FleetInstance[]> {
  for await (const instances of accounts) {
    const fitting = instances.filter((one) => fitsFleet(one, filter));
    if (fitting.length > 0) yield fitting;
  }
}

async function* csvOf(accounts: Accounts, tally: FleetTally): AsyncGenerator<string> {
  yield fleetCsvHeader();
  for await (const instances of accounts) {
    for (const one of instances) tally.add(one);
    yield fleetCsvRows(instances);
  }
}

/** One instance a line; the counts come last, since they are known then. */
async function* jsonOf(
  accounts: Accounts,
  tally: FleetTally,
  { runId, recorded }: { runId: string; recorded: boolean },
): AsyncGenerator<string> {
  yield `{"schemaVersion":1,"runId":${JSON.stringify(runId)},"complete":${recorded},"instances":[`;
  let separator = '\n';
  for await (const instances of accounts) {
    for (const one of instances) tally.add(one);
    yield `${separator}${instances.map((one) => JSON.stringify(one)).join(',\n')}`;
    separator = ',\n';
  }
  const counts = dimensions().map((dimension) => [dimension, tally.of(dimension)]);
  yield `\n],"total":${tally.total},"by":${JSON.stringify(Object.fromEntries(counts))}}\n`;
}

async function print(text: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(text), process.stdout, { end: false });
}

const dimensions = () => Object.keys(FLEET_DIMENSIONS) as FleetDimension[];

function render(tally: FleetTally, by: FleetDimension | undefined, runId: string): string {
  const sum = `${countOf(tally.total, 'instance')}, ${runId}\n`;
  if (tally.total === 0) return `no instance fits; ${sum}`;
  const terminal = terminalOf(process.stdout);
  const tables = (by === undefined ? dimensions() : [by]).map((dimension) => {
    const counts = tally.of(dimension);
    const shown = by === undefined ? counts.slice(0, SHOWN) : counts;
    const table = renderTable(
      terminal,
      [
        { head: dimension, clips: true },
        { head: 'instances', align: 'right' },
      ],
      shown.map(({ value, instances }) => [tame(value), instances.toLocaleString('en-US')]),
    );
    const left = counts.length - shown.length;
    return left === 0 ? table : `${table}  ${left} more: add --by ${dimension}\n`;
  });
  return `${tables.join('\n')}\n  ${sum}`;
}

function warnOfNamed(named: number, running: number, runId: string): void {
  process.stderr.write(
    `${runId} recorded no fleet: these ${named} are those that results name, of ${running} running; set fleet: record in the configuration and run again for all, with platform, agent and path\n`,
  );
}
