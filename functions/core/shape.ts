/** Shapes of what is stored: its fields, each with its check. */
import type { ResourceReference } from './model/change.ts';

export type Check<T> = (value: unknown) => value is T;

/** A check for each field; a field that the type lacks or adds does not compile. */
export type ShapeOf<T> = { [F in keyof T]-?: Check<T[F]> };

export const text: Check<string> = (value) => typeof value === 'string';
export const flag: Check<boolean> = (value) => typeof value === 'boolean';
/** A policy document, or whatever else JSON holds. */
export const json: Check<unknown> = (value): value is unknown => value !== undefined;

export function exactly<const T extends boolean | null>(wanted: T): Check<T> {
  return (value): value is T => value === wanted;
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

/** Left out, or as checked. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check);
}

export const tags: Check<Record<string, string>> = (value): value is Record<string, string> =>
  isObject(value) && Object.values(value).every(text);

export const reference: Check<ResourceReference> = (value): value is ResourceReference =>
  isObject(value) &&
  ((value.kind === 'existing' && text(value.id)) || (value.kind === 'created' && text(value.changeId)));

/** Name of the first field that does not fit, or null. */
export function misfit<T>(shape: ShapeOf<T>, value: unknown): string | null {
  if (!isObject(value)) return '(not an object)';
  const checks: [string, Check<unknown>][] = Object.entries(shape);
  return checks.find(([field, check]) => !check(value[field]))?.[0] ?? null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const number: Check<number> = (value) => typeof value === 'number';

/** Something with fields that are not looked at further. */
export function some<T>(value: unknown): value is T {
  return isObject(value);
}

export function objectOf<T>(shape: ShapeOf<T>): Check<T> {
  return (value): value is T => misfit(shape, value) === null;
}

export function oneOf<const T extends string>(...wanted: T[]): Check<T> {
  return (value): value is T => (wanted as unknown[]).includes(value);
}
