import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takeSnapshot } from '../../cli/snapshot/take-snapshot.ts';
import type { Unread } from '../../functions/aws/snapshot/gather.ts';
import type { Change } from '../../functions/core/model/change.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { diffSnapshots, type ResourceDifference } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { EVERYTHING } from '../reconcile/everything.ts';
import { openOrganization } from '../reconcile/organization.ts';
import { FIRST, makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();
const SUSPENDED = '100000000017';
const CLOSED = '100000000019';
const DENIED = '100000000018';

let twin: Twin;
/** Small pages, so that every list is read to its end. */
beforeAll(async () => {
  twin = await startTwin({ snapshot: await readSnapshot(FIRST) });
});
afterAll(() => twin.close());

function requestFor(out: string, served: Twin = twin) {
  const { accessKeyId, secretAccessKey, sessionToken, region } = served.operator;
  return {
    connection: {
      homeRegion: region,
      endpoint: served.url,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    },
    configuration: defaultConfiguration(),
    scope: undefined,
    folder: join(folder, out),
    atOnce: 4,
    signal: undefined,
    onAccount: () => {},
    now: () => new Date('2026-11-20T00:00:00Z'),
  };
}

const assumed = (served: Twin) =>
  served
    .calls()
    .calls.filter(({ operation }) => operation === 'AssumeRole')
    .reduce((sum, { count }) => sum + count, 0);

async function enforce(snapshot: Snapshot): Promise<RunResult> {
  const organization = await openOrganization(snapshot);
  try {
    return await organization.run({}, EVERYTHING);
  } finally {
    await organization.close();
  }
}

function outcomes({ accounts, targets }: RunResult) {
  const changes = (list: { kind: Change['action']['kind']; resource: string; outcome: string }[]) =>
    list.map(({ kind, outcome }) => [kind, outcome]);
  return {
    accounts: accounts.map((one) => [one.accountId, one.status, one.reasons, changes(one.changes)]),
    targets: targets.map(({ accountId, region, status, reasons, notes, setting, vpcs, ...rest }) => ({
      at: `${accountId} ${region}`,
      shown: [status, reasons, notes, setting],
      vpcs: vpcs.map(({ vpcId, path, reasons: why }) => [vpcId, path, why]),
      instances: rest.instances,
      changes: changes(rest.changes),
    })),
  };
}

/** What APIs do not show as the files of the first snapshot have it. */
function isExplained({ kind, list, accountId, members }: ResourceDifference): boolean {
  // Agents: no API shows them. Nothing is in these Regions, so they were not looked at further.
  if (list === 'Agents' || list === 'Ec2.VpcEndpointServices' || list === 'Ec2.VpcBlockPublicAccessOptions') {
    return kind === 'removed';
  }
  // Not entered: suspended, or without the reader role.
  if (accountId === SUSPENDED || accountId === CLOSED) return kind === 'removed';
  if (accountId === DENIED) return list === 'Unread';
  // What list-accounts, list-targets-for-policy and list-delegated-administrators print besides.
  const besides: Record<string, string[]> = {
    Accounts: ['Paths'],
    Policies: ['Targets'],
    // Sent for every instance, and left out of the original.
    'Ec2.Instances': ['PrivateDnsName', 'PublicDnsName'],
  };
  return (
    list === 'DelegatedAdministrators' ||
    members.every(({ member }) => besides[list]?.includes(member) ?? false)
  );
}

describe('Given an organization that answers', () => {
  let original: Snapshot;
  let copy: Snapshot;
  let unread: Unread[];

  beforeAll(async () => {
    original = await readSnapshot(FIRST);
    ({ unread } = await takeSnapshot(requestFor('whole')));
    copy = await readSnapshot(join(folder, 'whole'));
  }, 60_000);

  it('When a snapshot is taken, Then it differs from the original in what no API shows alone', () => {
    const differences = diffSnapshots(original, copy);
    expect(differences.filter((one) => !isExplained(one))).toEqual([]);
  });

  it('When enforce is rehearsed on it, Then verdicts and changes are those of enforce on the original', async () => {
    const [here, there] = await Promise.all([enforce(original), enforce(copy)]);
    expect(there.targets.flatMap(({ changes }) => changes).length).toBeGreaterThan(5);
    expect(outcomes(there)).toEqual(outcomes(here));
  }, 60_000);

  it('When something could not be read, Then account, API and reason are said, in the folder too', async () => {
    expect(unread.map(({ accountId, region, api, kind }) => [accountId, region, api, kind])).toEqual([
      [CLOSED, null, 'sts:AssumeRole', 'DENIED'],
      [DENIED, 'us-east-1', '*', 'DENIED_BY_SCP'],
    ]);
    const file = JSON.parse(await readFile(join(folder, 'whole/unread.json'), 'utf8'));
    expect(file.Unread).toEqual(unread);
  });

  it('When it is taken, Then nothing was changed, and no one else may read the folder', async () => {
    expect(twin.calls().mutating).toBe(0);
    expect(await readdir(join(folder, 'whole'))).toEqual(['accounts', 'organization.json', 'unread.json']);
    const modes = await Promise.all(
      ['', 'organization.json'].map((name) => stat(join(folder, 'whole', name))),
    );
    expect(modes.map(({ mode }) => mode & 0o077)).toEqual([0, 0]);
  });

  it('When it ends after some accounts, Then it is no snapshot yet, and the next start reads the others alone', async () => {
    const ending = new AbortController();
    const begun = takeSnapshot({
      ...requestFor('resumed'),
      atOnce: 1,
      signal: ending.signal,
      onAccount: (done) => {
        if (done === 4) ending.abort();
      },
    });
    await expect(begun).rejects.toThrow(/interrupted after 4 of 11 accounts; the same command continues/);
    await expect(readSnapshot(join(folder, 'resumed'))).rejects.toThrow(/organization.json is missing/);
    // A file that was half written when the process ended.
    await writeFile(join(folder, 'resumed/accounts-1.part'), '{"half');

    const before = assumed(twin);
    const { accounts } = await takeSnapshot(requestFor('resumed'));
    expect(accounts).toEqual({ total: 12, read: 10, readBefore: 4, leftOut: 1 });
    expect(assumed(twin) - before).toBe(7);
    expect(diffSnapshots(copy, await readSnapshot(join(folder, 'resumed')))).toEqual([]);
    expect(await readdir(join(folder, 'resumed'))).toEqual(await readdir(join(folder, 'whole')));
  }, 60_000);

  it('When a folder holds a snapshot, or one begun otherwise, Then it is refused as it is', async () => {
    await expect(takeSnapshot(requestFor('whole'))).rejects.toThrow(/holds a snapshot already/);
    await writeFile(join(folder, 'note.txt'), '');
    await expect(takeSnapshot(requestFor('.'))).rejects.toThrow(/holds something other than a snapshot/);
    const ending = new AbortController();
    const abort = { signal: ending.signal, onAccount: () => ending.abort() };
    await expect(takeSnapshot({ ...requestFor('other'), ...abort })).rejects.toThrow(/interrupted/);
    const elsewhere = { ...requestFor('other'), scope: { regions: ['us-east-1'] } };
    await expect(takeSnapshot(elsewhere)).rejects.toThrow(/begun with regions all, not us-east-1/);
  }, 60_000);

  it('When the operator may not read policies, tags and administrators, Then it says so and continues', async () => {
    const denied = (operation: string) => ({
      match: { service: 'organizations', operation },
      effect: { error: { code: 'AccessDeniedException', message: 'not allowed', status: 400 } },
    });
    const operations = ['ListPolicies', 'ListTagsForResource', 'ListDelegatedAdministrators'];
    twin.setFaults({ seed: 1, faults: operations.map(denied) });
    try {
      const taken = await takeSnapshot({ ...requestFor('few'), scope: { accounts: ['100000000011'] } });
      const apis = taken.unread.map(({ accountId, api }) => [accountId, api]);
      expect(apis).toEqual(expect.arrayContaining(operations.map((name) => [null, `organizations:${name}`])));
      const { organization } = await readSnapshot(join(folder, 'few'));
      // Who lists accounts from a member account is a delegated administrator.
      expect(organization.DelegatedAdministrators.map(({ Id }: Piece) => Id)).toEqual(['100000000002']);
      const served = await startTwin({ snapshot: await readSnapshot(join(folder, 'few')) });
      await served.close();
    } finally {
      twin.setFaults({ seed: 1, faults: [] });
    }
  }, 60_000);

  it('When resource control policies and others are enabled, Then the former are kept and the latter are named', async () => {
    const snapshot = await readSnapshot(FIRST);
    const { Roots, Policies } = snapshot.organization;
    for (const Type of ['RESOURCE_CONTROL_POLICY', 'TAG_POLICY']) {
      Roots[0]?.PolicyTypes.push({ Type, Status: 'ENABLED' });
    }
    const denial: Piece = {
      PolicySummary: { Id: 'p-rcp', Arn: 'arn:p-rcp', Name: 'p-rcp', Type: 'RESOURCE_CONTROL_POLICY' },
      Content:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}',
      Targets: [{ TargetId: Roots[0]?.Id }],
    };
    Policies.push(denial);
    const served = await startTwin({ snapshot });
    try {
      const taken = await takeSnapshot({
        ...requestFor('rcp', served),
        scope: { accounts: ['100000000011'] },
      });
      expect(taken.policyTypesNotEvaluated).toEqual(['TAG_POLICY']);
      const { organization } = await readSnapshot(join(folder, 'rcp'));
      const { PolicySummary, Content, Targets } = organization.Policies.find(
        (policy) => policy.PolicySummary.Type === 'RESOURCE_CONTROL_POLICY',
      ) as Piece;
      expect([PolicySummary.Id, Content]).toEqual(['p-rcp', denial.Content]);
      expect(Targets).toMatchObject([{ TargetId: Roots[0]?.Id }]);
    } finally {
      await served.close();
    }
  }, 60_000);

  it('When pseudonyms are asked for, Then the secret lies beside, and the same secret gives the same', async () => {
    const anonymize = (out: string) =>
      runCommand(['snapshot', '--from', 'whole', '--anonymize', '--out', out], { cwd: folder });
    const ended = await anonymize('shared');
    expect([ended.code, ended.stdout]).toEqual([0, '']);
    expect(ended.stderr).toMatch(/with pseudonyms: shared; do not share shared.salt, nor whole/);
    expect((await stat(join(folder, 'shared.salt'))).mode & 0o077).toBe(0);
    expect(await readdir(join(folder, 'shared'))).toEqual(['accounts', 'organization.json', 'unread.json']);
    const unreadThere = await readFile(join(folder, 'shared/unread.json'), 'utf8');
    expect(unreadThere).toContain('sts:AssumeRole');
    expect(unreadThere).not.toMatch(/\d{12}/);
    const before = await readFile(join(folder, 'shared/organization.json'), 'utf8');
    expect(before).not.toContain('100000000002');
    await anonymize('shared');
    expect(await readFile(join(folder, 'shared/organization.json'), 'utf8')).toBe(before);
  }, 60_000);

  it('When the command is typed, Then it takes the scope, and unread things count with the detailed exit code', async () => {
    const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
    const env = {
      AWS_ENDPOINT_URL: twin.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: region,
    };
    const flags = ['--out', 'typed', '--accounts', `${DENIED},${SUSPENDED}`, '--output', 'json'];
    const ended = await runCommand(['snapshot', ...flags, '--detailed-exitcode'], { cwd: folder, env });
    expect([ended.code, ended.stderr]).toEqual([3, '1 of 1 account read\n']);
    expect(JSON.parse(ended.stdout).accounts).toEqual({ total: 12, read: 1, readBefore: 0, leftOut: 11 });
    const again = await runCommand(['snapshot', ...flags], { cwd: folder, env });
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(again.stderr).toMatch(/^dhmc: --out typed: holds a snapshot already/);
  }, 60_000);
});
