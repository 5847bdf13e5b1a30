/**
 * Whether a state folder still holds all that was acknowledged. A journal entry that is gone without a word would
 * make a rollback report that there is nothing to roll back, so what is incomplete is refused before it is opened.
 */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../functions/platform/error-code.ts';
import { type Database, readAcknowledged, readSequence } from './engine/durable-database.ts';
import { withDatabase } from './engine/embedded-table.ts';
import { findBlockDamage } from './engine/table-blocks.ts';
import { findLogDamage } from './engine/table-log.ts';

export interface StateFolderPaths {
  table: string;
  artifacts: string;
  sequenceFile: string;
}

/**
 * One phrase on what is damaged or missing, or null. Reads the files first: opening a database rewrites them. Throws
 * what LevelDB says of a database that it cannot open.
 */
export async function findDamage(paths: StateFolderPaths): Promise<string | null> {
  const damaged = (await findLogDamage(paths.table)) ?? (await findBlockDamage(paths.table));
  if (damaged !== null) return damaged;
  const acknowledged = await readAcknowledged(paths.sequenceFile);
  const named = await findRunsOfArtifacts(paths.artifacts);
  return withDatabase(paths.table, async (database) => {
    const runs = await readRuns(database);
    const missing = named.filter((runId) => !runs.has(runId));
    if (missing.length > 0) {
      const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
      return `its table lacks run ${missing[0]}${others}, of which there are results`;
    }
    if (acknowledged === null) return null;
    const present = await readSequence(database);
    if (Number.isNaN(acknowledged)) return 'its file table.sequence cannot be read';
    return present < acknowledged
      ? `its table ends at write ${present}, and write ${acknowledged} was acknowledged`
      : null;
  });
}

/** Runs whose record was written: manifests come before it, results of accounts after it. */
async function findRunsOfArtifacts(artifacts: string): Promise<string[]> {
  const runs: string[] = [];
  for (const folder of await entriesOf(join(artifacts, 'runs'))) {
    if (!folder.isDirectory()) continue;
    const runId = folder.name;
    const entries = await entriesOf(join(artifacts, 'runs', runId));
    if (entries.some(({ name }) => name === 'result.json' || name === 'accounts')) runs.push(runId);
  }
  return runs.sort();
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Ids of the runs in the table. Reads every item, so that one that cannot be read is found now. */
async function readRuns(database: Database): Promise<Set<string>> {
  const runs = new Set<string>();
  for await (const value of database.values()) {
    const item = value as { pk?: { S?: string }; sk?: { S?: string } } | null;
    if (item?.sk?.S === 'META' && item.pk?.S?.startsWith('RUN#')) runs.add(item.pk.S.slice('RUN#'.length));
  }
  return runs;
}
