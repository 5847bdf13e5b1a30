/** What roles may really do, their policies taken together. */
import type { Region } from './primitives.ts';
import type { Read } from './reads.ts';

/** Kinds of policies that a simulation distinguishes. */
export type PolicyKind = 'IDENTITY' | 'BOUNDARY' | 'SCP';

/** What a simulation says of one action of a role. */
export interface ActionDecision {
  /** e.g. `ssm:UpdateInstanceInformation`. */
  action: string;
  allowed: boolean;
  /** null where it is allowed. */
  deniedBy: PolicyKind | null;
  /** Whether a statement denies it, rather than none allowing it. */
  explicit: boolean;
}

/** What the DHMC role may do in a Region, its policies taken together. */
export interface RolePermissions {
  /** null: asked once for all, where nothing runs and the role has a permissions boundary. */
  region: Region | null;
  decisions: Read<ActionDecision[]>;
}
