/**
 * What the store keeps: one DynamoDB table (keys in docs/adr/0005-one-table.md) and artifacts in S3 or a
 * folder. Single-item conditional writes only: the embedded engine has no transactions, and the
 * service needs none.
 */

import type { EnforceHold, EnforceLease, Hold, KillSwitch, Resumption } from '../core/hold.ts';
import type { ChangeAction, ChangeKind, ExpectedOf, JournalReference } from '../core/model/change.ts';
import type { Account, AccountId, Region, RunId, RunInput, Timestamp } from '../core/model/primitives.ts';
import type { Coverage, RunStatus, TargetResult, TargetStatus } from '../core/model/result.ts';
import type { SharedVpcNeed } from '../core/network/facts.ts';
import type { KnownContact } from '../core/operations-contact.ts';
import type { ReasonEntry } from '../core/reasons.ts';
import type { MarkKeys } from '../core/tags.ts';
import type { GateStop } from '../core/wave-gate.ts';

export interface BatchRecord {
  /** `wave:<name>`, `check:<name>` (its instances looked at again after the soak) or `settle:<n>`. */
  name: string;
  /** Artifact key of the manifest: a JSON array of Account. */
  manifest: string;
  accounts: number;
  startedAt: Timestamp | null;
  endedAt: Timestamp | null;
}

/** An account as a batch names it. */
export interface ManifestEntry extends Account {
  /** Its instances are looked at again, and nothing else is done (the check behind a wave). */
  observeOnly?: true;
  /** Of a settle pass: this run was here before, whoever was since. */
  again?: true;
}

/** What next-batch answers to the state machine. `step` counts its decisions. */
export type NextStep =
  | { action: 'reconcile'; manifest: { bucket: string; key: string }; concurrency: number; step: number }
  | { action: 'wait'; waitSeconds: number; step: number }
  | { action: 'done'; step: number };

/** RUN#<id> META. */
export interface RunRecord {
  runId: RunId;
  input: RunInput;
  status: 'RUNNING' | RunStatus;
  startedAt: Timestamp;
  endedAt: Timestamp | null;
  /** SHA-256 of the effective configuration; the text itself is the artifact runs/<id>/configuration.json. */
  configurationVersion: string;
  organizationId: string;
  operatorAccountId: AccountId;
  managementAccountId: AccountId;
  partition: string;
  homeRegion: Region;
  /** Regions that are targets of this run, sorted. */
  regions: Region[];
  /** Accounts of the whole organization when the run started; left out by older runs. */
  organizationAccounts?: number;
  batches: BatchRecord[];
  /** Settle waits so far, in the order of `settle.waitSeconds`. */
  settlePasses: number;
  /** Wait that next-batch last ordered and when it may continue; null when none is due. */
  waitUntil: Timestamp | null;
  coverage: Coverage | null;
  /** What next-batch decided last: a retried invocation of the same step answers the same. */
  decision: NextStep | null;
  /** Why a run stopped, failed or was kept from changing anything, as sentences. */
  reason: string | null;
  /** The gate stopped the run: accounts of later waves are not touched. */
  stop?: GateStop;
  /** From here on the run changes nothing, also when the hold is cleared meanwhile. */
  hold?: Hold;
  /** Of Step Functions; left out by older runs. */
  executionArn?: string;
  /** Accounts at once: the configuration's, within what Lambda allows the operator account. */
  concurrency?: number;
}

/** RUN#<id> STOP: a person or a rollback wants the run to end after the accounts at work. */
export interface StopRequest {
  /** A sentence, for the run's record. */
  reason: string;
  at: Timestamp;
}

/** ACCOUNT#<id> STATE: the one write of an unchanged account. */
export interface AccountState {
  accountId: AccountId;
  name: string;
  organizationPath: string[] | null;
  /** When the account was first seen below its present parent; null where paths are not asked for. */
  pathSince: Timestamp | null;
  lastRunId: RunId;
  updatedAt: Timestamp;
  status: TargetStatus;
  counts: Omit<Coverage, 'accounts'>;
  reasons: ReasonEntry[];
  /** Regions that a later pass of the run must look at again. */
  retryRegions: Region[];
  /** Regions that have endpoints of ours. */
  endpointRegions?: Region[];
  /** Needs that this account recorded with owners of shared VPCs. */
  sharedNeeds?: { ownerId: AccountId; vpcId: string; region: Region; writtenAt: Timestamp }[];
  /** When the needs recorded for this account were read last. */
  needsReadAt?: Timestamp;
  /** The operations contact, where the configuration asks for it. */
  contact?: KnownContact;
  failedChanges: number;
  /** Failed changes that count for the gate (core/wave-gate.ts). */
  gateFailures: number;
  appliedChanges: number;
  leaseOwner: string | null;
  leaseUntil: Timestamp | null;
  /** The account left the organization. Gone again as soon as a run records the account. */
  closed?: AccountClosing;
}

/** An invocation of reconcile-account that left no result: it crashed or timed out, or Lambda refused to start it. */
export interface UnfinishedInvocation {
  code: 'CRASHED' | 'NOT_INVOKED';
  detail: string;
  at: Timestamp;
}

/** Since when an account is no longer in the organization, and by what this is known (an event's name, or the sweep). */
export interface AccountClosing {
  at: Timestamp;
  because: string;
}

/** JOURNAL#<run>#<seq>: written before the call (PENDING), marked after it. Never expires. */
export interface JournalEntry {
  runId: RunId;
  seq: number;
  changeId: string;
  accountId: AccountId;
  region: Region | null;
  kind: ChangeKind;
  resource: string;
  action: ChangeAction;
  expected: ExpectedOf<ChangeKind>;
  inverse: ChangeAction | null;
  status: 'PENDING' | 'DONE' | 'FAILED';
  writtenAt: Timestamp;
  settledAt: Timestamp | null;
  error: string | null;
  /** Id of what the change made, noted when it is settled. */
  createdId?: string | null;
  /** The entry that this one rolls back. */
  rollsBack?: JournalReference;
}

/** NEED#<vpc> under the owner's key: what one participant of a shared VPC needs there. */
export interface NeedRecord extends SharedVpcNeed {
  region: Region;
  runId: RunId;
  /** When its content last changed. */
  writtenAt: Timestamp;
}

export interface Store {
  // runs
  /** False when a run of that id exists already (start-run retried). */
  createRun(run: RunRecord): Promise<boolean>;
  getRun(runId: RunId): Promise<RunRecord | null>;
  /** @throws {RunClosedError} where the run has ended and this record says that it is at work */
  updateRun(run: RunRecord): Promise<void>;
  /** Newest first. */
  listRuns(limit: number): Promise<RunRecord[]>;
  /** Asks a run to begin no further account. The first request counts. */
  requestStop(runId: RunId, request: StopRequest): Promise<void>;
  getStopRequest(runId: RunId): Promise<StopRequest | null>;

  // accounts and targets
  getAccountState(accountId: AccountId): Promise<AccountState | null>;
  /** In batches of 100 keys; missing ones are left out. Retries unprocessed keys. */
  getAccountStates(accountIds: AccountId[]): Promise<Map<AccountId, AccountState>>;
  /**
   * Records an account: each target whose content differs from what is stored is written, then STATE once
   * (also releasing the lease when `owner` holds it). Refuses when another owner holds the lease.
   * Returns how many items were written.
   */
  recordAccount(state: AccountState, targets: TargetResult[], owner: string): Promise<number>;
  /**
   * Closes the records of an account that left: nothing is deleted, its targets leave the index of what is not
   * compliant. False where there are none, where they are closed already, or were written after `at` (it came back).
   */
  closeAccount(accountId: AccountId, closing: AccountClosing): Promise<boolean>;
  /** Latest targets of an account. */
  getTargets(accountId: AccountId): Promise<TargetResult[]>;
  /** Targets that are not compliant, through the sparse index. */
  listNonCompliant(): AsyncIterable<TargetResult>;

  // lease: true when `owner` holds it now
  takeLease(accountId: AccountId, owner: string, now: Date, until: Date): Promise<boolean>;
  releaseLease(accountId: AccountId, owner: string): Promise<void>;

  // record of RecordCrash or RecordRefusal (ACCOUNT#<id> RUN#<run>)
  /**
   * The state machine's record of an invocation without a result, if there is one. It was written at `at`: an account
   * state of the same run that is newer comes from a later pass that went well.
   */
  getCrash(accountId: AccountId, runId: RunId): Promise<UnfinishedInvocation | null>;

  // shared VPCs and the budget that all accounts share
  /** What participants recorded for this owner. */
  listNeeds(ownerId: AccountId): Promise<NeedRecord[]>;
  /** Writes a participant's need where its content differs; answers since when it has been as it is. */
  putNeed(ownerId: AccountId, need: NeedRecord): Promise<Timestamp>;
  removeNeed(ownerId: AccountId, vpcId: string, participantId: AccountId): Promise<void>;
  /**
   * Reserves a month's price for `key` out of what the run may spend. Asked again for the same key, only
   * what exceeds the former amount counts. False when it does not fit; nothing is reserved then.
   */
  reserveBudget(runId: RunId, key: string, monthlyUsd: number, limitUsd: number): Promise<boolean>;

  // kill switch
  /** null while it is off. */
  getKillSwitch(): Promise<KillSwitch | null>;
  /** null: off. */
  setKillSwitch(kill: KillSwitch | null): Promise<void>;

  // hold of a wave gate, and the lease of the run that enforces
  /** null while no gate's stop is in force. */
  getEnforceHold(): Promise<EnforceHold | null>;
  /** Keeps a hold that exists. */
  createEnforceHold(hold: EnforceHold): Promise<void>;
  /** Records who cleared this hold and why, then clears it. False where another one, or none, is in force by now. */
  clearEnforceHold(hold: EnforceHold, resumption: Resumption): Promise<boolean>;
  /**
   * Takes or renews the lease; in place of `replaced`, where its run is known to have ended.
   * null where this run holds it now, else whoever does.
   */
  takeEnforceLease(lease: EnforceLease, replaced?: EnforceLease): Promise<EnforceLease | null>;
  /** Does nothing where another run holds it. */
  releaseEnforceLease(runId: RunId): Promise<void>;

  // keys of our mark
  /** Pairs that runs have used; null where none recorded any. */
  listOwnTags(): Promise<MarkKeys[] | null>;
  addOwnTags(keys: MarkKeys): Promise<void>;

  // journal
  /** Next free sequence number of this run in this account. */
  nextJournalSeq(accountId: AccountId, runId: RunId): Promise<number>;
  /** Refuses to overwrite. */
  putJournal(entry: JournalEntry): Promise<void>;
  settleJournal(
    accountId: AccountId,
    runId: RunId,
    seq: number,
    status: 'DONE' | 'FAILED',
    at: Date,
    error: string | null,
    createdId?: string | null,
  ): Promise<void>;
  listJournal(accountId: AccountId, runId?: RunId): Promise<JournalEntry[]>;
}

/** Objects by key: an S3 bucket or a folder. Keys use `/`. */
export interface Artifacts {
  /** Name that manifests carry: the bucket's name, or `local`. */
  readonly bucket: string;
  putText(key: string, body: string, contentType?: string): Promise<void>;
  /** Memory does not grow with the length of the text; the object is there only once all of it was written. */
  putStream(key: string, body: AsyncIterable<string>, contentType?: string): Promise<void>;
  /** null when there is no such object. */
  getText(key: string): Promise<string | null>;
  /** Line by line, without the line ends and empty lines. @throws where there is no such object. */
  readLines(key: string): AsyncIterable<string>;
  /** Keys with a prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Names of what lies directly below a folder (`runs/`) and has something below it, sorted. */
  listFolders(folder: `${string}/`): Promise<string[]>;
}

/** Keys below `runs/<id>/`. */
export const artifactKeys = {
  configuration: (runId: RunId) => `runs/${runId}/configuration.json`,
  /** Tags that start-run has read so far, where one invocation is too short. */
  accountTags: (runId: RunId) => `runs/${runId}/account-tags.json`,
  /** Resource control policies about how roles are assumed, as start-run read them. */
  resourceControls: (runId: RunId) => `runs/${runId}/resource-controls.json`,
  /** Names of organizational units by id. */
  unitNames: (runId: RunId) => `runs/${runId}/unit-names.json`,
  manifest: (runId: RunId, batch: number) => `runs/${runId}/manifests/${String(batch).padStart(4, '0')}.json`,
  account: (runId: RunId, accountId: AccountId) => `runs/${runId}/accounts/${accountId}.json`,
  /** Prefix of the above. */
  accounts: (runId: RunId) => `runs/${runId}/accounts/`,
  /** Prefix of `before`. */
  allBefore: (runId: RunId) => `runs/${runId}/before/`,
  /** Instances that were Online before the run's first change of the account. */
  before: (runId: RunId, accountId: AccountId) => `runs/${runId}/before/${accountId}.json`,
  /** What became of them, as the look after the wave's soak saw it. */
  after: (runId: RunId, accountId: AccountId) => `runs/${runId}/after/${accountId}.json`,
  /** Changes of one account: planned by an assess, or of an earlier plan for an enforce to apply. */
  plan: (runId: RunId, accountId: AccountId) => `runs/${runId}/plans/${accountId}.json`,
  plans: (runId: RunId) => `runs/${runId}/plans/`,
  result: (runId: RunId) => `runs/${runId}/result.json`,
  /** RunSummary. */
  summary: (runId: RunId) => `runs/${runId}/summary.json`,
  /** A report that finish-run left. */
  report: (runId: RunId, fileName: string) => `reports/${runId}/${fileName}`,
};
