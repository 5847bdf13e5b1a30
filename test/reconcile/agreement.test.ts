/**
 * Every network case of the core, run through the twin, whose agents judge reachability by another author's
 * reading of AWS: what core says of each instance and name against what the agent reaches there, and an
 * instance comes Online exactly where core says that `ssm` has a path. UNKNOWN is apart on either side.
 */
import { describe, expect, it } from '@jest/globals';
import { joinNetwork } from '../../functions/core/network/network.ts';
import { judgeVpc } from '../../functions/core/network/vpc-verdict.ts';
import { inspectAgent } from '../../twin/agents/agents.ts';
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { startOrganization } from '../../twin/make/frame.ts';
import { addDhmcRole } from '../../twin/make/iam.ts';
import { DHMC_VALUE, setSetting } from '../../twin/make/region.ts';
import { emptyAccount, emptyRegion } from '../../twin/snapshot/defaults.ts';
import { startTwin } from '../../twin/start.ts';
import { contextOf, foreignOf, type NetworkCase } from '../core/network/case.ts';
import { CASES } from '../core/network/cases.ts';
import { observe } from '../core/network/observe.ts';
import { OWNER, VPC, type World } from '../core/network/world.ts';

type Says = 'reaches' | 'blocked' | 'unknown';

interface Opinion {
  case: string;
  instance: string;
  name: string;
  core: Says;
  twin: Says;
  online: boolean;
  /** Core waits for an endpoint that is being made. */
  pending: boolean;
}

const SECONDS = 70 * 60;

/** The case's world as a snapshot, with DHMC in place, so that the network alone decides. */
function snapshotOf(world: World): Snapshot {
  const { snapshot } = startOrganization(OWNER, OWNER);
  const member = emptyAccount(world.AccountId);
  const region = emptyRegion('ENABLED');
  region.Ec2 = { ...structuredClone(world.Ec2), InternetGateways: gatewaysOf(world) };
  region.Ssm.InstanceInformationList = structuredClone(world.Ssm.InstanceInformationList);
  Object.assign(region.Route53Resolver, structuredClone(world.Route53Resolver));
  Object.assign(region.Route53Profiles, structuredClone(world.Route53Profiles));
  member.Regions[world.Region] = region;
  member.Route53.HostedZones = structuredClone(world.Route53.HostedZones);
  addDhmcRole(member);
  setSetting(member, world.Region, DHMC_VALUE);
  const operator = emptyAccount(OWNER);
  operator.Regions[world.Region] = emptyRegion('ENABLED');
  return {
    organization: withAccounts(snapshot, [world.AccountId, OWNER]),
    accounts: new Map<string, AccountFile>([
      [world.AccountId, member],
      [OWNER, operator],
    ]),
  };
}

function withAccounts({ organization }: Snapshot, ids: string[]): Snapshot['organization'] {
  return {
    ...organization,
    Accounts: ids.map((Id) => ({
      Id,
      Arn: `arn:aws:organizations::${OWNER}:account/o-case/${Id}`,
      Name: Id,
      State: 'ACTIVE',
      Status: 'ACTIVE',
      JoinedTimestamp: '2025-01-01T00:00:00+00:00',
      ParentId: organization.Roots[0]?.Id,
      Tags: [],
    })),
  };
}

/** The cases show a detached gateway by a route in state blackhole, as EC2 does. */
function gatewaysOf({ Ec2 }: World) {
  const attached = new Map<string, string>();
  for (const { VpcId = '', Routes = [] } of Ec2.RouteTables) {
    for (const { GatewayId, State } of Routes) {
      if (GatewayId?.startsWith('igw-') && State === 'active') attached.set(GatewayId, VpcId);
    }
  }
  return [...attached].map(([InternetGatewayId, VpcId]) => ({
    InternetGatewayId,
    Attachments: [{ VpcId, State: 'available' }],
  }));
}

async function opinionsOn(one: NetworkCase): Promise<Opinion[]> {
  const network = joinNetwork(observe(one.world, one.needs, foreignOf(one.foreign)));
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error(`${one.name}: no ${VPC}`);
  const { clients } = judgeVpc(network, vpc, contextOf(one));
  const { AccountId, Region } = one.world;
  const twin = await startTwin({ snapshot: snapshotOf(one.world), pages: 'aws' });
  try {
    const view = new Map(
      clients
        .filter(({ client }) => client.id.startsWith('i-'))
        .map(({ client }) => [client.id, inspectAgent(twin.state, AccountId, Region, client.id)]),
    );
    twin.state.clock.advance(SECONDS);
    const seen: Piece[] =
      twin.takeSnapshot().accounts.get(AccountId)?.Regions[Region]?.Ssm.InstanceInformationList ?? [];
    return clients.flatMap(({ client, names }) => {
      const seenThere = view.get(client.id);
      if (!seenThere) return [];
      return names.map(
        ({ name, path, reasons }): Opinion => ({
          case: one.name,
          instance: client.id,
          name,
          core:
            path === 'UNKNOWN' ? 'unknown' : path === 'NONE' || reasons.length > 0 ? 'blocked' : 'reaches',
          twin: (seenThere.names as Record<string, Says>)[name] ?? 'unknown',
          online: seen.some((node) => node.InstanceId === client.id && node.PingStatus === 'Online'),
          pending: reasons.includes('ENDPOINT_PENDING'),
        }),
      );
    });
  } finally {
    await twin.close();
  }
}

/**
 * Where the two differ today, each to be resolved from AWS's documentation. Not a licence: one more, or one
 * that no longer differs, fails the test.
 */
const OPEN: Record<string, string> = {
  'endpoint policy for the own organization':
    'core leaves the call for DHMC credentials undecided and says so in a note, the twin takes the organization as set',
  'Online with a policy that has conditions': 'as above, for ssmmessages',
  'Profile with a zone': 'the case has no endpoints behind the zone, which core cannot see and the twin does',
  'Profile with endpoints of another VPC': 'as above: the endpoints that the Profile names are nowhere',
  'two Profiles, the first without the names': 'as above, behind the zone of the second Profile',
  'Profile with another account’s endpoints for both names': 'as above: the hub is not part of the case',
  'DNS support off, Online':
    'core takes that ssm works as proof that names resolve by other means, the twin keeps ssm alone',
  'IPv6-native subnet, Online by dual-stack names':
    'UseDualStackEndpoint, which no API reports: the case does not give it to the agent',
  'participant that is Online': "the owner's network, which gives the path, is not part of the case",
};

describe('Given every network case of the core, When the twin runs it', () => {
  it('Then the two agree but for what is open, and an instance is Online exactly where ssm has a path', async () => {
    const opinions: Opinion[] = [];
    for (const one of CASES) opinions.push(...(await opinionsOn(one)));
    const known = opinions.filter(({ core, twin }) => core !== 'unknown' && twin !== 'unknown');
    const line = (o: Opinion) => `${o.case}: ${o.name}: core ${o.core}, twin ${o.twin}, online ${o.online}`;
    const differing = known.filter(({ core, twin }) => core !== twin);
    // An endpoint that is pending when the case begins is available by the time that is looked at.
    const pings = known.filter(({ name, pending }) => name === 'ssm' && !pending);
    const offBeat = pings.filter(({ core, online }) => online !== (core === 'reaches'));
    process.stderr.write(
      [
        `agreement: ${known.length - differing.length} of ${known.length} opinions, ${opinions.length - known.length} with an UNKNOWN apart; Online as core says: ${pings.length - offBeat.length} of ${pings.length}`,
        ...differing.map((o) => `  ${line(o)} (${OPEN[o.case] ?? 'new'})`),
        '',
      ].join('\n'),
    );
    expect(known.length).toBeGreaterThanOrEqual(300);
    expect([...new Set(differing.map((o) => o.case))].sort()).toEqual(Object.keys(OPEN).sort());
    expect(offBeat.filter((o) => !(o.case in OPEN)).map(line)).toEqual([]);
  }, 120_000);
});
