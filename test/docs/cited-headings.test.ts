import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDERS = ['functions', 'cli', 'twin', 'infra', 'statemachine', 'bench', 'docs', 'test'];
const PAGES = ['decisions', 'design', 'twin', 'aws-facts'];

/** `docs/spec/PAGE.md, "Heading", "Heading"`: each page of the specification is cited with its headings. */
const CITE = new RegExp(`(\\S*)\\b(${PAGES.join('|')})\\.md((?:, "[^"]+")*)`, 'g');

async function headingsOf(page: string): Promise<Set<string>> {
  const text = await readFile(join('docs/spec', `${page}.md`), 'utf8');
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading));
}

async function sources(): Promise<string[]> {
  const files = await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(folder, { recursive: true })).map((file) => join(folder, file)),
    ),
  );
  return files.flat().filter((file) => /\.(ts|mjs)$|^docs\/adr\/.*\.md$/.test(file));
}

/** The text with lines of a comment joined, so that a cite may go over two of them. */
const joined = (text: string) => text.replace(/\n\s*(?:\*|\/\/) ?/g, ' ');

/** What is wrong with the cites of a text, one line each. */
function faultsOf(text: string, headings: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...joined(text).matchAll(CITE)].flatMap(([cite, before = '', page = '', cited = '']) => {
    if (!before.endsWith('docs/spec/')) return [`${cite}: write docs/spec/${page}.md`];
    const named = [...cited.matchAll(/"([^"]+)"/g)].map(([, heading = '']) => heading);
    if (named.length === 0) return [`${cite}: name the heading`];
    return named
      .filter((heading) => !headings.get(page)?.has(heading))
      .map((heading) => `${cite}: ${page}.md has no heading "${heading}"`);
  });
}

describe('Given the specification', () => {
  it('When code and decisions cite it, Then every cited heading exists', async () => {
    const headings = new Map(
      await Promise.all(PAGES.map(async (page) => [page, await headingsOf(page)] as const)),
    );
    const faults: string[] = [];
    let cites = 0;
    for (const file of await sources()) {
      if (file === join('test', 'docs', 'cited-headings.test.ts')) continue;
      const text = await readFile(file, 'utf8');
      cites += [...joined(text).matchAll(CITE)].length;
      faults.push(...faultsOf(text, headings).map((fault) => `${file}: ${fault}`));
    }
    expect(faults).toEqual([]);
    expect(cites).toBeGreaterThan(50);
  });

  it('When a cite is wrong, Then it is named', () => {
    const headings = new Map([['twin', new Set(['Clock', 'Agents'])]]);
    expect(faultsOf('as in docs/spec/twin.md, "Clock",\n * "Agents" it is', headings)).toEqual([]);
    expect(faultsOf('(docs/spec/twin.md, "Weather")', headings)).toHaveLength(1);
    expect(faultsOf('(docs/spec/twin.md)', headings)).toHaveLength(1);
    expect(faultsOf('(twin.md, "Clock")', headings)).toHaveLength(1);
  });
});
