/**
 * Whether an instance reaches `ssm` in networks of every kind: the egress table of AWS's documentation, names,
 * firewalls. The expectations are this file's own reading, not that of the service.
 */
import { describe, expect, it } from '@jest/globals';
import { inspectAgent } from '../../twin/agents/agents.ts';
import { createState } from '../../twin/state.ts';
import { ACCOUNT, endpoint, INSTANCE, isolated, type Net, REGION, snapshotOf } from './networks.ts';
import { toInternet } from './reach-cases/base.ts';
import { BLOCKED_ACCESS, EGRESS } from './reach-cases/egress.ts';
import { ENDPOINTS, FIREWALLS } from './reach-cases/firewalls.ts';
import { NAMES } from './reach-cases/names.ts';

function viewOf(change: (net: Net) => void) {
  const net = isolated();
  change(net);
  return inspectAgent(createState(snapshotOf(net)), ACCOUNT, REGION, INSTANCE);
}

describe.each([
  ['egress', EGRESS],
  ['Block Public Access', BLOCKED_ACCESS],
  ['endpoints', ENDPOINTS],
  ['firewalls', FIREWALLS],
  ['names', NAMES],
])('Given networks of %s', (_kind, cases) => {
  it.each(cases)('When there is %s, Then ssm: %s', (_name, expected, change) => {
    const view = viewOf(change);
    expect({ ssm: view.names.ssm, why: view.why }).toEqual({ ssm: expected, why: view.why });
    expect(view.allowed).toBe(expected === 'reaches');
  });
});

describe('Given names that take different ways', () => {
  it('When only ssm has an endpoint in an isolated VPC, Then ssmmessages is blocked', () => {
    const { names, allowed } = viewOf((net) => endpoint(net));
    expect(names).toEqual({ ssm: 'reaches', ssmmessages: 'blocked', ec2messages: 'blocked' });
    expect(allowed).toBe(true);
  });

  it('When the snapshot says Online by a transit gateway, Then the names of the same way are reached too', () => {
    const { names, online } = viewOf((net) => {
      toInternet(net, { TransitGatewayId: 'tgw-1' });
      net.online = true;
    });
    expect(names).toEqual({ ssm: 'reaches', ssmmessages: 'reaches', ec2messages: 'reaches' });
    expect(online).toBe(true);
  });
});
