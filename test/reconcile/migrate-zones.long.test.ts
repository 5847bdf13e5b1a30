/** VPCs with endpoints of ours move to a hub by private hosted zones: with a stated gap, and back where AWS refuses. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { outlookOf } from '../../cli/runs/plan-outlook.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { inspectAgent } from '../../twin/agents/agents.ts';
import type { Piece } from '../../twin/contract.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import {
  centralConfiguration,
  emptyHub,
  good,
  HUB,
  type HubOrganization,
  makeHubOrganization,
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
  emptyHub(made);
  organization = await openOrganization(made.snapshot);
  return made;
}

function settings(made: HubOrganization, endpoints: 'provision' | 'central'): Partial<Configuration> {
  return { ...centralConfiguration(made, { names: 'zones', passes: 8 }), endpoints };
}

const endpointsOf = (at: number, region: string): string[] =>
  standingEndpoints(organization.twin.state.region(spokeId(at), region));

/** Seconds of twin time in which an account had an instance without a way to a needed name, by account. */
function watchDarkness(accounts: readonly string[], region: string) {
  const { state } = organization.twin;
  const dark = new Map<string, number>(accounts.map((accountId) => [accountId, 0]));
  const isDark = (accountId: string) =>
    (state.region(accountId, region).Ec2.Instances as Piece[]).some(({ InstanceId }) => {
      const { names } = inspectAgent(state, accountId, region, String(InstanceId));
      return names.ssm !== 'reaches' || names.ssmmessages !== 'reaches';
    });
  const { clock } = state;
  const advance = clock.advance.bind(clock);
  // An association comes into sync while the clock runs, so it runs second by second while a name is dark.
  clock.advance = (seconds: number) => {
    let left = seconds;
    while (left >= 1) {
      const concerned = accounts.filter(isDark);
      const step = concerned.length > 0 ? 1 : left;
      for (const accountId of concerned) dark.set(accountId, (dark.get(accountId) ?? 0) + step);
      advance(step);
      left -= step;
    }
    if (left > 0) advance(left);
  };
  return {
    dark,
    stop: () => {
      clock.advance = advance;
    },
  };
}

describe('given VPCs with endpoints of ours, and a hub by zones', () => {
  it('when they are moved, then within the stated gap, and a rollback brings all of it back', async () => {
    const made = await open([good, unrouted]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    const before = endpointsOf(0, region);
    expect(before).toHaveLength(3);

    const watched = watchDarkness([spokeId(0), spokeId(1)], region);
    const moved = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      settings(made, 'central'),
    );
    watched.stop();
    expect(changesOf(moved, spokeId(0))).toEqual([
      ...Array(2).fill(['ModifyInterfaceEndpoint APPLIED', 'AssociateHubZone APPLIED']).flat(),
      ...Array(3).fill('DeleteInterfaceEndpoint APPLIED'),
    ]);
    expect(targetOf(moved, spokeId(0), region)).toMatchObject({
      status: 'COMPLIANT',
      vpcs: [{ path: 'PROVEN', spoke: { state: 'USES' } }],
    });
    expect(targetOf(moved, HUB, region).status).toBe('COMPLIANT');
    expect([endpointsOf(0, region), endpointsOf(1, region)]).toEqual([[], before]);
    const dark = watched.dark.get(spokeId(0)) ?? 0;
    process.stdout.write(`moved by zones: ${JSON.stringify({ darkSeconds: dark, stated: 120 })}\n`);
    expect(dark).toBeGreaterThan(0);
    expect(dark).toBeLessThanOrEqual(120);
    expect(watched.dark.get(spokeId(1))).toBe(0);

    await organization.run({ mode: 'rollback', rollbackOf: moved.runId }, settings(made, 'central'));
    expect(endpointsOf(0, region)).toEqual(before);
    expect(organization.twin.state.account(HUB)?.Route53.HostedZones).toEqual([]);
  }, 240_000);

  it('when the move is shown, then with every step and the gap, and nothing is changed', async () => {
    const made = await open([good]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    // The hub is made by a VPC without endpoints, or by the first pass of a move; here by hand of the service.
    const first = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      {
        ...settings(made, 'central'),
        settle: { passes: 2, waitSeconds: [900] },
      },
    );
    expect(endpointsOf(0, region)).toHaveLength(3);
    const before = organization.twin.takeSnapshot();
    const shown = await organization.run({ mode: 'assess', migrateCentral: true }, settings(made, 'central'));
    expect([first.targets.length > 0, diffSnapshots(before, organization.twin.takeSnapshot())]).toEqual([
      true,
      [],
    ]);
    const target = targetOf(shown, spokeId(0), region);
    const [outlook] = outlookOf(shown, null).regions;
    expect(target.changes.map(({ kind }) => kind)).toEqual([
      ...Array(2).fill(['ModifyInterfaceEndpoint', 'AssociateHubZone']).flat(),
      ...Array(3).fill('DeleteInterfaceEndpoint'),
    ]);
    expect(outlook).toMatchObject({
      namesMonthlyUsd: 1,
      windowSeconds: 120,
      states: { USES: 0, PLANNED: 1 },
    });
    expect(target.vpcs[0]?.spoke).toMatchObject({ state: 'PLANNED', windowSeconds: 120 });
  }, 240_000);

  it.each([
    ['LimitsExceeded', 'WRITE_FAILED'],
    ['ConflictingDomainExists', 'PRIVATE_DNS_CONFLICT'],
  ])(
    'when AWS refuses a zone by %s, then private DNS is on again at once, and the rest stays as it was',
    async (code, reason) => {
      const made = await open([good]);
      const { region } = made;
      await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
      const before = endpointsOf(0, region);
      organization.twin.setFaults({
        seed: 1,
        faults: [
          {
            match: { operation: 'AssociateVPCWithHostedZone', nth: 2 },
            effect: { error: { code, message: 'refused', status: 400 } },
          },
        ],
      });
      const watched = watchDarkness([spokeId(0)], region);
      const moved = await organization.run(
        { mode: 'enforce', migrateCentral: true },
        { ...settings(made, 'central'), settle: { passes: 3, waitSeconds: [900] } },
      );
      watched.stop();
      const { findings } = targetOf(moved, spokeId(0), region);
      expect(findings.map(({ code }) => code)).toContain(reason);
      // ssm uses the zone; ssmmessages was refused it, and has its endpoint back.
      expect(endpointsOf(0, region)).toEqual([
        `com.amazonaws.${region}.ec2messages true`,
        `com.amazonaws.${region}.ssm false`,
        `com.amazonaws.${region}.ssmmessages true`,
      ]);
      expect(watched.dark.get(spokeId(0))).toBeLessThanOrEqual(120);
      organization.twin.setFaults({ seed: 1, faults: [] });
      await organization.run({ mode: 'rollback', rollbackOf: moved.runId }, settings(made, 'central'));
      expect(endpointsOf(0, region)).toEqual(before);
    },
    240_000,
  );

  it('when the first try is interrupted with private DNS off, then the name comes back although AWS still refuses the zone', async () => {
    const made = await open([good]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    const refused = { error: { code: 'LimitsExceeded', message: 'refused', status: 400 } };
    const denied = { error: { code: 'UnauthorizedOperation', message: 'denied', status: 403 } };
    const move = (faults: FaultFile['faults'], passes: number) => {
      organization.twin.setFaults({ seed: 1, faults });
      return organization.run(
        { mode: 'enforce', migrateCentral: true },
        { ...settings(made, 'central'), settle: { passes, waitSeconds: [900] } },
      );
    };
    // Off for ssm, off for ssmmessages, and then what undoes it is refused as well.
    const undoing = { match: { operation: 'ModifyVpcEndpoint', nth: 3 }, effect: denied };
    await move([{ match: { operation: 'AssociateVPCWithHostedZone', nth: 2 }, effect: refused }, undoing], 3);
    expect(endpointsOf(0, region)).toContain(`com.amazonaws.${region}.ssmmessages false`);
    await move([{ match: { operation: 'AssociateVPCWithHostedZone' }, effect: refused }], 3);
    expect(endpointsOf(0, region)).toContain(`com.amazonaws.${region}.ssmmessages true`);
    organization.twin.setFaults({ seed: 1, faults: [] });
    const moved = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      settings(made, 'central'),
    );
    expect(endpointsOf(0, region)).toEqual([]);
    expect(targetOf(moved, spokeId(0), region).vpcs[0]).toMatchObject({ path: 'PROVEN' });
  }, 240_000);

  it('when the way is lost before the endpoints are deleted, then they have their names back', async () => {
    const made = await open([good]);
    const { region } = made;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    const before = endpointsOf(0, region);
    const started = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      { ...settings(made, 'central'), settle: { passes: 3, waitSeconds: [900] } },
    );
    expect(targetOf(started, spokeId(0), region).reasons).toContain('CENTRAL_MOVING');
    expect(endpointsOf(0, region)).not.toEqual(before);
    for (const table of organization.twin.state.region(HUB, region).Ec2
      .TransitGatewayRouteTables as Piece[]) {
      table.Routes = [];
    }
    const back = await organization.run({ mode: 'enforce', migrateCentral: true }, settings(made, 'central'));
    expect(endpointsOf(0, region)).toEqual(before);
    const [vpc] = targetOf(back, spokeId(0), region).vpcs;
    expect(vpc).toMatchObject({
      path: 'PROVEN',
      spoke: { state: 'OWN', why: expect.stringMatching(/route/) },
    });
  }, 240_000);

  it('when 40 are moved, then each within the stated gap, and the price falls', async () => {
    const made = await open(Array(40).fill(good));
    const { region } = made;
    await organization.run({ mode: 'enforce' }, settings(made, 'provision'));
    const accounts = Array.from({ length: 40 }, (_, at) => spokeId(at));
    // The hub, before any VPC moves to it: so the gap and the prices of all are stated.
    const shown = await organization.run(
      { mode: 'assess', migrateCentral: true, settle: false },
      settings(made, 'central'),
    );
    const [price] = outlookOf(shown, null).regions;
    const watched = watchDarkness(accounts, region);
    const moved = await organization.run(
      { mode: 'enforce', migrateCentral: true },
      settings(made, 'central'),
    );
    watched.stop();
    const on = accounts.filter((id) => targetOf(moved, id, region).status === 'COMPLIANT').length;
    const left = accounts.flatMap((_, at) => endpointsOf(at, region)).length;
    const seconds = [...watched.dark.values()];
    process.stdout.write(
      `moved by zones: ${JSON.stringify({ vpcs: on, endpointsLeft: left, darkMost: Math.max(...seconds), darkSum: seconds.reduce((sum, one) => sum + one, 0), price })}\n`,
    );
    expect([on, left]).toEqual([40, 0]);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(120);
    expect(price?.savedMonthlyUsd).toBeGreaterThan(1600);
    expect(price?.windowSeconds).toBe(120);
    const back = watchDarkness(accounts, region);
    await organization.run({ mode: 'rollback', rollbackOf: moved.runId }, settings(made, 'central'));
    back.stop();
    process.stdout.write(
      `rolled back by zones: ${JSON.stringify({ darkMost: Math.max(...back.dark.values()) })}\n`,
    );
    expect(accounts.flatMap((_, at) => endpointsOf(at, region))).toHaveLength(120);
    expect(organization.twin.state.account(HUB)?.Route53.HostedZones).toEqual([]);
  }, 900_000);
});
