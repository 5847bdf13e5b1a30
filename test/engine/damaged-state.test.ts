import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openStateFolder } from '../../cli/state-folder.ts';
import { aJournalEntry, aRun } from '../store/embedded.ts';
import { refusal } from './refusal.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'dhmc-damaged-'));
  folder = join(parent, 'state');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(parent, { recursive: true, force: true });
});

const ACCOUNT = '111111111111';

/** A run that changed something, ended by kill -9: the log still holds everything. */
async function leaveRun(): Promise<void> {
  const state = await openStateFolder(folder);
  await state.bindOrganization('o-1');
  await state.store.createRun(aRun());
  // More than one block of LevelDB's log.
  for (let seq = 1; seq <= 80; seq += 1) await state.store.putJournal(aJournalEntry({ seq }));
  await state.artifacts.putText(`runs/run-1/accounts/${ACCOUNT}.json`, '{}');
  await state.close();
}

async function logOf(state: string): Promise<string> {
  const names = await readdir(join(state, 'table'));
  return join(
    state,
    'table',
    names
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1) ?? 'none',
  );
}

async function flipByte(offset: number): Promise<void> {
  const bytes = await readFile(await logOf(folder));
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  await writeFile(await logOf(folder), bytes);
}

describe('a state folder whose table was damaged', () => {
  it.each([
    [
      'the log is empty',
      async () => truncate(await logOf(folder), 0),
      /lacks run run-1, of which there are results/,
    ],
    [
      'the log ends after the run, before its journal',
      async () => truncate(await logOf(folder), 20_000),
      /its table ends at write \d+, and write \d+ was acknowledged/,
    ],
    [
      'the log lacks its last byte',
      async () => truncate(await logOf(folder), (await stat(await logOf(folder))).size - 1),
      /its table ends at write \d+, and write \d+ was acknowledged/,
    ],
    [
      'one byte in the first block of the log is another',
      () => flipByte(4_000),
      /\d+\.log holds a damaged record at byte \d+/,
    ],
    [
      'one byte in the last block of the log is another',
      async () => flipByte((await stat(await logOf(folder))).size - 100),
      /its table ends at write \d+, and write \d+ was acknowledged/,
    ],
    [
      'the table is gone',
      async () => rm(join(folder, 'table'), { recursive: true }),
      /lacks run run-1, of which there are results/,
    ],
    [
      'the number of the newest write is unreadable',
      async () => writeFile(join(folder, 'table.sequence'), 'x'),
      /table\.sequence cannot be read/,
    ],
    [
      'the artifacts are a file',
      async () => {
        await rm(join(folder, 'artifacts'), { recursive: true });
        await writeFile(join(folder, 'artifacts'), '');
      },
      /ENOTDIR/,
    ],
  ])(
    'Given %s, When it is opened, Then it is refused with what is missing and how to continue, twice',
    async (_what, damage, message) => {
      await leaveRun();
      await damage();

      expect(await refusal(folder)).toMatch(message);
      // Opening it once must not make it look whole.
      expect(await refusal(folder)).toMatch(/damaged: |damaged or locked/);
      expect(await refusal(folder)).toContain(
        'restore a backup of the folder, or give another one with --state',
      );
    },
  );

  it('Given a table that LevelDB has sorted, When any one bit of it is another, Then it is refused, and never read as if it were whole', async () => {
    await leaveRun();
    // Opened again, LevelDB makes a sorted table of its log.
    await (await openStateFolder(folder)).close();
    const names = (await readdir(join(folder, 'table'))).filter((name) => name.endsWith('.ldb'));
    expect(names).toHaveLength(1);
    const file = join(folder, 'table', names[0] ?? '');
    const whole = await readFile(file);
    const taken: number[] = [];
    for (let place = 0; place < 40; place += 1) {
      const offset = Math.floor((whole.length * place) / 40);
      const bytes = Buffer.from(whole);
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (place % 8));
      await writeFile(file, bytes);
      const error = await openStateFolder(folder).then(
        (opened) => opened.close(),
        (refused: Error) => refused,
      );
      if (error?.name !== 'StateFolderError') taken.push(offset);
    }
    expect(taken).toEqual([]);
    await writeFile(file, whole);
    await (await openStateFolder(folder)).close();
  });

  it('Given a run that died between its manifests and its record, When the folder is opened, Then it is whole', async () => {
    await leaveRun();
    const state = await openStateFolder(folder);
    await state.artifacts.putText('runs/run-2/manifests/0000.json', '[]');
    await state.close();

    await (await openStateFolder(folder)).close();
  });
});

describe('a power cut, which loses what was not written through', () => {
  it('Given writes that were acknowledged, When the unsynchronized end of the log is dropped after each, Then none of them is lost', async () => {
    const require = createRequire(createRequire(import.meta.url).resolve('dynalite'));
    const { Level } = require('level');
    let synced = 0;
    const writes = Level.prototype._batch;
    jest.spyOn(Level.prototype, '_batch').mockImplementation(async function (
      this: unknown,
      ...args: unknown[]
    ) {
      await writes.apply(this, args);
      // LevelDB returns from a synchronous write once fdatasync() has returned.
      if ((args[1] as { sync?: boolean }).sync) synced = (await stat(await logOf(folder))).size;
    });
    const state = await openStateFolder(folder);
    await state.store.createRun(aRun());

    const lost: number[] = [];
    for (let seq = 1; seq <= 10; seq += 1) {
      await state.store.putJournal(aJournalEntry({ seq }));
      const cut = join(parent, `cut-${seq}`);
      await cp(folder, cut, { recursive: true, filter: (path) => !path.includes('/lock.') });
      await truncate(await logOf(cut), synced);
      const after = await openStateFolder(cut);
      const entries = await after.store.listJournal(ACCOUNT, 'run-1');
      if (entries.length !== seq || (await after.store.getRun('run-1')) === null) lost.push(seq);
      await after.close();
    }
    await state.close();

    expect(lost).toEqual([]);
  });
});
