/** What a journaled change makes ours, or ours no longer: resources, places in subnets, policies, authorizations, records. */
import { describe, expect, it } from '@jest/globals';
import { definitionOf } from '../../../functions/core/changes/changes.ts';
import type { ActionOf, ChangeAction, ChangeKind } from '../../../functions/core/model/change.ts';
import { policySetOn } from '../../../functions/core/network/policy-comparison.ts';
import { RUN } from '../rollback/builders.ts';
import { CHANGE_ID, ENDPOINT_ARN, SAMPLES } from './samples.ts';

const POLICY = '{"Statement":[]}';

function actionOf(kind: ChangeKind, overrides: object = {}): ActionOf<ChangeKind> {
  return { kind, ...SAMPLES[kind].action, ...overrides } as unknown as ChangeAction;
}

/** Ids that are ours after a change, and what the journal knows that changes made. */
function ownAfter(
  action: ActionOf<ChangeKind>,
  { madeId = null, ids = [], madeBy = {} }: { madeId?: string | null; ids?: string[]; madeBy?: object } = {},
) {
  const own = { ids: new Set(ids), madeBy: new Map<string, string>(Object.entries(madeBy)) };
  definitionOf(action).own?.({ action, changeId: CHANGE_ID, runId: RUN, madeId }, own);
  return { ids: [...own.ids].sort(), madeBy: Object.fromEntries(own.madeBy) };
}

describe('Given a change that makes a resource', () => {
  const makers: [ChangeKind, string, object, string[]][] = [
    ['CreateEndpointSecurityGroup', 'sg-1', {}, []],
    ['CreateHubZone', 'Z1', {}, []],
    ['CreateGatewayEndpoint', 'vpce-1', {}, []],
    ['CreateGatewayEndpoint', 'vpce-1', { policy: POLICY }, [policySetOn('vpce-1', POLICY)]],
    ['CreateInterfaceEndpoint', 'vpce-1', {}, ['vpce-1/subnet-1', 'vpce-1/subnet-2']],
    [
      'CreateInterfaceEndpoint',
      'vpce-1',
      { policy: POLICY, subnetIds: ['subnet-1'] },
      ['vpce-1/subnet-1', policySetOn('vpce-1', POLICY)],
    ],
  ];

  it.each(makers)(
    'when %s made %s with %j, then that is ours, and what it set on it: %j',
    (kind, madeId, overrides, set) => {
      expect(ownAfter(actionOf(kind, overrides), { madeId })).toEqual({
        ids: [madeId, ...set].sort(),
        madeBy: { [CHANGE_ID]: madeId },
      });
    },
  );

  it.each(makers)('when it is not known what %s made, then nothing is ours', (kind, _madeId, overrides) => {
    expect(ownAfter(actionOf(kind, overrides))).toEqual({ ids: [], madeBy: {} });
  });
});

describe('Given a change of what exists', () => {
  const LED = 'Z1:vpc-endpoint/vpce-0a1b';
  const changes: [ChangeKind, object, string[], string[]][] = [
    ['AddHubEndpoint', {}, ['x'], [ENDPOINT_ARN, 'x']],
    ['RemoveHubEndpoint', {}, ['x', ENDPOINT_ARN], ['x']],
    ['AuthorizeHubSpoke', {}, ['x'], ['Z1/vpc-spoke', 'x']],
    ['RevokeHubSpoke', {}, ['x', 'Z1/vpc-spoke'], ['x']],
    ['SetHubRecord', {}, ['x'], [LED, 'x']],
    ['SetHubRecord', { dnsName: 'proxy.example.com' }, ['x'], ['x']],
    ['RemoveHubRecord', {}, ['x', LED, 'Z2:vpc-endpoint/vpce-0a1b'], ['Z2:vpc-endpoint/vpce-0a1b', 'x']],
    ['RemoveHubRecord', { dnsName: 'proxy.example.com' }, ['x', LED], [LED, 'x']],
    ['SetEndpointPolicy', { policy: POLICY }, ['x'], [policySetOn('vpce-1', POLICY), 'x']],
    [
      'ModifyInterfaceEndpoint',
      {},
      ['vpce-1/subnet-1', 'vpce-1/subnet-2', 'vpce-1/subnet-9', 'vpce-2/subnet-1'],
      ['vpce-1/subnet-3', 'vpce-1/subnet-4', 'vpce-1/subnet-5', 'vpce-1/subnet-9', 'vpce-2/subnet-1'],
    ],
    ['DeleteInterfaceEndpoint', {}, ['vpce-1', 'vpce-2'], ['vpce-2']],
    ['DeleteGatewayEndpoint', {}, ['vpce-1', 'vpce-2'], ['vpce-1', 'vpce-2']],
  ];

  it.each(changes)('when %s %j was made where %j is ours, then %j is', (kind, overrides, before, ids) => {
    expect(ownAfter(actionOf(kind, overrides), { ids: before }).ids).toEqual([...ids].sort());
  });

  it('when an endpoint is deleted that a change made, then it is ours no longer', () => {
    const action = actionOf('DeleteGatewayEndpoint');
    const madeBy = { [CHANGE_ID]: 'vpce-1', 'chg-2': 'vpce-2' };
    expect(ownAfter(action, { ids: ['vpce-1', 'vpce-2'], madeBy }).ids).toEqual(['vpce-2']);
  });
});
