/** The path of one needed name. */
import type { PathVerdict } from '../model/result.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import type { ServiceName } from './needed-names.ts';
import type { Resolution } from './resolution.ts';
import type { Fact } from './verdict.ts';

export interface NamePath {
  name: ServiceName;
  resolvesTo: Resolution['kind'];
  path: PathVerdict;
  /** Sorted set. Blocks, and what else is in the way. */
  reasons: ReasonCode[];
  notes: NoteCode[];
  facts: Fact[];
  /** Names of one way work or fail together; null: the way is this name's alone. */
  way: string | null;
  /** No path, and an endpoint would be one. */
  missing: boolean;
  /** UNKNOWN where the routes end out of sight: what `unknownEgress: provision` is about. */
  unseen: boolean;
}

/** It works, or may, over public addresses. */
export function isPublic({ resolvesTo, path }: NamePath): boolean {
  return resolvesTo === 'public' && path !== 'NONE';
}
