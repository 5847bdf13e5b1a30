/** What accounts of one batch share in a process. Apart from run-cache.ts, which next-batch loads too. */
import { createReadMemory, type ReadMemory } from '../aws/read-memory.ts';
import type { RunId } from '../core/model/primitives.ts';
import type { Records } from './records.ts';

const memories = new WeakMap<Records, { batch: string; memory: ReadMemory }>();

/** Answers of other accounts within one batch: the next one has to see what this one changed. */
export function memoryOf(records: Records, runId: RunId, step: number | undefined): ReadMemory {
  if (step === undefined) return createReadMemory();
  const batch = `${runId} ${step}`;
  const known = memories.get(records);
  if (known?.batch === batch) return known.memory;
  const memory = createReadMemory();
  memories.set(records, { batch, memory });
  return memory;
}
