import { describe, expect, it } from '@jest/globals';
import {
  type Check,
  exactly,
  flag,
  isObject,
  json,
  listOf,
  misfit,
  nullable,
  number,
  objectOf,
  oneOf,
  optional,
  reference,
  some,
  tags,
  text,
} from '../../functions/core/shape.ts';

const SAMPLES = {
  undefined: undefined,
  null: null,
  true: true,
  false: false,
  zero: 0,
  text: 'a',
  empty: '',
  list: ['a'],
  mixed: ['a', 1],
  none: [],
  object: { a: 'b' },
  numbers: { a: 1 },
  bare: {},
  existing: { kind: 'existing', id: 'sg-1' },
  created: { kind: 'created', changeId: 'chg-1' },
  unnamed: { kind: 'existing', changeId: 'chg-1' },
  unmade: { kind: 'created', id: 'sg-1' },
  unknown: { kind: 'other', id: 'sg-1', changeId: 'chg-1' },
};
const fitting = (check: Check<unknown>) =>
  Object.entries(SAMPLES)
    .filter(([, value]) => check(value))
    .map(([name]) => name);

const OBJECTS = ['object', 'numbers', 'bare', 'existing', 'created', 'unnamed', 'unmade', 'unknown'];

describe('Given a value that was stored', () => {
  it.each([
    ['text', text, ['text', 'empty']],
    ['flag', flag, ['true', 'false']],
    ['number', number, ['zero']],
    ['json', json, Object.keys(SAMPLES).slice(1)],
    ['exactly(false)', exactly(false), ['false']],
    ['exactly(null)', exactly(null), ['null']],
    ['nullable(text)', nullable(text), ['null', 'text', 'empty']],
    ['optional(text)', optional(text), ['undefined', 'text', 'empty']],
    ['listOf(text)', listOf(text), ['list', 'none']],
    ['tags', tags, ['object', 'bare', 'existing', 'created', 'unnamed', 'unmade', 'unknown']],
    ['reference', reference, ['existing', 'created']],
    ['isObject', isObject, OBJECTS],
    ['some', some, OBJECTS],
    ['objectOf({ a: text })', objectOf<{ a: string }>({ a: text }), ['object']],
    ['objectOf({})', objectOf({}), OBJECTS],
    ['oneOf(a, b)', oneOf('a', 'b'), ['text']],
  ] as const)('When it is checked by %s, Then exactly what has that shape fits', (_name, check, expected) => {
    expect(fitting(check)).toEqual(expected);
  });
});

describe('Given the shape of a type', () => {
  const shape = { name: text, count: number, note: optional(text) };

  it.each([
    [{ name: 'a', count: 1 }, null],
    [{ name: 'a', count: 1, note: 'x', more: true }, null],
    [{ name: 'a', count: '1', note: 1 }, 'count'],
    [{ count: 1 }, 'name'],
    [{ name: 'a', count: 1, note: null }, 'note'],
    [null, '(not an object)'],
    ['name', '(not an object)'],
    [[], '(not an object)'],
  ])('When %j is held against it, Then the first field that does not fit is %s', (value, field) => {
    expect(misfit<{ name: string; count: number; note?: string }>(shape, value)).toBe(field);
  });
});
