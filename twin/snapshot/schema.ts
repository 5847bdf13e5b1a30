/**
 * Snapshot format, version 1 (docs/spec/twin.md, "Snapshot format"): what the twin reads is checked, anything else is kept as it is.
 * The checks never rebuild a value, so that unknown keys and the order of keys survive.
 */
import type { z } from 'zod';
import { describeType, describeValue, formatPath, SnapshotError } from './error.ts';
import { PASTE } from './fields.ts';

export { accountFile } from './schema-account.ts';
export { organizationFile } from './schema-organization.ts';

/** Throws the first misfit as a SnapshotError. */
export function check(schema: z.ZodType, value: unknown, file: string): void {
  const result = schema.safeParse(value);
  const issue = result.error?.issues[0];
  if (!issue) return;
  throw new SnapshotError(file, formatPath(issue.path), describeIssue(issue, valueAt(value, issue.path)));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function describeIssue(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.code === 'invalid_type' && !issue.message.includes(' | ')) {
    return `expected ${TYPES[issue.expected] ?? issue.expected}, found ${describeType(found)}; ${PASTE}`;
  }
  if (issue.code === 'invalid_value' && !issue.message.includes(' | ')) {
    return `expected one of ${issue.values.join(', ')}, found ${describeValue(found)}; ${PASTE}`;
  }
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    return `expected ${sentence(issue.issues[0]?.message ?? 'another key', JSON.stringify(key))}`;
  }
  return `expected ${sentence(issue.message, describeValue(found))}`;
}

/** Fields say `expected | advice`. */
function sentence(message: string, found: string): string {
  const [expected, advice] = message.split(' | ');
  return `${expected}, found ${found}; ${advice ?? PASTE}`;
}
