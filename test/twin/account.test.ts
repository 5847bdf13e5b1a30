import {
  AccountClient,
  GetRegionOptStatusCommand,
  ListRegionsCommand,
  paginateListRegions,
} from '@aws-sdk/client-account';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Snapshot } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

function delegateAccountManagement({ organization }: Snapshot): void {
  organization.DelegatedAdministrators.push({
    Id: '100000000002',
    ServicePrincipal: 'account.amazonaws.com',
  });
}

let twin: Twin;
beforeAll(async () => {
  twin = await startFirst();
});
afterAll(async () => {
  await twin.close();
});

describe('Given an account that asks for its own Regions', () => {
  it('When all are listed, Then each has its status, the disabled one too', async () => {
    const client = new AccountClient(configuration(twin, 'us-east-1', await enter(twin, '100000000012')));
    const regions = [];
    for await (const page of paginateListRegions({ client }, {})) regions.push(...(page.Regions ?? []));
    expect(regions).toEqual([
      { RegionName: 'ap-northeast-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
      { RegionName: 'eu-south-2', RegionOptStatus: 'DISABLED' },
      { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
    ]);
    client.destroy();
  });

  it('When a status is wanted, Then only such Regions are listed', async () => {
    const client = new AccountClient(configuration(twin));
    const { Regions } = await client.send(new ListRegionsCommand({ RegionOptStatusContains: ['DISABLED'] }));
    expect(Regions?.map(({ RegionName }) => RegionName)).toEqual(['eu-south-2']);
    client.destroy();
  });

  it('When one Region is asked for, Then its status; an unknown one, Then ValidationException', async () => {
    const client = new AccountClient(configuration(twin));
    const known = new GetRegionOptStatusCommand({ RegionName: 'eu-south-2' });
    expect(await client.send(known)).toMatchObject({ RegionName: 'eu-south-2', RegionOptStatus: 'DISABLED' });
    await expect(
      client.send(new GetRegionOptStatusCommand({ RegionName: '__proto__' })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    client.destroy();
  });

  it('When an SCP denies all but Tokyo, Then ListRegions is denied, for it runs in us-east-1', async () => {
    const credentials = await enter(twin, '100000000018');
    const client = new AccountClient(configuration(twin, 'ap-northeast-1', credentials));
    await expect(client.send(new ListRegionsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /account:ListRegions on resource: .* with an explicit deny in a service control policy$/,
      ),
      $metadata: { httpStatusCode: 403 },
    });
    client.destroy();
  });
});

describe("Given an account that asks for another's Regions", () => {
  const other = new ListRegionsCommand({ AccountId: '100000000012', MaxResults: 50 });

  it('When it is a delegated administrator of account management, Then it may', async () => {
    const delegated = await startFirst({ change: delegateAccountManagement, pages: 'aws' });
    const client = new AccountClient(configuration(delegated));
    expect((await client.send(other)).Regions).toHaveLength(3);
    client.destroy();
    await delegated.close();
  });

  it.each([
    ['a delegated administrator of another service', '100000000002'],
    ['a plain member', '100000000013'],
  ])('When it is %s, Then AccessDeniedException', async (_case, accountId) => {
    const role = accountId === '100000000002' ? 'DhmcRolloutReader' : 'DhmcRolloutWriter';
    const credentials = await enter(twin, accountId, { role });
    const client = new AccountClient(configuration(twin, 'us-east-1', credentials));
    await expect(client.send(other)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    client.destroy();
  });
});
