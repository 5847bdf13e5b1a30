/** The Profile of a hub that is made: what each pass adds to it, and what it still lacks. */
import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../functions/core/model/change.ts';
import type { EndpointNeed } from '../../../functions/core/network/endpoint-need.ts';
import type { EndpointFacts } from '../../../functions/core/network/facts.ts';
import type { HubHolding } from '../../../functions/core/network/hub-facts.ts';
import { planHubProfile, profileLacks } from '../../../functions/core/network/hub-profile.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { HUB_VPC, hubEndpoint, hubEndpointId, hubObservation, value } from './hub-case.ts';
import { failed } from './observe.ts';
import { OWNER, REGION } from './world.ts';

const ORGANIZATION = 'arn:aws:organizations::999999999999:organization/o-exampleorg1';
const NAME = `dhmc-rollout-${HUB_VPC}`;
const PROFILE_ARN = `arn:aws-cn:route53profiles:${REGION}:${OWNER}:profile/rp-1`;
const PROFILE = { profileId: 'rp-1', arn: PROFILE_ARN, name: NAME };
const SSM = hubEndpointId('ssm');
const arnOf = (id: string) => `arn:aws-cn:ec2:${REGION}:${OWNER}:vpc-endpoint/${id}`;
const held = (...ids: string[]) => ({ profile: PROFILE, resourceArns: ids.map(arnOf) });

interface Given {
  holding?: Partial<HubHolding> | 'failed' | 'absent' | 'unread';
  endpoints?: Partial<EndpointFacts>[];
  organizationArn?: string | null;
  journalled?: string[];
  runId?: string;
}

function hub({ holding = {}, endpoints = [{}], organizationArn = ORGANIZATION, journalled = [SSM] }: Given) {
  const read = () => {
    if (holding === 'failed') return failed('route53profiles:ListProfiles');
    if (holding === 'absent') return { kind: 'absent' as const };
    return value({ profile: null, resourceArns: [], users: [], shareArn: null, ...(holding as object) });
  };
  const { network: own } = hubObservation();
  const network = joinNetwork({
    ...own,
    organizationArn,
    hubHoldings: holding === 'unread' ? {} : { [HUB_VPC]: read() },
    endpoints: value(
      endpoints.map((one) => ({ ...hubEndpoint('ssm'), tags: { [MANAGED_TAG]: 'true' }, ...one })),
    ),
  });
  const vpc = network.vpcs.get(HUB_VPC);
  if (!vpc) throw new Error('no hub VPC');
  return { network, vpc, journalled: new Set(journalled) };
}
function planned(given: Given): Change[] {
  const { network, vpc, journalled } = hub(given);
  return planHubProfile(network, vpc, {
    runId: given.runId ?? 'run-1',
    resourceTags: { team: 'net' },
    journalled,
  });
}
const kinds = (given: Given) => planned(given).map(({ action, resource }) => `${action.kind} ${resource}`);
const ADDED = [`AddHubEndpoint rp-1/${SSM}`];
const SHARED = [`ShareHubProfile rp-1/${NAME}`];

describe('Given a hub that gives its names by a Profile', () => {
  it.each<[string, Given, string[]]>([
    ['what it holds cannot be read', { holding: 'failed' }, []],
    ['what it holds was not read', { holding: 'unread' }, []],
    ['there is no Profile', {}, [`CreateHubProfile ${HUB_VPC}/${NAME}`]],
    ['the Profile is empty', { holding: held() }, [...ADDED, ...SHARED]],
    ['the Profile holds the endpoint', { holding: held(SSM) }, SHARED],
    ['the Profile is shared already', { holding: { ...held(), shareArn: 'arn:share' } }, ADDED],
    ['all is there', { holding: { ...held(SSM), shareArn: 'arn:share' } }, []],
    ['the organization is not known', { holding: held(), organizationArn: null }, ADDED],
    ['the endpoint is pending', { holding: held(), endpoints: [{ state: 'pending' }] }, SHARED],
    ['the endpoint has no private DNS', { holding: held(), endpoints: [{ privateDns: false }] }, SHARED],
    ['the endpoint is not ours', { holding: held(), endpoints: [{ tags: {} }] }, SHARED],
    ['the journal does not know the endpoint', { holding: held(), journalled: [] }, SHARED],
  ])('when %s, then the next step is planned', (_what, given, expected) => {
    expect(kinds(given)).toEqual(expected);
  });

  it('when steps are planned, then each says what it expects, what undoes it and that it is ours', () => {
    const vpcId = HUB_VPC;
    const head = { accountId: OWNER, region: REGION, monthlyCostUsd: 0, expected: { exists: false } };
    const tags = expect.objectContaining({ team: 'net' });
    const clientToken = expect.stringMatching(/^dhmc-/);
    const resourceArn = arnOf(SSM);
    const all = [...planned({}), ...planned({ holding: held() })];
    expect(all).toMatchObject([
      {
        ...head,
        action: { kind: 'CreateHubProfile', vpcId, name: NAME, clientToken, tags },
        inverse: { kind: 'DeleteHubProfile', vpcId, name: NAME },
      },
      {
        ...head,
        action: { kind: 'AddHubEndpoint', vpcId, profileId: 'rp-1', resourceArn, name: SSM },
        inverse: { kind: 'RemoveHubEndpoint', vpcId, profileId: 'rp-1', resourceArn },
      },
      {
        ...head,
        action: {
          kind: 'ShareHubProfile',
          vpcId,
          name: NAME,
          profileArn: PROFILE_ARN,
          principal: ORGANIZATION,
          clientToken,
          tags,
        },
        inverse: { kind: 'UnshareHubProfile', vpcId, name: NAME },
      },
    ]);
    const tokens = all.flatMap(({ action }) => ('clientToken' in action ? [action.clientToken] : []));
    expect([new Set(all.map(({ id }) => id)).size, new Set(tokens).size]).toEqual([3, 2]);
  });

  it('when the same run plans again, then ids and tokens are the same, and another run has its own', () => {
    const once = planned({});
    expect(planned({})).toEqual(once);
    const other = planned({ runId: 'run-2' })[0];
    expect(other?.id).not.toBe(once[0]?.id);
    expect(other?.action).not.toEqual(once[0]?.action);
  });
});

describe('Given what spokes need of that hub', () => {
  const lacks = (given: Given) => {
    const { network, vpc, journalled } = hub(given);
    const need = { wanted: [{ name: 'ssm' }] } as unknown as EndpointNeed;
    return profileLacks(network, vpc, need, journalled);
  };
  const NONE = 'Its Profile is not there yet.';
  const EMPTY = 'Its Profile holds no endpoint for ssm yet.';
  it.each<[string, Given, string | null]>([
    ['there is no Profile', { holding: { resourceArns: [arnOf(SSM)], shareArn: 'x' } }, NONE],
    ['what it holds was not read', { holding: 'unread' }, NONE],
    ['what it holds is not there', { holding: 'absent' }, NONE],
    ['the Profile is empty', { holding: { ...held(), shareArn: 'x' } }, EMPTY],
    ['the Profile holds another endpoint', { holding: { ...held('vpce-9'), shareArn: 'x' } }, EMPTY],
    [
      'the Profile holds the endpoint of another service',
      {
        holding: { ...held(SSM), shareArn: 'x' },
        endpoints: [{ serviceName: `com.amazonaws.${REGION}.ssmmessages` }],
      },
      EMPTY,
    ],
    ['the Profile is not shared', { holding: held(SSM) }, 'Its Profile is not shared yet.'],
    ['all is there', { holding: { ...held('vpce-9', SSM), shareArn: 'x' } }, null],
  ])('when %s, then what is lacking is said', (_what, given, expected) => {
    expect(lacks(given)).toBe(expected);
  });

  it('when what it holds cannot be read, then the call that failed is named', () => {
    expect(lacks({ holding: 'failed' })).toMatch(/^route53profiles:ListProfiles failed with /);
  });
});
