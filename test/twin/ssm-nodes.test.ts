import {
  DescribeInstanceInformationCommand,
  type DescribeInstanceInformationCommandInput,
  paginateDescribeActivations,
  paginateDescribeInstanceInformation,
  paginateListAssociations,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000016';
const REGION = 'ap-northeast-1';

let twin: Twin;
let ssm: SSMClient;

/** Seven nodes: i-0 ... i-5 of EC2, of which i-4 is stopped and i-5 terminated, and mi-6. */
function nodes(): Piece[] {
  const ec2 = [0, 1, 2, 3, 4, 5].map((index) => ({
    InstanceId: `i-${index}`,
    PingStatus: index === 1 ? 'ConnectionLost' : 'Online',
    LastPingDateTime: '2026-11-20T00:00:00+00:00',
    AgentVersion: index === 2 ? '3.1.0.0' : '3.3.987.0',
    PlatformType: index === 3 ? 'Windows' : 'Linux',
    ResourceType: 'EC2Instance',
  }));
  return [
    ...ec2,
    { InstanceId: 'mi-6', PingStatus: 'Online', PlatformType: 'Linux', ResourceType: 'ManagedInstance' },
  ];
}

beforeAll(async () => {
  twin = await startFirst({
    change: ({ accounts }) => {
      const region = accounts.get(ACCOUNT)?.Regions[REGION];
      if (!region) throw new Error(`no ${REGION} in ${ACCOUNT}`);
      region.Ssm.InstanceInformationList = nodes();
      region.Ssm.Associations = [1, 2, 3].map((index) => ({
        AssociationId: `id-${index}`,
        Name: index === 3 ? 'Other' : 'AWS-RunPatchBaseline',
        Targets: [{ Key: 'InstanceIds', Values: ['*'] }],
      }));
      region.Ssm.Activations = [1, 2, 3].map((index) => ({
        ActivationId: `a-${index}`,
        IamRole: index === 3 ? 'Other' : 'service-role/Hybrid',
        ExpirationDate: index === 1 ? '2026-11-19T00:00:00+00:00' : '2026-12-24T00:00:00+00:00',
      }));
      // i-7 never registered.
      region.Ec2.Instances = [
        'running',
        'running',
        'stopping',
        'running',
        'stopped',
        'terminated',
        'running',
      ].map((Name, position) => {
        const index = position === 6 ? 7 : position;
        return {
          InstanceId: `i-${index}`,
          State: { Name },
          Tags: [{ Key: 'n', Value: String(index) }],
        };
      });
    },
  });
  ssm = new SSMClient(configuration(twin, REGION, await enter(twin, ACCOUNT)));
});
afterAll(async () => {
  ssm.destroy();
  await twin.close();
});

async function list(input: DescribeInstanceInformationCommandInput = {}) {
  const ids: (string | undefined)[] = [];
  for await (const page of paginateDescribeInstanceInformation({ client: ssm }, input)) {
    ids.push(...(page.InstanceInformationList ?? []).map(({ InstanceId }) => InstanceId));
  }
  return ids;
}
const by = (Key: string, ...Values: string[]) => list({ Filters: [{ Key, Values }] });

describe('Given managed nodes', () => {
  it('When all pages are read, Then every node comes once but the stopped and the terminated', async () => {
    expect(await list()).toEqual(['i-0', 'i-1', 'i-2', 'i-3', 'mi-6']);
    expect(await list({ MaxResults: 5 })).toEqual(['i-0', 'i-1', 'i-2', 'i-3', 'mi-6']);
  });

  it.each([
    ['PingStatus', ['ConnectionLost'], ['i-1']],
    ['PlatformType', ['Windows'], ['i-3']],
    ['PlatformTypes', ['Windows'], ['i-3']],
    ['AgentVersion', ['3.1.0.0'], ['i-2']],
    ['ResourceType', ['ManagedInstance'], ['mi-6']],
    ['InstanceIds', ['i-0', 'mi-6'], ['i-0', 'mi-6']],
    ['InstanceIds', ['i-4'], []],
    ['InstanceIds', ['i-0', 'i-7'], ['i-0']],
    ['tag:n', ['1', '2'], ['i-1', 'i-2']],
    ['tag-key', ['n'], ['i-0', 'i-1', 'i-2', 'i-3']],
    ['tag-key', ['m'], []],
  ])('When filtered by %s = %j, Then %j', async (key, values, expected) => {
    expect(await by(key, ...values)).toEqual(expected);
  });

  it('When filtered twice, Then both must fit; the older form of a filter counts too', async () => {
    const Filters = [
      { Key: 'PingStatus', Values: ['Online'] },
      { Key: 'PlatformType', Values: ['Linux'] },
    ];
    expect(await list({ Filters })).toEqual(['i-0', 'i-2', 'mi-6']);
    expect(
      await list({ InstanceInformationFilterList: [{ key: 'PingStatus', valueSet: ['ConnectionLost'] }] }),
    ).toEqual(['i-1']);
  });

  it('When one id in a filter is unknown, Then the whole call fails', async () => {
    await expect(by('InstanceIds', 'i-0', 'i-unknown')).rejects.toMatchObject({ name: 'InvalidInstanceId' });
  });

  it('When filtered by two resource types or an unknown one, Then refused as AWS words it', async () => {
    const name = 'InvalidInstanceInformationFilterValue';
    await expect(by('ResourceType', 'EC2Instance', 'ManagedInstance')).rejects.toMatchObject({
      name,
      message: 'ResourceType filter may contain only one value.',
    });
    await expect(by('ResourceType', 'Document')).rejects.toMatchObject({
      name,
      message: 'ResourceType filter is invalid, valid values are EC2Instance, ManagedInstance',
    });
    await expect(by('Colour', 'red')).rejects.toMatchObject({ name: 'InvalidFilterKey' });
  });

  it.each([4, 51])('When MaxResults is %s, Then refused', async (MaxResults) => {
    await expect(ssm.send(new DescribeInstanceInformationCommand({ MaxResults }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('When a page is read, Then times are dates', async () => {
    const dates: unknown[] = [];
    for await (const page of paginateDescribeInstanceInformation({ client: ssm }, {})) {
      dates.push(...(page.InstanceInformationList ?? []).map(({ LastPingDateTime }) => LastPingDateTime));
    }
    expect(dates[0]).toEqual(new Date('2026-11-20T00:00:00Z'));
  });
});

describe('Given associations', () => {
  const associations = async (value?: string) => {
    const ids: (string | undefined)[] = [];
    const AssociationFilterList = value === undefined ? undefined : [{ key: 'Name' as const, value }];
    for await (const page of paginateListAssociations({ client: ssm }, { AssociationFilterList })) {
      ids.push(...(page.Associations ?? []).map(({ AssociationId }) => AssociationId));
    }
    return ids;
  };

  it('When they are listed, Then every one comes once, and a filter by name holds', async () => {
    expect(await associations()).toEqual(['id-1', 'id-2', 'id-3']);
    expect(await associations('Other')).toEqual(['id-3']);
  });
});

describe('Given three activations of hybrid nodes, one with its end behind the clock', () => {
  const listed = async (input: object = {}) => {
    const found: [string | undefined, boolean | undefined][] = [];
    for await (const { ActivationList = [] } of paginateDescribeActivations(
      { client: ssm },
      { MaxResults: 50, ...input },
    ))
      found.push(
        ...ActivationList.map(({ ActivationId, Expired }): [string | undefined, boolean | undefined] => [
          ActivationId,
          Expired,
        ]),
      );
    return found;
  };

  it('When they are listed, Then that one is expired', async () => {
    expect(await listed()).toEqual([
      ['a-1', true],
      ['a-2', false],
      ['a-3', false],
    ]);
  });

  it('When they are filtered by role, Then the others are left out', async () => {
    const Filters = [{ FilterKey: 'IamRole', FilterValues: ['Other'] }];
    expect(await listed({ Filters })).toEqual([['a-3', false]]);
  });
});
