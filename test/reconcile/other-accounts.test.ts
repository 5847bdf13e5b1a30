/** What only another account of the organization can say: for which names its endpoints are that a Profile holds. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { AccountFile, Piece } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

const HUB = MEMBER;
const SPOKE = String(Number(MEMBER) + 1);

let organization: Organization;
afterEach(() => organization.close());

/** A hub with an endpoint for each of the services, and a spoke whose Profile holds them. */
async function openHubAndSpoke(services: string[], change: (ec2: Piece) => void = () => {}): Promise<string> {
  let region = '';
  let arns: string[] = [];
  organization = await openOrganization(
    makeSmallOrganization({
      members: 2,
      regions: 1,
      shape: (account, [only = ''], index) => {
        region = only;
        makeCompliant(account, [region]);
        if (index === 0) arns = addHub(account, region, services);
        else addSpoke(account, region, arns, change);
      },
    }),
  );
  return region;
}

function addHub(account: AccountFile, region: string, services: string[]): string[] {
  addNetwork(account, region, { shape: 'isolated', name: 'hub', octet: 50, instances: [] });
  const Ec2: Piece = account.Regions[region]?.Ec2 ?? {};
  const [{ VpcId }] = Ec2.Vpcs as [Piece];
  Ec2.VpcEndpoints = services.map((service, at) => ({
    VpcEndpointId: `vpce-0123456789abcde0${at}`,
    VpcEndpointType: 'Interface',
    VpcId,
    OwnerId: account.AccountId,
    ServiceName: `com.amazonaws.${region}.${service}`,
    State: 'available',
    PrivateDnsEnabled: true,
    SubnetIds: Ec2.Subnets.map(({ SubnetId }: Piece) => SubnetId),
    Groups: [],
    Tags: [],
  }));
  return Ec2.VpcEndpoints.map(
    ({ VpcEndpointId }: Piece) => `arn:aws:ec2:${region}:${account.AccountId}:vpc-endpoint/${VpcEndpointId}`,
  );
}

function addSpoke(account: AccountFile, region: string, arns: string[], change: (ec2: Piece) => void): void {
  const instances = [{ name: 'web', running: true }];
  addNetwork(account, region, { shape: 'isolated', name: 'spoke', octet: 9, instances });
  const state = account.Regions[region];
  if (!state) return;
  const [{ VpcId }] = state.Ec2.Vpcs as [Piece];
  state.Route53Profiles.ProfileAssociations = [{ ProfileId: 'rp-1', ResourceId: VpcId, Status: 'COMPLETE' }];
  state.Route53Profiles.ProfileResourceAssociations = arns.map((ResourceArn) => ({
    ProfileId: 'rp-1',
    ResourceArn,
    ResourceType: 'VPC_ENDPOINT',
    OwnerId: HUB,
    Status: 'COMPLETE',
  }));
  change(state.Ec2);
}

function toTransitGateway(ec2: Piece): void {
  for (const table of ec2.RouteTables as Piece[]) {
    table.Routes.push({
      DestinationCidrBlock: '10.50.0.0/16',
      TransitGatewayId: 'tgw-0123456789abcdef0',
      State: 'active',
    });
  }
}

async function spokeOf(region: string, configuration: Partial<Configuration> = {}) {
  const result = await organization.run({ mode: 'assess' }, configuration);
  const { vpcs, reasons, notes, instances } = targetOf(result, SPOKE, region);
  return { path: vpcs[0]?.path, reasons, notes, verdict: instances.verdicts[0]?.verdict };
}

describe('given a Profile that holds the endpoints of a hub account', () => {
  it('when they are for kms alone, then the names are public, and the missing path is said', async () => {
    const region = await openHubAndSpoke(['kms']);
    expect(await spokeOf(region)).toEqual({
      path: 'NONE',
      reasons: ['INSTANCE_UNMANAGED', 'NO_PATH_TO_SSM'],
      notes: [],
      verdict: 'NO_PATH',
    });
    const { calls } = organization.twin.calls();
    const inHub = calls.filter(
      ({ account, operation }) => account === HUB && operation === 'DescribeVpcEndpoints',
    );
    expect(inHub.reduce((sum, { count }) => sum + count, 0)).toBe(1);
  });

  it('when they are for both names and a route leads there, then the path is central', async () => {
    const region = await openHubAndSpoke(['ssm', 'ssmmessages'], toTransitGateway);
    expect(await spokeOf(region)).toMatchObject({ path: 'CENTRAL', reasons: ['INSTANCE_UNMANAGED'] });
  });

  it('when they are for ssm alone, then what is missing and what is unreachable are said at once', async () => {
    const region = await openHubAndSpoke(['ssm']);
    expect(await spokeOf(region)).toMatchObject({
      path: 'NONE',
      reasons: ['CENTRAL_ENDPOINTS_INCOMPLETE', 'CENTRAL_UNREACHABLE', 'INSTANCE_UNMANAGED'],
    });
  });

  it('when the rollout does not cover the hub, then it is not asked, and the path is unknown', async () => {
    const region = await openHubAndSpoke(['kms']);
    const exclude = { accounts: [HUB], organizationalUnits: [], regions: [], tags: {} };
    expect(await spokeOf(region, { exclude })).toMatchObject({ path: 'UNKNOWN', notes: ['EGRESS_UNKNOWN'] });
    expect(organization.twin.calls().calls.filter(({ account }) => account === HUB)).toEqual([]);
  });
});
