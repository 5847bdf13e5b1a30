/** VPCs with endpoints of ours move to the hub of their Region, make before break. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { outlookOf } from '../../cli/runs/plan-outlook.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { inspectAgent } from '../../twin/agents/agents.ts';
import type { Piece } from '../../twin/contract.ts';
import {
  centralConfiguration,
  good,
  type HubOrganization,
  makeHubOrganization,
  PROFILE,
  type ShapeSpoke,
  spokeId,
  standingEndpoints,
  unrouted,
} from './hub-organization.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';

let organization: Organization;
afterEach(() => organization.close());

async function open(shapes: ShapeSpoke[]): Promise<HubOrganization> {
  const made = makeHubOrganization(shapes);
  organization = await openOrganization(made.snapshot);
  return made;
}

function settings(made: HubOrganization, endpoints: 'provision' | 'central'): Partial<Configuration> {
  return { ...centralConfiguration(made, { profile: PROFILE }), endpoints };
}

const endpointsOf = (at: number, region: string): string[] =>
  standingEndpoints(organization.twin.state.region(spokeId(at), region));

describe('given VPCs with endpoints of ours, and a hub', () => {
  it('when they are moved, then in steps that keep them Online, and one that does not reach it stays as it is', async () => {
    const made = await open([good, unrouted]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    const before = endpointsOf(0, region);
    expect(before).toHaveLength(3);
    const still = await organization.run({ mode: 'assess' }, settings(made, 'central'));
    expect(targetOf(still, spokeId(0), region)).toMatchObject({
      status: 'COMPLIANT',
      vpcs: [{ spoke: { state: 'OWN', ownMonthlyUsd: 43.8 } }],
    });

    const shown = await organization.run({ mode: 'assess', migrateCentral: true }, settings(made, 'central'));
    expect(changesOf(shown, spokeId(0)).map((change) => change.split(' ')[0])).toEqual([
      'AssociateProfile',
      ...Array(3).fill('ModifyInterfaceEndpoint'),
      ...Array(3).fill('DeleteInterfaceEndpoint'),
    ]);
    const moved = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      settings(made, 'central'),
    );
    expect(changesOf(moved, spokeId(0)).every((change) => change.endsWith(' APPLIED'))).toBe(true);
    expect(targetOf(moved, spokeId(0), region)).toMatchObject({
      status: 'COMPLIANT',
      vpcs: [{ path: 'PROVEN' }],
    });
    expect(endpointsOf(0, region)).toEqual([]);
    expect(endpointsOf(1, region)).toEqual(before);

    await organization.run({ mode: 'rollback', rollbackOf: moved.runId }, settings(made, 'central'));
    expect(endpointsOf(0, region)).toEqual(before);
    expect(organization.twin.state.region(spokeId(0), region).Route53Profiles.ProfileAssociations).toEqual(
      [],
    );
  }, 120_000);

  it('when 40 are moved, then no needed name is ever without a path, and the price falls', async () => {
    const made = await open(Array(40).fill(good));
    const { region } = made;
    const { twin } = organization;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    const accounts = Array.from({ length: 40 }, (_, at) => spokeId(at));
    const isDark = (accountId: string) =>
      (twin.state.region(accountId, region).Ec2.Instances as Piece[]).some(({ InstanceId }) => {
        const { names } = inspectAgent(twin.state, accountId, region, String(InstanceId));
        return names.ssm !== 'reaches' || names.ssmmessages !== 'reaches';
      });
    // Nothing changes while the clock runs, so what is dark then is dark all the while.
    const { clock } = twin.state;
    const advance = clock.advance.bind(clock);
    let darkSeconds = 0;
    let watched = 0;
    clock.advance = (seconds: number) => {
      if (seconds >= 1) {
        watched += seconds;
        darkSeconds += seconds * accounts.filter(isDark).length;
      }
      return advance(seconds);
    };
    const shown = await organization.run(
      { mode: 'assess', migrateCentral: true, settle: false },
      settings(made, 'central'),
    );
    const [price] = outlookOf(shown, null).regions;
    const moved = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      settings(made, 'central'),
    );
    clock.advance = advance;

    const on = accounts.filter(
      (accountId) => targetOf(moved, accountId, region).status === 'COMPLIANT',
    ).length;
    const left = accounts.flatMap((_, at) => endpointsOf(at, region)).length;
    process.stdout.write(
      `moved: ${JSON.stringify({ vpcs: on, endpointsLeft: left, watched, darkSeconds, price })}\n`,
    );
    expect([on, left, darkSeconds]).toEqual([40, 0, 0]);
    expect(watched).toBeGreaterThan(900);
    expect(price?.savedMonthlyUsd).toBeGreaterThan(1000);
    await organization.run({ mode: 'rollback', rollbackOf: moved.runId }, settings(made, 'central'));
    expect(accounts.flatMap((_, at) => endpointsOf(at, region))).toHaveLength(120);
    expect(
      accounts.flatMap((id) => twin.state.region(id, region).Route53Profiles.ProfileAssociations),
    ).toEqual([]);
  }, 900_000);
});
