/** Where live state has already what a planned change leads to, whoever made it, the change is not refused; otherwise it is. */
import { describe, expect, it } from '@jest/globals';
import { CHANGES, definitionOf } from '../../../functions/core/changes/changes.ts';
import type { LiveState } from '../../../functions/core/changes/definition.ts';
import type { ActionOf, ChangeAction, ChangeKind } from '../../../functions/core/model/change.ts';
import type { EndpointFacts } from '../../../functions/core/network/facts.ts';
import { OURS } from '../builders.ts';
import { failed, VPC } from '../rollback/builders.ts';
import { endpoints, groups, live, network, role, rule, SAMPLES, setting } from './samples.ts';

const SSM = { serviceName: 'com.amazonaws.eu-west-1.ssm' };
const S3: Partial<EndpointFacts> = {
  type: 'gateway',
  serviceName: 'com.amazonaws.eu-west-1.s3',
  routeTableIds: ['rtb-1', 'rtb-2'],
};
const BOTH = groups({ ingress: [rule(['10.0.0.0/16']), rule(['10.1.0.0/16'])] });
const ONE = groups({ ingress: [rule(['10.0.0.0/16'])] });

const CASES: [ChangeKind, string, LiveState, boolean][] = [
  ['CreateDhmcRole', 'a role of that name', role({ tags: {} }), true],
  ['CreateDhmcRole', 'no role', live({}), false],
  ['CreateDhmcRole', 'a role that was not read', live({ role: failed() }), false],
  ['SetServiceSetting', 'the value, of another', setting(OURS, { lastModifiedUser: 'ada' }), true],
  ['SetServiceSetting', 'another value', setting('$None'), false],
  ['SetServiceSetting', 'no setting', live({}), false],
  [
    'CreateEndpointSecurityGroup',
    'a group of that name',
    groups({ groupId: 'sg-0', groupName: 'x' }, { tags: {} }),
    true,
  ],
  ['CreateEndpointSecurityGroup', 'one in another VPC', groups({ vpcId: 'vpc-2' }), false],
  ['CreateEndpointSecurityGroup', 'one of another name', groups({ groupName: 'x' }), false],
  ['CreateEndpointSecurityGroup', 'no group', groups(), false],
  ['CreateEndpointSecurityGroup', 'no network', live({}), false],
  ['AllowEndpointIngress', 'the rules', BOTH, true],
  ['AllowEndpointIngress', 'one of the rules', ONE, false],
  ['AllowEndpointIngress', 'no group', groups(), false],
  ['AllowEndpointIngress', 'no network', live({}), false],
  [
    'CreateInterfaceEndpoint',
    'an endpoint of the service',
    endpoints({ ...SSM, vpcId: 'vpc-2' }, { ...SSM, tags: {} }),
    true,
  ],
  ['CreateInterfaceEndpoint', 'one in another VPC', endpoints({ ...SSM, vpcId: 'vpc-2' }), false],
  ['CreateInterfaceEndpoint', 'one of another service', endpoints({ serviceName: 'x' }), false],
  ['CreateInterfaceEndpoint', 'one that is being deleted', endpoints({ ...SSM, state: 'deleting' }), false],
  ['CreateInterfaceEndpoint', 'no network', live({}), false],
  [
    'CreateGatewayEndpoint',
    'one with more route tables',
    endpoints({ ...S3, routeTableIds: ['rtb-1', 'rtb-2', 'rtb-3'] }),
    true,
  ],
  [
    'CreateGatewayEndpoint',
    'one with a route table less',
    endpoints({ ...S3, routeTableIds: ['rtb-1'] }),
    false,
  ],
  ['CreateGatewayEndpoint', 'an interface endpoint', endpoints({ ...S3, type: 'interface' }), false],
  ['CreateGatewayEndpoint', 'one in another VPC', endpoints({ ...S3, vpcId: 'vpc-2' }), false],
  ['CreateGatewayEndpoint', 'one of another service', endpoints({ ...S3, serviceName: 'x' }), false],
  ['CreateGatewayEndpoint', 'one that failed', endpoints({ ...S3, state: 'failed' }), false],
  ['CreateGatewayEndpoint', 'no network', network({ endpoints: failed() }), false],
];

const NAMED = CASES.map(([kind, name, state, isThere]) => ({ kind, name, state, isThere }));

const actionOf = (kind: ChangeKind, overrides: object = {}) =>
  ({ kind, ...SAMPLES[kind].action, ...overrides }) as unknown as ChangeAction as ActionOf<ChangeKind>;

describe('Given a planned change that is no longer needed, perhaps', () => {
  it.each(NAMED)('when $kind finds $name, then that it is there is $isThere', ({ kind, state, isThere }) => {
    expect(definitionOf(actionOf(kind)).isThere?.(actionOf(kind), state, () => null)).toBe(isThere);
  });

  it('when a kind names no such state, then only that this very change was made counts', () => {
    const kinds = (Object.keys(CHANGES) as ChangeKind[]).filter((kind) => CHANGES[kind].isThere !== null);
    expect(kinds.sort()).toEqual([...new Set(CASES.map(([kind]) => kind))].sort());
  });

  it.each([true, false])(
    'when rules are of a group that the plan makes, whose being there is %s, then so is theirs',
    (isMakerThere) => {
      const group = { kind: 'created', changeId: 'chg-9' };
      const action = actionOf('AllowEndpointIngress', { vpcId: VPC, group });
      const makers: string[] = [];
      const answer = definitionOf(action).isThere?.(action, BOTH, (id) => {
        makers.push(id);
        return isMakerThere;
      });
      expect([answer, makers]).toEqual([isMakerThere, ['chg-9']]);
    },
  );

  it('when rules are of a group that exists, then no maker is asked', () => {
    const action = actionOf('AllowEndpointIngress');
    expect(definitionOf(action).isThere?.(action, BOTH, () => false)).toBe(true);
  });
});
