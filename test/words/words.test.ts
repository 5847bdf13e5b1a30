import { describe, expect, it } from '@jest/globals';
import { findWords } from './words.ts';

const found = (text: string) => findWords(text).map(({ word }) => word);

describe('Given a text', () => {
  it.each([
    ['it can not be', ['can not']],
    ['no way out, a way out', ['way out', 'way out']],
    ['what mends it, MENDED_BY_PLAN', ['mend', 'mend']],
    ['tellThrottled() told', ['tell', 'tell']],
    ['agents feel it; felt', ['feel', 'feel']],
    ['it stands there', ['stands']],
    ['nobody goes on', ['somebody', 'goes on']],
    ['a file of its own is let in', ['of its own']],
    ['takeBack, take back', ['take back', 'take back']],
  ])('When it says %j, Then its words are found', (text, words) => {
    expect(found(text).filter((word) => word !== 'let in')).toEqual(words);
  });

  it('When the words are those of the field, Then nothing is found', () => {
    expect(
      found('PDF stands for it; commands-stand-alone; stand-ins; Standard; recommend; understand; cannot'),
    ).toEqual([]);
  });
});
