import type { Piece } from '../../contract.ts';

/**
 * Members of EC2's answers that are timestamps, by name: none of these names is anything else in the
 * operations served here (held against the SDK's schemas by test/twin/ec2-times.test.ts).
 */
export const TIME_MEMBERS: ReadonlySet<string> = new Set([
  'AttachTime',
  'CreateTime',
  'CreationTime',
  'CreationTimestamp',
  'DeleteTime',
  'DeletionTimestamp',
  'ElasticInferenceAcceleratorAssociationTime',
  'ExpirationTime',
  'ImpairedSince',
  'LastUpdateTimestamp',
  'LaunchTime',
  'NotAfter',
  'NotBefore',
  'NotBeforeDeadline',
  'ProvisionTime',
  'RequestTime',
  'UsageOperationUpdateTime',
]);

/** A copy of a piece of the snapshot as the wire layer wants it: ISO strings of timestamps become dates. */
export function withDates(piece: Piece): Piece {
  return Object.fromEntries(
    Object.entries(piece).map(([key, value]) => [
      key,
      TIME_MEMBERS.has(key) && typeof value === 'string' ? new Date(value) : inside(value),
    ]),
  );
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? withDates(value) : value;
}
