/** `dhmc snapshot` where a hub is configured: a plan on the copy is the plan on the original. */
import { describe, expect, it } from '@jest/globals';
import { refuseMissingHubs } from '../../cli/snapshot/refuse-missing-hubs.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { good, HUB, PROFILE, spokeId } from '../reconcile/hub-organization.ts';
import { central, copyOf, makeOriginal, plan, said } from './hub-snapshots.ts';

describe('Given a hub, a spoke that reaches it, and one whose attachments are not shown', () => {
  it('When a snapshot is taken, Then the plan on the copy is that on the original, and what was denied is unknown', async () => {
    const action = 'ec2:DescribeTransitGatewayVpcAttachments';
    const made = makeOriginal([good], { [spokeId(1)]: [action] });
    const settings = central(made, PROFILE);
    const { copy, unread } = await copyOf(made.snapshot, settings);
    expect(unread.map(({ accountId, api }) => [accountId, api])).toEqual([[spokeId(1), action]]);
    const [here, there] = [await plan(made.snapshot, settings), await plan(copy, settings)];
    expect(said(there)).toEqual(said(here));
    const kinds = (at: number) =>
      there.targets.find(({ accountId }) => accountId === spokeId(at))?.changes.map(({ kind }) => kind);
    expect([kinds(0), kinds(1)]).toEqual([['AssociateProfile'], []]);
    expect(copy.accounts.get(HUB)?.Regions[made.region]?.Ec2.TransitGatewayRouteTables).toHaveLength(2);
  }, 30_000);
});

describe('Given no hub', () => {
  it('When a snapshot is taken, Then nothing about hubs is asked, and a rehearsal with one is refused', async () => {
    const made = makeOriginal([]);
    const { calls, copy } = await copyOf(made.snapshot, {});
    const asked = /TransitGateway|Peering|^ram:|ListProfiles|route53profiles:ListTags|Authorizations/;
    expect([...calls].filter((call) => asked.test(call))).toEqual([]);
    const hubs = { ...defaultConfiguration(), ...central(made, PROFILE) };
    expect(() => refuseMissingHubs(copy, hubs, 'DIR')).toThrow(
      /^DIR: was taken without hubs\.\S+ \(account \d{12}\); take it again with this configuration/,
    );
    expect(() => refuseMissingHubs(made.snapshot, hubs, 'DIR')).not.toThrow();
  }, 30_000);
});
