import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeEnding, EXIT } from '../../cli/exit.ts';
import { checkedArtifacts } from '../../cli/runs/checked-artifacts.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { madeUpRun } from '../report/made-up-run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-damaged-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The one line that a person sees of it. */
async function answerTo(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const { exitCode, lines } = describeEnding(error);
    expect([exitCode, lines.length]).toEqual([EXIT.usage, 1]);
    return lines[0] ?? '';
  }
  throw new Error('it was taken');
}

describe('Given inputs that fuzzing found', () => {
  it.each(['[', '- ', '{a: '])(
    'When a configuration is 20,000 times %j, Then a few lines say so',
    (piece) => {
      let ending: { exitCode: number; lines: string[] } = { exitCode: 0, lines: [] };
      try {
        parseConfiguration(piece.repeat(20_000), 'dhmc.config.yaml');
      } catch (error) {
        ending = describeEnding(error);
      }
      expect([ending.exitCode, ending.lines.length > 0, ending.lines.length < 7]).toEqual([
        EXIT.usage,
        true,
        true,
      ]);
      for (const line of ending.lines) expect(line).toMatch(/^dhmc\.config\.yaml: /);
    },
  );

  it.each<[string, object, string]>([
    ['an Action that is no text', { Action: 7 }, 'Action: expected a string or a list'],
    ['a Condition that is a text', { Condition: 'x' }, 'Condition: expected keys'],
    ['a null in a list of Resources', { Resource: [null] }, 'Resource: expected a string'],
    ['a Principal of numbers', { Principal: { AWS: [1] } }, 'Principal: expected'],
    ['an unknown Effect', { Effect: 'Maybe' }, 'Effect: expected Allow or Deny'],
  ])('When a policy of a snapshot has %s, Then its path is named', async (_what, change, words) => {
    const snapshot = join(folder, 'snapshot');
    await cp('test/fixtures/snapshots/first', snapshot, { recursive: true });
    const file = join(snapshot, 'accounts', '100000000011.json');
    const account = JSON.parse(await readFile(file, 'utf8'));
    Object.assign(account.Iam.RoleDetailList[0].AssumeRolePolicyDocument.Statement[0], change);
    await writeFile(file, JSON.stringify(account));

    const answer = await answerTo(() => readSnapshot(snapshot));

    expect(answer).toContain(
      'accounts/100000000011.json: $.Iam.RoleDetailList[0].AssumeRolePolicyDocument.Statement[0].',
    );
    expect(answer).toContain(words);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['cut off', (text) => text.slice(0, 200), /summary\.json: is not JSON, as if it was cut off/],
    [
      'of another version',
      (text) => text.replace('"schemaVersion":1', '"schemaVersion":99'),
      /head\.schemaVersion/,
    ],
    [
      'of a status that does not exist',
      (text) => text.replace('SUCCEEDED', '__proto__'),
      /summary\.json: (head\.)?status/,
    ],
  ])('When the summary of a run is %s, Then it is refused with its path', async (_what, change, words) => {
    const artifacts = createFolderArtifacts(folder);
    const { summary } = await madeUpRun({ accounts: 1, regions: 1, progress: 1, runId: 'run-1' });
    await artifacts.putText(artifactKeys.summary('run-1'), change(JSON.stringify(summary)));

    const answer = await answerTo(() =>
      checkedArtifacts(artifacts, 'state/artifacts').getText(artifactKeys.summary('run-1')),
    );

    expect(answer).toMatch(/^state\/artifacts\/runs\/run-1\/summary\.json: /);
    expect(answer).toMatch(words);
  });
});
