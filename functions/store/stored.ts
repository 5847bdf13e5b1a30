/**
 * Whatever is read back from the table or the artifacts is checked before anything is made of it: half a record, or one
 * of another version, must not decide what is changed in an account.
 *
 * `schemaVersion` is written with each record. Records of 0.1, which have none, have the shape of version 1. A newer one
 * is refused: its fields may mean something else. Fields that this version does not know are kept as they are.
 */

import type { Read } from '../core/model/reads.ts';
import type { AccountResult, RunHead, RunSummary, TargetResult } from '../core/model/result.ts';
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
} from './contract.ts';

export const SCHEMA_VERSION = 1;

/** A record that this version may not read: newer, cut off or edited. The message says which, where, and what to do. */
export class StoredRecordError extends Error {
  override readonly name = 'StoredRecordError';
}

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

export const PLANNED: Check<PlannedChange[]> = listOf(some<PlannedChange>);

export const RESOURCE_CONTROLS: ShapeOf<{ read: Read<ResourceControlPolicy[]> }> = { read: some };

/** The record with its version, as it is written. */
export function stamped<T extends object>(record: T): T & { schemaVersion: number } {
  return { schemaVersion: SCHEMA_VERSION, ...record };
}

/**
 * A record as it was written, without its version.
 *
 * @param where names it in errors: `run-... of the table`, or bucket and key
 * @throws {StoredRecordError}
 */
export function checkStored<T>(value: unknown, shape: ShapeOf<T>, where: string): T {
  const record = withoutVersion(value, where);
  const field = misfit(shape, record);
  if (field !== null) throw new StoredRecordError(damaged(where, `${field} is missing or of the wrong kind`));
  return record as T;
}

/** The same of an artifact's text. */
export function parseStored<T>(json: string, shape: ShapeOf<T>, where: string): T {
  return checkStored(parseJson(json, where), shape, where);
}

/** A list has no version: it is read by the run that wrote it. */
export function parseStoredList<T>(json: string, check: Check<T[]>, where: string): T[] {
  const value = parseJson(json, where);
  if (!check(value)) throw new StoredRecordError(damaged(where, 'it is not the list that was written'));
  return value;
}

function parseJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new StoredRecordError(damaged(where, 'it is not JSON, as if it was cut off'));
  }
}

function withoutVersion(value: unknown, where: string): Record<string, unknown> {
  if (!isObject(value)) throw new StoredRecordError(damaged(where, 'it is not an object'));
  const { schemaVersion = SCHEMA_VERSION, ...record } = value;
  if (schemaVersion === SCHEMA_VERSION) return record;
  if (typeof schemaVersion === 'number' && schemaVersion > SCHEMA_VERSION) {
    throw new StoredRecordError(
      `${where}: written by a newer version of dhmc-rollout (schemaVersion ${schemaVersion}; this version reads ${SCHEMA_VERSION}); use that version`,
    );
  }
  throw new StoredRecordError(
    damaged(where, `schemaVersion ${JSON.stringify(schemaVersion)} was never written`),
  );
}

function damaged(where: string, why: string): string {
  return `${where}: ${why}; it was damaged or edited: restore it from a backup`;
}
