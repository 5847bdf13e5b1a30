/** Which endpoints of ours are no longer needed, and what deletes them and brings them back. */
import { describe, expect, it } from '@jest/globals';
import type { EndpointFacts, NetworkObservation } from '../../../functions/core/network/facts.ts';
import {
  callerReferenceOf,
  endpointOfAlias,
  hubName,
  isCallerOurs,
} from '../../../functions/core/network/hub-facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { gatewayPolicyText } from '../../../functions/core/network/own-endpoint-policy.ts';
import { prunable, pruneChanges } from '../../../functions/core/network/prune.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { DEFAULTS } from './case.ts';
import { hubEndpoint, hubObservation, list, spokeVpc } from './hub-case.ts';
import { observe } from './observe.ts';
import { endpoint, endpoints, withNat, without, world } from './steps.ts';
import { ACCOUNT, OWNER, REGION, type Step, SUBNET_A, SUBNET_C, VPC } from './world.ts';

const SSM = 'vpce-00000000000000003';
const SSMMESSAGES = 'vpce-0000000000000000b';
const tags = { [MANAGED_TAG]: 'true' };
const PRICE = { usdPerAzHour: 0.01, estimated: false };
const both = endpoints(['ssmmessages', 'ssm'], { tags });
const kms = endpoint('kms', { id: 'vpce-kms', tags });

function spare(
  steps: Step[],
  settings: Partial<typeof DEFAULTS> = {},
  edit: (one: NetworkObservation) => void = () => {},
  journalled: string[] = [],
) {
  const observation = structuredClone(observe(world(...steps)));
  edit(observation);
  const network = joinNetwork(observation);
  const known = new Set([SSM, SSMMESSAGES, 'vpce-kms', ...journalled]);
  return prunable(network, spokeVpc(network), { ...DEFAULTS, ...settings }, known, PRICE);
}

describe('Given endpoints of ours', () => {
  it('when instances have a path without them, then they are spare, and what they cost is saved', () => {
    expect(spare([both, withNat])).toEqual({
      vpcId: VPC,
      endpointIds: [SSM, SSMMESSAGES],
      monthlyUsdSaved: 14.6,
      because: 'PATH_WITHOUT_THEM',
    });
  });

  it('when nothing runs, then they are spare', () => {
    expect(spare([both, without.instances])).toMatchObject({ because: 'NO_INSTANCES' });
  });

  it.each<[string, Step[], Partial<typeof DEFAULTS>]>([
    ['they are the only path', [both], {}],
    ['the path is to be private', [both, withNat], { path: 'private' }],
    ['the endpoints are those of others', [endpoints(['ssm']), withNat], {}],
    ['there is none', [withNat], {}],
    ['one of a service that is named is needed', [kms], { endpointServices: ['kms'] }],
  ])('when %s, then none is spare', (_what, steps, settings) => {
    expect(spare(steps, settings)).toBeNull();
  });

  it('when a service is no longer named, then its endpoint alone is spare', () => {
    expect(spare([both, kms])).toMatchObject({ endpointIds: ['vpce-kms'], because: 'SERVICE_NOT_NEEDED' });
  });

  it('when a service is named and has another path, then its endpoint is spare', () => {
    expect(spare([kms, withNat], { endpointServices: ['kms'] })).toMatchObject({ endpointIds: ['vpce-kms'] });
  });

  const need = { vpcId: VPC, participantId: OWNER, subnetIds: [], services: [], unknownAgents: false };
  const hub = (account: string, vpc: string) => (one: NetworkObservation) => {
    one.hubSettings = { ...hubObservation().settings, account, vpc };
  };
  const spokes = [
    {
      state: 'USES' as const,
      services: [],
      zoneIds: [],
      instances: 1,
      ownMonthlyUsd: 0,
      hub: {
        account: ACCOUNT,
        vpcId: VPC,
        monthlyUsd: null,
        gigabytesPerInstance: 1,
        names: 'profile' as const,
      },
      vpcId: 'vpc-1',
      cidrs: [],
    },
  ];
  it.each<[string, boolean, (one: NetworkObservation) => void, string[]]>([
    ['the VPC is the hub of the Region', false, hub(ACCOUNT, VPC), []],
    ['another account has a hub of that id', true, hub(OWNER, VPC), []],
    ['another VPC is the hub', true, hub(ACCOUNT, 'vpc-other'), []],
    ['spokes use it', false, (one) => one.needs.push({ ...need, spokes }), []],
    ['a participant has no spokes', true, (one) => one.needs.push(need), []],
    ['spokes use another VPC', true, (one) => one.needs.push({ ...need, vpcId: 'vpc-other', spokes }), []],
    ['we put one into a Profile', false, () => {}, [`arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/${SSM}`]],
  ])('when %s, then they are spare: %s', (_what, isSpare, edit, journalled) => {
    expect(spare([both, withNat], {}, edit, journalled) !== null).toBe(isSpare);
  });
});

describe('Given endpoints that are deleted', () => {
  const deletion = (change: Partial<EndpointFacts>) => {
    const observation = structuredClone(observe(world(both)));
    list(observation.endpoints).push({
      ...hubEndpoint('ssm'),
      endpointId: 'vpce-x',
      vpcId: VPC,
      tags,
      ...change,
    });
    const network = joinNetwork(observation);
    const changes = pruneChanges(network, spokeVpc(network), 'run-1', new Set([SSM, 'vpce-x']), PRICE, [
      'vpce-x',
    ]);
    expect(changes).toHaveLength(1);
    return changes[0];
  };

  it('when it is one by interface, then it is brought back as it was', () => {
    expect(
      deletion({ subnetIds: [SUBNET_C, SUBNET_A], groupIds: ['sg-2', 'sg-1'], policy: '{}' }),
    ).toMatchObject({
      resource: 'vpce-x',
      action: { kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'existing', id: 'vpce-x' } },
      expected: { state: 'available', subnetIds: [SUBNET_A, SUBNET_C], groupIds: ['sg-1', 'sg-2'] },
      inverse: {
        kind: 'CreateInterfaceEndpoint',
        vpcId: VPC,
        subnetIds: [SUBNET_A, SUBNET_C],
        groups: [
          { kind: 'existing', id: 'sg-1' },
          { kind: 'existing', id: 'sg-2' },
        ],
        policy: '{}',
        tags,
      },
      monthlyCostUsd: -14.6,
    });
    expect(deletion({})?.inverse).not.toHaveProperty('policy');
  });

  it('when it is a gateway, then its routes are brought back, and nothing is saved', () => {
    expect(deletion({ type: 'gateway', routeTableIds: ['rtb-2', 'rtb-1'], policy: '{}' })).toMatchObject({
      resource: 'vpce-x',
      action: { kind: 'DeleteGatewayEndpoint', endpoint: { kind: 'existing', id: 'vpce-x' } },
      expected: { routeTableIds: ['rtb-1', 'rtb-2'] },
      inverse: {
        kind: 'CreateGatewayEndpoint',
        vpcId: VPC,
        routeTableIds: ['rtb-1', 'rtb-2'],
        policy: '{}',
        tags,
      },
      monthlyCostUsd: 0,
    });
    expect(deletion({ type: 'gateway' })?.inverse).not.toHaveProperty('policy');
  });
});

describe('Given the policy of an endpoint for S3', () => {
  const statements = (text: string | null) => JSON.parse(text ?? '').Statement;
  const buckets = {
    Sid: 'AgentBuckets',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: expect.arrayContaining([`arn:aws:s3:::amazon-ssm-${REGION}/*`]),
  };

  it('when it is full access, then none is given', () => {
    expect(gatewayPolicyText('full', 'o-1', REGION)).toBeNull();
    expect(gatewayPolicyText(undefined, 'o-1', REGION)).toBeNull();
  });

  it("when it is for the organization, then AWS's buckets are open, and the credentials of agents no subject", () => {
    expect(statements(gatewayPolicyText('organization', 'o-1', REGION))).toEqual([
      expect.objectContaining({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
      buckets,
    ]);
  });

  it('when it is an own one with a single statement, then that is kept', () => {
    const own = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' };
    const text = gatewayPolicyText({ Statement: own }, 'o-1', REGION);
    expect(JSON.parse(text ?? '')).toEqual({ Version: '2012-10-17', Statement: [own, buckets] });
  });
});

describe('Given what names a hub', () => {
  it('when a caller reference is ours, then it is known by its beginning', () => {
    expect(isCallerOurs(callerReferenceOf('chg-1'))).toBe(true);
    expect(isCallerOurs(`others-${callerReferenceOf('chg-1')}`)).toBe(false);
  });

  it('when an alias leads to an endpoint, then its id is the beginning of the name', () => {
    const alias = (dnsName: string) => endpointOfAlias({ dnsName, zoneId: 'Z1' });
    expect(alias('vpce-0123-abcd.ssm.eu-west-1.vpce.amazonaws.com')).toBe('vpce-0123');
    expect(alias('x.vpce-0123-abcd.ssm.eu-west-1.vpce.amazonaws.com')).toBeNull();
    expect(endpointOfAlias(null)).toBeNull();
    expect(hubName('vpc-1')).toBe('dhmc-rollout-vpc-1');
  });
});
