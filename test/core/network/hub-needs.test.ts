/** What the hub of a Region is asked to serve, as one account records it. */
import { describe, expect, it } from '@jest/globals';
import type { NetworkObservation } from '../../../functions/core/network/facts.ts';
import { judgeRegionNetwork } from '../../../functions/core/network/region-network.ts';
import { aConfiguration, anObservation, aRegion, OURS } from '../builders.ts';
import { type Edit, HUB_VPC, type HubCase, hubCase, hubObservation, newAgent, value } from './hub-case.ts';
import { ACCOUNT, OWNER, REGION, VPC } from './world.ts';

const FACTS = {
  changeSeed: 'run-1',
  now: new Date('2026-03-01T00:00:00.000Z'),
  refusedVpcs: new Set<string>(),
};

function needs(one: HubCase, more: Partial<NetworkObservation> = {}) {
  const network = { ...one.spoke, hubSettings: one.hub.settings, hub: value(one.hub), ...more };
  const seen = aRegion(OURS, { region: REGION, network });
  const judged = judgeRegionNetwork(seen, anObservation({ regions: [seen] }), {
    ...FACTS,
    configuration: aConfiguration({ endpoints: 'central' }),
    inScope: () => true,
  });
  return { needs: judged.needs, vpcs: judged.vpcs };
}
const made: Edit = ({ hub }) => {
  hub.settings = { ...hub.settings, profile: null };
};

describe('Given VPCs that are to use the hub of their Region', () => {
  it('when one has what it takes, then the hub is asked for its services, and its VPC says so', () => {
    const seen = needs(hubCase(newAgent, made));
    const [need] = seen.needs;
    expect(seen.needs).toHaveLength(1);
    expect(need).toEqual({
      ownerId: OWNER,
      vpcId: HUB_VPC,
      participantId: ACCOUNT,
      subnetIds: [],
      services: ['ssm', 'ssmmessages'],
      unknownAgents: false,
      spokes: [
        expect.objectContaining({ vpcId: VPC, cidrs: ['10.0.0.0/16'], services: ['ssm', 'ssmmessages'] }),
      ],
    });
    expect(seen.vpcs[0]?.spoke).toMatchObject({ hub: { account: OWNER, vpcId: HUB_VPC } });
    expect(need).not.toHaveProperty('refusal');
  });

  it('when no hub is set, then none is asked', () => {
    expect(needs(hubCase(newAgent), { hubSettings: null, hub: null }).needs).toEqual([]);
  });

  it('when the account of the hub cannot make it, then it records why, also for spokes that are not its own', () => {
    const { network, settings } = hubObservation();
    const hub = {
      account: OWNER,
      vpcId: HUB_VPC,
      monthlyUsd: null,
      gigabytesPerInstance: 1,
      names: 'profile' as const,
    };
    const spoke = {
      state: 'PLANNED' as const,
      services: ['ssm' as const],
      zoneIds: ['apne1-az4'],
      instances: 1,
      ownMonthlyUsd: 20.44,
      hub,
      vpcId: 'vpc-1',
      cidrs: ['10.1.0.0/16'],
    };
    const asked = {
      vpcId: HUB_VPC,
      participantId: ACCOUNT,
      subnetIds: [],
      services: [],
      unknownAgents: false,
    };
    const own: NetworkObservation = {
      ...network,
      hubSettings: { ...settings, profile: null },
      hubHoldings: { [HUB_VPC]: value({ profile: null, resourceArns: [], users: [], shareArn: null }) },
      needs: [{ ...asked, spokes: [spoke] }],
      endpoints: value([]),
      endpointServices: value([]),
    };
    const seen = aRegion(OURS, { region: REGION, network: own });
    const judged = judgeRegionNetwork(seen, anObservation({ regions: [seen] }), {
      ...FACTS,
      configuration: aConfiguration({ endpoints: 'central' }),
      inScope: () => true,
    });
    expect(judged.needs).toEqual([
      {
        ownerId: OWNER,
        vpcId: HUB_VPC,
        participantId: OWNER,
        subnetIds: [],
        services: [],
        unknownAgents: false,
        spokes: [],
        refusal: `No subnet of ${HUB_VPC} has room for endpoints of ssm.`,
      },
    ]);
  });
});
