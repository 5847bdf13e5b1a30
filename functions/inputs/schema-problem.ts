/**
 * What a zod schema found wrong, as lines for a person: the path, the reason, what to do. Used for everything
 * that people hand in (configuration, run input).
 */

import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { suggestNearest } from './nearest-key.ts';

// The smaller form of zod knows no language by itself.
z.config(en());

/** An object that refuses unknown keys and names the nearest known one. */
export function strictObject<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  /** Reason for keys that are known elsewhere but have no place here. */
  misplaced: Readonly<Record<string, string>> = {},
) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        // One line a key: zod reports the keys of an object together.
        return issue.keys
          .map((key) =>
            Object.hasOwn(misplaced, key)
              ? misplaced[key]
              : `unknown key${suggestNearest(key, Object.keys(shape))}`,
          )
          .join('\n');
      }
      return issue.input === null
        ? 'has no value; give it one or remove the key'
        : 'must be an object (key: value)';
    },
  });
}

export const MUST_BE_OBJECT = 'must be an object of names and values';

/** For checks across keys: a mistyped key would make them complain about what it was meant to be. */
export const whenNothingElseIsWrong = {
  when: ({ issues }: { issues: readonly unknown[] }) => issues.length === 0,
};

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words, what = '') {
  return z.enum(words, {
    error: ({ input }) =>
      input === undefined
        ? `is missing; give one of ${quoteAll(words)}`
        : `${show(input)} is not ${what || 'known here'}${nearestOf(input, words)} one of ${quoteAll(words)}`,
  });
}

/** `; did you mean "off"? Use`, or `; use` where none is near. */
function nearestOf(input: unknown, words: readonly string[]): string {
  const nearest = typeof input === 'string' ? suggestNearest(input, words) : '';
  return nearest === '' ? '; use' : `${nearest} Use`;
}

/** A text that a pattern describes; `what` completes "is not". For numbers and booleans the message says to quote them. */
export function text(pattern: RegExp, what: string) {
  return z
    .string({ error: (issue) => notText(issue.input, what) })
    .check(z.regex(pattern, { abort: true, error: (issue) => `${show(issue.input)} is not ${what}` }));
}

/** Any text that says something. */
export const someText = text(/\S/, 'a text');

function notText(input: unknown, what: string): string {
  if (input === undefined) return `is missing; give ${what}`;
  if (input === null) return `has no value; give ${what} or remove the key`;
  if (typeof input === 'number' || typeof input === 'boolean') {
    return `${show(input)} must be text: put it in quotes, leading zeros included`;
  }
  return `${show(input)} is not ${what}`;
}

/** A number within bounds, both included. */
export function numberWithin(least: number, most: number, unit = '') {
  return bounded(z.number({ error: notNumber }), least, most, unit);
}

/** A whole number within bounds, both included. */
export function wholeNumberWithin(least: number, most: number, unit = '') {
  const whole = z
    .number({ error: notNumber })
    .check(z.int({ error: ({ input }) => `${show(input)} is not a whole number` }));
  return bounded(whole, least, most, unit);
}

function bounded(schema: z.ZodMiniNumber, least: number, most: number, unit: string) {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `between ${least} and ${most}`;
  const error = ({ input }: { input?: unknown }) =>
    `${show(input)} is out of range; give ${range}${unit && ` ${unit}`}`;
  return schema.check(z.minimum(least, { error }), z.maximum(most, { error }));
}

function notNumber({ input }: { input?: unknown }): string {
  if (input === undefined) return 'is missing; give a number';
  return input === null ? 'has no value; give a number or remove the key' : `${show(input)} is not a number`;
}

export function yesOrNo() {
  return z.boolean({ error: ({ input }) => `${show(input)} is neither true nor false` });
}

/** A list; `least` 1 refuses an empty one, where it would mean nothing. */
export function listOf<Item extends z.core.SomeType>(item: Item, least: 0 | 1 = 0) {
  const error = ({ input }: { input?: unknown }) =>
    input === undefined
      ? 'is missing; give a list'
      : input === null
        ? 'has no value; give a list or remove the key'
        : 'must be a list';
  const list = z.array(item, { error });
  return least === 0
    ? list
    : list.check(z.minLength(1, { error: 'is empty; name at least one, or remove the key' }));
}

/** Every problem, unknown keys first: a mistyped key is often why another one is missing. */
export function describeProblems(error: z.core.$ZodError): string[] {
  const unknown = error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  const others = error.issues.filter((issue) => issue.code !== 'unrecognized_keys');
  return [...unknown, ...others].flatMap((issue) => describeIssue(issue, []));
}

/** The first problem, and how many more there are, in one line. */
export function firstOf(problems: readonly string[]): string {
  const [first = 'is not valid', ...more] = problems;
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}

function describeIssue(issue: z.core.$ZodIssue, above: PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const reasons = issue.message.split('\n');
      return issue.keys.map((key, index) => line([...path, key], reasons[index] ?? 'unknown key'));
    }
    case 'invalid_key':
      return issue.issues.map((inner) => line(path, inner.message));
    case 'invalid_union': {
      // The alternative that got furthest into the value is the one that was meant.
      const inside = issue.errors.find((issues) => issues.some((inner) => inner.path.length > 0));
      return inside?.flatMap((inner) => describeIssue(inner, path)) ?? [line(path, issue.message)];
    }
    default:
      return [line(path, issue.message)];
  }
}

function line(path: PropertyKey[], reason: string): string {
  return path.length === 0 ? reason : `${showPath(path)}: ${reason}`;
}

/** `waves[0].accounts[2]`, `prices["eu west"]`. */
function showPath(path: PropertyKey[]): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === 'number') return `${shown}[${part}]`;
    const name = String(part);
    if (!/^[\w-]+$/.test(name))
      return shown === '' ? JSON.stringify(name) : `${shown}[${JSON.stringify(name)}]`;
    return shown === '' ? name : `${shown}.${name}`;
  }, '');
}

const LONGEST_SHOWN = 60;

/** A value within a message: on one line, and not at any length. */
export function show(value: unknown): string {
  const json = (typeof value === 'number' ? undefined : JSON.stringify(value)) ?? String(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}...` : json;
}

function quoteAll(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}
