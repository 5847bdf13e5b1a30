/** An enforce by plan: it applies what the plan has, and nothing else, where live state is still as planned. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { collectPlan, planKey } from '../../cli/runs/collect-plan.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type PlanFile, sealPlan } from '../../functions/inputs/plan-file.ts';
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { EVERYTHING, letPassEveryRole, outcomesOf } from './everything.ts';
import { accountOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

const opened: Organization[] = [];
afterEach(async () => {
  for (const organization of opened.splice(0)) await organization.close();
});

async function open(snapshot: Snapshot): Promise<Organization> {
  const organization = await openOrganization(snapshot);
  opened.push(organization);
  return organization;
}

async function planOf(organization: Organization, configuration: Partial<Configuration> = {}) {
  const { runId } = await organization.run({ mode: 'assess' }, configuration);
  return collectPlan(organization.state.artifacts, runId);
}

async function applyPlan(
  organization: Organization,
  plan: PlanFile,
  configuration: Partial<Configuration> = {},
  scope?: RunInput['scope'],
) {
  const key = planKey(plan);
  await organization.state.artifacts.putText(key, JSON.stringify(plan));
  return organization.run({ plan: key, ...(scope ? { scope } : {}) }, configuration);
}

/** Changes that were applied, or planned, by place, kind and resource; ids that AWS gave are left out. */
function listChanges(result: RunResult, outcome: string): string[] {
  return [...result.accounts.map((one) => ({ ...one, region: 'iam' })), ...result.targets]
    .flatMap(({ accountId, region, changes }) =>
      changes
        .filter((change) => change.outcome === outcome)
        .map(({ kind, resource }) => `${accountId} ${region} ${kind} ${resource.replace(/sg-\w+/, 'sg')}`),
    )
    .sort();
}

const planned = ({ changes }: PlanFile) =>
  changes.map(
    ({ accountId, region, kind, resource }) => `${accountId} ${region ?? 'iam'} ${kind} ${resource}`,
  );

const first = async () => letPassEveryRole(await readSnapshot('test/fixtures/snapshots/first'));

describe('Given the first snapshot and its plan with every switch on', () => {
  it('When it is enforced by plan, Then the changes are those of the plan and of an enforce without one', async () => {
    const organization = await open(await first());
    const plan = await planOf(organization, EVERYTHING);
    expect(plan.changes.length).toBeGreaterThan(20);
    expect(plan.organizationId).toBe('o-exampleorg1');
    const byPlan = await applyPlan(organization, plan, EVERYTHING);
    expect(listChanges(byPlan, 'APPLIED')).toHaveLength(plan.changes.length);
    expect(outcomesOf(byPlan)).toEqual({ APPLIED: plan.changes.length });

    const other = await open(await first());
    const without = await other.run({}, EVERYTHING);
    expect(listChanges(byPlan, 'APPLIED')).toEqual(listChanges(without, 'APPLIED'));

    const calls = organization.mutatingCalls();
    const again = await applyPlan(organization, plan, EVERYTHING);
    expect([outcomesOf(again), organization.mutatingCalls()]).toEqual([{}, calls]);
    expect(again.targets.flatMap(({ reasons }) => reasons)).not.toContain('STATE_CHANGED');
  }, 60_000);

  it('When an account is new since, Then it is not touched, and not a call is made in it', async () => {
    const complete = await first();
    const before = await first();
    const fresh = '100000000011';
    const { Accounts } = before.organization;
    before.organization.Accounts = Accounts.filter(({ Id }: Piece) => Id !== fresh);
    (before.accounts as Map<string, AccountFile>).delete(fresh);
    const plan = await planOf(await open(before));

    const organization = await open(complete);
    const result = await applyPlan(organization, plan);
    expect(listChanges(result, 'APPLIED')).toHaveLength(plan.changes.length);
    expect(result.accounts.map(({ accountId }) => accountId)).not.toContain(fresh);
    expect(organization.twin.calls().calls.filter(({ account }) => account === fresh)).toEqual([]);
    expect(planned(await planOf(organization)).every((change) => change.startsWith(fresh))).toBe(true);
  }, 60_000);
});

describe('Given a small organization and its plan', () => {
  const SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';

  it('When a setting was changed since, Then that change is refused by name, and the others are made', async () => {
    const organization = await open(makeSmallOrganization({ members: 2, regions: 3 }));
    const plan = await planOf(organization);
    const region = plan.regions[1] ?? '';
    const account = organization.twin.state.account(MEMBER) as AccountFile;
    account.Regions[region]?.Ssm.ServiceSettings.push({
      SettingId: SETTING,
      SettingValue: 'Other',
      LastModifiedUser: 'someone',
      LastModifiedDate: 0,
      Status: 'Customized',
    });
    const result = await applyPlan(organization, plan);
    expect(outcomesOf(result)).toEqual({ APPLIED: plan.changes.length - 1, PLANNED: 1 });
    const { reasons, changes, findings } = targetOf(result, MEMBER, region);
    expect(reasons).toContain('STATE_CHANGED');
    expect(changes).toEqual([
      expect.objectContaining({
        kind: 'SetServiceSetting',
        outcome: 'PLANNED',
        error: expect.objectContaining({ code: 'STATE_CHANGED' }),
      }),
    ]);
    expect(findings.map(({ sentence }) => sentence).join()).toMatch(
      /SetServiceSetting of arn:aws:ssm:.* is refused: live state is not what the plan saw/,
    );
  });

  it('When the role lost its policy since, Then no setting is pointed at it', async () => {
    const organization = await open(makeSmallOrganization({ members: 1, regions: 2 }));
    const whole = await planOf(organization);
    await organization.run();
    const account = organization.twin.state.account(MEMBER) as AccountFile;
    const [region = ''] = whole.regions;
    account.Regions[region]?.Ssm.ServiceSettings.splice(0);
    const plan = await planOf(organization);
    expect(planned(plan)).toHaveLength(1);
    const role = account.Iam.RoleDetailList.find(({ RoleName }: Piece) => /Default/.test(String(RoleName)));
    role?.AttachedManagedPolicies.splice(0);
    const calls = organization.mutatingCalls();
    const result = await applyPlan(organization, plan);
    expect(organization.mutatingCalls()).toBe(calls);
    expect(targetOf(result, MEMBER, region).reasons).toContain('STATE_CHANGED');
  });

  it('When only some of its changes are in it, Then only they are made, and not what builds on the others', async () => {
    const organization = await open(makeSmallOrganization({ members: 2, regions: 2 }));
    const { digest: _digest, schemaVersion: _version, ...content } = await planOf(organization);
    const [kept, dropped] = [MEMBER, String(Number(MEMBER) + 1)];
    const changes = content.changes.filter(
      ({ accountId, region }) => accountId === kept || (accountId === dropped && region !== null),
    );
    const result = await applyPlan(organization, sealPlan({ ...content, changes }));
    expect(accountOf(result, kept).status).toBe('COMPLIANT');
    expect(listChanges(result, 'APPLIED').every((text) => text.startsWith(kept))).toBe(true);
    expect(targetOf(result, dropped, content.regions[0] ?? '').changes).toEqual([
      expect.objectContaining({ outcome: 'PLANNED' }),
    ]);
  });

  it('When no account of the scope has a change in it, Then it is refused unless it has none at all', async () => {
    const organization = await open(makeSmallOrganization({ members: 2, regions: 1 }));
    const { digest: _digest, schemaVersion: _version, ...content } = await planOf(organization);
    const changes = content.changes.filter(({ accountId }) => accountId === MEMBER);
    const scope = { accounts: [String(Number(MEMBER) + 1)] };
    await expect(applyPlan(organization, sealPlan({ ...content, changes }), {}, scope)).rejects.toThrow(
      'plan: it changes nothing in the accounts of this run',
    );
    expect(organization.mutatingCalls()).toBe(0);
    const nothing = await applyPlan(organization, sealPlan({ ...content, changes: [] }), {}, scope);
    expect(outcomesOf(nothing)).toEqual({});
  });

  it.each<[string, (plan: PlanFile) => PlanFile, RegExp]>([
    ['edited', (plan) => ({ ...plan, runId: 'run-other' }), /was changed after it was made/],
    ['of another version', (plan) => ({ ...plan, schemaVersion: 2 as 1 }), /a plan of version 2.* version 1/],
    [
      'of another organization',
      ({ digest: _, schemaVersion: _version, ...plan }) =>
        sealPlan({ ...plan, organizationId: 'o-elsewhere1' }),
      /organization o-elsewhere1, and this is o-/,
    ],
    [
      'made with another configuration',
      ({ digest: _, schemaVersion: _version, ...plan }) =>
        sealPlan({ ...plan, configurationVersion: 'other' }),
      /another configuration/,
    ],
  ])('When it is %s, Then it is refused before anything is done', async (_, change, message) => {
    const organization = await open(makeSmallOrganization({ members: 1, regions: 1 }));
    const plan = change(await planOf(organization));
    const runs = await organization.state.store.listRuns(10);
    await expect(applyPlan(organization, plan)).rejects.toThrow(message);
    expect(await organization.state.store.listRuns(10)).toHaveLength(runs.length);
    expect(organization.mutatingCalls()).toBe(0);
  });
});
