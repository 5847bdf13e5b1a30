import { describe, expect, it } from '@jest/globals';
import {
  CHANGE_TAG,
  DEFAULT_OWN_TAGS,
  forgottenMarks,
  MANAGED_TAG,
  markKeysOf,
  type OwnTags,
  ownTagsOf,
  recognizeMark,
  writeMark,
} from '../../functions/core/tags.ts';

const OWN: OwnTags = {
  ...{ managed: 'acme:managed', change: 'acme:change' },
  earlier: [{ managed: 'old:managed', change: 'old:change' }],
};

describe('Given the keys of the mark', () => {
  it('When a configuration names none, Then the default ones are in use', () => {
    expect(ownTagsOf({})).toBe(DEFAULT_OWN_TAGS);
    expect(ownTagsOf({ ownTags: OWN })).toBe(OWN);
  });

  it('When earlier ones are named, Then the pair in use comes first', () => {
    expect(markKeysOf(OWN)).toEqual([{ managed: 'acme:managed', change: 'acme:change' }, ...OWN.earlier]);
  });

  it.each([
    [
      'are known',
      [
        { managed: 'old:managed', change: 'old:change' },
        { managed: 'acme:managed', change: 'acme:change' },
      ],
      [],
    ],
    ['differ in one key', [{ managed: 'old:managed', change: 'acme:change' }], [0]],
    ['differ in the other', [{ managed: 'acme:managed', change: 'x' }], [0]],
    [
      'are partly known',
      [
        { managed: 'old:managed', change: 'old:change' },
        { managed: 'a', change: 'b' },
      ],
      [1],
    ],
  ])(
    'When pairs that were used %s, Then those that the configuration lacks are found',
    (_what, used, lacking) => {
      expect(forgottenMarks(used, OWN)).toEqual(lacking.map((index) => used[index]));
    },
  );
});

describe('Given tags as AWS holds them', () => {
  const MARK = { [MANAGED_TAG]: 'true', [CHANGE_TAG]: 'chg-1' };

  it.each([
    [
      'carry the mark by the keys in use',
      { team: 'a', 'acme:managed': 'true', 'acme:change': 'chg-1' },
      OWN,
      { team: 'a', ...MARK },
    ],
    ['carry it by earlier keys', { 'old:managed': 'true', 'old:change': 'chg-1' }, OWN, MARK],
    ['carry both changes', { 'old:change': 'chg-0', 'acme:change': 'chg-1' }, OWN, { [CHANGE_TAG]: 'chg-1' }],
    ['carry default keys that are not configured', { ...MARK, team: 'a' }, OWN, { team: 'a' }],
    ['carry default keys that are', { ...MARK, team: 'a' }, DEFAULT_OWN_TAGS, { team: 'a', ...MARK }],
    ['say otherwise', { 'acme:managed': 'false' }, OWN, {}],
    ['have an empty change', { 'acme:change': '' }, OWN, { [CHANGE_TAG]: '' }],
    ['have no mark', { team: 'a' }, OWN, { team: 'a' }],
    ['are none', {}, OWN, {}],
  ])('When they %s, Then the mark is known by its default keys', (_what, tags, own, recognized) => {
    expect(recognizeMark(tags as Record<string, string>, own)).toStrictEqual(recognized);
  });

  it('When the mark is written, Then it is under the keys in use, and read as it was', () => {
    const written = writeMark({ team: 'a', ...MARK }, OWN);
    expect(written).toEqual({ team: 'a', 'acme:managed': 'true', 'acme:change': 'chg-1' });
    expect(recognizeMark(written, OWN)).toEqual({ team: 'a', ...MARK });
  });
});
