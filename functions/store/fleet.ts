/** Instances of accounts among the artifacts: one object an account and run, one line of JSON an instance. */

import { INSTANCE_VERDICTS } from '../core/instances/facts.ts';
import type { FleetInstance } from '../core/instances/fleet.ts';
import type { AccountId, Region, RunId, Timestamp } from '../core/model/primitives.ts';
import { nullable, oneOf, type ShapeOf, text } from '../core/shape.ts';
import type { Artifacts } from './contract.ts';
import { checkStored, stamped } from './stored.ts';

/** The day (UTC) on which the run started, so that all of its passes write below one partition. */
export function fleetFolder({ runId, startedAt }: { runId: RunId; startedAt: Timestamp }): string {
  return `fleet/date=${startedAt.slice(0, 10)}/run=${runId}/`;
}

interface FleetRun {
  runId: RunId;
  startedAt: Timestamp;
}

const FLEET_INSTANCE: ShapeOf<FleetInstance> = {
  accountId: text,
  accountName: text,
  owner: text,
  unit: text,
  region: text,
  instanceId: text,
  state: oneOf('running', 'stopped'),
  verdict: nullable(oneOf(...INSTANCE_VERDICTS)),
  reason: nullable(text),
  credentialSource: nullable(oneOf('DHMC', 'INSTANCE_PROFILE')),
  path: nullable(oneOf('PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET', 'UNKNOWN', 'NONE')),
  platform: text,
  agentVersion: nullable(text),
  vpcId: nullable(text),
};

/**
 * A later pass replaces the Regions that it looked at and keeps the others' lines. An account without an instance has no
 * object, unless an earlier pass wrote one.
 */
export async function writeFleet(
  artifacts: Artifacts,
  run: FleetRun,
  accountId: AccountId,
  { instances, looked, again }: { instances: FleetInstance[]; looked: readonly Region[]; again: boolean },
): Promise<void> {
  const key = `${fleetFolder(run)}${accountId}.jsonl`;
  const earlier = again ? await artifacts.getText(key) : null;
  const kept = (earlier ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseFleetLine(line, key))
    .filter(({ region }) => !looked.includes(region));
  const all = [...kept, ...instances].sort((one, other) =>
    one.region < other.region ? -1 : one.region > other.region ? 1 : 0,
  );
  if (all.length === 0 && earlier === null) return;
  await artifacts.putText(
    key,
    all.map((one) => `${JSON.stringify(stamped(one))}\n`).join(''),
    'application/x-ndjson',
  );
}

/** @throws {StoredRecordError} naming the object */
export function parseFleetLine(line: string, where: string): FleetInstance {
  let value: unknown = null;
  try {
    value = JSON.parse(line);
  } catch {
    // Not an object: refused below as a line that was cut off is.
  }
  return checkStored(value, FLEET_INSTANCE, where);
}
