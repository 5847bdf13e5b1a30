/** What was made in a twin is in the snapshot of it, and the same in the twin that is started with that snapshot. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreatePolicyCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  CreateVPCAssociationAuthorizationCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  ListVPCAssociationAuthorizationsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { administratorOf } from './administrator.ts';
import { configuration, enter, startFirst } from './first-organization.ts';
import { ACCOUNT, OTHER, TOKYO, VPC } from './route53-names.ts';

const HUB_VPC = 'vpc-952938099003be224';
const CLOSING = '100000000020';
const S3 = `com.amazonaws.${TOKYO}.s3`;
const NAME = `ssm.${TOKYO}.amazonaws.com`;
const vpcOf = (VPCId: string) => ({ VPCRegion: TOKYO, VPCId }) as const;

async function clientsOf(twin: Twin) {
  const [hub, spoke] = [await enter(twin, OTHER), await enter(twin, ACCOUNT)];
  return {
    hub: new Route53Client(configuration(twin, TOKYO, hub)),
    spoke: new Route53Client(configuration(twin, TOKYO, spoke)),
    ec2: new EC2Client(configuration(twin, TOKYO, spoke)),
    organizations: new OrganizationsClient(configuration(twin, 'us-east-1', administratorOf(twin))),
  };
}
type Clients = Awaited<ReturnType<typeof clientsOf>>;

async function withClients<T>(twin: Twin, work: (clients: Clients) => Promise<T>): Promise<T> {
  const clients = await clientsOf(twin);
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

/** A zone with a record, an association and an authorization; an endpoint for S3; a policy; an account that is closed. */
async function make({ hub, spoke, ec2, organizations }: Clients, tableId: string) {
  const made = await hub.send(
    new CreateHostedZoneCommand({ Name: NAME, CallerReference: 'one', VPC: vpcOf(HUB_VPC) }),
  );
  const Id = made.HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
  const authorization = { HostedZoneId: Id, VPC: vpcOf(VPC) };
  await hub.send(new CreateVPCAssociationAuthorizationCommand(authorization));
  await spoke.send(new AssociateVPCWithHostedZoneCommand(authorization));
  const DNSName = 'vpce-1-a.ssm.vpce.amazonaws.com.';
  const AliasTarget = { HostedZoneId: 'Z7HUB22UULQXV', DNSName, EvaluateTargetHealth: false };
  const ResourceRecordSet = { Name: NAME, Type: 'A', AliasTarget } as const;
  const ChangeBatch = { Changes: [{ Action: 'CREATE', ResourceRecordSet } as const] };
  await hub.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: Id, ChangeBatch }));
  await ec2.send(new CreateVpcEndpointCommand({ VpcId: VPC, ServiceName: S3, RouteTableIds: [tableId] }));
  const Content = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'iam:ListRoles', Resource: '*' }],
  });
  const { Policy } = await organizations.send(
    new CreatePolicyCommand({ Name: 'NoRoles', Content, Type: 'SERVICE_CONTROL_POLICY', Description: '' }),
  );
  const PolicyId = Policy?.PolicySummary?.Id ?? '';
  await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: CLOSING }));
  await organizations.send(new CloseAccountCommand({ AccountId: CLOSING }));
  return { Id, PolicyId };
}

/** What AWS's APIs say of it all. */
async function answers(
  { hub, ec2, organizations }: Clients,
  { Id, PolicyId }: { Id: string; PolicyId: string },
  tableId: string,
) {
  const { Accounts = [] } = await organizations.send(new ListAccountsCommand({ MaxResults: 20 }));
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [tableId] }));
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  return [
    (await hub.send(new GetHostedZoneCommand({ Id }))).VPCs,
    (await hub.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }))).ResourceRecordSets,
    (await hub.send(new ListVPCAssociationAuthorizationsCommand({ HostedZoneId: Id }))).VPCs,
    RouteTables?.[0]?.Routes,
    VpcEndpoints.filter(({ ServiceName }) => ServiceName === S3),
    (await organizations.send(new DescribePolicyCommand({ PolicyId }))).Policy,
    (await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }))).Targets,
    Accounts.find((account) => account.Id === CLOSING)?.State,
  ];
}

it('Given zones, an endpoint for S3, a policy and a closed account, When their snapshot is served, Then all are as they were', async () => {
  let tableId = '';
  const twin = await startFirst({
    pages: 'aws',
    change: ({ accounts }) => {
      const dns = { EnableDnsSupport: true, EnableDnsHostnames: true };
      const hub = accounts.get(OTHER)?.Regions[TOKYO];
      if (hub) hub.Ec2.VpcAttributes = { [HUB_VPC]: dns };
      const Ec2 = accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2 as Piece;
      Ec2.VpcEndpointServices.push({
        ServiceName: S3,
        ServiceType: [{ ServiceType: 'Gateway' }],
        Owner: 'amazon',
      });
      tableId = Ec2.RouteTables.find(({ VpcId }: Piece) => VpcId === VPC).RouteTableId;
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'next-day-'));
  try {
    const { made, before } = await withClients(twin, async (clients) => {
      const made = await make(clients, tableId);
      twin.state.clock.advance(180);
      return { made, before: await answers(clients, made, tableId) };
    });
    const taken = twin.takeSnapshot();
    await writeSnapshot(taken, join(folder, 'out'));
    const again = await readSnapshot(join(folder, 'out'));
    expect(diffSnapshots(taken, again)).toEqual([]);
    const next = await startTwin({ snapshot: again, pages: 'aws' });
    try {
      expect(await withClients(next, (clients) => answers(clients, made, tableId))).toEqual(before);
      expect(before.filter((one) => [undefined, '[]'].includes(JSON.stringify(one)))).toEqual([]);
      expect(before.at(-1)).toBe('CLOSED');
    } finally {
      await next.close();
    }
  } finally {
    await twin.close();
    await rm(folder, { recursive: true });
  }
});
