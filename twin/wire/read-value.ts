/** Single values of a request, and what is malformed in one. */
import { AwsError, type Piece } from '../contract.ts';
import type { Shape } from './shapes.ts';

/** A simple value from text, as Query parameters, labels and headers hold it. Throws AwsError. */
export function readText(shape: Shape, text: string | undefined, path: string): unknown {
  if (text === undefined) return undefined;
  switch (shape.kind) {
    case 'boolean':
      if (/^true$/i.test(text)) return true;
      return /^false$/i.test(text) ? false : malformed(path, 'true or false', text);
    case 'number': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : malformed(path, 'a number', text);
    }
    case 'timestamp':
      return readTimestamp(/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text, path);
    case 'blob':
      return Uint8Array.from(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

/** Seconds since 1970, or text that JavaScript's Date reads. */
export function readTimestamp(value: unknown, path: string): Date {
  const date = new Date(typeof value === 'number' ? value * 1000 : String(value));
  return Number.isNaN(date.getTime()) ? malformed(path, 'a timestamp', value) : date;
}

/** Throws: `SerializationException` is what the JSON services answer; errors.ts words it for the others. */
export function malformed(path: string, expected: string, got: unknown): never {
  const shown = JSON.stringify(got) ?? String(got);
  const short = shown.length > 80 ? `${shown.slice(0, 80)}...` : shown;
  throw new AwsError('SerializationException', `Expected ${expected} at ${path}, got ${short}.`, 400);
}

/** Sets a key that the client chose; `__proto__` becomes a key like any other. */
export function define(target: Piece, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
