/**
 * What a finished run leaves, signed by moto's KMS, verified by the command, and imported into moto's
 * Security Hub from moto's S3: engines that are not ours.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFindingsImporter } from '../../functions/aws/findings-importer.ts';
import { createReportSigner } from '../../functions/aws/report-signer.ts';
import { createFinishRun } from '../../functions/handlers/finish-run.ts';
import { findFullRunBefore } from '../../functions/handlers/full-runs.ts';
import { createImportFindings } from '../../functions/handlers/import-findings.ts';
import { leaveReports } from '../../functions/handlers/leave-reports.ts';
import type { Records } from '../../functions/handlers/records.ts';
import { createLog } from '../../functions/platform/log.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { isReportFormat, REPORT_FORMATS } from '../../functions/report/formats.ts';
import { readRun } from '../../functions/report/read-run.ts';
import { createS3Artifacts } from '../../functions/store/artifacts-s3.ts';
import type { Artifacts, RunRecord } from '../../functions/store/contract.ts';
import { runCommand } from '../cli/run-command.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { makeSmallOrganization } from '../reconcile/small-organization.ts';
import { type Moto, startMoto } from '../statemachine/moto/server.ts';

const BUCKET = 'reports-bucket';
const FORMATS = Object.keys(REPORT_FORMATS).filter(isReportFormat);
const log = createLog({ level: 'SILENT', stream: 'stderr' });
const MEMBERS = 3;
const TARGETS = (MEMBERS + 2) * 2;

let moto: Moto;
let organization: Organization;
let records: Records;
let bucket: Artifacts;
let kms: KMSClient;
let hub: SecurityHubClient;
let folder: string;
let run: RunRecord;
const opened: { destroy(): void }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-reports-'));
  moto = await startMoto(() => Promise.reject(new Error('no functions here')));
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = { endpoint: moto.url, region: 'us-east-1', credentials };
  kms = new KMSClient(client);
  hub = new SecurityHubClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  opened.push(kms, hub, s3);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  bucket = createS3Artifacts({ client: s3, bucket: BUCKET });

  organization = await openOrganization(makeSmallOrganization({ members: MEMBERS, regions: 2 }));
  await organization.run({ mode: 'assess' });
  const { runId } = await organization.run({ mode: 'enforce' });
  const { store, artifacts } = organization.state;
  records = { store, artifacts, clock: wallClock, log, reports: null };
  const found = await store.getRun(runId);
  if (!found) throw new Error(`${runId} is not there`);
  run = found;
}, 60_000);
afterAll(async () => {
  for (const one of opened) one.destroy();
  await organization?.close();
  await moto?.close();
  await rm(folder, { recursive: true });
});

/** Reads the run where it is, writes its reports elsewhere. */
async function leave(into: Artifacts, keyId: string | null): Promise<void> {
  const finished = await readRun(records.artifacts, run.runId);
  if (!finished) throw new Error('no run');
  const artifacts = { ...records.artifacts, putText: into.putText, putStream: into.putStream };
  const settings = { formats: FORMATS, keyId, region: 'us-east-1' };
  const sign = keyId === null ? null : createReportSigner(kms, keyId);
  await leaveReports(
    { ...records, artifacts },
    settings,
    run,
    await findFullRunBefore(records, run),
    finished,
    sign,
  );
}

const reportKey = () => `reports/${run.runId}/findings.asff.jsonl`;
const created = (name: string, key: string) => ({ detail: { bucket: { name }, object: { key } } });

describe('reports that a finished run leaves', () => {
  it('Given a key of KMS, When every format is written, Then dhmc report verify finds all intact and signed by it', async () => {
    const key = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
    const KeyId = key.KeyMetadata?.KeyId ?? '';
    await leave(records.artifacts, KeyId);
    const { PublicKey: bytes } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    await writeFile(join(folder, 'key.b64'), Buffer.from(bytes ?? []).toString('base64'));
    const reports = join(organization.state.folder, 'artifacts', 'reports', run.runId);
    const verified = await runCommand(
      ['report', 'verify', reports, '--public-key', join(folder, 'key.b64'), '--output', 'json'],
      { cwd: folder },
    );
    expect(JSON.parse(verified.stdout)).toEqual({
      runId: run.runId,
      files: FORMATS.map((format) => ({ name: REPORT_FORMATS[format].fileName, state: 'INTACT' })),
      unlisted: [],
      signature: 'VALID',
      intact: true,
    });
    expect(verified.code).toBe(0);
  }, 30_000);

  it('Given the report in S3, When Security Hub gets it twice, Then it holds one finding for each target', async () => {
    await leave(bucket, null);
    const importReport = createImportFindings({ artifacts: bucket, log }, createFindingsImporter(hub));
    expect(await importReport(created(BUCKET, reportKey()))).toEqual({ accepted: TARGETS });
    await importReport(created(BUCKET, reportKey()));
    const { Findings: findings } = await hub.send(new GetFindingsCommand({ MaxResults: 100 }));
    expect(new Set(findings?.map(({ Id }) => Id)).size).toBe(TARGETS);
    expect(new Set(findings?.map(({ Compliance }) => Compliance?.Status))).toContain('PASSED');
  });

  it('Given a full run before and a run of one plan between, When the page is left, Then it compares full runs alone', async () => {
    const { store } = records;
    const [first] = (await store.listRuns(9)).filter(({ input }) => input.mode === 'assess');
    if (!first) throw new Error('no run before');
    const between = {
      ...first,
      runId: `${first.runId}-by-plan`,
      input: { ...first.input, plan: 'plans/one.json' },
      startedAt: new Date(Date.parse(first.startedAt) + 1).toISOString(),
    };
    await store.createRun(between);
    expect((await findFullRunBefore(records, run))?.runId).toBe(first.runId);
    await leave(bucket, null);
    const page = await bucket.getText(`reports/${run.runId}/report.html`);
    expect(page).toContain('id="since"');
    expect(page).not.toContain(between.runId);
  });

  it.each([
    ['another bucket', 'elsewhere', 'reports/run-1/findings.asff.jsonl'],
    ['another object', BUCKET, 'runs/run-1/result.json'],
  ])('Given an event about %s, Then it is refused and nothing is imported', async (_what, name, key) => {
    const importReport = createImportFindings({ artifacts: bucket, log }, () =>
      Promise.reject(new Error('imported')),
    );
    await expect(importReport(created(name, key))).rejects.toThrow('is no report in ASFF of this service');
  });

  it('Given findings that Security Hub refuses, When imported, Then the invocation fails after all lines were sent', async () => {
    let lines = 0;
    const importReport = createImportFindings({ artifacts: bucket, log }, async () => {
      lines += 1;
      return { accepted: TARGETS - 1, refused: [{ id: 'x', code: 'InvalidInput', message: 'no' }] };
    });
    await expect(importReport(created(BUCKET, reportKey()))).rejects.toThrow(
      `Security Hub refused 1 of ${TARGETS} findings`,
    );
    expect(lines).toBe(1);
  });

  it('Given finish-run with reports configured, When it ends a run again, Then the same bytes are there', async () => {
    const reports = { formats: ['csv'], keyId: null, region: 'us-east-1' };
    const own = createS3Artifacts({ client: opened[2] as S3Client, bucket: BUCKET });
    const artifacts = { ...records.artifacts, putStream: own.putStream, putText: own.putText };
    await createFinishRun({ ...records, artifacts, reports })({ runId: run.runId });
    const csv = await own.getText(`reports/${run.runId}/targets.csv`);
    expect(csv?.trimEnd().split('\r\n')).toHaveLength(1 + TARGETS);
    expect(await own.getText(`reports/${run.runId}/manifest.json`)).toContain('"name": "targets.csv"');
  });

  it('Given a format that does not exist, When the run is finished, Then the variable is named', async () => {
    const reports = { formats: ['pdf'], keyId: null, region: 'us-east-1' };
    await expect(createFinishRun({ ...records, reports })({ runId: run.runId })).rejects.toThrow(
      'REPORT_FORMATS names pdf',
    );
  });
});
