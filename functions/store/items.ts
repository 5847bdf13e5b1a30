/**
 * Between the nouns of the store and the items of the table: adds keys, content hash and index keys, and
 * takes them off again.
 */
import { createHash } from 'node:crypto';
import type { TargetResult } from '../core/model/result.ts';
import { toStableJson } from '../core/stable-json.ts';
import type { AccountState, JournalEntry, RunRecord, UnfinishedInvocation } from './contract.ts';
import { ItemTooLargeError } from './errors.ts';
import {
  journalKey,
  type Key,
  nonCompliantShard,
  RUNS_INDEX_KEY,
  runKey,
  shardOf,
  stateKey,
  targetKey,
} from './keys.ts';
import { ENTRY, RUN, STATE, TARGET } from './record-shapes.ts';
import { checkStored, stamped } from './stored.ts';

export type Item = Record<string, unknown>;

/** 400 KB, DynamoDB's own limit. Items are measured as JSON, which is a little more than DynamoDB counts. */
const MAX_ITEM_BYTES = 400 * 1024;

function guardSize<T extends Item>(item: T, what: string): T {
  const bytes = Buffer.byteLength(JSON.stringify(item));
  if (bytes > MAX_ITEM_BYTES) throw new ItemTooLargeError(what, bytes);
  return item;
}

function withoutKeys(item: Item, ...also: string[]): Item {
  const drop = new Set(['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', ...also]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !drop.has(name)));
}

/** As errors name an item: its key. */
function whereOf({ pk, sk }: Item): string {
  return `item ${pk} ${sk} of the table`;
}

/**
 * Of the content that makes a target worth writing again. Changes that were applied are the run's (journal
 * and artifacts), not the state's: without them the run after an enforce finds the target unchanged.
 */
export function hashContent(target: TargetResult): string {
  const changes = target.changes.filter((change) => change.outcome !== 'APPLIED');
  return createHash('sha256')
    .update(toStableJson({ ...target, changes }))
    .digest('base64url')
    .slice(0, 22);
}

/** Compliant and skipped targets are in no index; NON_COMPLIANT, ERROR and CONVERGING ones are in gsi1. */
export function isNotCompliant(target: TargetResult): boolean {
  return target.status !== 'COMPLIANT' && target.status !== 'SKIPPED';
}

export function toTargetItem(target: TargetResult): Item & Key {
  const { accountId, region } = target;
  const index = isNotCompliant(target)
    ? { gsi1pk: nonCompliantShard(shardOf(accountId)), gsi1sk: `${accountId}#${region}` }
    : {};
  return guardSize(
    { ...targetKey(accountId, region), ...index, contentHash: hashContent(target), ...stamped(target) },
    `target ${accountId} ${region}`,
  );
}

export function fromTargetItem(item: Item): TargetResult {
  return checkStored(withoutKeys(item, 'contentHash'), TARGET, whereOf(item));
}

/** The lease is left out: a recorded STATE is a released one. */
export function toStateItem(state: AccountState): Item & Key {
  const { leaseOwner: _owner, leaseUntil: _until, ...content } = state;
  return guardSize(
    { ...stateKey(state.accountId), ...stamped(content) },
    `state of account ${state.accountId}`,
  );
}

/** null while the item holds no more than a lease: taken, but nothing recorded yet. */
export function fromStateItem(item: Item): AccountState | null {
  if (item.status === undefined) return null;
  const { leaseOwner, leaseUntil, ...content } = withoutKeys(item);
  const state = checkStored(content, STATE, whereOf(item));
  return {
    ...state,
    leaseOwner: typeof leaseOwner === 'string' ? leaseOwner : null,
    leaseUntil: typeof leaseUntil === 'string' ? leaseUntil : null,
  };
}

export function toRunItem(run: RunRecord): Item & Key {
  const index = { gsi2pk: RUNS_INDEX_KEY, gsi2sk: `${run.startedAt}#${run.runId}` };
  return guardSize({ ...runKey(run.runId), ...index, ...stamped(run) }, `run ${run.runId}`);
}

export function fromRunItem(item: Item): RunRecord {
  return checkStored(withoutKeys(item), RUN, whereOf(item));
}

export function toJournalItem(entry: JournalEntry): Item & Key {
  return guardSize(
    { ...journalKey(entry.accountId, entry.runId, entry.seq), ...stamped(entry) },
    `journal entry ${entry.seq} of run ${entry.runId} in account ${entry.accountId}`,
  );
}

export function fromJournalItem(item: Item): JournalEntry {
  return checkStored(withoutKeys(item), ENTRY, whereOf(item));
}

/**
 * What the state machine's RecordCrash or RecordRefusal wrote. `error` is Step Functions' error output as JSON, and its
 * Cause is JSON again where Lambda reported it (`errorType`, `errorMessage`).
 */
export function fromCrashItem(item: Item): UnfinishedInvocation {
  const { Error: name = 'Unknown', Cause: cause } = parseObject(item.detail) ?? {};
  const { errorMessage } = parseObject(cause) ?? {};
  const message = errorMessage ?? cause;
  const detail = typeof message === 'string' && message !== '' ? `${name}: ${message}` : String(name);
  // As every other time of the table: AWS writes milliseconds and Z, other engines an offset.
  const refused = Array.isArray(item.reasons) && item.reasons.includes('NOT_INVOKED');
  const code = refused ? 'NOT_INVOKED' : 'CRASHED';
  return { code, detail, at: new Date(String(item.at)).toISOString() };
}

function parseObject(text: unknown): Item | null {
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Item) : null;
  } catch {
    return null;
  }
}
