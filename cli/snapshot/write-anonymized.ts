/** A snapshot with pseudonyms beside the one that it was made from. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../functions/platform/error-code.ts';
import type { Piece } from '../../twin/contract.ts';
import { anonymizeSnapshot } from '../../twin/snapshot/anonymize.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { openSnapshot } from '../runs/rehearsal.ts';

/** Writes `folder`; answers the file of the secret, which is made where it is not there yet. */
export async function writeAnonymized(raw: string, folder: string): Promise<string> {
  const snapshot = await openSnapshot(raw);
  const saltFile = `${folder.replace(/\/+$/, '')}.salt`;
  const salt = await readSalt(saltFile);
  await writeSnapshot(anonymizeSnapshot(snapshot, salt), folder);
  const Unread = await unreadOf(raw);
  if (Unread.length > 0)
    await writeFile(
      join(folder, 'unread.json'),
      `${JSON.stringify({ FormatVersion: 1, Unread }, null, 1)}\n`,
    );
  return saltFile;
}

async function readSalt(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const salt = randomBytes(32).toString('hex');
  await writeFile(file, `${salt}\n`, { mode: 0o600, flag: 'wx' });
  return salt;
}

/** How often which API did not answer, and how: neither where nor in which words. */
async function unreadOf(raw: string): Promise<Piece[]> {
  const text = await readFile(join(raw, 'unread.json'), 'utf8').catch(() => '{}');
  const unread: Piece[] = JSON.parse(text).Unread ?? [];
  return [...Map.groupBy(unread, ({ api, code }) => `${api} ${code}`).values()].map((alike) => ({
    api: alike[0]?.api,
    code: alike[0]?.code,
    times: alike.length,
  }));
}
