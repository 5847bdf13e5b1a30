/** Gateway endpoints through the SDK: routes come and go with them, and what AWS refuses. */
import {
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteVpcEndpointsCommand,
  DescribeManagedPrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000012';
const TOKYO = 'ap-northeast-1';
const S3 = 'com.amazonaws.ap-northeast-1.s3';
const SSM = 'com.amazonaws.ap-northeast-1.ssm';

let twin: Twin;
let ec2: EC2Client;
let vpcId: string;
let tableId: string;

beforeEach(async () => {
  twin = await startFirst({
    change: (snapshot) => {
      const Ec2 = snapshot.accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2 as Piece;
      Ec2.VpcEndpointServices.push({
        ServiceName: S3,
        ServiceType: [{ ServiceType: 'Gateway' }],
        Owner: 'amazon',
      });
      vpcId = Ec2.Vpcs[0].VpcId;
      tableId = Ec2.RouteTables.find(({ VpcId }: Piece) => VpcId === vpcId).RouteTableId;
      Ec2.RouteTables.push({
        ...structuredClone(Ec2.RouteTables[0]),
        VpcId: 'vpc-0123',
        RouteTableId: 'rtb-0123',
      });
    },
  });
  ec2 = new EC2Client(configuration(twin, TOKYO, await enter(twin, ACCOUNT)));
});
afterEach(async () => {
  ec2.destroy();
  await twin.close();
});

const create = (input: Partial<CreateVpcEndpointCommandInput> = {}) =>
  ec2.send(
    new CreateVpcEndpointCommand({ VpcId: vpcId, ServiceName: S3, RouteTableIds: [tableId], ...input }),
  );
const routes = async () => {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [tableId] }));
  return (RouteTables[0]?.Routes ?? []).filter(({ DestinationPrefixListId }) => DestinationPrefixListId);
};

describe('Given a route table', () => {
  it('When a gateway endpoint is made, changed and deleted, Then its route comes and goes', async () => {
    const { VpcEndpoint } = await create();
    const id = VpcEndpoint?.VpcEndpointId ?? '';
    expect(VpcEndpoint).toMatchObject({
      VpcEndpointType: 'Gateway',
      State: 'available',
      RouteTableIds: [tableId],
    });
    const [route] = await routes();
    expect(route).toMatchObject({ GatewayId: id, State: 'active' });
    const { PrefixLists = [] } = await ec2.send(
      new DescribeManagedPrefixListsCommand({ PrefixListIds: [route?.DestinationPrefixListId ?? ''] }),
    );
    expect(PrefixLists).toMatchObject([{ OwnerId: 'AWS', PrefixListName: S3 }]);

    const modify = (input: object) => ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, ...input }));
    await modify({ RemoveRouteTableIds: [tableId] });
    expect(await routes()).toEqual([]);
    await modify({ AddRouteTableIds: [tableId] });
    expect(await routes()).toHaveLength(1);
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    expect(await routes()).toEqual([]);
    twin.state.clock.advance(600);
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({}));
    expect(VpcEndpoints?.some(({ VpcEndpointId }) => VpcEndpointId === id)).toBe(false);
  });

  it('When it has a route to the service, Then another is refused in the words of AWS', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({
      name: 'RouteAlreadyExists',
      message: expect.stringMatching(
        new RegExp(`^route table ${tableId} already has a route with destination-prefix-list-id pl-`),
      ),
    });
    const { VpcEndpoint } = await create({ RouteTableIds: [] });
    const again = new ModifyVpcEndpointCommand({
      VpcEndpointId: VpcEndpoint?.VpcEndpointId,
      AddRouteTableIds: [tableId],
    });
    await expect(ec2.send(again)).rejects.toMatchObject({ name: 'RouteAlreadyExists' });
    expect(await routes()).toHaveLength(1);
  });
});

describe('Given what a gateway endpoint does not have', () => {
  it.each<[string, Partial<CreateVpcEndpointCommandInput>, string, string | RegExp]>([
    [
      'subnets',
      { SubnetIds: ['subnet-2415f79398ee155a5'] },
      'InvalidParameter',
      /only supported for Interface/,
    ],
    ['private DNS', { PrivateDnsEnabled: true }, 'InvalidParameter', /only be enabled for Interface/],
    [
      'a table of another VPC',
      { RouteTableIds: ['rtb-0123'] },
      'InvalidParameter',
      /does not belong to the VPC/,
    ],
    ['an unknown table', { RouteTableIds: ['rtb-00000001'] }, 'InvalidRouteTableID.NotFound', /rtb-00000001/],
    [
      'a service without one',
      { ServiceName: SSM },
      'InvalidParameter',
      /Endpoint type \(Gateway\) does not match/,
    ],
    ['a policy that is none', { PolicyDocument: '{' }, 'InvalidPolicyDocument', /not a valid JSON policy/],
    [
      'a service that the Region does not offer',
      { ServiceName: 'com.amazonaws.ap-northeast-1.nothing' },
      'InvalidServiceName',
      /nothing/,
    ],
    [
      'route tables, as an interface endpoint',
      { VpcEndpointType: 'Interface', ServiceName: SSM },
      'InvalidParameter',
      'Route table IDs are only supported for Gateway type VPC Endpoint.',
    ],
  ])('When %s is given, Then it is refused, and nothing changes', async (_case, input, name, message) => {
    const before = JSON.stringify(twin.takeSnapshot().accounts.get(ACCOUNT));
    await expect(create(input)).rejects.toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(JSON.stringify(twin.takeSnapshot().accounts.get(ACCOUNT))).toBe(before);
  });
});
