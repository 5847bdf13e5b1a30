import type { RollbackChange } from '../changes/definition.ts';

/** What is left to undo, why it is not undone, or nothing of both. `irreversible`: the journal does not say how. */
export type Undoing = { undo: RollbackChange } | { conflict: string } | 'irreversible' | null;
