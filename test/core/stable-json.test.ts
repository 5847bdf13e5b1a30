import { describe, expect, it } from '@jest/globals';
import { toStableJson } from '../../functions/core/stable-json.ts';

describe('Given content in any order', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: 2, c: undefined }, '{"a":2,"b":1}'],
    [{ 2: 'x', B: 1, a: 1, A: 1 }, '{"2":"x","A":1,"B":1,"a":1}'],
    [[{ z: { y: 1, x: null } }, 3, 1, 2], '[{"z":{"x":null,"y":1}},3,1,2]'],
    [null, 'null'],
    ['text', '"text"'],
    [true, 'true'],
  ])('when %j is written, then names are sorted and lists keep their order', (value, json) => {
    expect(toStableJson(value)).toBe(json);
  });

  it('when the same names come in another order, then the text is equal, at any depth', () => {
    const names = ['d', 'a', 'e', 'c', 'b', 'aa', 'ab'];
    const of = (order: string[]) =>
      toStableJson({ one: Object.fromEntries(order.map((name) => [name, { [name]: [name] }])) });
    expect(of(names.toReversed())).toBe(of(names));
    expect(of(names.toSorted())).toBe(of(names));
  });
});
