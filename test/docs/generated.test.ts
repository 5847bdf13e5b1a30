import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { generatedPages } from '../../docs/generate/main.ts';
import { NOTES, REASONS } from '../../functions/core/reasons.ts';

const page = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

describe('pages made from code', () => {
  it.each(Object.entries(generatedPages()))(
    'Given docs/%s, When made anew, Then it is the one that is committed (else npm run docs)',
    (file, text) => {
      expect(page(file)).toBe(text);
    },
  );

  it('Given every code, When its page is read, Then it stands there with what to do', () => {
    const headings = [...page('reasons.md').matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
    expect(headings.sort()).toEqual([...Object.keys(REASONS), ...Object.keys(NOTES)].sort());
  });
});
