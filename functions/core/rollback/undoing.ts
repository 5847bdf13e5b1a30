import type { RollbackChange } from '../changes/definition.ts';

/** What is left to undo, why it is not undone, or nothing of both. */
export type Undoing = { undo: RollbackChange } | { conflict: string } | null;
