import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { generatedPages, generatedReadme } from '../../docs/generate/main.ts';
import { drawStateMachine } from '../../docs/generate/state-machine.ts';
import { NOTES, REASONS } from '../../functions/core/reasons.ts';

const page = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

describe('pages made from code', () => {
  it.each(Object.entries(generatedPages()))(
    'Given docs/%s, When made anew, Then it is the one that is committed (else npm run docs)',
    (file, text) => {
      expect(page(file)).toBe(text);
    },
  );

  it('Given the state machine, When it is drawn anew, Then README.md has that drawing (else npm run docs)', () => {
    expect(page('../README.md')).toBe(generatedReadme());
  });

  it('Given its definition, When it is drawn, Then every state and every way between them is there', () => {
    const file = new URL('../../statemachine/rollout.asl.json', import.meta.url);
    const drawing = drawStateMachine(JSON.parse(readFileSync(file, 'utf8')));
    const ways = [...drawing.matchAll(/^ +(\w+) (?:--|-\.).*> (\w+)/gm)].map(
      ([, from, to]) => `${from} ${to}`,
    );
    expect(ways).toContain('ReconcileAccount RecordCrash');
    expect(ways).toContain('WhatNext Settle');
    // One line for each Next, Default, Choice, Catch and end, and two for the beginnings.
    const text = readFileSync(file, 'utf8');
    expect(ways).toHaveLength(2 + [...text.matchAll(/"(Next|Default|End)":/g)].length);
    // A node called "end" would end the drawing (Mermaid flow charts, "Special characters").
    expect(drawing).not.toMatch(/\(\(end\)\)/);
  });

  it('Given every code, When its page is read, Then it is there with what to do', () => {
    const headings = [...page('reasons.md').matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
    expect(headings.sort()).toEqual([...Object.keys(REASONS), ...Object.keys(NOTES)].sort());
  });
});
