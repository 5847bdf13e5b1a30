/** Changes and plans: what is written, what it expects to find, and what undoes it. */

import type { AccountId, Region, RunId } from './primitives.ts';
import type { Failure } from './reads.ts';

/**
 * The kinds of change. Each file of core/changes declares its own member: the fields of its action, the live state
 * that it expects, and the kinds that restore what was there (`never` for a kind that nothing undoes).
 */
// biome-ignore lint/suspicious/noEmptyInterface: members are declared where their kind is defined
export interface ChangeKinds {}

export type ChangeKind = keyof ChangeKinds;

/** What a change puts there. */
export type ActionOf<K extends ChangeKind> = { [P in K]: { kind: P } & ChangeKinds[P]['action'] }[K];

export type ChangeAction = ActionOf<ChangeKind>;

/** What a change expects to find. */
export type ExpectedOf<K extends ChangeKind> = { [P in K]: ChangeKinds[P]['expected'] }[K];

/** What restores the former state. */
export type InverseOf<K extends ChangeKind> = { [P in K]: ActionOf<ChangeKinds[P]['inverse']> }[K];

/** A resource that exists, or that an earlier change of the same plan creates. */
export type ResourceReference = { kind: 'existing'; id: string } | { kind: 'created'; changeId: string };

interface ChangeHead {
  /** Stable: derived from run, account, Region, kind and resource; also the value of the tag `dhmc-rollout:change`. */
  id: string;
  accountId: AccountId;
  /** null for IAM, which is global. */
  region: Region | null;
  /** ARN or id of what is changed. */
  resource: string;
  monthlyCostUsd: number;
  /** Set on a first setting: State Manager associations that will run on the new nodes. */
  associations?: string[];
  /** Id of an earlier change of the plan that is undone at once where this one fails. */
  undoes?: string;
  /** Set on a change of a rollback: the journal entry that it rolls back. */
  rollsBack?: JournalReference;
}

export type ChangeOf<K extends ChangeKind> = {
  [P in K]: ChangeHead & {
    action: ActionOf<P>;
    /** Live state that must still be there when the change is applied. */
    expected: ExpectedOf<P>;
    /** null where nothing can bring the former state back (`allowIrreversible`). */
    inverse: InverseOf<P> | null;
  };
}[K];

export type Change = ChangeOf<ChangeKind>;

/** Names a journal entry of the account. */
export interface JournalReference {
  runId: RunId;
  seq: number;
}

/** Ordered: role changes first, then each Region's. */
export interface Plan {
  accountId: AccountId;
  changes: Change[];
  /** VPC of each change of the network, by the change's id: what fails in one leaves the others alone. */
  vpcOf: Record<string, string>;
}

export type ChangeOutcome = 'PLANNED' | 'APPLIED' | 'FAILED' | 'ROLLED_BACK';

/** `kind` and `action` as in `Failure`; results of versions before the gate lack both. */
export interface ChangeError {
  code: string;
  message: string;
  kind?: Failure['kind'];
  action?: string;
}

/** A change as results show it (docs/spec/design.md, "Result of a run"). */
export interface ChangeResult {
  id: string;
  kind: ChangeKind;
  resource: string;
  outcome: ChangeOutcome;
  error: ChangeError | null;
  monthlyCostUsd: number | null;
  detail: Record<string, unknown>;
}
