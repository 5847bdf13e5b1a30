/** The parts of a run that never change, read once for the life of the process: thousands of accounts share them. */
import type { Configuration } from '../core/model/configuration.ts';
import type { RunId } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { ResourceControlPolicy } from '../core/resource-control.ts';
import { artifactKeys, type RunRecord } from '../store/contract.ts';
import { parseStoredConfiguration, RESOURCE_CONTROLS } from '../store/record-shapes.ts';
import { parseStored } from '../store/stored.ts';
import type { Records } from './records.ts';

export class RunNotFoundError extends Error {
  override readonly name = 'RunNotFoundError';
}

export type ResourceControls = Read<ResourceControlPolicy[]>;

export interface RunContext {
  run: RunRecord;
  configuration: Configuration;
}

const known = new WeakMap<Records, Map<RunId, Promise<RunContext>>>();

export function runContext(records: Records, runId: RunId): Promise<RunContext> {
  return readOnce(known, records, runId, () => readContext(records, runId));
}

function readOnce<T>(
  known: WeakMap<Records, Map<RunId, Promise<T>>>,
  records: Records,
  runId: RunId,
  read: () => Promise<T>,
): Promise<T> {
  const runs = known.get(records) ?? new Map<RunId, Promise<T>>();
  known.set(records, runs);
  const reading = runs.get(runId) ?? read();
  runs.set(runId, reading);
  // A failed read must not stick.
  reading.catch(() => runs.delete(runId));
  return reading;
}

async function readContext(records: Records, runId: RunId): Promise<RunContext> {
  const [run, text] = await Promise.all([
    records.store.getRun(runId),
    records.artifacts.getText(artifactKeys.configuration(runId)),
  ]);
  if (!run || text === null)
    throw new RunNotFoundError(`run ${runId} has no record; start it with start-run`);
  return { run, configuration: parseStoredConfiguration(text, artifactKeys.configuration(runId)) };
}

const knownControls = new WeakMap<Records, Map<RunId, Promise<ResourceControls>>>();

/** What start-run read of the organization's resource control policies. */
export function resourceControlsOf(records: Records, runId: RunId): Promise<ResourceControls> {
  return readOnce(knownControls, records, runId, async () => {
    const text = await records.artifacts.getText(artifactKeys.resourceControls(runId));
    return text === null ? { kind: 'absent' } : parseControls(text, runId);
  });
}

/** Written whole by start-run: how the read ended, and what it read. */
function parseControls(json: string, runId: RunId): ResourceControls {
  const where = artifactKeys.resourceControls(runId);
  return parseStored(json, RESOURCE_CONTROLS, where).read;
}
