/** Assessments and results: what a run says about accounts and targets. */
import type { CredentialSource, InstanceVerdictCode } from '../instances/facts.ts';
import type { SpokeResult } from '../network/hub-facts.ts';
import type { NoteCode, ReasonCode, ReasonEntry } from '../reasons.ts';
import type { ChangeResult } from './change.ts';
import type { WaiverNotice } from './configuration.ts';
import type {
  AccountId,
  AccountOwner,
  DriftNotice,
  Mode,
  Region,
  RunId,
  RunInput,
  Timestamp,
} from './primitives.ts';

export type TargetStatus = 'COMPLIANT' | 'NON_COMPLIANT' | 'CONVERGING' | 'SKIPPED' | 'ERROR';

/** A reason, where it is and in one sentence what was seen. */
export interface Finding {
  code: ReasonCode;
  /** e.g. `iam::111122223333:role/...`, `vpc-...`, or null for the target itself. */
  subject: string | null;
  /** One sentence: what was seen, and what to do. */
  sentence: string;
  /** There where a waiver keeps it from counting; `until` is its last day. */
  waived?: { owner: string; why: string; until: string };
  /** Set when it only follows from other codes. */
  followsFrom?: string[];
}

export interface RoleAssessment {
  /** `path/name`, as a setting names it. */
  settingValue: string;
  arn: string;
  owner: 'OURS' | 'OTHER' | null;
  state: 'SOUND' | 'MISSING' | 'UNSOUND' | 'NOT_NEEDED' | 'UNKNOWN';
  reasons: ReasonCode[];
  findings: Finding[];
}

export type PathVerdict = 'PROVEN' | 'ENDPOINTS' | 'CENTRAL' | 'INTERNET' | 'UNKNOWN' | 'NONE';

export interface VpcResult {
  vpcId: string;
  ownerId: AccountId;
  path: PathVerdict;
  reasons: (ReasonCode | `WAIVED:${ReasonCode}`)[];
  endpoints: EndpointResult[];
  /** Endpoints of ours that the VPC could do without (docs/spec/decisions.md, "Prune"); null where it needs them. */
  prunable: {
    since: Timestamp;
    monthlyUsdSaved: number;
    because: 'NO_INSTANCES' | 'PATH_WITHOUT_THEM' | 'SERVICE_NOT_NEEDED';
  } | null;
  /** Endpoints that a private path would take, whether or not they may be made; left out where none are needed. */
  proposal?: { services: string[]; endpointZones: number; monthlyUsd: number };
  /** Its relation to the hub of its Region; left out where no hub is set or asked. */
  spoke?: SpokeResult;
}

/** An interface endpoint of a VPC. */
export interface EndpointResult {
  endpointId: string;
  serviceName: string;
  state: string;
  privateDns: boolean;
  subnetIds: string[];
  ours: boolean;
  /** What it costs us; null where it is not ours. */
  monthlyCostUsd: number | null;
  /** We put it into the Profile of a hub. */
  servesHub?: true;
}

export interface InstanceResult {
  instanceId: string;
  verdict: InstanceVerdictCode;
  reason: string | null;
  /** null where the instance profile could not be read. */
  credentialSource: CredentialSource | null;
  advice: string | null;
}

/**
 * Instances of a target. Those tagged to be left alone, and those of an AWS service, are not counted;
 * `managed` have the verdict MANAGED.
 */
export interface TargetInstances {
  running: number;
  stopped: number;
  managed: number;
  /** How many running instances have each verdict: all of them, with those of AWS services besides. */
  byVerdict: Partial<Record<InstanceVerdictCode, number>>;
  /** Hybrid nodes (`mi-...`), which DHMC does not cover. */
  hybridNodes: number;
  /** Ids of expired activations, asked where there is a hybrid node. */
  expiredActivations: string[];
  /** Unmanaged first, at most `namedInstances`. */
  verdicts: InstanceResult[];
}

export interface TargetResult {
  accountId: AccountId;
  region: Region;
  status: TargetStatus;
  /** Sorted set. A waived reason reads `WAIVED:<code>`. */
  reasons: ReasonEntry[];
  notes: NoteCode[];
  /** Reasons that only follow from others, each with the reasons and notes that it follows from; left out where none does. */
  followsFrom?: Record<string, string[]>;
  findings: Finding[];
  setting: { desired: string | null; observed: string | null };
  vpcs: VpcResult[];
  instances: TargetInstances;
  changes: ChangeResult[];
  /** Whether a later pass of the same run should look again (converging, deferred, passing failures). */
  retry: boolean;
}

export interface AccountResult {
  accountId: AccountId;
  name: string;
  organizationPath: string[] | null;
  /** Names for `organizationPath`; left out where they are not known. */
  unitNames?: string[];
  owner?: AccountOwner;
  status: TargetStatus;
  reasons: ReasonEntry[];
  findings: Finding[];
  role: RoleAssessment;
  changes: ChangeResult[];
  targets: TargetResult[];
}

export interface Coverage {
  accounts: number;
  targets: number;
  compliant: number;
  nonCompliant: number;
  converging: number;
  skipped: number;
  error: number;
}

/** How much of the organization a run covered. */
export interface RunScope {
  /** Whether it was a run over the whole organization (exclusions of the configuration are part of the whole). */
  full: boolean;
  accounts: number;
  /** null where the run was recorded before this was. */
  organizationAccounts: number | null;
  /** As the run was started; null where nothing narrowed it. */
  limitedTo: NonNullable<RunInput['scope']> | null;
}

/** How a run ended; STOPPED: a wave's gate, or a person, kept it from touching the rest. */
export type RunStatus = 'SUCCEEDED' | 'FAILED' | 'STOPPED';

/** REQUESTED: a person asked for it; the others are a gate's. */
export type StopCause = 'FAILURES' | 'INSTANCES_LOST' | 'REQUESTED';

export type HoldCode = 'KILL_SWITCH' | 'ENFORCE_FROZEN' | 'ENFORCE_HELD' | 'RUN_IN_PROGRESS';

/** What `dhmc run --output json` prints, with `findings` besides (docs/spec/design.md, "Result of a run"). */
export interface RunResult {
  schemaVersion: 1;
  runId: RunId;
  mode: Mode;
  status: RunStatus;
  /** Why the run stopped, failed or changed nothing, and how to continue; null where all went its way. */
  reason: string | null;
  /** Of a stopped run; left out by runs recorded before it was. */
  stopCause?: StopCause;
  /** What kept the run from changing anything; left out where nothing did. */
  hold?: { code: HoldCode; runId?: RunId };
  /** With mode rollback: the run that is rolled back, or `all`. */
  rollbackOf?: RunId;
  /** Left out by runs recorded before it was. */
  scope?: RunScope;
  startedAt: Timestamp;
  endedAt: Timestamp;
  coverage: Coverage;
  monthlyCostUsd: { current: number; planned: number };
  /** Of all targets; left out by runs recorded before it was. */
  instances?: { running: number; managed: number };
  /** All of the configuration, those that ended first. */
  waivers: WaiverNotice[];
  accounts: Omit<AccountResult, 'targets'>[];
  targets: TargetResult[];
  /** Accounts that left since the full run before: named, and in no figure. Left out where there are none. */
  departed?: DepartedAccount[];
  /** Changes by others that started the run, and what became of each. Left out where none did. */
  drift?: DriftResult[];
  /** Of a rehearsal: policy types of the snapshot that the twin does not evaluate. Left out where there are none. */
  policyTypesNotEvaluated?: string[];
}

/**
 * - CORRECTED: the run restored what was changed
 * - IN_ORDER: nothing was left to correct
 * - WAITING: a hold, a freeze or another run keeps the run from changing anything
 * - PLANNED: the run only assesses
 * - FAILED: a change of the run failed
 * - NOT_CORRECTED: the account is not compliant, and the configuration has nothing changed there
 * - NOT_COVERED: the run has no result for it (not listed, or a Region that is no target)
 */
export type DriftOutcome =
  | 'CORRECTED'
  | 'IN_ORDER'
  | 'WAITING'
  | 'PLANNED'
  | 'FAILED'
  | 'NOT_CORRECTED'
  | 'NOT_COVERED';

export interface DriftResult extends DriftNotice {
  outcome: DriftOutcome;
  /** What it waits for; left out where it waits for nothing. */
  waitsFor?: HoldCode;
}

export interface DepartedAccount {
  accountId: AccountId;
  name: string;
  closedAt: Timestamp;
}

/** What a run's result says before it names accounts. */
export type RunHead = Omit<RunResult, 'accounts' | 'targets'>;

/** `runs/<id>/summary.json`: a run without its accounts, so that reports and trends need not read them. */
export interface RunSummary {
  head: RunHead;
  status: RunStatus;
  /** Why it stopped or failed, as a sentence. */
  reason: string | null;
  input: RunInput;
  organizationId: string;
  /** SHA-256 of the configuration. */
  configurationVersion: string;
  /** Regions that are targets, sorted. */
  regions: Region[];
  /** Where the service ran; table and state machine where it is deployed, for the commands that a report prints. */
  place: {
    partition: string;
    operatorAccountId: AccountId;
    homeRegion: Region;
    table?: string;
    stateMachine?: string;
  };
}
