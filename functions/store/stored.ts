/**
 * Whatever is read back from the table or the artifacts is checked before anything is made of it: half a record, or one
 * of another version, must not decide what is changed in an account.
 *
 * `schemaVersion` is written with each record. Records of 0.1, which have none, have the shape of version 1. A newer one
 * is refused: its fields may mean something else. Fields that this version does not know are kept as they are.
 */

import { type Check, isObject, misfit, type ShapeOf } from '../core/shape.ts';

export const SCHEMA_VERSION = 1;

/** A record that this version may not read: newer, cut off or edited. The message says which, where, and what to do. */
export class StoredRecordError extends Error {
  override readonly name = 'StoredRecordError';
}

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
