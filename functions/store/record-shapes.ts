/** The shape of each record of the table and of each artifact, by which it is checked when it is read (stored.ts). */
import { actionProblem } from '../core/changes/changes.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Read } from '../core/model/reads.ts';
import type { AccountResult, RunHead, RunSummary, TargetResult } from '../core/model/result.ts';
import { OPTIONAL_SERVICES } from '../core/network/needed-names.ts';
import type { PlannedChange } from '../core/planned.ts';
import type { ResourceControlPolicy } from '../core/resource-control.ts';
import {
  type Check,
  flag,
  isObject,
  listOf,
  misfit,
  nullable,
  number,
  objectOf,
  oneOf,
  optional,
  type ShapeOf,
  some,
  tags,
  text,
} from '../core/shape.ts';
import type { InstancesAfter, InstancesBefore } from '../core/wave-gate.ts';
import type {
  AccountState,
  BatchRecord,
  JournalEntry,
  ManifestEntry,
  NeedRecord,
  RunRecord,
  StopRequest,
} from './contract.ts';
import { parseStored } from './stored.ts';

const runStatus = oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'STOPPED');
const targetStatus = oneOf('COMPLIANT', 'NON_COMPLIANT', 'CONVERGING', 'SKIPPED', 'ERROR');
/** Codes are checked by their form: one that a later version adds within schemaVersion 1 is shown as it is. */
const codes = <T extends string>(value: unknown): value is T[] =>
  Array.isArray(value) &&
  value.every((code) => typeof code === 'string' && /^(WAIVED:)?[A-Z0-9_]+$/.test(code));

const batch: ShapeOf<BatchRecord> = {
  name: text,
  manifest: text,
  accounts: number,
  startedAt: nullable(text),
  endedAt: nullable(text),
};

export const RUN: ShapeOf<RunRecord> = {
  runId: text,
  input: some,
  status: runStatus,
  startedAt: text,
  endedAt: nullable(text),
  configurationVersion: text,
  organizationId: text,
  operatorAccountId: text,
  managementAccountId: text,
  partition: text,
  homeRegion: text,
  regions: listOf(text),
  organizationAccounts: optional(number),
  batches: listOf(objectOf(batch)),
  settlePasses: number,
  waitUntil: nullable(text),
  coverage: nullable<NonNullable<RunRecord['coverage']>>(some),
  decision: nullable<NonNullable<RunRecord['decision']>>(some),
  reason: nullable(text),
  stop: optional<NonNullable<RunRecord['stop']>>(some),
  hold: optional<NonNullable<RunRecord['hold']>>(some),
  executionArn: optional(text),
  concurrency: optional(number),
};

export const STATE: ShapeOf<Omit<AccountState, 'leaseOwner' | 'leaseUntil'>> = {
  accountId: text,
  name: text,
  organizationPath: nullable(listOf(text)),
  pathSince: nullable(text),
  lastRunId: text,
  updatedAt: text,
  status: targetStatus,
  counts: some,
  reasons: codes,
  retryRegions: listOf(text),
  endpointRegions: optional(listOf(text)),
  sharedNeeds: optional(listOf(some<NonNullable<AccountState['sharedNeeds']>[number]>)),
  needsReadAt: optional(text),
  contact: optional<NonNullable<AccountState['contact']>>(some),
  failedChanges: number,
  gateFailures: number,
  appliedChanges: number,
  closed: optional<NonNullable<AccountState['closed']>>(some),
};

export const TARGET: ShapeOf<TargetResult> = {
  accountId: text,
  region: text,
  status: targetStatus,
  reasons: codes,
  notes: codes,
  followsFrom: optional<Record<string, string[]>>(some),
  findings: listOf(some<TargetResult['findings'][number]>),
  setting: some,
  vpcs: listOf(some<TargetResult['vpcs'][number]>),
  instances: some,
  changes: listOf(some<TargetResult['changes'][number]>),
  retry: flag,
};

export const ENTRY: ShapeOf<JournalEntry> = {
  runId: text,
  seq: number,
  changeId: text,
  accountId: text,
  region: nullable(text),
  // Kind and content are checked by what knows them (core/changes/recognize.ts): an unknown kind is a finding.
  kind: text as Check<JournalEntry['kind']>,
  resource: text,
  action: some,
  expected: some,
  inverse: nullable<NonNullable<JournalEntry['inverse']>>(some),
  status: oneOf('PENDING', 'DONE', 'FAILED'),
  writtenAt: text,
  settledAt: nullable(text),
  error: nullable(text),
  createdId: optional(nullable(text)),
  rollsBack: optional<NonNullable<JournalEntry['rollsBack']>>(some),
};

export const NEED: ShapeOf<NeedRecord> = {
  region: text,
  runId: text,
  writtenAt: text,
  vpcId: text,
  participantId: text,
  subnetIds: listOf(text),
  services: listOf(text),
  unknownAgents: flag,
  spokes: optional(listOf(some<NonNullable<NeedRecord['spokes']>[number]>)),
  refusal: optional(text),
};

export const ACCOUNT_RESULT: ShapeOf<AccountResult> = {
  accountId: text,
  name: text,
  organizationPath: nullable(listOf(text)),
  unitNames: optional(listOf(text)),
  owner: optional<NonNullable<AccountResult['owner']>>(some),
  status: targetStatus,
  reasons: codes,
  findings: listOf(some<AccountResult['findings'][number]>),
  role: some,
  changes: listOf(some<AccountResult['changes'][number]>),
  targets: listOf(objectOf(TARGET)),
};

const HEAD: ShapeOf<RunHead> = {
  schemaVersion: (value): value is 1 => value === 1,
  runId: text,
  mode: oneOf('assess', 'enforce', 'rollback'),
  status: oneOf('SUCCEEDED', 'FAILED', 'STOPPED'),
  reason: nullable(text),
  stopCause: optional(oneOf('FAILURES', 'INSTANCES_LOST', 'REQUESTED')),
  hold: optional<NonNullable<RunHead['hold']>>(some),
  rollbackOf: optional(text),
  scope: optional<NonNullable<RunHead['scope']>>(some),
  startedAt: text,
  endedAt: text,
  coverage: some,
  monthlyCostUsd: some,
  instances: optional<NonNullable<RunHead['instances']>>(some),
  waivers: listOf(some<RunHead['waivers'][number]>),
  departed: optional(listOf(some<NonNullable<RunHead['departed']>[number]>)),
  drift: optional(listOf(some<NonNullable<RunHead['drift']>[number]>)),
  policyTypesNotEvaluated: optional(listOf(text)),
};

export const SUMMARY: ShapeOf<RunSummary> = {
  head: objectOf<RunHead>(HEAD),
  status: oneOf('SUCCEEDED', 'FAILED', 'STOPPED'),
  reason: nullable(text),
  input: some,
  organizationId: text,
  configurationVersion: text,
  regions: listOf(text),
  place: some,
};

export const INSTANCES_BEFORE: ShapeOf<InstancesBefore> = { takenAt: text, online: some };

export const INSTANCES_AFTER: ShapeOf<InstancesAfter> = {
  lookedAt: text,
  lost: listOf(some<InstancesAfter['lost'][number]>),
  unread: listOf(some<InstancesAfter['unread'][number]>),
};

export const MANIFEST: Check<ManifestEntry[]> = listOf(
  objectOf<ManifestEntry>({
    unitNames: optional(listOf(text)),
    owner: optional<NonNullable<ManifestEntry['owner']>>(some),
    accountId: text,
    name: text,
    arn: text,
    state: oneOf('PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'),
    joinedAt: nullable(text),
    organizationPath: nullable(listOf(text)),
    tags: nullable(tags),
    management: flag,
    observeOnly: optional((value): value is true => value === true),
    again: optional((value): value is true => value === true),
  }),
);

export const UNIT_NAMES: ShapeOf<{ names: Record<string, string> }> = { names: tags };

/** Tags by account, in pairs. */
export const ACCOUNT_TAGS: Check<[string, Record<string, string> | null][]> = listOf(
  (pair): pair is [string, Record<string, string> | null] =>
    Array.isArray(pair) && pair.length === 2 && text(pair[0]) && nullable(tags)(pair[1]),
);

export const STOP_REQUEST: ShapeOf<StopRequest> = { reason: text, at: text };

const plannedHead: ShapeOf<Omit<PlannedChange, 'action' | 'expected'>> = {
  id: text,
  accountId: text,
  region: nullable(text),
  kind: text as Check<PlannedChange['kind']>,
  resource: text,
  vpcId: nullable(text),
  monthlyCostUsd: number,
};

/** The action by its kind's own shape; what it expects is compared with the change that is planned anew. */
export const PLANNED: Check<PlannedChange[]> = listOf(
  (value): value is PlannedChange =>
    isObject(value) && misfit(plannedHead, value) === null && actionProblem(value.action) === null,
);

/** What a single field holds was checked when the file was read (functions/inputs/configuration.ts). */
const CONFIGURATION: ShapeOf<Configuration> = {
  regions: (value): value is Configuration['regions'] => value === 'all' || listOf(text)(value),
  existingRole: oneOf('keep', 'repair'),
  existingSetting: oneOf('keep', 'replace'),
  allowIrreversible: flag,
  requireAssociationAck: flag,
  acknowledgedAssociations: listOf(text),
  // 0.1 wrote none.
  agentUpdates: (value): value is Configuration['agentUpdates'] =>
    value === undefined || oneOf('off', 'report', 'associate')(value),
  endpoints: oneOf('off', 'report', 'provision', 'central', 'auto'),
  endpointZones: oneOf('affected', 'one', 'all'),
  endpointsInDnsHubs: flag,
  ec2messages: oneOf('auto', 'always', 'never'),
  unknownEgress: oneOf('report', 'provision'),
  // 0.1 wrote none.
  path: (value): value is Configuration['path'] => value === undefined || oneOf('any', 'private')(value),
  // 0.1 wrote none.
  endpointPolicy: (value): value is Configuration['endpointPolicy'] =>
    value === undefined || oneOf('full', 'organization')(value) || some(value),
  // Runs that earlier versions began have none.
  endpointServices: (value): value is Configuration['endpointServices'] =>
    value === undefined || listOf(oneOf(...OPTIONAL_SERVICES))(value),
  enableVpcDns: flag,
  prune: flag,
  pruneAfterDays: number,
  maxMonthlyUsdPerVpc: number,
  instancesCount: flag,
  namedInstances: number,
  resourceTags: tags,
  exclude: some,
  managementAccount: oneOf('assess', 'enforce', 'exclude'),
  // 0.1 wrote none.
  ownerTag: (value): value is string | null => value === undefined || nullable(text)(value),
  // 0.1 wrote none.
  operationsContact: (value): value is boolean => value === undefined || flag(value),
  memberRole: some,
  dhmcRole: some,
  restorableRoleArns: listOf(text),
  // 0.1 wrote none.
  ownTags: (value): value is Configuration['ownTags'] => value === undefined || some(value),
  maxMonthlyUsd: number,
  prices: some,
  /** 0.1 wrote none: it is asked for with `endpoints: central` alone. */
  hubs: (value): value is Configuration['hubs'] => value === undefined || some(value),
  waves: listOf(some<Configuration['waves'][number]>),
  maxFailurePercent: number,
  concurrency: number,
  settle: some,
  waivers: listOf(some<Configuration['waivers'][number]>),
  freeze: listOf(some<Configuration['freeze'][number]>),
  // 0.1 wrote none.
  fleet: (value): value is Configuration['fleet'] => value === undefined || oneOf('off', 'record')(value),
  // 0.1 wrote none.
  events: (value): value is Configuration['events'] => value === undefined || some(value),
  notifications: some,
  schedule: text,
  overrides: listOf(some<Configuration['overrides'][number]>),
};

export const RESOURCE_CONTROLS: ShapeOf<{ read: Read<ResourceControlPolicy[]> }> = { read: some };

export function parseStoredConfiguration(json: string, where: string): Configuration {
  return parseStored(json, CONFIGURATION, where);
}
