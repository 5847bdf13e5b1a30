/** Snapshots pasted from clients that print less, or otherwise, than version 2 of the AWS CLI. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { notesOf } from '../../twin/snapshot/notes.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { configuration, enter, FIRST } from './first-organization.ts';

const ID = '100000000012';
const DOCUMENTS = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Document']);

/** As the API has them, and as some clients print them: objects become URL-encoded text. */
function encode(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value as Piece)) {
    if (DOCUMENTS.has(key)) (value as Piece)[key] = encodeURIComponent(JSON.stringify(inner));
    else encode(inner);
  }
}

let folder: string;
let original: Snapshot;
let read: Snapshot;
let twin: Twin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
  original = await readSnapshot(FIRST);
  const older = structuredClone(original);
  for (const account of older.organization.Accounts) {
    account.Status = account.State === 'ACTIVE' ? 'ACTIVE' : 'SUSPENDED';
    delete account.State;
  }
  for (const { Iam } of older.accounts.values()) encode(Iam);
  Object.assign(older.accounts.get(ID)?.Iam.RoleDetailList[0], {
    RoleLastUsed: { LastUsedDate: '2026-11-19T00:00:00Z', Region: 'us-east-1' },
  });
  await writeSnapshot(older, folder);
  read = await readSnapshot(folder);
  twin = await startTwin({ snapshot: read, pages: 'aws' });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('Given accounts without State and documents that are URL-encoded', () => {
  it('When they are read, Then the documents are those of the original', () => {
    const trust = ({ accounts }: Snapshot) =>
      accounts.get(ID)?.Iam.RoleDetailList.map((role: Piece) => role.AssumeRolePolicyDocument);
    expect(trust(read)).toEqual(trust(original));
    expect(read.accounts.get(ID)?.Iam.Policies).toEqual(original.accounts.get(ID)?.Iam.Policies);
  });

  it('When they are read, Then a note says that State comes from Status', () => {
    expect(notesOf(original.organization)).toEqual([]);
    expect(notesOf(read.organization)).toEqual([
      expect.stringMatching(/^12 of 12 accounts have no State \(an older client wrote them\): it is read/),
    ]);
  });

  it('When accounts are listed, Then each has a State, and a suspended one is not entered', async () => {
    const client = new OrganizationsClient(configuration(twin));
    const { Accounts } = await client.send(new ListAccountsCommand({}));
    client.destroy();
    const suspended = Accounts?.find(({ Id }) => Id === '100000000017');
    expect([suspended?.State, suspended?.Status]).toEqual(['SUSPENDED', 'SUSPENDED']);
    await expect(enter(twin, '100000000017')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(enter(twin, ID)).resolves.toBeDefined();
  });

  it('When a role is shown, Then RoleLastUsed is there where the snapshot has it alone', async () => {
    const client = new IAMClient(configuration(twin, 'us-east-1', await enter(twin, ID)));
    const get = async (RoleName: string) => (await client.send(new GetRoleCommand({ RoleName }))).Role;
    const [first, second]: Piece[] = original.accounts.get(ID)?.Iam.RoleDetailList ?? [];
    expect((await get(first?.RoleName))?.RoleLastUsed).toMatchObject({ Region: 'us-east-1' });
    expect(await get(second?.RoleName)).not.toHaveProperty('RoleLastUsed');
    client.destroy();
  });
});

describe('Given a policy type that is enabled and of which the snapshot holds no policy', () => {
  it('When notes are asked for, Then they name it: the policies could not be read', () => {
    const organization = structuredClone(original.organization);
    organization.Policies = [];
    expect(notesOf(organization)).toEqual([
      'SERVICE_CONTROL_POLICY is enabled in the organization, and the snapshot holds none: AWS may refuse what the twin allows',
    ]);
  });
});
