/** What may answer for a name: the most specific first; of the same name a rule, an endpoint, a zone; own before Profiles. */
import { describe, expect, it } from '@jest/globals';
import type {
  EndpointFacts,
  HostedZoneFacts,
  NetworkObservation,
  ProfileResourceFacts,
  ResolverRuleFacts,
} from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import {
  candidatesFor,
  domainOfResource,
  profilesOf,
  serviceEndpoints,
} from '../../../functions/core/network/resolver-candidates.ts';
import { failed, observe } from './observe.ts';
import { world } from './steps.ts';
import { ACCOUNT, OWNER, REGION, serviceName, VPC } from './world.ts';

const value = <T>(of: T) => ({ kind: 'value' as const, value: of });
const DOMAIN = `ssm.${REGION}.amazonaws.com`;
const PARENT = `${REGION}.amazonaws.com`;

const endpoint = (overrides: Partial<EndpointFacts> = {}): EndpointFacts => ({
  endpointId: 'vpce-1',
  vpcId: VPC,
  ownerId: ACCOUNT,
  type: 'interface',
  serviceName: serviceName('ssm'),
  state: 'available',
  privateDns: true,
  regionalName: null,
  addresses: 'ipv4',
  subnetIds: [],
  groupIds: [],
  routeTableIds: [],
  policy: null,
  tags: {},
  ...overrides,
});
const rule = (ruleId: string, domain: string, type: ResolverRuleFacts['type'] = 'FORWARD') => ({
  ruleId,
  domain,
  type,
});
const zone = (
  hostedZoneId: string,
  name: string,
  overrides: Partial<HostedZoneFacts> = {},
): HostedZoneFacts => ({
  hostedZoneId,
  name,
  owningAccount: OWNER,
  owningService: null,
  ...overrides,
});
const held = (
  kind: ProfileResourceFacts['kind'],
  resourceId: string,
  profileId = 'rp-1',
): ProfileResourceFacts => ({
  profileId,
  resourceArn: `arn:${resourceId}`,
  kind,
  resourceId,
  ownerId: OWNER,
});

interface Given extends Partial<NetworkObservation> {
  rules?: ResolverRuleFacts[];
  zones?: HostedZoneFacts[];
  own?: EndpointFacts[];
  /** Resources by Profile, each with its priority. */
  profiles?: [id: string, priority: number, resources: ProfileResourceFacts[]][];
}

function networkOf({ rules = [], zones = [], own = [], profiles = [], ...others }: Given) {
  return joinNetwork({
    ...observe(world()),
    resolverRules: value(rules),
    resolverRuleIds: value({ [VPC]: rules.map(({ ruleId }) => ruleId) }),
    hostedZones: { [VPC]: value(zones) },
    endpoints: value(own),
    profileAssociations: value(
      profiles.map(([profileId, priority]) => ({ profileId, vpcId: VPC, name: null, priority })),
    ),
    profileResources: Object.fromEntries(profiles.map(([id, , resources]) => [id, value(resources)])),
    ...others,
  });
}

/** `rule ssm...`, by kind and by who holds it. */
function candidates(given: Given, hostnames = true): string[] {
  const network = networkOf(given);
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error('no VPC');
  return candidatesFor(network, vpc, 'ssm', { support: true, hostnames }).map((one) => {
    if (one.kind === 'endpoint') return `endpoint ${one.endpoint.endpointId}`;
    if (one.kind === 'unknown') return `unknown ${one.fact.unread ? 'unread' : one.fact.resource}`;
    return `${one.kind} ${one.holder}`;
  });
}

describe("Given a VPC's own settings, When it is asked what answers for ssm", () => {
  it.each<[string, Given, string[]]>([
    ['nothing', {}, []],
    ['an endpoint', { own: [endpoint()] }, ['endpoint vpce-1']],
    ['an endpoint whose private DNS is off', { own: [endpoint({ privateDns: false })] }, []],
    ['an endpoint of another service', { own: [endpoint({ serviceName: serviceName('kms') })] }, []],
    ['a zone of the name', { zones: [zone('Z1', DOMAIN)] }, ['central Z1']],
    ['a zone of a parent', { zones: [zone('Z1', PARENT)] }, ['central Z1']],
    ['a zone of another name', { zones: [zone('Z1', `kms.${PARENT}`), zone('Z2', `x${DOMAIN}`)] }, []],
    [
      'a zone of an AWS service',
      { zones: [zone('Z1', DOMAIN, { owningService: 'vpce.amazonaws.com' })] },
      [],
    ],
    ['a rule for the name', { rules: [rule('r1', DOMAIN)] }, ['rule r1']],
    ['a rule for everything', { rules: [rule('r1', '')] }, ['rule r1']],
    ['a rule for another name', { rules: [rule('r1', 'example.com')] }, []],
    [
      'a rule of another kind',
      { rules: [rule('r1', DOMAIN, 'RECURSIVE'), rule('r2', DOMAIN, 'DELEGATE')] },
      [],
    ],
    [
      'a rule that is not associated',
      { rules: [rule('r1', DOMAIN)], resolverRuleIds: value({ 'vpc-2': ['r1'] }) },
      [],
    ],
    [
      'all of the same name: rule, endpoint, zone',
      { zones: [zone('Z1', DOMAIN)], own: [endpoint()], rules: [rule('r1', DOMAIN)] },
      ['rule r1', 'endpoint vpce-1', 'central Z1'],
    ],
    [
      'the more specific first',
      { zones: [zone('Z1', PARENT), zone('Z2', DOMAIN)], rules: [rule('r1', ''), rule('r2', PARENT)] },
      ['central Z2', 'rule r2', 'central Z1', 'rule r1'],
    ],
    [
      'a SYSTEM rule of the name, which takes it back from a parent',
      { own: [endpoint()], rules: [rule('r1', PARENT), rule('r2', DOMAIN, 'SYSTEM')] },
      ['endpoint vpce-1'],
    ],
    [
      'a SYSTEM rule of a parent, which takes nothing back',
      { rules: [rule('r1', PARENT, 'SYSTEM'), rule('r2', DOMAIN)] },
      ['rule r2', 'rule r1'],
    ],
  ])('Then %s', (_what, given, expected) => expect(candidates(given)).toEqual(expected));

  it('Then without hostnames only rules answer', () => {
    const given = { zones: [zone('Z1', DOMAIN)], own: [endpoint()], rules: [rule('r1', PARENT)] };
    expect(candidates(given, false)).toEqual(['rule r1']);
  });

  it('Then a zone of a hub leads to the endpoint beside the client in the hub itself', () => {
    const hubZones = value([
      { zoneId: 'Z0', alias: null },
      { zoneId: 'Z1', alias: { dnsName: 'vpce-1-abc.ssm.ap-northeast-1.vpce.amazonaws.com', zoneId: 'ZX' } },
    ]) as never;
    const own = [endpoint({ endpointId: 'vpce-0', privateDns: false }), endpoint({ privateDns: false })];
    const zones = [zone('Z1', DOMAIN), zone('Z2', DOMAIN)];
    expect(candidates({ own, zones, hubZones })).toEqual(['endpoint vpce-1', 'central Z2']);
    expect(candidates({ own: own.slice(0, 1), zones, hubZones })).toEqual(['central Z1', 'central Z2']);
  });
});

describe('Given endpoints of a service, When those that serve it are asked for', () => {
  it.each<[string, Partial<EndpointFacts>, boolean]>([
    ['available', {}, true],
    ['pending', { state: 'pending' }, true],
    ['without private DNS', { privateDns: false }, true],
    ['of another type', { type: 'gateway' }, false],
    ['of another VPC', { vpcId: 'vpc-2' }, false],
    ...['deleting', 'deleted', 'rejected', 'failed', 'expired'].map(
      (state): [string, Partial<EndpointFacts>, boolean] => [state, { state }, false],
    ),
  ])('Then one that is %s: %s', (_what, overrides, serves) => {
    expect(serviceEndpoints(networkOf({ own: [endpoint(overrides)] }), VPC, 'ssm')).toHaveLength(
      serves ? 1 : 0,
    );
  });

  it('Then a VPC without any has none', () =>
    expect(serviceEndpoints(networkOf({}), VPC, 'ssm')).toEqual([]));
});

describe('Given Profiles of a VPC, When it is asked what answers for ssm', () => {
  const foreign = (...zones: [id: string, name: string][]): Given => ({
    foreignResources: Object.fromEntries(
      zones.map(([id, name]) => [`arn:${id}`, value({ kind: 'hosted-zone' as const, name })]),
    ),
  });
  const Z = foreign(['Z1', DOMAIN], ['Z2', DOMAIN], ['Z3', PARENT]);

  it('Then they are evaluated by priority, and by id where that is the same', () => {
    const associations = (...some: [string, number, string?][]) =>
      profilesOf(
        networkOf({
          profileAssociations: value(
            some.map(([profileId, priority, vpcId = VPC]) => ({ profileId, vpcId, name: null, priority })),
          ),
        }),
        VPC,
      );
    expect(associations(['rp-a', 900], ['rp-b', 100], ['rp-c', 500], ['rp-d', 1, 'vpc-2'])).toEqual([
      'rp-b',
      'rp-c',
      'rp-a',
    ]);
    expect(associations(['rp-b', 100], ['rp-a', 100], ['rp-c', 100])).toEqual(['rp-a', 'rp-b', 'rp-c']);
  });

  it.each<[string, Given, string[]]>([
    [
      'the first that holds the name',
      {
        ...Z,
        profiles: [
          ['rp-2', 200, [held('hosted-zone', 'Z2')]],
          ['rp-1', 100, [held('hosted-zone', 'Z1')]],
        ],
      },
      ['central arn:Z1'],
    ],
    [
      'the first that holds a parent of it, before one that holds the name',
      {
        ...Z,
        profiles: [
          ['rp-1', 100, [held('hosted-zone', 'Z3')]],
          ['rp-2', 200, [held('hosted-zone', 'Z1')]],
        ],
      },
      ['central arn:Z3'],
    ],
    [
      'the more specific of one Profile first',
      { ...Z, profiles: [['rp-1', 100, [held('hosted-zone', 'Z3'), held('hosted-zone', 'Z1')]]] },
      ['central arn:Z1', 'central arn:Z3'],
    ],
    [
      'one that does not hold it is passed over',
      {
        ...foreign(['Z1', DOMAIN], ['Z9', 'example.com']),
        profiles: [
          ['rp-1', 100, [held('hosted-zone', 'Z9')]],
          ['rp-2', 200, [held('hosted-zone', 'Z1')]],
        ],
      },
      ['central arn:Z1'],
    ],
    [
      'one whose name is not seen may hold it, and the next does',
      {
        ...Z,
        profiles: [
          ['rp-1', 100, [held('hosted-zone', 'Z8')]],
          ['rp-2', 200, [held('hosted-zone', 'Z1')]],
        ],
      },
      ['unknown arn:Z8', 'central arn:Z1'],
    ],
    [
      'one whose name is not seen beside the very name',
      { ...Z, profiles: [['rp-1', 100, [held('hosted-zone', 'Z8'), held('hosted-zone', 'Z1')]]] },
      ['central arn:Z1'],
    ],
    [
      'one whose name is not seen beside a parent',
      { ...Z, profiles: [['rp-1', 100, [held('hosted-zone', 'Z8'), held('hosted-zone', 'Z3')]]] },
      ['unknown arn:Z8', 'central arn:Z3'],
    ],
    ['other things', { profiles: [['rp-1', 100, [held('other', 'x')]]] }, []],
    [
      'own settings before a Profile at the same name',
      { ...Z, zones: [zone('Z5', DOMAIN)], profiles: [['rp-1', 100, [held('hosted-zone', 'Z1')]]] },
      ['central Z5', 'central arn:Z1'],
    ],
    [
      'a Profile before own settings of a parent',
      { ...Z, zones: [zone('Z5', PARENT)], profiles: [['rp-1', 100, [held('hosted-zone', 'Z1')]]] },
      ['central arn:Z1', 'central Z5'],
    ],
    [
      'a rule of a Profile before a zone of it',
      {
        ...Z,
        resolverRules: value([rule('r1', DOMAIN)]),
        resolverRuleIds: value({}),
        profiles: [['rp-1', 100, [held('hosted-zone', 'Z1'), held('resolver-rule', 'r1')]]],
      },
      ['rule arn:r1', 'central arn:Z1'],
    ],
  ])('Then %s', (_what, given, expected) => expect(candidates(given)).toEqual(expected));

  it('Then a Profile that was not read may hold the very name, before whatever the next holds', () => {
    const given: Given = {
      ...Z,
      profiles: [
        ['rp-1', 100, []],
        ['rp-2', 200, [held('hosted-zone', 'Z1')]],
      ],
    };
    const profileResources = {
      'rp-1': failed('route53profiles:ListProfileResourceAssociations'),
      'rp-2': value([held('hosted-zone', 'Z1')]),
    };
    expect(candidates({ ...given, profileResources })).toEqual(['unknown unread', 'central arn:Z1']);
  });

  it('Then without hostnames only its rules answer', () => {
    const given: Given = {
      ...Z,
      resolverRules: value([rule('r1', PARENT)]),
      resolverRuleIds: value({}),
      profiles: [['rp-1', 100, [held('hosted-zone', 'Z1'), held('resolver-rule', 'r1')]]],
    };
    expect(candidates(given, false)).toEqual(['rule arn:r1']);
  });
});

describe('Given a resource of a Profile, When it is asked for which names it answers', () => {
  const known = (domain: string, type?: 'FORWARD' | 'SYSTEM') => ({
    kind: 'known',
    domain,
    ...(type ? { rule: type } : {}),
  });
  const NOTHING = { kind: 'nothing' };
  const SILENT = { kind: 'silent', why: '' };
  const foreignEndpoint = (overrides: object = {}): Given => ({
    foreignResources: {
      'arn:vpce-9': value({
        kind: 'endpoint' as const,
        serviceName: serviceName('ssm'),
        privateDns: true,
        state: 'available',
        ...overrides,
      }),
    },
  });
  const foreignZone: Given = {
    foreignResources: { 'arn:Z9': value({ kind: 'hosted-zone' as const, name: DOMAIN }) },
  };

  it.each<[string, ProfileResourceFacts, Given, object]>([
    [
      'an endpoint of this account',
      held('endpoint', 'vpce-1'),
      { own: [endpoint({ endpointId: 'vpce-0', serviceName: serviceName('kms') }), endpoint()] },
      known(DOMAIN),
    ],
    [
      'one without private DNS',
      held('endpoint', 'vpce-1'),
      { own: [endpoint({ privateDns: false })] },
      NOTHING,
    ],
    ['one that failed', held('endpoint', 'vpce-1'), { own: [endpoint({ state: 'failed' })] }, NOTHING],
    ['an endpoint of another account', held('endpoint', 'vpce-9'), foreignEndpoint(), known(DOMAIN)],
    [
      'one of another account without private DNS',
      held('endpoint', 'vpce-9'),
      foreignEndpoint({ privateDns: false }),
      NOTHING,
    ],
    [
      'one of another account that is gone',
      held('endpoint', 'vpce-9'),
      foreignEndpoint({ state: 'deleted' }),
      NOTHING,
    ],
    ['an endpoint of which no one was asked', held('endpoint', 'vpce-9'), {}, SILENT],
    ['an endpoint that its owner calls a zone', held('endpoint', 'Z9'), foreignZone, SILENT],
    [
      'a zone of the VPC',
      held('hosted-zone', 'Z1'),
      { zones: [zone('Z0', PARENT), zone('Z1', DOMAIN)] },
      known(DOMAIN),
    ],
    ['a zone of another account', held('hosted-zone', 'Z9'), foreignZone, known(DOMAIN)],
    ['a zone that its owner calls an endpoint', held('hosted-zone', 'vpce-9'), foreignEndpoint(), SILENT],
    ['a zone of which no one was asked', held('hosted-zone', 'Z9'), {}, SILENT],
    ['a rule', held('resolver-rule', 'r1'), { rules: [rule('r1', DOMAIN)] }, known(DOMAIN, 'FORWARD')],
    [
      'a SYSTEM rule',
      held('resolver-rule', 'r1'),
      { rules: [rule('r1', DOMAIN, 'SYSTEM')] },
      known(DOMAIN, 'SYSTEM'),
    ],
    [
      'a rule of another kind',
      held('resolver-rule', 'r1'),
      { rules: [rule('r1', DOMAIN, 'RECURSIVE')] },
      NOTHING,
    ],
    ['a rule that was not seen', held('resolver-rule', 'r9'), { rules: [rule('r1', DOMAIN)] }, SILENT],
    ['something else', held('other', 'x'), {}, NOTHING],
    [
      'an endpoint whose owner could not be asked',
      held('endpoint', 'vpce-9'),
      { foreignResources: { 'arn:vpce-9': failed('ec2:DescribeVpcEndpoints') } },
      { kind: 'silent', why: ' (ec2:DescribeVpcEndpoints failed with UnauthorizedOperation)' },
    ],
  ])('Then %s', (_what, resource, given, expected) => {
    expect(domainOfResource(networkOf(given), resource)).toEqual(expected);
  });
});
