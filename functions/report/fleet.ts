/** The instances of a finished run, account by account: memory does not grow with their number. */
import { stringify } from 'csv-stringify/sync';
import { isOlderAgent } from '../core/instances/agent-version.ts';
import type { FleetInstance } from '../core/instances/fleet.ts';
import { readAhead } from '../platform/read-ahead.ts';
import type { Artifacts } from '../store/contract.ts';
import { fleetFolder, parseFleetLine } from '../store/fleet.ts';
import { unitOf } from './account-list.ts';
import { toOneLine } from './foreign-text.ts';
import type { ReportedRun } from './source.ts';

export interface FleetFilter {
  verdict?: string;
  owner?: string;
  platform?: string;
  /** Only agents that are known to be older. */
  agentBelow?: string;
  credentials?: string;
  path?: string;
}

/** What instances are counted by, each with the column that the filter of the same meaning looks at. */
export const FLEET_DIMENSIONS = {
  verdict: ({ verdict, state }) => verdict ?? state.toUpperCase(),
  owner: ({ owner }) => owner || '(none)',
  platform: ({ platform }) => platform || '(unknown)',
  agent: ({ agentVersion }) => agentVersion ?? '(none)',
  credentials: ({ credentialSource }) => credentialSource ?? '(unknown)',
  path: ({ path }) => path ?? '(unknown)',
} satisfies Record<string, (instance: FleetInstance) => string>;

export type FleetDimension = keyof typeof FLEET_DIMENSIONS;

const READS_AT_ONCE = 20;
const ROWS_AT_ONCE = 500;

/** false where the run recorded no fleet (`fleet: record`): results then name some. */
export async function hasFleet(run: ReportedRun, artifacts: Artifacts): Promise<boolean> {
  return (await artifacts.list(fleetFolder(run.summary.head))).length > 0;
}

/** All instances of the run by account id, some of an account at a time: objects are read ahead as text, not as rows. */
export async function* readFleet(run: ReportedRun, artifacts: Artifacts): AsyncGenerator<FleetInstance[]> {
  const keys = await artifacts.list(fleetFolder(run.summary.head));
  const objects = readAhead(keys, READS_AT_ONCE, async (key) => {
    const text = await artifacts.getText(key);
    if (text === null) throw new Error(`${key}: gone while it was read`);
    return { key, text };
  });
  for await (const { key, text } of objects) yield* rowsOf(text, key);
}

function* rowsOf(text: string, key: string): Generator<FleetInstance[]> {
  let rows: FleetInstance[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    start += line.length + 1;
    if (line !== '') rows.push(parseFleetLine(line, key));
    if (rows.length < ROWS_AT_ONCE && start < text.length) continue;
    if (rows.length > 0) yield rows;
    rows = [];
  }
}

/** Instances that the results name; what a result does not keep of them is empty. */
export async function* readNamedInstances(run: ReportedRun): AsyncGenerator<FleetInstance[]> {
  for await (const account of run.accounts()) {
    const { accountId, name, owner } = account;
    yield account.targets.flatMap(({ region, instances }) =>
      instances.verdicts.map(({ instanceId, verdict, reason, credentialSource }) => ({
        ...{ accountId, accountName: name, owner: owner?.name ?? '', unit: unitOf(account), region },
        ...{ instanceId, state: 'running' as const, verdict, reason, credentialSource },
        ...{ path: null, platform: '', agentVersion: null, vpcId: null },
      })),
    );
  }
}

export function fitsFleet(instance: FleetInstance, filter: FleetFilter): boolean {
  const { verdict, owner, platform, agentBelow, credentials, path } = filter;
  const is = (dimension: FleetDimension, wanted: string | undefined) =>
    wanted === undefined || FLEET_DIMENSIONS[dimension](instance) === wanted;
  const has = (text: string, part: string | undefined) =>
    part === undefined || text.toLowerCase().includes(part.toLowerCase());
  return (
    is('verdict', verdict) &&
    is('credentials', credentials) &&
    is('path', path) &&
    has(instance.owner, owner) &&
    has(instance.platform, platform) &&
    (agentBelow === undefined || isOlderAgent(instance.agentVersion, agentBelow))
  );
}

export interface FleetCount {
  value: string;
  instances: number;
}

/** Counts instances as they pass by, in every dimension. */
export class FleetTally {
  readonly #counts = new Map<FleetDimension, Map<string, number>>();
  total = 0;

  add(instance: FleetInstance): void {
    this.total += 1;
    for (const [dimension, read] of Object.entries(FLEET_DIMENSIONS) as [
      FleetDimension,
      (instance: FleetInstance) => string,
    ][]) {
      const counts = this.#counts.get(dimension) ?? new Map<string, number>();
      const value = read(instance);
      counts.set(value, (counts.get(value) ?? 0) + 1);
      this.#counts.set(dimension, counts);
    }
  }

  /** The most frequent first. */
  of(dimension: FleetDimension): FleetCount[] {
    return [...(this.#counts.get(dimension) ?? [])]
      .map(([value, instances]) => ({ value, instances }))
      .sort((one, other) => other.instances - one.instances || (one.value < other.value ? -1 : 1));
  }
}

/** Names and order are an interface: new columns are added at the end. */
const COLUMNS: (keyof FleetInstance)[] = [
  'accountId',
  'accountName',
  'owner',
  'unit',
  'region',
  'instanceId',
  'state',
  'verdict',
  'reason',
  'credentialSource',
  'path',
  'platform',
  'agentVersion',
  'vpcId',
];

export const fleetCsvHeader = (): string => format([COLUMNS]);

export function fleetCsvRows(instances: readonly FleetInstance[]): string {
  return instances.length === 0
    ? ''
    : format(instances.map((one) => COLUMNS.map((column) => toOneLine(one[column] ?? ''))));
}

function format(rows: readonly string[][]): string {
  return stringify(rows as string[][], { escape_formulas: true, record_delimiter: 'windows' });
}
