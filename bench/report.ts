/**
 * Reports of a large run: seconds, peak memory and size of each format, finish-run itself, and how long the page
 * takes in Chromium until it can be used. Each is measured in its own process, with a heap of 64 MiB, that reads
 * artifacts from a folder, as the service reads them from a bucket.
 *
 *     node cli/with-node.mjs bench/report.ts [--accounts 10000] [--regions 17] [--no-browser]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createFinishRun } from '../functions/handlers/finish-run.ts';
import type { Records } from '../functions/handlers/records.ts';
import { defaultConfiguration } from '../functions/inputs/configuration-check.ts';
import { createLog } from '../functions/platform/log.ts';
import { wallClock } from '../functions/platform/wall-clock.ts';
import { isReportFormat, REPORT_FORMATS, writeReport } from '../functions/report/formats.ts';
import { readRun } from '../functions/report/read-run.ts';
import { createFolderArtifacts } from '../functions/store/artifacts-folder.ts';
import { artifactKeys, type RunRecord } from '../functions/store/contract.ts';
import { openChromium } from '../test/report/chromium.ts';
import { madeUpAccount, madeUpRun } from '../test/report/made-up-run.ts';
import { readFlags, wholeNumber } from './flags.ts';

const FINISH = 'finish-run';
const RUN = 'run-20261120T061800Z-5eed0001';

/** Too small for a whole run: what needs memory by the number of accounts ends with an error here. */
const SMALL_HEAP = ['--max-old-space-size=64', '--max-semi-space-size=8'];

const values = readFlags({
  accounts: { type: 'string', default: '10000' },
  regions: { type: 'string', default: '17' },
  browser: { type: 'boolean', default: true },
  /** Internal: what this process is to do, in which folder. */
  step: { type: 'string' },
  folder: { type: 'string' },
});

const made = {
  accounts: wholeNumber('accounts', values.accounts),
  regions: wholeNumber('regions', values.regions),
  progress: 0.93,
  runId: RUN,
};

/** Accounts as reconcile-account left them, without a result of the run. */
async function writeArtifacts(folder: string): Promise<RunRecord> {
  const { summary } = await madeUpRun({ ...made, accounts: 1 });
  const artifacts = join(folder, 'runs', RUN);
  await mkdir(join(artifacts, 'accounts'), { recursive: true });
  await mkdir(join(artifacts, 'manifests'), { recursive: true });
  const manifest = [];
  for (let index = 0; index < made.accounts; index += 1) {
    const result = madeUpAccount(index, made);
    const { accountId, name, organizationPath } = result;
    await writeFile(join(artifacts, 'accounts', `${accountId}.json`), `${JSON.stringify(result)}\n`);
    const arn = `arn:aws:organizations::200000000001:account/o-madeup0org1/${accountId}`;
    const state = { state: 'ACTIVE', joinedAt: null, tags: null, management: false };
    manifest.push({ accountId, name, organizationPath, arn, ...state });
  }
  const key = artifactKeys.manifest(RUN, 0);
  await writeFile(join(folder, key), JSON.stringify(manifest));
  await writeFile(join(folder, artifactKeys.configuration(RUN)), JSON.stringify(defaultConfiguration()));
  const [startedAt, endedAt] = [summary.head.startedAt, summary.head.endedAt];
  return {
    runId: RUN,
    input: summary.input,
    status: 'RUNNING',
    startedAt,
    endedAt: null,
    configurationVersion: summary.configurationVersion ?? '',
    organizationId: 'o-madeup0org1',
    operatorAccountId: '200000000002',
    managementAccountId: '200000000001',
    partition: 'aws',
    homeRegion: 'us-east-1',
    regions: summary.regions,
    batches: [{ name: 'wave:all', manifest: key, accounts: made.accounts, startedAt, endedAt }],
    settlePasses: 0,
    waitUntil: null,
    coverage: null,
    decision: null,
    reason: null,
  };
}

async function finish(folder: string): Promise<void> {
  const run = JSON.parse((await createFolderArtifacts(folder).getText('run.json')) ?? '') as RunRecord;
  const store = {
    getRun: async () => run,
    updateRun: async () => undefined,
    getCrash: async () => null,
    listRuns: async () => [],
    releaseEnforceLease: async () => undefined,
  };
  const records = {
    store,
    artifacts: createFolderArtifacts(folder),
    clock: wallClock,
    log: createLog({ level: 'SILENT', stream: 'stderr' }),
  } as unknown as Records;
  await createFinishRun(records)({ runId: RUN });
}

async function perform(step: string, folder: string): Promise<void> {
  const began = performance.now();
  let file = artifactKeys.result(RUN);
  if (step === FINISH) await finish(folder);
  else if (isReportFormat(step)) {
    const run = await readRun(createFolderArtifacts(folder), RUN);
    if (!run) throw new Error('the run has no summary');
    const source = { ...run, configuration: null, trend: [run.summary], since: null };
    file = REPORT_FORMATS[step].fileName;
    await pipeline(Readable.from(writeReport(step, source)), createWriteStream(join(folder, file)));
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  const size = (await stat(join(folder, file))).size;
  const megabytes = (size / 1e6).toFixed(1);
  process.stdout.write(
    `${step.padEnd(14)} ${seconds.padStart(6)} s  ${String(peak).padStart(5)} MiB at most  ${megabytes.padStart(7)} MB\n`,
  );
}

/** Milliseconds from the navigation until the script has listed the accounts, three times. */
async function openPage(file: string): Promise<void> {
  const browser = await openChromium();
  try {
    for (let time = 0; time < 3; time += 1) {
      const page = await browser.newPage();
      const began = performance.now();
      await page.goto(`file://${file}`, { waitUntil: 'domcontentloaded', timeout: 60_000 });
      await page.waitForFunction('document.documentElement.dataset.ready === "true"');
      const ready = Math.round(performance.now() - began);
      const typed = performance.now();
      await page.type('input[type=search]', 'payments');
      await page.waitForFunction('/ of /.test(document.querySelector(".found").textContent)');
      const found = Math.round(performance.now() - typed);
      process.stdout.write(`in Chromium    ready after ${ready} ms; search of 8 letters ${found} ms\n`);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

if (values.step !== undefined && values.folder !== undefined) await perform(values.step, values.folder);
else {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-bench-'));
  try {
    const run = await writeArtifacts(folder);
    await writeFile(join(folder, 'run.json'), JSON.stringify(run));
    process.stdout.write(`${made.accounts} accounts x ${made.regions} Regions\n`);
    const sizes = ['--accounts', values.accounts, '--regions', values.regions];
    for (const step of [FINISH, ...Object.keys(REPORT_FORMATS)]) {
      const { status } = spawnSync(
        process.execPath,
        [...SMALL_HEAP, fileURLToPath(import.meta.url), ...sizes, '--step', step, '--folder', folder],
        { stdio: 'inherit' },
      );
      if (status !== 0) throw new Error(`${step} ended with ${status}`);
    }
    if (values.browser) await openPage(join(folder, REPORT_FORMATS.html.fileName));
  } finally {
    await rm(folder, { recursive: true });
  }
}
