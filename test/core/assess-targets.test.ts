/** What each target of an account says: of several Regions, of accounts that are not entered, and of what could not be read. */
import { describe, expect, it } from '@jest/globals';
import { assessAccount } from '../../functions/core/assess.ts';
import type { AssessmentContext } from '../../functions/core/assessment-context.ts';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import { wantedGrants } from '../../functions/core/instances/session-logging.ts';
import type { AccountObservation, RegionObservation } from '../../functions/core/model/observation.ts';
import type { Failure } from '../../functions/core/model/reads.ts';
import {
  ACCOUNT_ID,
  aConfiguration,
  aContext,
  aForeignRole,
  anAccount,
  anObservation,
  aRegion,
  aRole,
  aSetting,
  failed,
  OUR_ARN,
  OUR_TAGS,
  OURS,
  REGION,
  someInstances,
} from './builders.ts';
import { knownInstance } from './instances/builders.ts';
import { observe } from './network/observe.ts';
import { instance, world } from './network/steps.ts';
import { REGION as NETWORK_REGION, NEW_AGENT, VPC } from './network/world.ts';

const OTHER = 'us-east-1';
const ENABLED: AccountObservation['regionStates'] = {
  kind: 'value',
  value: { [REGION]: 'ENABLED_BY_DEFAULT', [OTHER]: 'ENABLED_BY_DEFAULT' },
};

interface Given {
  observation?: Partial<AccountObservation>;
  configuration?: Parameters<typeof aConfiguration>[0];
  context?: Partial<AssessmentContext>;
  regions?: string[];
}

function assess({ observation = {}, configuration = {}, context = {}, regions = [REGION, OTHER] }: Given) {
  const assessment = assessAccount(
    anObservation({ regionStates: ENABLED, ...observation }),
    aContext({ configuration: aConfiguration(configuration), regions, ...context }),
  );
  const codes = Object.fromEntries(
    assessment.targets.map(({ region, findings }) => [region, findings.map(({ code }) => code)]),
  );
  const notes = Object.fromEntries(assessment.targets.map((target) => [target.region, target.notes]));
  return { ...assessment, codes, notes };
}

const two = (here: string, there: string, more: Partial<RegionObservation> = {}) => [
  aRegion(here, more),
  aRegion(there, { region: OTHER }),
];
const excluding = (...list: string[]) => ({ exclude: { ...aConfiguration().exclude, regions: list } });

describe('Given an account that is not entered', () => {
  it('when it is suspended, then each Region says so, an excluded one too, and nothing else is known', () => {
    const seen = assess({
      observation: { account: anAccount({ state: 'SUSPENDED' }) },
      configuration: excluding(OTHER),
    });
    expect(seen.codes).toEqual({ [REGION]: ['ACCOUNT_NOT_ACTIVE'], [OTHER]: ['ACCOUNT_NOT_ACTIVE'] });
    expect([seen.plan, seen.role]).toEqual([
      { accountId: ACCOUNT_ID, changes: [], vpcOf: {} },
      { settingValue: OURS, arn: OUR_ARN, owner: null, state: 'UNKNOWN', reasons: [], findings: [] },
    ]);
    expect(seen.targets[0]).toEqual({
      region: REGION,
      findings: [
        { code: 'ACCOUNT_NOT_ACTIVE', subject: null, sentence: "The account's state is SUSPENDED." },
      ],
      notes: [],
      desired: null,
      observed: null,
      instances: NO_INSTANCES,
      grounds: null,
      vpcs: [],
      network: null,
      needs: [],
    });
  });

  it.each<[string, Partial<AccountObservation>, string]>([
    ['it waits for activation', { account: anAccount({ state: 'PENDING_ACTIVATION' }) }, 'ACCOUNT_NOT_READY'],
    ['its role cannot be assumed', { entry: failed('DENIED', 'sts:AssumeRole') }, 'ROLE_NOT_ASSUMABLE'],
  ])('when %s, then an excluded Region stays excluded', (_what, observation, code) => {
    const { codes } = assess({ observation, configuration: excluding(OTHER) });
    expect(codes).toEqual({ [REGION]: [code], [OTHER]: ['EXCLUDED'] });
  });

  it('when it moved an hour ago, then its role may only not be there yet', () => {
    const seen = assess({
      observation: { entry: failed('DENIED', 'sts:AssumeRole') },
      context: { organizationPathSince: '2026-11-19T23:00:00Z' },
    });
    expect(seen.codes[REGION]).toEqual(['ACCOUNT_NOT_READY']);
  });
});

describe('Given a Region whose state or setting is not known', () => {
  it('when the list of Regions cannot be read, then a refused token says that it is switched off', () => {
    const seen = assess({
      observation: {
        regionStates: failed('DENIED', 'account:ListRegions'),
        regions: [
          aRegion('', {
            setting: failed('NOT_READY', 'ssm:GetServiceSetting', 'UnrecognizedClientException'),
          }),
          aRegion(OURS, { region: OTHER }),
        ],
      },
    });
    expect([seen.codes, seen.notes]).toEqual([
      { [REGION]: ['REGION_NOT_ENABLED'], [OTHER]: [] },
      { [REGION]: ['REGION_STATE_INFERRED'], [OTHER]: [] },
    ]);
  });

  it.each<[string, RegionObservation['setting'], RegionObservation['instances'], string]>([
    ['there is none', { kind: 'absent' }, null, 'DHMC_NOT_IN_REGION'],
    ['it is denied', failed('DENIED', 'ssm:GetServiceSetting'), null, 'ACCESS_DENIED'],
    [
      'it is denied by the organization, and EC2 as well',
      failed('DENIED_BY_SCP', 'ssm:GetServiceSetting'),
      failed('DENIED_BY_SCP', 'ec2:DescribeInstances'),
      'REGION_DENIED_BY_SCP',
    ],
    [
      'it is denied by the organization, and another read of Systems Manager',
      failed('DENIED_BY_SCP', 'ssm:GetServiceSetting'),
      failed('DENIED_BY_SCP', 'ssm:DescribeInstanceInformation'),
      'ACTION_DENIED_BY_SCP',
    ],
    [
      'it is denied by the organization, and EC2 to the member role',
      failed('DENIED_BY_SCP', 'ssm:GetServiceSetting'),
      failed('DENIED', 'ec2:DescribeInstances'),
      'ACTION_DENIED_BY_SCP',
    ],
    [
      'it is denied by the organization, and EC2 was not asked',
      failed('DENIED_BY_SCP', 'ssm:GetServiceSetting'),
      null,
      'ACTION_DENIED_BY_SCP',
    ],
    [
      'it is denied to the member role, and EC2 by the organization',
      failed('DENIED', 'ssm:GetServiceSetting'),
      failed('DENIED_BY_SCP', 'ec2:DescribeInstances'),
      'ACCESS_DENIED',
    ],
  ])('when %s, then the reason says what was denied', (_what, setting, instances, code) => {
    const seen = assess({ observation: { regions: two('', OURS, { setting, instances }) } });
    expect(seen.codes).toEqual({ [REGION]: [code], [OTHER]: [] });
    expect(seen.targets[0]).toMatchObject({ desired: null, observed: null, grounds: null });
  });

  it('when its list leaves a Region out, then that is disabled', () => {
    const seen = assess({ observation: { regionStates: { kind: 'value', value: { [REGION]: 'ENABLED' } } } });
    expect(seen.targets[1]?.findings).toEqual([
      { code: 'REGION_NOT_ENABLED', subject: null, sentence: `${OTHER} is DISABLED in this account.` },
    ]);
  });

  it('when its list cannot be read, then the Region is judged by its answers', () => {
    const regionStates = failed('DENIED', 'account:ListRegions');
    expect(assess({ observation: { regionStates, regions: two(OURS, '$None') } }).codes).toEqual({
      [REGION]: [],
      [OTHER]: ['SETTING_NOT_SET'],
    });
  });
});

describe('Given reads of a Region that failed', () => {
  it.each<[Failure['kind'], string]>([
    ['UNSUPPORTED_IN_REGION', 'AWS_UNAVAILABLE'],
    ['UNAVAILABLE', 'AWS_UNAVAILABLE'],
    ['DENIED', 'ACCESS_DENIED'],
    ['DENIED_BY_SCP', 'ACTION_DENIED_BY_SCP'],
  ])('when its instances ended in %s, then the reason is %s', (kind, code) => {
    const instances = failed(kind, 'ec2:DescribeInstances');
    const seen = assess({ observation: { regions: two(OURS, OURS, { instances }) } });
    expect(seen.codes).toEqual({ [REGION]: [code], [OTHER]: [] });
  });

  const value = 'ops/X';
  it.each<[string, Parameters<typeof aForeignRole>[1], string[]]>([
    ['the role of its setting', { role: failed('DENIED', 'iam:GetRole') }, ['ACCESS_DENIED ops/X']],
    [
      'what that role may do',
      { allowedActions: failed('THROTTLED', 'iam:SimulatePrincipalPolicy') },
      ['AWS_UNAVAILABLE ops/X'],
    ],
  ])('when it is %s, then that is said of this Region', (_what, role, expected) => {
    const foreignRoles = [
      aForeignRole('ops/Y', { role: failed('UNEXPECTED', 'iam:GetRole') }),
      aForeignRole(value, role),
    ];
    const { targets } = assess({ observation: { foreignRoles, regions: two(value, OURS) } });
    expect(targets.map(({ findings }) => findings.map(({ code, subject }) => `${code} ${subject}`))).toEqual([
      expected,
      [],
    ]);
  });

  it('when one role is missing, then only the setting that names it is unfit', () => {
    const foreignRoles = [aForeignRole('ops/Y', { role: { kind: 'absent' } }), aForeignRole(value)];
    expect(assess({ observation: { foreignRoles, regions: two(value, 'ops/Y') } }).codes).toEqual({
      [REGION]: [],
      [OTHER]: ['SETTING_FOREIGN_ROLE_UNFIT'],
    });
  });

  it('when instances were not asked for, then nothing is said of them', () => {
    const { targets } = assess({ observation: { regions: two(OURS, OURS, { instances: null }) } });
    expect(targets[0]).toMatchObject({ findings: [], notes: [], instances: NO_INSTANCES });
  });

  it('when no one read the role of its setting, then nothing is claimed', () => {
    const { codes } = assess({ observation: { regions: two(value, OURS) } });
    expect(codes[REGION]).toEqual([]);
  });

  it('when it is our role, then every Region that uses or wants it says so', () => {
    const seen = assess({
      observation: {
        role: failed('DENIED', 'iam:GetRole'),
        foreignRoles: [aForeignRole(value)],
        regions: [...two(OURS, value), aRegion('$None', { region: 'sa-east-1' })],
        regionStates: failed('DENIED', 'account:ListRegions'),
      },
      regions: [REGION, OTHER, 'sa-east-1'],
    });
    expect(seen.codes).toEqual({
      [REGION]: ['ACCESS_DENIED'],
      [OTHER]: [],
      'sa-east-1': ['SETTING_NOT_SET', 'ACCESS_DENIED'],
    });
    expect(seen.targets[0]?.findings[0]?.subject).toBe(OUR_ARN);
    expect(seen.plan.changes).toEqual([]);
  });
});

describe('Given several Regions of an account', () => {
  it('when one is contested, then only that one says so', () => {
    const seen = assess({ observation: { regions: two('$None', '$None'), ownWrites: { [OTHER]: 2 } } });
    expect(seen.codes).toEqual({
      [REGION]: ['SETTING_NOT_SET'],
      [OTHER]: ['SETTING_NOT_SET', 'SETTING_CONTESTED'],
    });
    expect(seen.plan.changes.map(({ region }) => region)).toEqual([REGION]);
  });

  it('when the role is wrong, then only those that use or want it say so', () => {
    const role = { kind: 'value' as const, value: aRole({ attachedPolicyArns: [] }) };
    const seen = assess({
      observation: { role, regions: two(OUR_ARN, 'ops/X'), foreignRoles: [aForeignRole('ops/X')] },
    });
    expect(seen.codes).toEqual({ [REGION]: ['DHMC_ROLE_POLICY_MISSING'], [OTHER]: [] });
  });

  it('when the trust of the role cannot be judged, then only those that use it note it', () => {
    const trustPolicy = {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ssm.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceIp': 'x' } },
        },
      ],
    };
    const role = { kind: 'value' as const, value: aRole({ tags: OUR_TAGS, trustPolicy }) };
    const seen = assess({
      observation: { role, regions: two(OURS, 'ops/X'), foreignRoles: [aForeignRole('ops/X')] },
    });
    expect(seen.notes).toEqual({
      [REGION]: ['DHMC_ROLE_TRUST_CONDITIONAL'],
      [OTHER]: ['SETTING_FOREIGN_ROLE'],
    });
  });

  it('when each has another setting, then desired and observed say which', () => {
    const seen = assess({
      observation: { regions: two('$None', 'ops/X'), foreignRoles: [aForeignRole('ops/X')] },
    });
    expect(seen.targets.map(({ desired, observed }) => [desired, observed])).toEqual([
      [OURS, null],
      ['ops/X', 'ops/X'],
    ]);
  });
});

describe('Given what runs in a Region', () => {
  const online = knownInstance({ pingStatus: 'Online' });
  const instances = { kind: 'value' as const, value: someInstances({ instances: [online] }) };

  it('when its instances were read, then they are judged by what was seen there', () => {
    const changed = '2026-11-19T23:30:00.000Z';
    const setting = { kind: 'value' as const, value: aSetting(OURS, { lastModifiedDate: changed }) };
    const role = { kind: 'value' as const, value: aRole({ createdAt: '2026-11-19T23:40:00.000Z' }) };
    const own = [
      { region: REGION, what: 'PATH' as const, at: changed },
      { region: OTHER, what: 'PATH' as const, at: changed },
    ];
    const waiver = { code: 'INSTANCE_UNMANAGED' as const, owner: 'o', why: 'w', until: '2026-12-01' };
    const [here, there] = assess({
      observation: { role, recentChanges: own, regions: two(OURS, OURS, { setting, instances }) },
      configuration: {
        waivers: [
          { ...waiver, region: REGION },
          { ...waiver, region: OTHER, owner: 'p' },
        ],
      },
    }).targets;
    expect(here?.instances.verdicts).toMatchObject([{ instanceId: 'i-1', verdict: 'MANAGED' }]);
    expect(here?.grounds).toMatchObject({
      region: REGION,
      dhmcInPlace: true,
      dhmcQuestions: [],
      waivers: [{ owner: 'o' }],
      changes: [own[0], { region: REGION, what: 'SETTING', at: changed }, { region: null, what: 'ROLE' }],
    });
    expect(there?.grounds?.changes).toMatchObject([own[1], { what: 'ROLE' }]);
    expect(there?.instances.verdicts).toEqual([]);
  });

  it('when session logging is blocked there, then it is a note of that Region', () => {
    const sessionLogging = {
      preferences: { s3: null, logs: null, kmsKeyId: 'alias/sessions' },
      roleArn: OUR_ARN,
      granted: { kind: 'absent' as const },
    };
    const network = observe(world());
    const at = { region: NETWORK_REGION };
    const noted = (more: Partial<RegionObservation>) =>
      assess({
        observation: {
          regionStates: failed('DENIED', 'account:ListRegions'),
          regions: [aRegion(OURS, { ...at, sessionLogging, ...more })],
        },
        regions: [NETWORK_REGION],
        configuration: { endpoints: 'off' },
      }).notes[NETWORK_REGION];
    const place = { partition: 'aws', accountId: ACCOUNT_ID, region: NETWORK_REGION };
    const granted = { kind: 'value' as const, value: wantedGrants(sessionLogging.preferences, place) };
    expect(noted({ sessionLogging: { ...sessionLogging, granted } })).toEqual([]);
    const unread = failed('DENIED', 'iam:SimulatePrincipalPolicy');
    expect(noted({ sessionLogging: { ...sessionLogging, granted: unread } })).toEqual([]);
    expect([noted({ network }), noted({ network: null }), noted({ network, sessionLogging: null })]).toEqual([
      ['SESSION_LOGGING_BLOCKED'],
      [],
      [],
    ]);
  });

  it('when a VPC has no path, then its changes are in the plan, and its reason on the target', () => {
    const { plan, targets } = assess({
      observation: {
        regionStates: failed('DENIED', 'account:ListRegions'),
        regions: [
          aRegion(OURS, { region: NETWORK_REGION, network: observe(world(instance({ agent: NEW_AGENT }))) }),
        ],
      },
      regions: [NETWORK_REGION],
      configuration: { endpoints: 'provision' },
    });
    expect(plan.changes.map(({ action }) => action.kind)).toEqual([
      'CreateEndpointSecurityGroup',
      'AllowEndpointIngress',
      'CreateInterfaceEndpoint',
      'CreateInterfaceEndpoint',
    ]);
    expect([...new Set(Object.values(plan.vpcOf))]).toEqual([VPC]);
    expect(targets[0]).toMatchObject({
      findings: [{ code: 'NO_PATH_TO_SSM' }],
      vpcs: [{ vpcId: VPC }],
      needs: [],
    });
    expect(targets[0]?.network?.network.vpcs.has(VPC)).toBe(true);
  });

  const association = {
    associationId: 'a-1',
    associationName: 'patch',
    documentName: 'AWS-RunPatchBaseline',
    schedule: null,
    targets: [{ key: 'InstanceIds', values: ['*'] }],
  };
  const associations = { kind: 'value' as const, value: [association] };
  it.each<[string, 'off' | 'report', string, string[]]>([
    [
      'the setting is set for the first time',
      'report',
      '$None',
      ['ASSOCIATIONS_WILL_APPLY', 'AGENT_UPDATES_MISSING'],
    ],
    ['the setting stays', 'report', OURS, ['AGENT_UPDATES_MISSING']],
    ['the setting stays, and agents are not looked at', 'off', OURS, ['ASSOCIATIONS_WILL_APPLY']],
  ])('when %s, then what associations mean is noted', (_what, agentUpdates, value, expected) => {
    const seen = assess({
      observation: { regions: two(value, OURS, { associations, instances }) },
      configuration: { agentUpdates, endpoints: 'off' },
    });
    expect(seen.notes).toEqual({ [REGION]: expected, [OTHER]: [] });
  });
});
