/** What a rollback plans, by what the journal says that we left and what live state shows. */
import { describe, expect, it } from '@jest/globals';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { desiredTrustPolicy } from '../../../functions/core/trust-policy.ts';
import { ACCOUNT_ID, aRole, aSetting, DEFAULT_POLICY, OUR_ARN, OURS, REGION } from '../builders.ts';
import {
  aGroup,
  aNetwork,
  anEndpoint,
  anEntry,
  failed,
  ourRole,
  ourSetting,
  outcome,
  plan,
  ROLE_NAME,
  RUN,
  VPC,
  value,
} from './builders.ts';

const RESOURCE = 'arn:aws:ssm:eu-west-1:111122223333:servicesetting/x';
const FORMER = 'other/Role';
const setting = (overrides: Partial<RollbackEntry> = {}) =>
  anEntry(
    { kind: 'SetServiceSetting', value: OURS },
    { resource: RESOURCE, inverse: { kind: 'ResetServiceSetting' }, ...overrides },
  );
const RESET = `ResetServiceSetting ${RESOURCE} {"kind":"ResetServiceSetting"} {"value":"${OURS}"} #1`;
const before = setting({
  inverse: { kind: 'SetServiceSetting', value: FORMER },
  expected: { value: FORMER },
});
const RESTORE = `SetServiceSetting ${RESOURCE} {"kind":"SetServiceSetting","value":"${FORMER}"} {"value":"${OURS}"} #1`;
const settings = (read: Parameters<typeof value>[0] | ReturnType<typeof failed>) => ({
  settings: { [REGION]: read as never },
});

describe('Given a setting that we set, When it is rolled back', () => {
  it.each<[string, RollbackEntry[], Parameters<typeof plan>[1], string[]]>([
    ['as we left it, Then reset', [setting()], settings(ourSetting()), [RESET]],
    ['unset already, Then nothing', [setting()], settings(value(aSetting(''))), []],
    ['unset as AWS words it, Then nothing', [setting()], settings(value(aSetting('$None'))), []],
    ['absent, Then nothing to reset', [setting()], settings({ kind: 'absent' }), []],
    [
      'another value, Then kept, and by whom',
      [setting()],
      settings(value(aSetting(FORMER, { lastModifiedUser: 'arn:aws:sts::1:assumed-role/a/b' }))),
      [
        `${REGION} ROLLBACK_CONFLICT ${RESOURCE}: The setting was set to ${FORMER} by arn:aws:sts::1:assumed-role/a/b after ${RUN} set it to ${OURS}; it is kept as it is.`,
      ],
    ],
    [
      'unset by someone where it had a value before, Then kept unset',
      [before],
      { ...settings(value(aSetting('$None'))), formerRoles: { [FORMER]: value(aRole()) } },
      [
        `${REGION} ROLLBACK_CONFLICT ${RESOURCE}: The setting was unset by an unknown user after ${RUN} set it to ${OURS}; it is kept as it is.`,
      ],
    ],
    [
      'not readable, Then said of the setting',
      [setting()],
      settings(failed({ action: 'ssm:GetServiceSetting' })),
      [
        `${REGION} ACTION_DENIED_BY_SCP ${RESOURCE}: A service control policy denies ssm:GetServiceSetting: no.`,
      ],
    ],
    [
      'with a former role that is sound, Then restored',
      [before],
      { ...settings(ourSetting()), formerRoles: { [FORMER]: value(aRole()) } },
      [RESTORE],
    ],
    [
      'with a former role that Systems Manager cannot assume, Then reset, and noted',
      [before],
      {
        ...settings(ourSetting()),
        formerRoles: { [FORMER]: value(aRole({ trustPolicy: { Statement: [] } })) },
      },
      [RESET, `${REGION} PREVIOUS_VALUE_INVALID`],
    ],
    [
      'with a former role that is gone, Then reset, and noted',
      [before],
      { ...settings(ourSetting()), formerRoles: { [FORMER]: { kind: 'absent' } } },
      [RESET, `${REGION} PREVIOUS_VALUE_INVALID`],
    ],
    [
      'with a former role that was not read, Then left and said',
      [before],
      { ...settings(ourSetting()), formerRoles: { [FORMER]: failed({ action: 'iam:GetRole' }) } },
      [`${REGION} ACTION_DENIED_BY_SCP ${FORMER}: A service control policy denies iam:GetRole: no.`],
    ],
    [
      'restored already, Then nothing',
      [before],
      { ...settings(value(aSetting(FORMER))), formerRoles: { [FORMER]: value(aRole()) } },
      [],
    ],
    ['of another Region, Then out of scope', [setting({ region: 'us-east-1' })], settings(ourSetting()), []],
    ['that failed, Then nothing', [setting({ status: 'FAILED' })], settings(ourSetting()), []],
    [
      'rolled back before, Then nothing',
      [setting(), anEntry({ kind: 'ResetServiceSetting' }, { seq: 2, rollsBack: { runId: RUN, seq: 1 } })],
      settings(ourSetting()),
      [],
    ],
    [
      'whose rollback failed, Then once more',
      [
        setting(),
        anEntry(
          { kind: 'ResetServiceSetting' },
          { seq: 2, status: 'FAILED', rollsBack: { runId: RUN, seq: 1 } },
        ),
      ],
      settings(ourSetting()),
      [RESET],
    ],
    [
      'whose end is not known, Then said',
      [setting({ status: 'PENDING' })],
      settings(ourSetting()),
      [
        `${REGION} READ_FAILED ${RESOURCE}: Whether SetServiceSetting of ${RESOURCE} by ${RUN} was carried out cannot be seen; roll back again once it can be read.`,
      ],
    ],
  ])('%s', (_what, journal, live, expected) => {
    expect(outcome(plan(journal, live))).toEqual(expected);
  });

  it('When it was set twice, Then the newest is undone first, down to the first value', () => {
    const again = setting({
      seq: 2,
      action: { kind: 'SetServiceSetting', value: FORMER },
      inverse: { kind: 'SetServiceSetting', value: OURS },
      expected: { value: OURS },
    });
    const live = { ...settings(value(aSetting(FORMER))), formerRoles: { [OURS]: value(aRole()) } };
    expect(outcome(plan([setting(), again], live)).map((line) => line.split(' ').at(-1))).toEqual([
      '#2',
      '#1',
    ]);
  });

  it('When only another run is rolled back, Then it stays', () => {
    const scope = { of: 'run-2', regions: [REGION] };
    expect(outcome(plan([setting()], settings(ourSetting()), { scope }))).toEqual([]);
  });

  it('When an entry is not recognized, Then it is said, in scope alone', () => {
    const unknown = [
      { entry: setting({ seq: 7 }), problem: 'the kind of change is unknown' },
      { entry: setting({ seq: 8, region: 'us-east-1' }), problem: 'x' },
    ];
    expect(outcome(plan([], {}, { unknown }))).toEqual([
      `${REGION} NOT_REVERSIBLE ${RESOURCE}: Journal entry 7 of ${RUN} about ${RESOURCE} cannot be rolled back by this version (the kind of change is unknown); use the version that wrote it.`,
    ]);
  });
});

const role = { region: null, resource: OUR_ARN };
const created = anEntry(
  {
    kind: 'CreateDhmcRole',
    roleName: ROLE_NAME,
    path: '/service-role/',
    trustPolicy: desiredTrustPolicy,
    permissionsBoundaryArn: null,
    description: '',
  },
  { ...role, seq: 1, expected: { exists: false } },
);
const attached = anEntry(
  { kind: 'AttachDhmcRolePolicy', roleName: ROLE_NAME, policyArn: DEFAULT_POLICY },
  { ...role, seq: 2, expected: { attached: false } },
);
const OLD_TRUST = { Version: '2012-10-17', Statement: [] };
const repaired = anEntry(
  { kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy: desiredTrustPolicy },
  {
    ...role,
    seq: 3,
    expected: { trustPolicy: OLD_TRUST },
    inverse: { kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy: OLD_TRUST },
  },
);
const roles = (read: unknown) => ({ roles: { [ROLE_NAME]: read as never } });
const DETACH = `DetachDhmcRolePolicy ${OUR_ARN} {"kind":"DetachDhmcRolePolicy","roleName":"${ROLE_NAME}","policyArn":"${DEFAULT_POLICY}"} {"attached":true} #2`;
const DELETE = `DeleteDhmcRole ${OUR_ARN} {"kind":"DeleteDhmcRole","roleName":"${ROLE_NAME}"} {"changeTag":"chg-1"} #1`;
const OTHER = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

describe('Given a role that we made or repaired, When it is rolled back', () => {
  it.each<[string, RollbackEntry[], Parameters<typeof plan>[1], string[]]>([
    [
      'as we left it, Then its policy is detached and it is deleted',
      [created, attached],
      roles(value(ourRole(1, { attachedPolicyArns: [DEFAULT_POLICY] }))),
      [DETACH, DELETE],
    ],
    ['without its policy, Then it is deleted', [created, attached], roles(value(ourRole(1))), [DELETE]],
    [
      'with a policy of others, Then it is kept',
      [created, attached],
      roles(value(ourRole(1, { attachedPolicyArns: [DEFAULT_POLICY, OTHER], inlinePolicyNames: ['own'] }))),
      [
        DETACH,
        `null ROLLBACK_CONFLICT ${OUR_ARN}: The role ${ROLE_NAME} got ${OTHER}, inline policy own after ${RUN} made it; it is kept.`,
      ],
    ],
    [
      'without our tag, Then it is kept',
      [created],
      roles(value(ourRole(1, { tags: {} }))),
      [
        `null ROLLBACK_CONFLICT ${OUR_ARN}: The role ${ROLE_NAME} does not carry the tag of ${RUN}, which made one of that name; it is kept.`,
      ],
    ],
    [
      'made by another change, Then it is kept',
      [created],
      roles(value(ourRole(9))),
      [
        `null ROLLBACK_CONFLICT ${OUR_ARN}: The role ${ROLE_NAME} does not carry the tag of ${RUN}, which made one of that name; it is kept.`,
      ],
    ],
    ['that is gone and was ours, Then nothing', [created], roles({ kind: 'absent' }), []],
    [
      'that is gone and was not ours, Then it is said',
      [repaired],
      roles({ kind: 'absent' }),
      [
        `null ROLLBACK_CONFLICT ${ROLE_NAME}: The role ${ROLE_NAME} was deleted by someone else; nothing of it is restored.`,
      ],
    ],
    [
      'not readable, Then said',
      [created],
      roles(failed({ action: 'iam:GetRole', kind: 'DENIED' })),
      [`null ACCESS_DENIED ${ROLE_NAME}: The member role may not call iam:GetRole: no.`],
    ],
    [
      'while a setting names it, Then it is kept',
      [created],
      { ...roles(value(ourRole(1))), settings: { [REGION]: ourSetting() } },
      [
        `null ROLLBACK_CONFLICT ${OUR_ARN}: The role ${ROLE_NAME} is kept as it is: the setting in ${REGION} names it, or cannot be read.`,
      ],
    ],
    [
      'while a setting cannot be read, Then it is kept',
      [created],
      { ...roles(value(ourRole(1))), settings: { [REGION]: failed({ kind: 'DENIED' }) } },
      [
        `null ROLLBACK_CONFLICT ${OUR_ARN}: The role ${ROLE_NAME} is kept as it is: the setting in ${REGION} names it, or cannot be read.`,
      ],
    ],
    ...(['DENIED_BY_SCP', 'UNSUPPORTED_IN_REGION', 'REGION_DISABLED'] as const).map(
      (kind): [string, RollbackEntry[], Parameters<typeof plan>[1], string[]] => [
        `while no one can have set the setting (${kind}), Then it is deleted`,
        [created],
        { ...roles(value(ourRole(1))), settings: { [REGION]: failed({ kind }) } },
        [DELETE],
      ],
    ),
    [
      'while a setting named it before we made it, Then it is deleted',
      [created],
      {
        ...roles(value(ourRole(1))),
        settings: { [REGION]: ourSetting({ lastModifiedDate: '2026-01-01T00:00:00.000Z' }) },
      },
      [DELETE],
    ],
    [
      'while another setting is there, Then it is deleted',
      [created],
      { ...roles(value(ourRole(1))), settings: { [REGION]: value(aSetting('other/Role')) } },
      [DELETE],
    ],
    [
      'together with the setting that names it, Then both go, the role last',
      [created, setting({ seq: 4 })],
      { ...roles(value(ourRole(1))), settings: { [REGION]: ourSetting() } },
      [RESET.replace('#1', '#4'), DELETE],
    ],
    [
      'repaired, as we left it, Then its trust is restored',
      [repaired],
      roles(value(aRole())),
      [
        `SetDhmcRoleTrust ${OUR_ARN} ${JSON.stringify({ kind: 'SetDhmcRoleTrust', roleName: ROLE_NAME, trustPolicy: OLD_TRUST })} ${JSON.stringify({ trustPolicy: desiredTrustPolicy })} #3`,
      ],
    ],
    [
      'repaired, restored already, Then nothing',
      [repaired],
      roles(value(aRole({ trustPolicy: OLD_TRUST }))),
      [],
    ],
    [
      'repaired, changed since, Then it is kept',
      [repaired],
      roles(value(aRole({ trustPolicy: { Version: '2012-10-17', Statement: [{}] } }))),
      [
        `null ROLLBACK_CONFLICT ${OUR_ARN}: The trust policy of ${ROLE_NAME} was changed after ${RUN} set it; it is kept as it is.`,
      ],
    ],
    [
      'repaired without a note of before, Then it cannot be rolled back',
      [{ ...repaired, inverse: null }],
      roles(value(aRole())),
      [`null NOT_REVERSIBLE ${OUR_ARN}: SetDhmcRoleTrust of ${OUR_ARN} by ${RUN} cannot be rolled back.`],
    ],
  ])('%s', (_what, journal, live, expected) => {
    expect(outcome(plan(journal, live))).toEqual(expected);
  });
});

const network = (seq: number, createdId: string | null) => ({ seq, createdId, resource: createdId ?? VPC });
const SSM = `com.amazonaws.${REGION}.ssm`;
const madeGroup = anEntry(
  {
    kind: 'CreateEndpointSecurityGroup',
    vpcId: VPC,
    groupName: 'dhmc-rollout-endpoints',
    description: '',
    tags: {},
  } as never,
  network(1, 'sg-1'),
);
const madeEndpoint = anEntry(
  {
    kind: 'CreateInterfaceEndpoint',
    vpcId: VPC,
    serviceName: SSM,
    subnetIds: ['subnet-1', 'subnet-2'],
    groups: [{ kind: 'existing', id: 'sg-1' }],
    clientToken: 'x',
    tags: {},
  },
  network(3, 'vpce-1'),
);
const GROUP_WAITS = `${REGION} ENDPOINT_PENDING sg-1: The security group sg-1 is deleted once the endpoints in it are gone; the next pass looks again.`;
const kindsOf = (...args: Parameters<typeof plan>) =>
  outcome(plan(...args)).map((line) => line.replace(/ \{.*\}/, ''));
const networks = (overrides: Parameters<typeof aNetwork>[0]) => ({
  networks: { [REGION]: aNetwork(overrides) },
});
const both = { endpoints: value([anEndpoint()]), securityGroups: value([aGroup()]) };

describe('Given endpoints that we made, When they are rolled back', () => {
  it.each<[string, Parameters<typeof networks>[0], string[]]>([
    [
      'as we left them, Then the endpoint goes, and its group waits for it',
      both,
      ['DeleteInterfaceEndpoint vpce-1 #3', GROUP_WAITS],
    ],
    ['gone already, Then nothing', {}, []],
    [
      'being deleted, Then its group still waits',
      { ...both, endpoints: value([anEndpoint({ state: 'deleting' })]) },
      [GROUP_WAITS],
    ],
    [
      'gone, Then their group goes',
      { securityGroups: value([aGroup()]) },
      ['DeleteEndpointSecurityGroup sg-1 #1'],
    ],
    [
      'without our tag, Then it is kept',
      { ...both, endpoints: value([anEndpoint({ tags: {} })]), securityGroups: value([]) },
      [
        `${REGION} ROLLBACK_CONFLICT vpce-1: The endpoint vpce-1 lost our tag; without it, it is not deleted.`,
      ],
    ],
    ...(
      [
        { subnetIds: ['subnet-1'] },
        { groupIds: ['sg-1', 'sg-2'] },
        { privateDns: false },
        { subnetIds: ['subnet-1', 'subnet-3'] },
      ] as const
    ).map((changed): [string, Parameters<typeof networks>[0], string[]] => [
      `changed since (${JSON.stringify(changed)}), Then it is kept`,
      { endpoints: value([anEndpoint(changed as never)]) },
      [
        `${REGION} ROLLBACK_CONFLICT vpce-1: Subnets, groups or private DNS of the endpoint vpce-1 were changed after ${RUN} made it; it is kept.`,
      ],
    ]),
    [
      'with a group that lost our tag, Then the group is kept',
      { ...both, securityGroups: value([aGroup({ tags: {} })]) },
      [
        'DeleteInterfaceEndpoint vpce-1 #3',
        `${REGION} ROLLBACK_CONFLICT sg-1: The security group sg-1 lost our tag; without it, it is not deleted.`,
      ],
    ],
    ...(['endpoints', 'securityGroups', 'profileAssociations'] as const).map(
      (unread): [string, Parameters<typeof networks>[0], string[]] => [
        `with ${unread} that cannot be read, Then what stays is named`,
        { ...both, [unread]: failed() },
        [
          `${REGION} ACTION_DENIED_BY_SCP null: A service control policy denies ec2:DescribeVpcEndpoints: no. Not rolled back: sg-1, vpce-1.`,
        ],
      ],
    ),
  ])('%s', (_what, seen, expected) => {
    expect(kindsOf([madeGroup, madeEndpoint], networks(seen))).toEqual(expected);
  });

  it('When the Region was not looked at, Then nothing is planned', () => {
    expect(kindsOf([madeGroup, madeEndpoint], {})).toEqual([]);
  });

  it('When DNS was turned on, Then it is turned off where it is as we left it', () => {
    const enabled = anEntry({ kind: 'EnableVpcDns', vpcId: VPC, attribute: 'enableDnsHostnames' } as never, {
      ...network(2, null),
      inverse: { kind: 'RestoreVpcDns', vpcId: VPC, attribute: 'enableDnsHostnames' } as never,
    });
    const unread = { dnsAttributes: { [VPC]: failed({ action: 'ec2:DescribeVpcAttribute' }) } };
    expect(kindsOf([enabled], networks(unread))).toEqual([
      `${REGION} ACTION_DENIED_BY_SCP ${VPC}: A service control policy denies ec2:DescribeVpcAttribute: no.`,
    ]);
  });

  it('Then the account of each change is the one of its entry', () => {
    const { regional } = plan([madeGroup, madeEndpoint], networks(both));
    expect(regional.map(({ accountId, region, inverse }) => [accountId, region, inverse])).toEqual([
      [ACCOUNT_ID, REGION, null],
    ]);
  });
});
