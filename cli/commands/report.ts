import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../../functions/core/model.ts';
import { REPORT_FORMATS, type ReportFormat } from '../../functions/report/formats.ts';
import { suggestNearest } from '../../functions/runtime/nearest-key.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import { EXIT, UsageError } from '../exit.ts';
import { oneOf } from './flags.ts';

interface ReportFlags {
  format: string;
  run?: string;
  state: string;
  out: string;
}

/** Reads artifacts alone, which are whole files, so that it can report while another run is at work. */
export async function report(flags: ReportFlags): Promise<number> {
  const format = oneOf('--format', Object.keys(REPORT_FORMATS) as ReportFormat[])(flags.format);
  const result = await readResult(flags.state, flags.run);
  const text = REPORT_FORMATS[format](result);
  if (flags.out === '-') {
    process.stdout.write(text);
    return EXIT.finished;
  }
  try {
    await writeFile(flags.out, text);
  } catch (error) {
    throw new UsageError(`--out ${flags.out}: can not be written (${codeOf(error)}); choose another file`);
  }
  process.stderr.write(`${result.runId} (${result.mode}): ${flags.out}\n`);
  return EXIT.finished;
}

async function readResult(folder: string, wanted: string | undefined): Promise<RunResult> {
  const finished = await listFinished(folder);
  if (wanted !== undefined && !finished.includes(wanted)) {
    throw new UsageError(
      `--run ${wanted}: no finished run of that id in ${folder}${suggestNearest(wanted, finished)}`,
    );
  }
  const runId = wanted ?? finished[0];
  if (runId === undefined) {
    throw new UsageError(`state folder ${folder} holds no finished run; name another with --state`);
  }
  const text = await createFolderArtifacts(join(folder, 'artifacts')).getText(artifactKeys.result(runId));
  return JSON.parse(text ?? 'null') as RunResult;
}

/**
 * Ids of the runs that have a result, the one that finished last first. By the file's time: a rehearsal's
 * run has the twin's times in its id and its result.
 */
async function listFinished(folder: string): Promise<string[]> {
  const runs = join(folder, 'artifacts', 'runs');
  const names = await readdir(runs).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UsageError(`state folder ${folder} can not be read (${codeOf(error)})`);
  });
  const found = await Promise.all(
    names.map(async (runId) => {
      const file = await stat(join(runs, runId, 'result.json')).catch(() => null);
      return file ? [{ runId, finishedAt: file.mtimeMs }] : [];
    }),
  );
  return found
    .flat()
    .sort((a, b) => b.finishedAt - a.finishedAt || b.runId.localeCompare(a.runId))
    .map(({ runId }) => runId);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
