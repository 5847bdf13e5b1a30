/**
 * State of version 0.1 (commit 17a800f): a run that made the DHMC role, the setting and endpoints, as that version
 * left table, artifacts and twin. The fixture is what its own code wrote, item by item and object by object.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { runCommand } from '../cli/run-command.ts';
import { accountOf, changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER } from './small-organization.ts';

const FIXTURE = 'test/fixtures/state/written-by-0.1.json';
const provision = { endpoints: 'provision' as const };

let organization: Organization;
let written: { runId: string; items: Piece[]; artifacts: Record<string, unknown> };
let region: string;

beforeAll(async () => {
  const { snapshot, ...rest } = JSON.parse(await readFile(FIXTURE, 'utf8'));
  written = rest;
  const accounts: Snapshot['accounts'] = new Map(Object.entries(snapshot.accounts));
  region = Object.keys(snapshot.accounts[MEMBER].Regions)[0] ?? '';
  organization = await openOrganization({ organization: snapshot.organization, accounts });
  const { state } = organization;
  const client = DynamoDBDocumentClient.from(state.client);
  for (const Item of written.items) await client.send(new PutCommand({ TableName: state.tableName, Item }));
  for (const [key, value] of Object.entries(written.artifacts)) {
    await state.artifacts.putText(key, JSON.stringify(value));
  }
});
afterAll(() => organization.close());

describe('given the state that an older version wrote', () => {
  it('when it is reported, then its run is there', async () => {
    const { folder } = organization.state;
    const out = join(folder, 'artifacts', 'targets.csv');
    for (const format of ['csv', 'json', 'html']) {
      const args = ['report', '--format', format, '--run', written.runId, '--state', folder, '--out', out];
      expect(await runCommand(args, { cwd: folder })).toMatchObject({ code: 0 });
      expect(await readFile(out, 'utf8')).toContain(MEMBER);
    }
  }, 60_000);

  it('when the keys of our mark are changed with the upgrade, then the run is refused', async () => {
    const ownTags = { managed: 'corp:managed-by', change: 'corp:change', earlier: [] };
    await expect(organization.run({ mode: 'assess' }, { ownTags })).rejects.toThrow(
      'ownTags: earlier runs marked what they made with {"managed":"dhmc-rollout:managed","change":"dhmc-rollout:change"}',
    );
  });

  it('when it is assessed and enforced again, then what that version made is known as ours and nothing changes', async () => {
    const before = organization.mutatingCalls();
    const assessed = await organization.run({ mode: 'assess' }, { ...provision, instancesCount: false });
    const target = targetOf(assessed, MEMBER, region);
    expect([target.status, accountOf(assessed, MEMBER).role.owner]).toEqual(['COMPLIANT', 'OURS']);
    expect(target.vpcs[0]?.endpoints.every(({ ours }) => ours)).toBe(true);
    const enforced = await organization.run({}, provision);
    expect(changesOf(enforced, MEMBER)).toEqual([]);
    expect(organization.mutatingCalls()).toBe(before);
  });

  it('when its run is rolled back, then all that it made is gone', async () => {
    const back = await organization.run({ mode: 'rollback', rollbackOf: written.runId });
    expect(changesOf(back, MEMBER).filter((change) => !change.endsWith('ROLLED_BACK'))).toEqual([]);
    const { Ec2, Ssm } = organization.twin.state.region(MEMBER, region);
    const endpoints = Ec2.VpcEndpoints.filter(
      ({ State }: Piece) => State !== 'deleted' && State !== 'deleting',
    );
    expect([endpoints, Ssm.ServiceSettings]).toEqual([[], []]);
    const roles: Piece[] = organization.twin.state.account(MEMBER)?.Iam.RoleDetailList;
    expect(roles.map(({ RoleName }) => RoleName).sort()).toEqual(['DhmcRolloutReader', 'DhmcRolloutWriter']);
  });
});
