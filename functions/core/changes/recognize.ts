/** Journal entries whose kind and content this version knows, and the others. */
import type { RollbackEntry } from '../rollback/entry.ts';
import { actionProblem, expectedProblem } from './changes.ts';

export interface UnknownEntry<T> {
  entry: T;
  /** Why it is not recognized. */
  problem: string;
}

/** Nothing is decided from an entry that is not recognized; a rollback reports it. */
export function recognize<T extends RollbackEntry>(
  journal: readonly T[],
): { known: T[]; unknown: UnknownEntry<T>[] } {
  const known: T[] = [];
  const unknown: UnknownEntry<T>[] = [];
  for (const entry of journal) {
    const problem = problemOf(entry);
    if (problem === null) known.push(entry);
    else unknown.push({ entry, problem });
  }
  return { known, unknown };
}

function problemOf({ action, expected, inverse }: RollbackEntry): string | null {
  return (
    actionProblem(action) ??
    (inverse === null ? null : actionProblem(inverse)) ??
    expectedProblem(action.kind, expected)
  );
}
