import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderTable, wrapText } from '../../cli/terminal/table.ts';

describe('Given a text and a width', () => {
  it('When it is wrapped, Then no line is wider and no character but a space is lost', () => {
    const text = fc
      .array(fc.stringMatching(/^[a-z:/-]{1,40}$/), { minLength: 1 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(text, fc.integer({ min: 5, max: 60 }), (text, width) => {
        const lines = wrapText(text, width);
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('When a word is too long, Then it is broken after a joint', () => {
    expect(wrapText('arn:aws:iam::111122223333:role/service-role/Name', 30)).toEqual([
      'arn:aws:iam::111122223333:',
      'role/service-role/Name',
    ]);
  });
});

describe('Given a terminal of 80 columns', () => {
  it('When a cell is long, Then its column wraps and the table fits', () => {
    const terminal = { stream: process.stdout, width: 80, paint: (_: unknown, text: string) => text };
    const rows = [['3', 'CODE', 'word '.repeat(60).trim()]];
    const table = renderTable(
      terminal,
      [{ head: 'n', align: 'right' }, { head: 'code' }, { head: 'why', wraps: true }],
      rows,
    );
    expect(table.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(table.match(/word/g)).toHaveLength(60);
  });
});
