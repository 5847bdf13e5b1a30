/** Records of the table and artifacts: a newer, cut off or edited one is refused by name, and nothing is made of it. */
import { describe, expect, it } from '@jest/globals';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { readAccountResult, writeAccountResult } from '../../functions/store/account-results.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import {
  fromJournalItem,
  fromRunItem,
  fromStateItem,
  fromTargetItem,
  type Item,
  toJournalItem,
  toRunItem,
  toStateItem,
  toTargetItem,
} from '../../functions/store/items.ts';
import { readManifest } from '../../functions/store/manifests.ts';
import {
  ACCOUNT_TAGS,
  PLANNED,
  parseStoredConfiguration,
  UNIT_NAMES,
} from '../../functions/store/record-shapes.ts';
import { parseStored, parseStoredList } from '../../functions/store/stored.ts';
import { account, target } from '../report/builders.ts';
import { aJournalEntry, anAccountState, aRun } from './embedded.ts';

interface Kind {
  item: Item;
  read: (item: Item) => unknown;
  /** A field that has to be there. */
  field: string;
}

const KINDS: Record<string, Kind> = {
  run: { item: toRunItem(aRun()), read: fromRunItem, field: 'batches' },
  'account state': { item: toStateItem(anAccountState()), read: fromStateItem, field: 'failedChanges' },
  target: { item: toTargetItem(target()), read: fromTargetItem, field: 'vpcs' },
  'journal entry': { item: toJournalItem(aJournalEntry()), read: fromJournalItem, field: 'inverse' },
};

describe.each(Object.entries(KINDS))('Given a %s of the table', (_name, { item, read, field }) => {
  it('When it is read, Then it is as it was written, without its version', () => {
    expect(item.schemaVersion).toBe(1);
    expect(read(item)).not.toHaveProperty('schemaVersion');
    const { schemaVersion: _version, ...ofVersion01 } = item;
    expect(read(ofVersion01)).toEqual(read(item));
  });

  it('When a newer version wrote it, Then the error says which item, both versions and what to do', () => {
    expect(() => read({ ...item, schemaVersion: 2 })).toThrow(
      new RegExp(
        `^item ${item.pk} ${String(item.sk)} of the table: written by a newer version .*schemaVersion 2; this version reads 1.*use that version$`,
      ),
    );
  });

  it('When a field is gone or of another kind, Then it is named', () => {
    const { [field]: _gone, ...cut } = item;
    expect(() => read(cut)).toThrow(`: ${field} is missing or of the wrong kind`);
    expect(() => read({ ...item, [field]: Symbol.iterator })).toThrow(`: ${field} is missing`);
  });
});

describe('Given the result of an account among the artifacts', () => {
  const KEY = artifactKeys.account('run-1', '100000000011');
  const result = account({ accountId: '100000000011', targets: [target()] });
  const artifactsWith = (text: string | null) => ({ bucket: 'local', getText: async () => text });

  it('When it is written and read, Then nothing is lost, and the file names its version', async () => {
    let text = '';
    await writeAccountResult(
      {
        async putText(_key, body) {
          text = body;
        },
      },
      'run-1',
      result,
    );
    expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1 });
    expect(await readAccountResult(artifactsWith(text), 'run-1', '100000000011')).toEqual(result);
  });

  it.each([
    ['cut off', JSON.stringify(result).slice(0, -9), 'it is not JSON, as if it was cut off'],
    ['of another kind', '[]', 'it is not an object'],
    ['without its targets', JSON.stringify({ ...result, targets: null }), 'targets is missing'],
    ['with half a target', JSON.stringify({ ...result, targets: [{ region: 'x' }] }), 'targets is missing'],
    [
      'of a newer version',
      JSON.stringify({ ...result, schemaVersion: 7 }),
      'schemaVersion 7; this version reads 1',
    ],
    ['of a version that never was', JSON.stringify({ ...result, schemaVersion: 'a' }), 'was never written'],
  ])('When it is %s, Then it is refused with its key and the reason', async (_what, text, why) => {
    const reading = readAccountResult(artifactsWith(text), 'run-1', '100000000011');
    await expect(reading).rejects.toThrow(why);
    await expect(readAccountResult(artifactsWith(text), 'run-1', '100000000011')).rejects.toThrow(KEY);
  });

  it('When a manifest is not the list that was written, Then it is refused', async () => {
    const batch = { name: 'wave:all', manifest: 'm.json', accounts: 1, startedAt: null, endedAt: null };
    const reading = readManifest({ artifacts: artifactsWith('[{"accountId":1}]') }, batch);
    await expect(reading).rejects.toThrow('local/m.json: it is not the list that was written');
  });
});

describe('Given the other artifacts of a run', () => {
  const { maxFailurePercent: _left, ...halfConfiguration } = defaultConfiguration();

  it('When the configuration is read, Then it is as it was written', () => {
    const configuration = defaultConfiguration();
    expect(parseStoredConfiguration(JSON.stringify(configuration), 'a.json')).toEqual(configuration);
  });

  it.each<[string, (json: string) => unknown, unknown, string]>([
    [
      'a configuration',
      (json) => parseStoredConfiguration(json, 'a.json'),
      halfConfiguration,
      'maxFailurePercent is missing',
    ],
    [
      'a newer configuration',
      (json) => parseStoredConfiguration(json, 'a.json'),
      { schemaVersion: 2 },
      'written by a newer version of dhmc-rollout (schemaVersion 2; this version reads 1)',
    ],
    [
      'names of units',
      (json) => parseStored(json, UNIT_NAMES, 'a.json'),
      { names: { r: 1 } },
      'names is missing',
    ],
    ['tags', (json) => parseStoredList(json, ACCOUNT_TAGS, 'a.json'), [['1', []]], 'it is not the list'],
    ['a plan', (json) => parseStoredList(json, PLANNED, 'a.json'), [{ id: 'x' }], 'it is not the list'],
  ])(
    'When %s is damaged or newer, Then it is refused with its key and the reason',
    (_what, read, value, why) => {
      expect(() => read(JSON.stringify(value))).toThrow(`a.json: ${why}`);
    },
  );
});
