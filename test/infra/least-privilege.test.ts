/** The whole job through the very roles of the templates: what they lack would show as denied calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takeSnapshot } from '../../cli/snapshot/take-snapshot.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { managementRoles, memberRoles, type Template } from '../../infra/member-role-templates.ts';
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { resolve } from './synthesize.ts';

const FIRST = 'test/fixtures/snapshots/first';
const NAMES = ['DhmcRolloutReader', 'DhmcRolloutWriter'];

/** As CloudFormation would deploy it: the account's own member roles make way for the template's. */
function deploy(account: AccountFile, template: Template, snapshot: Snapshot): void {
  const { OperatorAccountId, Organization } = snapshot.organization;
  const roles: Piece[] = account.Iam.RoleDetailList;
  account.Iam.RoleDetailList = roles.filter(({ RoleName }) => !NAMES.includes(RoleName));
  for (const { Properties } of Object.values(template.Resources)) {
    const { RoleName, AssumeRolePolicyDocument, Policies } = resolve(Properties, {
      partition: 'aws',
      region: 'us-east-1',
      accountId: account.AccountId,
      parameters: { OperatorAccountId, OrganizationId: Organization.Id },
    });
    const before = roles.find((role) => role.RoleName === RoleName);
    account.Iam.RoleDetailList.push({
      ...before,
      Path: '/',
      RoleName,
      RoleId: before?.RoleId ?? `AROAX${RoleName.slice(-6).toUpperCase()}${account.AccountId.slice(-10)}`,
      Arn: `arn:aws:iam::${account.AccountId}:role/${RoleName}`,
      CreateDate: '2025-01-01T00:00:00+00:00',
      InstanceProfileList: [],
      AttachedManagedPolicies: [],
      AssumeRolePolicyDocument,
      RolePolicyList: Policies,
      Tags: [],
    });
  }
}

async function openWithTemplates(configuration: Configuration): Promise<Organization> {
  const snapshot = await readSnapshot(FIRST);
  // The twin's own operator stands for the functions: a role of people, as for `dhmc run --local`.
  const options = { configuration, writers: ['DhmcOperator'] };
  for (const account of snapshot.accounts.values()) {
    const roles: Piece[] = account.Iam.RoleDetailList;
    const has = roles.some(({ RoleName }) => NAMES.includes(RoleName));
    const management = account.AccountId === snapshot.organization.Organization.MasterAccountId;
    if (has) deploy(account, management ? managementRoles(options) : memberRoles(options), snapshot);
  }
  return openOrganization(snapshot);
}

/** What became of each target and each change, without what differs from run to run. */
function outcomes({ accounts, targets }: RunResult) {
  const changes = (list: { kind: string; outcome: string }[]) =>
    list.map(({ kind, outcome }) => [kind, outcome]);
  return {
    accounts: accounts.map((a) => ({ id: a.accountId, reasons: a.reasons, changes: changes(a.changes) })),
    targets: targets.map((t) => ({
      at: `${t.accountId} ${t.region}`,
      status: t.status,
      reasons: t.reasons,
      notes: t.notes,
      changes: changes(t.changes),
    })),
  };
}

describe('Given the first snapshot with the member roles of its author', () => {
  let expected: RunResult;
  let asFound: Organization;
  beforeAll(async () => {
    asFound = await openOrganization(await readSnapshot(FIRST));
    expected = await asFound.run();
  });
  afterAll(() => asFound.close());

  it.each([
    ['', 'the defaults'],
    ['memberRole: {externalId: right}', 'an external id'],
  ])('When the roles are those of the templates (%j: %s), Then a run ends alike', async (yaml) => {
    const configuration = parseConfiguration(yaml, 'test');
    const organization = await openWithTemplates(configuration);
    try {
      const result = await organization.run({}, configuration);
      expect(outcomes(result)).toEqual(outcomes(expected));
    } finally {
      await organization.close();
    }
  });

  it.each([
    ['memberRole: {snapshots: true}', []],
    [
      '',
      [
        'ec2:DescribeInternetGateways',
        'ec2:DescribeEgressOnlyInternetGateways',
        'iam:GetAccountAuthorizationDetails',
        'route53:ListHostedZones',
      ],
    ],
  ])('When a snapshot is taken with the reader of %j, Then %j is denied', async (yaml, expectedDenials) => {
    const configuration = parseConfiguration(yaml, 'test');
    const organization = await openWithTemplates(configuration);
    const folder = await mkdtemp(join(tmpdir(), 'dhmc-snapshot-'));
    try {
      const { unread } = await takeSnapshot({
        connection: organization.connection,
        configuration,
        scope: { accounts: ['100000000012', '100000000016'] },
        folder: join(folder, 'out'),
        atOnce: 2,
        signal: undefined,
        onAccount: () => {},
        now: () => new Date(),
      });
      expect([...new Set(unread.map(({ api }) => api))].sort()).toEqual([...expectedDenials].sort());
    } finally {
      await organization.close();
      await rm(folder, { recursive: true });
    }
  });

  it('When the external id is not the one that was deployed, Then no account can be entered', async () => {
    const organization = await openWithTemplates(
      parseConfiguration('memberRole: {externalId: right}', 'test'),
    );
    try {
      const wrong = parseConfiguration('memberRole: {externalId: wrong}', 'test');
      const result = await organization.run({}, wrong);
      expect(result.coverage).toMatchObject({ compliant: 0, nonCompliant: 0 });
      expect(organization.mutatingCalls()).toBe(0);
    } finally {
      await organization.close();
    }
  });
});
