/**
 * The nouns of the service. Data only: every type here can be printed, stored and compared.
 *
 * Units and shapes: account ids are twelve digits, times are ISO 8601 in UTC, prices are US dollars a
 * month, role names are IAM names without path unless the field says otherwise.
 */
import type { AssociationFacts } from './associations.ts';
import type {
  CredentialSource,
  InstancesObservation,
  InstanceVerdictCode,
  RecentChange,
} from './instances/facts.ts';
import type { SessionLoggingObservation } from './instances/session-logging.ts';
import type { NetworkObservation } from './network/facts.ts';
import type { NoteCode, ReasonCode } from './reasons.ts';

export type AccountId = string;
export type Region = string;
export type RunId = string;
/** ISO 8601, UTC. */
export type Timestamp = string;

export type Mode = 'assess' | 'enforce' | 'rollback';
export type Trigger = 'schedule' | 'account-event' | 'on-demand';

/** What the state machine is started with (interface of design.md). */
export interface RunInput {
  mode: Mode;
  trigger: Trigger;
  scope?: { accounts?: AccountId[]; organizationalUnits?: string[]; regions?: Region[] };
  rollbackOf?: RunId;
  /** Artifact key of a plan made earlier; enforce applies its changes alone. */
  plan?: string;
}

/** `Account.State` of Organizations ListAccounts (`Status` was retired on 2026-09-09). */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** A member account as a manifest carries it: what scope and enforcement need to know of it. */
export interface Account {
  accountId: AccountId;
  name: string;
  arn: string;
  state: AccountState;
  joinedAt: Timestamp | null;
  /** Ids from the root down to the parent organizational unit; null where nothing needed it. */
  organizationPath: string[] | null;
  /** null where the configuration asks for no tags. */
  tags: Record<string, string> | null;
  management: boolean;
}

// ---------------------------------------------------------------------------------------------
// Configuration (schema, defaults and errors: functions/runtime/configuration.ts)

export interface ConfigurationOverride extends Partial<OverridableSettings> {
  accounts: AccountId[];
  organizationalUnits: string[];
}

/** The settings that an override by organizational unit or account can change. */
export interface OverridableSettings {
  existingRole: 'keep' | 'repair';
  existingSetting: 'keep' | 'replace';
  allowIrreversible: boolean;
  requireAssociationAck: boolean;
  /** Names or ids of associations that may run on new nodes. */
  acknowledgedAssociations: string[];
  endpoints: 'off' | 'report' | 'provision';
  endpointZones: 'affected' | 'one' | 'all';
  endpointsInDnsHubs: boolean;
  ec2messages: 'auto' | 'always' | 'never';
  unknownEgress: 'report' | 'provision';
  enableVpcDns: boolean;
  prune: boolean;
  pruneAfterDays: number;
  maxMonthlyUsdPerVpc: number;
  instancesCount: boolean;
  namedInstances: number;
  resourceTags: Record<string, string>;
}

export interface Wave {
  name: string;
  accounts?: AccountId[];
  organizationalUnits?: string[];
  tags?: Record<string, string>;
  percentage?: number;
  soakSeconds: number;
}

export interface Waiver {
  code: string;
  account?: AccountId;
  organizationalUnit?: string;
  region?: Region;
  vpc?: string;
  instance?: string;
  tag?: string;
  ami?: string;
  owner: string;
  why: string;
  /** Last day (UTC) on which it counts: YYYY-MM-DD. */
  until: string;
}

/** A waiver as it stood when the run ended; `daysLeft` is 0 on its last day, negative after it. */
export interface WaiverNotice extends Waiver {
  state: 'ENDED' | 'ABOUT_TO_END' | 'IN_FORCE';
  daysLeft: number;
}

export interface Configuration extends OverridableSettings {
  regions: 'all' | Region[];
  exclude: {
    accounts: AccountId[];
    organizationalUnits: string[];
    regions: Region[];
    tags: Record<string, string>;
  };
  managementAccount: 'assess' | 'enforce' | 'exclude';
  memberRole: {
    reader: string;
    writer: string;
    externalId: string | null;
    /** Whether the reader may also read what only `dhmc snapshot` asks for. */
    snapshots: boolean;
  };
  dhmcRole: { name: string; path: string; extraPolicies: string[]; permissionsBoundary: string | null };
  restorableRoleArns: string[];
  maxMonthlyUsd: number;
  prices: Record<Region, { endpointAzHour?: number }>;
  waves: Wave[];
  maxFailurePercent: number;
  /** Accounts at once. */
  concurrency: number;
  settle: { passes: number; waitSeconds: number[] };
  waivers: Waiver[];
  freeze: { from: string; until: string }[];
  notifications: { topicArn: string | null; on: ('failed' | 'stopped' | 'regressed')[] };
  schedule: string;
  overrides: ConfigurationOverride[];
}

// ---------------------------------------------------------------------------------------------
// Observation: facts as read, nothing decided

/**
 * A read either gave a value, or ended in a failure that `core/failures.ts` has classified.
 * `absent` is a value of its own: AWS said that there is no such thing.
 */
export type Read<T> = { kind: 'value'; value: T } | { kind: 'absent' } | { kind: 'failed'; failure: Failure };

/** An error of AWS, classified once (core/failures.ts). `action` is the IAM action, e.g. `ssm:GetServiceSetting`. */
export interface Failure {
  kind:
    | 'DENIED_BY_SCP'
    | 'DENIED'
    | 'NOT_READY'
    | 'REGION_DISABLED'
    | 'UNSUPPORTED_IN_REGION'
    | 'THROTTLED'
    | 'UNAVAILABLE'
    | 'CONFLICT'
    | 'INVALID'
    | 'UNEXPECTED';
  action: string;
  /** AWS's error code. */
  code: string;
  /** AWS's message, without credentials. */
  message: string;
}

/** `RegionOptStatus` of account ListRegions. */
export type RegionOptStatus = 'ENABLED' | 'ENABLING' | 'DISABLING' | 'DISABLED' | 'ENABLED_BY_DEFAULT';

export interface RoleObservation {
  roleName: string;
  /** With leading and trailing slash. */
  path: string;
  arn: string;
  trustPolicy: unknown;
  attachedPolicyArns: string[];
  inlinePolicyNames: string[];
  permissionsBoundaryArn: string | null;
  tags: Record<string, string>;
  createdAt: Timestamp | null;
}

export interface SettingObservation {
  /** As read: `$None`, empty, or `path/name` without leading slash. */
  value: string;
  lastModifiedUser: string | null;
  lastModifiedDate: Timestamp | null;
}

/** What a role that some setting names can do; asked only for roles that are not the DHMC role. */
export interface ForeignRoleObservation {
  /** As the setting names it, e.g. `ops/CustomSsm`. */
  settingValue: string;
  role: Read<RoleObservation>;
  /** IAM actions of those asked that SimulatePrincipalPolicy allows. */
  allowedActions: Read<string[]>;
}

export interface RegionObservation {
  region: Region;
  setting: Read<SettingObservation>;
  /**
   * The neutral EC2 read that tells a denied Region from a denied action. null where the setting's answer
   * made it needless.
   */
  instances: Read<InstancesObservation> | null;
  /** What sessions are to be logged with; null where nowhere, nothing runs, or no role is set. */
  sessionLogging: SessionLoggingObservation | null;
  /** null where nothing runs there, nobody recorded a need, or `endpoints` is off. */
  network: NetworkObservation | null;
  /** State Manager's; null where no instance runs or the setting stays as it is. */
  associations: Read<AssociationFacts[]> | null;
  /** Running instances that are Online in Systems Manager. */
  onlineInstanceIds: string[];
  /** Running and stopped instances by VPC; empty where they could not be read. */
  instancesByVpc: Record<string, number>;
}

export interface AccountObservation {
  account: Account;
  /** Failure of AssumeRole with the reader role, if it could not be assumed. */
  entry: { kind: 'entered' } | { kind: 'failed'; failure: Failure };
  regionStates: Read<Record<Region, RegionOptStatus>>;
  role: Read<RoleObservation>;
  foreignRoles: ForeignRoleObservation[];
  regions: RegionObservation[];
  /** Setting values that this service wrote or that its earlier configurations named (journal). */
  ownSettingValues: string[];
  /** Per Region, how often the journal says that we set our value. */
  ownWrites: Record<Region, number>;
  /**
   * What the journal says we made: ids of endpoints and security groups, and for each subnet that we put
   * an endpoint into `placedIn(endpointId, subnetId)` (core/network/ownership.ts).
   */
  ownResources: string[];
  /** VPCs with endpoints of ours as the pass before saw them, by Region. */
  earlierVpcs: Record<Region, VpcResult[]>;
  /** What we changed so lately that agents may not have felt it (journal). */
  recentChanges: RecentChange[];
}

// ---------------------------------------------------------------------------------------------
// Change, Plan

/** What a change expects to find, and what it puts there. Values of the inverse restore the former. */
export type ChangeAction =
  | {
      kind: 'CreateDhmcRole';
      roleName: string;
      path: string;
      trustPolicy: unknown;
      permissionsBoundaryArn: string | null;
      description: string;
    }
  | { kind: 'SetDhmcRoleTrust'; roleName: string; trustPolicy: unknown }
  | { kind: 'AttachDhmcRolePolicy'; roleName: string; policyArn: string }
  | { kind: 'SetServiceSetting'; value: string }
  | { kind: 'DeleteDhmcRole'; roleName: string }
  | { kind: 'DetachDhmcRolePolicy'; roleName: string; policyArn: string }
  | { kind: 'ResetServiceSetting' }
  | EndpointChangeAction;

/** A resource that exists, or that an earlier change of the same plan creates. */
export type ResourceReference = { kind: 'existing'; id: string } | { kind: 'created'; changeId: string };

/** Section 4: what gives a VPC a private path. Tags do not hold the change's own tag, which the writer adds. */
export type EndpointChangeAction =
  | {
      kind: 'CreateEndpointSecurityGroup';
      vpcId: string;
      groupName: string;
      description: string;
      tags: Record<string, string>;
    }
  | { kind: 'AllowEndpointIngress'; group: ResourceReference; cidrs: string[] }
  | {
      kind: 'CreateInterfaceEndpoint';
      vpcId: string;
      serviceName: string;
      subnetIds: string[];
      groups: ResourceReference[];
      /** At most 64 ASCII characters. */
      clientToken: string;
      tags: Record<string, string>;
    }
  | {
      kind: 'ModifyInterfaceEndpoint';
      endpointId: string;
      addSubnetIds: string[];
      removeSubnetIds: string[];
      addGroups: ResourceReference[];
      removeGroups: ResourceReference[];
      /** null: left as it is. */
      privateDns: boolean | null;
    }
  /** null: left as it is. */
  | { kind: 'EnableVpcDns'; vpcId: string; support: true | null; hostnames: true | null }
  | { kind: 'RestoreVpcDns'; vpcId: string; support: boolean | null; hostnames: boolean | null }
  | { kind: 'DeleteInterfaceEndpoint'; endpoint: ResourceReference }
  | { kind: 'RevokeEndpointIngress'; group: ResourceReference; cidrs: string[] }
  | { kind: 'DeleteEndpointSecurityGroup'; group: ResourceReference };

export type ChangeKind = ChangeAction['kind'];

export interface Change {
  /** Stable: derived from run, account, Region, kind and resource; also the value of the tag `dhmc-rollout:change`. */
  id: string;
  accountId: AccountId;
  /** null for IAM, which is global. */
  region: Region | null;
  /** ARN or id of what is changed. */
  resource: string;
  action: ChangeAction;
  /** Live state that must still be there when the change is applied; compared as JSON. */
  expected: unknown;
  /** null where nothing can bring the former state back (`allowIrreversible`). */
  inverse: ChangeAction | null;
  monthlyCostUsd: number;
  /** Of a first setting: State Manager associations that will run on the new nodes. */
  associations?: string[];
  /** Of a rollback: the journal entry that it takes back. */
  rollsBack?: JournalReference;
}

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

/** A change as results show it (interface of design.md). */
export interface ChangeResult {
  id: string;
  kind: ChangeKind;
  resource: string;
  outcome: ChangeOutcome;
  error: ChangeError | null;
  monthlyCostUsd: number | null;
  detail: Record<string, unknown>;
}

// ---------------------------------------------------------------------------------------------
// Assessment and results

export type TargetStatus = 'COMPLIANT' | 'NON_COMPLIANT' | 'CONVERGING' | 'SKIPPED' | 'ERROR';

/** A reason, where it stands and in one sentence what was seen. */
export interface Finding {
  code: ReasonCode;
  /** e.g. `iam::111122223333:role/...`, `vpc-...`, or null for the target itself. */
  subject: string | null;
  /** One sentence: what was seen, and what to do. */
  sentence: string;
  /** There where a waiver keeps it from counting; `until` is its last day. */
  waived?: { owner: string; why: string; until: string };
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
  /** Endpoints of ours that the VPC could do without (decisions.md, section 4, prune); null where it needs them. */
  prunable: {
    since: Timestamp;
    monthlyUsdSaved: number;
    because: 'NO_INSTANCES' | 'PATH_WITHOUT_THEM';
  } | null;
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
  reasons: string[];
  notes: NoteCode[];
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
  status: TargetStatus;
  reasons: string[];
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

/** How a run ended; STOPPED: a wave's gate, or a person, kept it from touching the rest. */
export type RunStatus = 'SUCCEEDED' | 'FAILED' | 'STOPPED';

/** What `dhmc run --output json` prints, with `findings` besides (interface of design.md). */
export interface RunResult {
  schemaVersion: 1;
  runId: RunId;
  mode: Mode;
  /** Left out by versions before the gate, as is `reason`. */
  status?: RunStatus;
  /** Why the run stopped, failed or changed nothing, and how to go on; null where all went its way. */
  reason?: string | null;
  startedAt: Timestamp;
  endedAt: Timestamp;
  coverage: Coverage;
  monthlyCostUsd: { current: number; planned: number };
  /** All of the configuration, those that ended first; left out by versions before waivers. */
  waivers?: WaiverNotice[];
  accounts: Omit<AccountResult, 'targets'>[];
  targets: TargetResult[];
  /** Accounts that left since the full run before: named, and in no figure. Left out where there are none. */
  departed?: DepartedAccount[];
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
  /** null where the run was recorded before summaries were. */
  organizationId: string | null;
  /** SHA-256 of the configuration; null as above. */
  configurationVersion: string | null;
  /** Regions that are targets, sorted. */
  regions: Region[];
  /** Where the service ran; left out where the run was recorded before reports needed it. */
  place?: { partition: string; operatorAccountId: AccountId; homeRegion: Region };
}
