/**
 * Keys of the one table (docs/spec/design.md, "Table"; docs/adr/0005). The partition is the account, so that no
 * key is hot; a `#` inside a part would let one key pass for another, so it is refused.
 */
import { createHash } from 'node:crypto';
import type { AccountId, Region, RunId } from '../core/model/primitives.ts';

export interface Key {
  pk: string;
  sk: string;
}

/** A part of a key is empty or holds `#`. */
export class InvalidKeyError extends Error {
  constructor(name: string, value: string) {
    super(`${name} ${JSON.stringify(value)} cannot be part of a table key: it must not be empty or hold '#'`);
    this.name = 'InvalidKeyError';
  }
}

const MAX_SEQ = 999_999;
/** Shards of the index over what is not compliant: 16 x 1,000 writes/s (DynamoDB's limit a partition key). */
export const NON_COMPLIANT_SHARDS = 16;
export const RUNS_INDEX_KEY = 'RUNS';
export const TARGET_PREFIX = 'TARGET#';

function part(name: string, value: string): string {
  if (value === '' || value.includes('#')) throw new InvalidKeyError(name, value);
  return value;
}

export function accountPartition(accountId: AccountId): string {
  return `ACCOUNT#${part('account id', accountId)}`;
}

export function stateKey(accountId: AccountId): Key {
  return { pk: accountPartition(accountId), sk: 'STATE' };
}

export function targetKey(accountId: AccountId, region: Region): Key {
  return { pk: accountPartition(accountId), sk: `${TARGET_PREFIX}${part('Region', region)}` };
}

/** Sort key prefix of an account's journal: of one run, or of all. */
export function journalPrefix(runId?: RunId): string {
  return runId === undefined ? 'JOURNAL#' : `JOURNAL#${part('run id', runId)}#`;
}

/** Six digits, so that the sort key sorts as the numbers do. */
export function journalKey(accountId: AccountId, runId: RunId, seq: number): Key {
  if (!Number.isInteger(seq) || seq < 1 || seq > MAX_SEQ)
    throw new InvalidKeyError('journal seq', String(seq));
  return { pk: accountPartition(accountId), sk: `${journalPrefix(runId)}${String(seq).padStart(6, '0')}` };
}

export function crashKey(accountId: AccountId, runId: RunId): Key {
  return { pk: accountPartition(accountId), sk: `RUN#${part('run id', runId)}` };
}

export const NEED_PREFIX = 'NEED#';

/** What participants need in a VPC of this owner. */
export function needKey(ownerId: AccountId, vpcId: string): Key {
  return { pk: accountPartition(ownerId), sk: `${NEED_PREFIX}${part('VPC id', vpcId)}` };
}

/** What is reserved of a run's budget. */
export function budgetKey(runId: RunId): Key {
  return { pk: `RUN#${part('run id', runId)}`, sk: 'BUDGET' };
}

/** Room for half a million VPCs, at some 8,000 an item. */
export const BUDGET_SHARDS = 64;

/** What VPCs of the same shard hold of it; `vpc` is whatever names one, and always has the same shard. */
export function budgetShareKey(runId: RunId, vpc: string): Key {
  return { pk: `RUN#${part('run id', runId)}`, sk: `BUDGET#${hashOf(vpc) % BUDGET_SHARDS}` };
}

/** Exists while the kill switch is on. */
export const KILL_KEY: Key = { pk: 'CONTROL', sk: 'KILL' };

/** Separate partitions, so that permissions can name them. */
export const HOLD_PARTITION = 'HOLD';
export const ENFORCE_LEASE_PARTITION = 'ENFORCE_LEASE';
export const OWN_TAGS_PARTITION = 'OWN_TAGS';

/** Exists from a gate's stop until a person resumes. */
export const HOLD_KEY: Key = { pk: HOLD_PARTITION, sk: 'HOLD' };
export const ENFORCE_LEASE_KEY: Key = { pk: ENFORCE_LEASE_PARTITION, sk: 'LEASE' };

/** Keys of our mark that runs have used. */
export const OWN_TAGS_KEY: Key = { pk: OWN_TAGS_PARTITION, sk: 'KEYS' };

/** Who cleared the hold of a run, and why. */
export function resumptionKey(runId: RunId, at: string): Key {
  return { pk: HOLD_PARTITION, sk: `RESUMED#${part('run id', runId)}#${part('time', at)}` };
}

export function runKey(runId: RunId): Key {
  return { pk: `RUN#${part('run id', runId)}`, sk: 'META' };
}

export function stopKey(runId: RunId): Key {
  return { pk: `RUN#${part('run id', runId)}`, sk: 'STOP' };
}

export function nonCompliantShard(shard: number): string {
  return `NONCOMPLIANT#${shard}`;
}

/** The same account is always in the same shard. */
export function shardOf(accountId: AccountId): number {
  return hashOf(accountId) % NON_COMPLIANT_SHARDS;
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
