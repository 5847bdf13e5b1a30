import type { TimestampFormat } from './shapes.ts';

/** Text of a timestamp; state holds times as AWS's tools print them, or as Date. */
export function writeTimestamp(value: unknown, format: TimestampFormat): string {
  const date = toDate(value);
  if (format === 'epoch-seconds') return String(date.getTime() / 1000);
  return format === 'http-date' ? date.toUTCString() : date.toISOString().replace('.000Z', 'Z');
}

export function toDate(value: unknown): Date {
  const date = value instanceof Date ? value : new Date(value as string | number);
  if (Number.isNaN(date.getTime())) throw new TypeError(`not a time: ${JSON.stringify(value)}`);
  return date;
}
