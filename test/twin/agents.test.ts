/** Agents over HTTP on the twin's clock: Online when credentials and path allow it, lost when the path goes. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  EC2Client,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DescribeInstanceInformationCommand,
  ResetServiceSettingCommand,
  SSMClient,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { inspectAgent } from '../../twin/agents/agents.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import type { Twin } from '../../twin/start.ts';
import { createState } from '../../twin/state.ts';
import { configuration, enter, FIRST, SETTING, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const ISOLATED = '100000000012';
const VPC = 'vpc-d8eb64de68c590837';
const SUBNETS = ['subnet-2415f79398ee155a5', 'subnet-b903fd6814eca40bc'];
const DB_A = 'i-a1bd874f59fd82266';
const DB_C = 'i-2f6abfca138e9d094';
const ROLE = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const MINUTE = 60;

interface Clients {
  twin: Twin;
  ec2: EC2Client;
  iam: IAMClient;
  ssm: SSMClient;
}

let open: Clients | undefined;
afterEach(async () => {
  if (!open) return;
  for (const client of [open.ec2, open.iam, open.ssm]) client.destroy();
  await open.twin.close();
  open = undefined;
});

async function connect(account: string, change?: (snapshot: Snapshot) => void): Promise<Clients> {
  const twin = await startFirst({ change, pages: 'aws' });
  const configured = configuration(twin, TOKYO, await enter(twin, account));
  open = {
    twin,
    ec2: new EC2Client(configured),
    iam: new IAMClient(configured),
    ssm: new SSMClient(configured),
  };
  return open;
}

async function setDhmc({ iam, ssm, twin }: Clients): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam.send(
    new CreateRoleCommand({
      Path: '/service-role/',
      RoleName: ROLE,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
  await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn }));
  twin.state.clock.advance(15);
  await ssm.send(
    new UpdateServiceSettingCommand({ SettingId: SETTING, SettingValue: `service-role/${ROLE}` }),
  );
}

async function makeEndpoint({ ec2 }: Clients, service = 'ssm', admit = true): Promise<string> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId: VPC, GroupName: `endpoint-${service}`, Description: 'endpoint' }),
  );
  if (admit) {
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.12.0.0/16' }] },
        ],
      }),
    );
  }
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId: VPC,
      ServiceName: `com.amazonaws.${TOKYO}.${service}`,
      SubnetIds: SUBNETS,
      SecurityGroupIds: [GroupId ?? ''],
    }),
  );
  return VpcEndpoint?.VpcEndpointId ?? '';
}

async function statuses({ ssm }: Clients): Promise<Record<string, string>> {
  const { InstanceInformationList } = await ssm.send(
    new DescribeInstanceInformationCommand({ MaxResults: 50 }),
  );
  return Object.fromEntries(
    (InstanceInformationList ?? []).map((node) => [node.InstanceId, node.PingStatus]),
  );
}

const ONLINE = { [DB_A]: 'Online', [DB_C]: 'Online' };

describe('Given the isolated account', () => {
  it('When role, setting and endpoint are there, Then its instances come Online between 5 and 30 minutes later', async () => {
    const clients = await connect(ISOLATED);
    await setDhmc(clients);
    await makeEndpoint(clients);
    clients.twin.state.clock.advance(4 * MINUTE);
    expect(await statuses(clients)).toEqual({});
    clients.twin.state.clock.advance(27 * MINUTE);
    expect(await statuses(clients)).toEqual(ONLINE);
    const nodes: Piece[] =
      clients.twin.takeSnapshot().accounts.get(ISOLATED)?.Regions[TOKYO]?.Ssm.InstanceInformationList ?? [];
    expect(nodes.find(({ InstanceId }) => InstanceId === DB_A)).toMatchObject({
      AgentVersion: '3.3.987.0',
      PlatformType: 'Linux',
      ResourceType: 'EC2Instance',
      IPAddress: '10.12.0.10',
      ComputerName: 'ip-10-12-0-10.ap-northeast-1.compute.internal',
      SourceId: DB_A,
      SourceType: 'AWS::EC2::Instance',
    });
  });

  it('When no call looks in between, Then all has happened by the time that one does', async () => {
    const clients = await connect(ISOLATED);
    await setDhmc(clients);
    const endpoint = await makeEndpoint(clients);
    clients.twin.state.clock.advance(40 * MINUTE);
    await clients.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpoint] }));
    expect(await statuses(clients)).toEqual(ONLINE);
    clients.twin.state.clock.advance(10 * MINUTE);
    expect(await statuses(clients)).toEqual({ [DB_A]: 'ConnectionLost', [DB_C]: 'ConnectionLost' });
  });

  it('When the endpoint is deleted, Then Online for some minutes more, then ConnectionLost, and back with a new one', async () => {
    const clients = await connect(ISOLATED);
    await setDhmc(clients);
    const endpoint = await makeEndpoint(clients);
    clients.twin.state.clock.advance(35 * MINUTE);
    expect(await statuses(clients)).toEqual(ONLINE);
    await clients.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpoint] }));
    clients.twin.state.clock.advance(3 * MINUTE);
    expect(await statuses(clients)).toEqual(ONLINE);
    clients.twin.state.clock.advance(5 * MINUTE);
    expect(await statuses(clients)).toEqual({ [DB_A]: 'ConnectionLost', [DB_C]: 'ConnectionLost' });
    const { GroupId } = await clients.ec2.send(
      new CreateSecurityGroupCommand({ VpcId: VPC, GroupName: 'second', Description: 'second' }),
    );
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.12.0.0/16' }] }];
    await clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    await clients.ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: VPC,
        ServiceName: `com.amazonaws.${TOKYO}.ssm`,
        SubnetIds: SUBNETS,
        SecurityGroupIds: [GroupId ?? ''],
      }),
    );
    clients.twin.state.clock.advance(8 * MINUTE);
    expect(await statuses(clients)).toEqual(ONLINE);
  });

  it("When the endpoint's group admits nothing, Then no node comes Online", async () => {
    const clients = await connect(ISOLATED);
    await setDhmc(clients);
    await makeEndpoint(clients, 'ssm', false);
    clients.twin.state.clock.advance(3 * 60 * MINUTE);
    expect(await statuses(clients)).toEqual({});
    const view = inspectAgent(clients.twin.state, ISOLATED, TOKYO, DB_A);
    expect(view).toMatchObject({
      online: false,
      allowed: false,
      credentialSource: 'DHMC',
      names: { ssm: 'blocked' },
    });
    expect(view.why.join()).toContain('lets no 443 in from the instance');
  });

  it('When the setting is reset, Then the credentials last for half an hour at least', async () => {
    const clients = await connect(ISOLATED);
    await setDhmc(clients);
    await makeEndpoint(clients);
    clients.twin.state.clock.advance(35 * MINUTE);
    await clients.ssm.send(new ResetServiceSettingCommand({ SettingId: SETTING }));
    clients.twin.state.clock.advance(25 * MINUTE);
    expect(await statuses(clients)).toEqual(ONLINE);
    clients.twin.state.clock.advance(40 * MINUTE);
    expect(await statuses(clients)).toEqual({ [DB_A]: 'ConnectionLost', [DB_C]: 'ConnectionLost' });
  });

  it.each<[string, (region: Piece) => void, string]>([
    [
      'the metadata service is disabled',
      ({ Ec2 }) => (Ec2.Instances[0].MetadataOptions.HttpEndpoint = 'disabled'),
      DB_A,
    ],
    ['the agent is too old for DHMC', ({ Agents }) => (Agents[DB_A].Version = '3.2.581.0'), DB_A],
    ['no agent is installed', ({ Agents }) => (Agents[DB_A].Installed = false), DB_A],
    ['the instance is stopped', ({ Ec2 }) => (Ec2.Instances[0].State = { Code: 80, Name: 'stopped' }), DB_A],
  ])('When %s on one instance, Then the other alone comes Online', async (_case, change) => {
    const clients = await connect(ISOLATED, ({ accounts }) =>
      change(accounts.get(ISOLATED)?.Regions[TOKYO] ?? {}),
    );
    await setDhmc(clients);
    await makeEndpoint(clients);
    clients.twin.state.clock.advance(60 * MINUTE);
    expect(await statuses(clients)).toEqual({ [DB_C]: 'Online' });
  });
});

describe('Given instances with and without profiles behind an internet gateway', () => {
  const PROFILES = '100000000016';

  it('When DHMC is set, Then sources are DHMC, DHMC and the profile, and all are Online', async () => {
    const clients = await connect(PROFILES);
    await setDhmc(clients);
    clients.twin.state.clock.advance(35 * MINUTE);
    const ids = ['i-aa6911bdd9b4cd166', 'i-6e5c9f1c3f0cad81c', 'i-270a33b47948bfd1a'];
    const sources = ids.map((id) => inspectAgent(clients.twin.state, PROFILES, TOKYO, id).credentialSource);
    expect(sources).toEqual(['DHMC', 'DHMC', 'INSTANCE_PROFILE']);
    expect(new Set(Object.values(await statuses(clients)))).toEqual(new Set(['Online']));
  });

  it('When an instance with a sound profile has no path, Then it does not fall back to DHMC', async () => {
    const clients = await connect(PROFILES, ({ accounts }) => {
      const region: Piece = accounts.get(PROFILES)?.Regions[TOKYO] ?? {};
      region.Ssm.InstanceInformationList = [];
      region.Ec2.InternetGateways[0].Attachments = [];
    });
    await setDhmc(clients);
    clients.twin.state.clock.advance(60 * MINUTE);
    expect(inspectAgent(clients.twin.state, PROFILES, TOKYO, 'i-270a33b47948bfd1a')).toMatchObject({
      online: false,
      credentialSource: 'INSTANCE_PROFILE',
      names: { ssm: 'blocked' },
    });
  });
});

describe('Given what was Online when it was captured', () => {
  const DONE = '100000000020';
  const table = (snapshot: Snapshot): Piece =>
    snapshot.accounts.get(DONE)?.Regions[TOKYO]?.Ec2.RouteTables[0];
  const byTransit = (snapshot: Snapshot) => {
    const route = table(snapshot).Routes[1];
    delete route.NatGatewayId;
    route.TransitGatewayId = 'tgw-1';
  };

  it('When hours pass and nothing is changed, Then it stays Online', async () => {
    const clients = await connect(DONE, byTransit);
    clients.twin.state.clock.advance(6 * 60 * MINUTE);
    expect(Object.values(await statuses(clients))).toEqual(['Online']);
  });

  it('When another route is added, Then it stays; when its own route goes elsewhere, Then it is lost', async () => {
    const clients = await connect(DONE, byTransit);
    const { RouteTableId } = table(clients.twin.state.snapshot);
    await clients.ec2.send(
      new CreateRouteCommand({
        RouteTableId,
        DestinationCidrBlock: '172.16.0.0/12',
        TransitGatewayId: 'tgw-2',
      }),
    );
    clients.twin.state.clock.advance(30 * MINUTE);
    expect(Object.values(await statuses(clients))).toEqual(['Online']);
    await clients.ec2.send(
      new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', TransitGatewayId: 'tgw-2' }),
    );
    clients.twin.state.clock.advance(10 * MINUTE);
    expect(Object.values(await statuses(clients))).toEqual(['ConnectionLost']);
  });

  it('When a snapshot is taken at once, Then it is as it was captured', async () => {
    const { twin } = await connect(DONE);
    const before = await readSnapshot(FIRST);
    expect([...twin.takeSnapshot().accounts]).toEqual([...before.accounts]);
  });

  it('When four minutes pass, Then nothing has changed; ready ones come Online after five', async () => {
    const ready = '100000000016';
    const clients = await connect(ready, ({ accounts }) => {
      const region: Piece = accounts.get(ready)?.Regions[TOKYO] ?? {};
      region.Ssm.InstanceInformationList = [];
    });
    clients.twin.state.clock.advance(4 * MINUTE);
    expect(await statuses(clients)).toEqual({});
    clients.twin.state.clock.advance(2 * MINUTE);
    expect(await statuses(clients)).toEqual({ 'i-270a33b47948bfd1a': 'Online' });
  });
});

describe('Given a thousand instances', () => {
  it('When a Region is brought up to date, Then every one of them is judged', async () => {
    const snapshot = await readSnapshot(FIRST);
    const region = snapshot.accounts.get(ISOLATED)?.Regions[TOKYO];
    if (!region) throw new Error('the fixture has changed');
    const [first] = region.Ec2.Instances as Piece[];
    region.Ec2.Instances = Array.from({ length: 1000 }, (_, index) => ({
      ...first,
      InstanceId: `i-${index}`,
    }));
    const state = createState(snapshot);
    expect(inspectAgent(state, ISOLATED, TOKYO, 'i-999')).toMatchObject({
      allowed: false,
      names: { ssm: 'blocked' },
    });
    expect(() => inspectAgent(state, ISOLATED, TOKYO, 'i-1000')).toThrow('has no instance i-1000');
  });
});
