/** The role of a rollback: whose it is, which settings keep it, and several changes of it in one rollback. */
import { describe, expect, it } from '@jest/globals';
import type { ChangeAction } from '../../../functions/core/model/change.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { desiredTrustPolicy } from '../../../functions/core/trust-policy.ts';
import { aRole, aSetting, DEFAULT_POLICY, OUR_ARN, OURS, REGION } from '../builders.ts';
import { anEntry, ourRole, plan, ROLE_NAME, RUN, value } from './builders.ts';

const [FIRST, SECOND] = [1, 2].map((version) => ({ Version: '2012-10-17', Id: `${version}`, Statement: [] }));
const entry = (seq: number, action: ChangeAction, overrides: Partial<RollbackEntry> = {}) =>
  anEntry(action, { seq, region: null, resource: OUR_ARN, ...overrides });
const create = (roleName = ROLE_NAME): ChangeAction => ({
  kind: 'CreateDhmcRole',
  roleName,
  path: '/service-role/',
  trustPolicy: desiredTrustPolicy,
  permissionsBoundaryArn: null,
  description: '',
});
const created = entry(1, create(), { expected: { exists: false } });
const trust = (seq: number, trustPolicy: unknown, former: unknown, overrides: Partial<RollbackEntry> = {}) =>
  entry(
    seq,
    { kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy },
    {
      expected: { trustPolicy: former },
      inverse: { kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy: former },
      ...overrides,
    },
  );
const repaired = trust(2, desiredTrustPolicy, FIRST);
const MADE_AT = '2026-01-02T00:00:00.000Z';
const at = (second: number) => new Date(Date.parse(MADE_AT) + second * 1000).toISOString();

type Live = NonNullable<Parameters<typeof plan>[1]>;
const roles = (read: unknown, name = ROLE_NAME): Live => ({ roles: { [name]: read as never } });
const named = (lastModifiedDate: string | null, settingValue = OURS): Live => ({
  settings: { [REGION]: value(aSetting(settingValue, { lastModifiedDate })) },
});
const codes = (...args: Parameters<typeof plan>) => {
  const { role, findings, regional } = plan(...args);
  return [...regional, ...role]
    .map(({ action }) => action.kind as string)
    .concat(findings.map(({ region, finding: { code, subject } }) => `${region} ${code} ${subject}`));
};
const KEPT = [`null ROLLBACK_CONFLICT ${OUR_ARN}`];
const GONE = [`null ROLLBACK_CONFLICT ${ROLE_NAME}`];

describe('Given a setting that names the role, When the role is rolled back', () => {
  it.each<[string, RollbackEntry[], Live, string[]]>([
    ['it was set before the role was made', [created], named(at(-1)), ['DeleteDhmcRole']],
    ['it was set when the role was made', [created], named(at(0)), KEPT],
    ['it was set after the role was made', [created], named(at(1)), KEPT],
    ['when it was set is not known', [created], named(null), KEPT],
    ['it was set before, and names another', [created], named(at(1), 'ops/Other'), ['DeleteDhmcRole']],
  ])('and %s, Then it keeps the role or not', (_what, journal, live, expected) => {
    expect(codes(journal, { ...roles(value(ourRole(1))), ...live })).toEqual(expected);
  });

  it('and when the role was made is not known, Then it is kept', () => {
    expect(codes([created], { ...roles(value(ourRole(1, { createdAt: null }))), ...named(at(-1)) })).toEqual(
      KEPT,
    );
  });

  it.each<[string, Live, string[]]>([
    ['it was set before the repair', named(at(-1)), ['SetDhmcRoleTrust']],
    ['it was set with the repair', named(at(0)), KEPT],
    ['it was set after the repair', named(at(1)), KEPT],
    ['it is at another path', named(at(1), ROLE_NAME), ['SetDhmcRoleTrust']],
  ])('and the role was only repaired, and %s, Then the repair is undone or not', (_what, live, expected) => {
    const role = aRole({ createdAt: at(-10) });
    expect(codes([repaired], { ...roles(value(role)), ...live })).toEqual(expected);
  });

  it('and the role was repaired twice, Then the first repair counts', () => {
    const again = trust(3, SECOND, desiredTrustPolicy, { writtenAt: at(100) });
    const live = { ...roles(value(aRole({ trustPolicy: SECOND }))), ...named(at(50)) };
    expect(codes([repaired, again], live)).toEqual(KEPT);
  });

  it('and several settings keep it, Then each is named, in order', () => {
    const settings = Object.fromEntries(
      ['us-east-1', 'eu-west-1', 'eu-north-1'].map((region) => [region, value(aSetting(OURS))]),
    );
    const { findings } = plan([created], { ...roles(value(ourRole(1))), settings });
    expect(findings.map(({ finding }) => finding.sentence)).toEqual([
      `The role ${ROLE_NAME} is kept as it is: the setting in eu-north-1, eu-west-1, us-east-1 names it, or cannot be read.`,
    ]);
  });

  it('and this rollback unsets it, Then it does not keep the role', () => {
    const set = anEntry(
      { kind: 'SetServiceSetting', value: OURS },
      { seq: 3, inverse: { kind: 'ResetServiceSetting' } },
    );
    expect(codes([created, set], { ...roles(value(ourRole(1))), ...named(at(5)) })).toEqual([
      'ResetServiceSetting',
      'DeleteDhmcRole',
    ]);
  });
});

describe('Given a role that is gone, When its repair is rolled back', () => {
  const scope = { of: RUN, regions: [REGION] };
  const earlier = { ...created, runId: 'run-0', changeId: 'chg-0' };
  const deleted = entry(
    7,
    { kind: 'DeleteDhmcRole', roleName: ROLE_NAME },
    { runId: 'back', rollsBack: { runId: 'run-0', seq: 1 } },
  );
  it.each<[string, RollbackEntry[], string[]]>([
    ['an earlier run made it', [earlier, repaired], []],
    ['an earlier run made it, and it was rolled back since', [earlier, repaired, deleted], []],
    [
      'an earlier run made it, whose answer was lost, and it was rolled back since',
      [{ ...earlier, status: 'PENDING' }, repaired, deleted],
      [],
    ],
    ['an earlier run could not make it', [{ ...earlier, status: 'FAILED' }, repaired], GONE],
    ['whether an earlier run made it is not known', [{ ...earlier, status: 'PENDING' }, repaired], GONE],
    ['an earlier run made another', [{ ...earlier, action: create('Other') }, repaired], GONE],
    ['no run made it', [repaired], GONE],
  ])('and %s, Then that is said unless it was ours', (_what, journal, expected) => {
    expect(codes(journal, roles({ kind: 'absent' }), { scope })).toEqual(expected);
  });
});

describe('Given several changes of a role, When they are rolled back', () => {
  it('and its trust was repaired twice, Then step by step, each from what the other leaves', () => {
    const again = trust(3, SECOND, desiredTrustPolicy);
    const { role, findings } = plan([repaired, again], roles(value(aRole({ trustPolicy: SECOND }))));
    expect(role.map(({ action, expected }) => [action, expected])).toEqual([
      [
        { kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy: desiredTrustPolicy },
        { trustPolicy: SECOND },
      ],
      [
        { kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy: FIRST },
        { trustPolicy: desiredTrustPolicy },
      ],
    ]);
    expect(findings).toEqual([]);
  });

  it('and one of them cannot be undone, Then what came before stays', () => {
    const unknown = entry(5, { kind: 'DeleteDhmcRole', roleName: ROLE_NAME });
    const live = roles(value(ourRole(1)));
    expect(codes([created, unknown], live)).toEqual([`null NOT_REVERSIBLE ${OUR_ARN}`]);
    const attached = entry(6, {
      kind: 'AttachDhmcRolePolicy',
      roleName: ROLE_NAME,
      policyArn: DEFAULT_POLICY,
    });
    const policy = roles(value(ourRole(1, { attachedPolicyArns: [DEFAULT_POLICY] })));
    expect(codes([created, unknown, attached], policy)).toEqual([
      'DetachDhmcRolePolicy',
      `null NOT_REVERSIBLE ${OUR_ARN}`,
    ]);
  });

  it('and a repair was stored without its inverse, or with one of another kind, Then it cannot be undone', () => {
    for (const inverse of [null, { kind: 'ResetServiceSetting' } as const]) {
      expect(codes([{ ...repaired, inverse }], roles(value(aRole())))).toEqual([
        `null NOT_REVERSIBLE ${OUR_ARN}`,
      ]);
    }
  });

  it('and there are two roles, Then each is rolled back by its own state', () => {
    const other = entry(4, create('Other'), { resource: 'arn:other', changeId: 'chg-4' });
    const live = {
      roles: {
        [ROLE_NAME]: value(ourRole(1)),
        Other: value(ourRole(4, { roleName: 'Other', arn: 'arn:other', attachedPolicyArns: ['x'] })),
      },
    };
    expect(codes([created, other], live)).toEqual(['DeleteDhmcRole', 'null ROLLBACK_CONFLICT arn:other']);
  });
});
