/** What finish-run adds where it is configured: reports of the run in every format, with their sums. Loaded only then. */
import { connectReportSigner } from '../aws/report-signer.ts';
import type { SignManifest } from '../core/model/report-manifest.ts';
import { isFullRun } from '../core/run-news.ts';
import { EnvironmentError } from '../platform/environment.ts';
import { exportReports } from '../report/export.ts';
import { isReportFormat } from '../report/formats.ts';
import { readRun, readSummary } from '../report/read-run.ts';
import type { ReportedRun } from '../report/source.ts';
import type { RunRecord } from '../store/contract.ts';
import { deployedPlace } from './command-place.ts';
import type { FullRun } from './full-runs.ts';
import type { Records, ReportSettings } from './records.ts';
import { runContext } from './run-cache.ts';

/** Runs that a trend shows. */
const TREND_RUNS = 30;
/** Partial runs between full ones do not shorten the trend. */
const LOOK_BACK = 200;

export async function leaveReports(
  records: Records,
  settings: ReportSettings,
  run: RunRecord,
  before: FullRun | null,
  finished: ReportedRun,
  sign: SignManifest | null = signerOf(settings),
): Promise<void> {
  const { artifacts, log } = records;
  const formats = settings.formats.map((format) => {
    if (isReportFormat(format)) return format;
    throw new EnvironmentError('REPORT_FORMATS', `names ${format}, which is no format`);
  });
  const earlier = await findEarlier(records, run);
  const summaries = await Promise.all(earlier.map(({ runId }) => readSummary(artifacts, runId)));
  const source = {
    ...finished,
    configuration: (await runContext(records, run.runId)).configuration,
    trend: [...summaries.filter((summary) => summary !== null), finished.summary],
    // Of two full runs only: what a narrower one left out would look as if it were gone.
    since: before ? await readRun(artifacts, before.runId) : null,
    place: deployedPlace(records, run),
  };
  const { files } = await exportReports(source, artifacts, { formats, sign });
  log.info('reports written', { runId: run.runId, files: files.length, signed: sign !== null });
}

/** Full runs that finished before this one, oldest first; none where this run is no full one itself. */
async function findEarlier({ store }: Records, run: RunRecord): Promise<RunRecord[]> {
  if (!isFullRun(run.input)) return [];
  const runs = await store.listRuns(LOOK_BACK);
  return runs
    .filter(({ runId, endedAt, startedAt, input }) => {
      return runId !== run.runId && endedAt !== null && startedAt < run.startedAt && isFullRun(input);
    })
    .slice(0, TREND_RUNS)
    .toReversed();
}

function signerOf({ keyId, region }: ReportSettings): SignManifest | null {
  return keyId === null ? null : connectReportSigner(region, keyId);
}
