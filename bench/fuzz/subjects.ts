/**
 * What reads inputs that people or AWS wrote, each as the command calls it. A subject makes a changed input and reads
 * it: it returns, or throws; main.ts decides whether that was an answer.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuse } from '../../cli/commands/verify-report.ts';
import { checkedArtifacts } from '../../cli/runs/checked-artifacts.ts';
import { openRun } from '../../cli/runs/choose-run.ts';
import { parsePolicy } from '../../functions/aws/iam-reader.ts';
import { parseSessionPreferences } from '../../functions/core/instances/session-logging.ts';
import {
  desiredTrustPolicy,
  judgeTrust,
  repairedTrust,
  trustsEc2,
  trustsOthers,
} from '../../functions/core/trust-policy.ts';
import { parseAccountEvent } from '../../functions/inputs/account-event.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { parsePlanFile, sealPlan } from '../../functions/inputs/plan-file.ts';
import { parseRunInput } from '../../functions/inputs/run-input.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../../functions/report/formats.ts';
import { parseManifest, parsePublicKey, parseSignature } from '../../functions/report/manifest.ts';
import { readRunConfiguration } from '../../functions/report/read-run.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import { accountCreated, unitRegistered } from '../../test/events/recorded.ts';
import { madeUpRun } from '../../test/report/made-up-run.ts';
import { parseFaults } from '../../twin/faults-file.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';
import type { Random } from '../../twin/make/random.ts';
import { policyMisfit } from '../../twin/snapshot/policy-misfit.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { mutateJson, mutateText } from './mutate.ts';

export interface Subject {
  /**
   * Who wrote it. A person's error is one line that names the file and ends with exit status 2; what AWS answered is
   * borne; an event that is none is refused by a named error.
   */
  writtenBy: 'person' | 'aws' | 'event';
  /** What messages call it. */
  name: string;
  make(random: Random): string;
  read(input: string): unknown;
}

const CONFIGURATION = `regions: [eu-west-1, us-east-1]
exclude: {accounts: ["111122223333"], organizationalUnits: [ou-ab12-cd34ef56], regions: [us-east-1], tags: {a: b}}
dhmcRole: {name: Role, path: /service-role/, extraPolicies: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]}
existingSetting: keep
restorableRoleArns: ["arn:aws:iam::*:role/ops/*"]
endpoints: provision
enableVpcDns: true
resourceTags: {team: ops}
prices: {eu-west-1: {endpointAzHour: 0.011}}
waves: [{name: canary, accounts: ["111122223333"], percentage: 10}, {name: rest}]
settle: {passes: 4, waitSeconds: [60, 300]}
freeze: [{from: 2026-12-20, until: 2027-01-06}]
waivers: [{code: NO_PATH_TO_SSM, account: "111122223333", owner: me, why: later, until: 2027-01-31}]
notifications: {topicArn: "arn:aws:sns:eu-west-1:111122223333:ops", on: [failed]}
memberRole: {reader: Reader, writer: Writer, externalId: an-id}
schedule: rate(1 day)
overrides: [{accounts: ["111122223333"], endpoints: report}, {organizationalUnits: [ou-ab12-cd34ef56], resourceTags: {x: y}}]
`;

const POLICY = {
  Version: '2012-10-17',
  Id: 'x',
  Statement: [
    {
      Sid: 'One',
      Effect: 'Allow',
      Action: ['ssm:Get*', 'ec2:Describe*'],
      Resource: ['arn:aws:ssm:*:111122223333:*', '*'],
      Condition: {
        StringEquals: { 'aws:SourceAccount': ['111122223333'] },
        Bool: { 'aws:SecureTransport': 'true' },
      },
    },
    { Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:iam::*:role/a' },
    desiredTrustPolicy.Statement[0],
    {
      Effect: 'Allow',
      Principal: { AWS: ['arn:aws:iam::111122223333:root', '*'], Federated: 'x' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:ssm:*:111122223333:*' } },
    },
  ],
};

const PREFERENCES = {
  schemaVersion: '1.0',
  sessionType: 'Standard_Stream',
  inputs: { s3BucketName: 'b', s3EncryptionEnabled: true, cloudWatchLogGroupName: 'l', kmsKeyId: 'k' },
};

const FAULTS = {
  seed: 1,
  faults: [
    {
      match: { service: 'ssm', operation: 'GetServiceSetting', nth: 2 },
      effect: { error: { code: 'ThrottlingException', message: 'x', status: 400 } },
      times: 3,
    },
    { match: { probability: 0.5 }, effect: { delayMs: 10 } },
  ],
};

const MANIFEST = {
  schemaVersion: 1,
  runId: 'run-1',
  createdAt: '2026-11-20T00:00:00Z',
  files: [{ name: 'result.json', bytes: 1, sha256: 'a'.repeat(64) }],
};
const SIGNATURE = { algorithm: 'ECDSA_SHA_256', keyId: 'k', signature: 'c2ln' };

const PLAN = sealPlan({
  runId: 'run-1',
  createdAt: '2026-11-20T00:00:00Z',
  organizationId: 'o-abcdefgh12',
  configurationVersion: 'abc',
  regions: ['eu-west-1'],
  monthlyCostUsd: { current: 0, planned: 0 },
  changes: [
    {
      id: 'chg-0123456789abcdef',
      accountId: '111122223333',
      region: 'eu-west-1',
      kind: 'SetServiceSetting',
      resource: 'arn:aws:ssm:eu-west-1:111122223333:servicesetting/x',
      vpcId: null,
      action: { kind: 'SetServiceSetting', value: 'service-role/x' },
      expected: { value: '$None' },
      monthlyCostUsd: 0,
    },
  ],
});

const RUN_INPUT = {
  mode: 'enforce',
  trigger: 'on-demand',
  scope: { accounts: ['111122223333'], organizationalUnits: ['ou-ab12-cd34ef56'], regions: ['eu-west-1'] },
};

const WHERE = { partition: 'aws', operatorAccountId: '111122223333', homeRegion: 'eu-west-1' };
const PLACE = { kind: 'folder' } as never;

export async function openSubjects(): Promise<{ subjects: Record<string, Subject>; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-fuzz-'));
  const person = (name: string, of: Omit<Subject, 'writtenBy' | 'name'>): Subject => ({
    writtenBy: 'person',
    name,
    ...of,
  });
  const json = (value: unknown) => {
    const text = JSON.stringify(value);
    return (random: Random) => mutateJson(text, random);
  };
  const subjects: Record<string, Subject> = {
    configuration: person('dhmc.config.yaml', {
      make: (random) =>
        random.chance(0.5)
          ? mutateText(CONFIGURATION, random)
          : mutateJson(JSON.stringify(parseConfiguration(CONFIGURATION, 'valid')), random),
      read: (text) => parseConfiguration(text, 'dhmc.config.yaml'),
    }),
    'run-input': person('run input', {
      make: json(RUN_INPUT),
      read: (text) => parseRunInput(parsedOrText(text), 'run input'),
    }),
    plan: person('plan.json', { make: json(PLAN), read: (text) => parsePlanFile(text, 'plan.json') }),
    manifest: person('manifest.json', {
      make: (random) => (random.chance(0.7) ? json(MANIFEST) : json(SIGNATURE))(random),
      read(text) {
        refuse('manifest.json', () => parseManifest(text));
        refuse('manifest.json', () => parseSignature(text));
      },
    }),
    'public-key': person('key.pem', {
      make: (random) =>
        mutateText('-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END', random),
      read: (text) => refuse('key.pem', () => parsePublicKey(text)),
    }),
    faults: person('faults.json', {
      make: json(FAULTS),
      read: (text) => refuse('faults.json', () => parseFaults(text)),
    }),
    snapshot: await snapshotSubject(join(folder, 'snapshot')),
    result: await resultSubject(join(folder, 'state')),
    policy: {
      writtenBy: 'aws',
      name: 'a policy',
      make: json(POLICY),
      read: judgePolicy,
    },
    preferences: {
      writtenBy: 'aws',
      name: 'session preferences',
      make: json(PREFERENCES),
      read: parseSessionPreferences,
    },
    'account-event': {
      writtenBy: 'event',
      name: 'account event',
      make: (random) =>
        json(random.chance(0.5) ? accountCreated('111122223333') : unitRegistered('ou-ab12-cd34ef56'))(
          random,
        ),
      read: (text) => parseAccountEvent(parsedOrText(text)),
    },
  };
  return { subjects, close: () => rm(folder, { recursive: true, force: true }) };
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A folder whose one file is changed and restored. */
async function snapshotSubject(folder: string): Promise<Subject> {
  await cp('test/fixtures/snapshots/first', folder, { recursive: true });
  const names = [
    'organization.json',
    ...(await readdir(join(folder, 'accounts'))).map((name) => `accounts/${name}`),
  ];
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(join(folder, name), 'utf8'));
  let changed = 'organization.json';
  return {
    writtenBy: 'person',
    name: '',
    make(random) {
      changed = random.pick(names as [string, ...string[]]);
      return mutateJson(texts.get(changed) ?? '{}', random);
    },
    async read(text) {
      await writeFile(join(folder, changed), text);
      try {
        await readSnapshot(folder);
      } finally {
        await writeFile(join(folder, changed), texts.get(changed) ?? '');
      }
    },
  };
}

/** Artifacts of a run of which one is changed: read and written in every format, as `dhmc report` does. */
async function resultSubject(state: string): Promise<Subject> {
  const artifacts = createFolderArtifacts(state);
  const runId = 'run-1';
  const { summary, accounts } = await madeUpRun({
    accounts: 2,
    regions: 2,
    progress: 0.5,
    runId,
  });
  const texts = new Map<string, string>([
    [artifactKeys.summary(runId), JSON.stringify({ ...summary, place: WHERE })],
    [artifactKeys.configuration(runId), JSON.stringify(defaultConfiguration())],
  ]);
  for await (const account of accounts()) {
    texts.set(artifactKeys.account(runId, account.accountId), JSON.stringify(account));
  }
  for (const [key, text] of texts) await artifacts.putText(key, text);
  const keys = [...texts.keys()] as [string, ...string[]];
  let changed = keys[0];
  return {
    writtenBy: 'person',
    name: 'runs/run-1/',
    make(random) {
      changed = random.pick(keys);
      return mutateJson(texts.get(changed) ?? '{}', random);
    },
    async read(text) {
      const here = {
        ...artifacts,
        getText: async (key: string) => (key === changed ? text : (texts.get(key) ?? null)),
        list: async (prefix: string) => keys.filter((key) => key.startsWith(prefix)),
      };
      const runs = {
        name: 'state',
        artifacts: checkedArtifacts(here, 'state'),
        runIds: [runId],
        place: PLACE,
      };
      const run = await openRun(runs, '--run', runId);
      const source = {
        ...run,
        configuration: await readRunConfiguration(runs.artifacts, runId),
        trend: [run.summary],
        since: null,
        place: PLACE,
      };
      for (const format of Object.keys(REPORT_FORMATS) as ReportFormat[]) {
        // Findings of a run that did not record where it ran are refused by name, with exit status 1.
        const { place, organizationId } = source.summary;
        if ((!place || organizationId === null) && ['asff', 'ocsf'].includes(format)) continue;
        for await (const _part of writeReport(format, source as never));
      }
    },
  };
}

const CALLER = {
  accountId: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/a/b',
  userId: 'AROA1:b',
  roleArn: 'arn:aws:iam::111122223333:role/a',
  roleName: 'a',
  sessionName: 'b',
  sessionPolicies: [],
  madeUp: false,
};

function judgePolicy(text: string): void {
  const document = parsePolicy(encodeURIComponent(text.toWellFormed()));
  const request = {
    partition: 'aws',
    accountId: '111122223333',
    organizationId: 'o-abcdefgh12',
    region: 'eu-west-1',
    controls: [{ policy: 'guard (p-1)', statement: document }],
  };
  judgeTrust(document, request);
  repairedTrust(document, request);
  trustsOthers(document);
  trustsEc2(document);
  // A snapshot refuses other documents.
  if (typeof document !== 'object' || document === null) return;
  if (policyMisfit((document as { Statement?: unknown }).Statement)) return;
  for (const action of ['ssm:GetParameter', 'sts:AssumeRole']) {
    evaluate({
      action,
      resource: 'arn:aws:ssm:eu-west-1:111122223333:parameter/x',
      context: { 'aws:SourceAccount': '111122223333' },
      identityPolicies: [document],
      permissionsBoundary: document,
      sessionPolicies: [],
      serviceControlPolicies: [[document]],
      resourcePolicy: { document, sameAccount: false },
      principal: CALLER,
    });
  }
}
