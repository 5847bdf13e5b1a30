import { describe, expect, it } from '@jest/globals';
import type { InstanceDetail, RecentChange } from '../../../functions/core/instances/facts.ts';
import { type InstanceContext, judgeInstance } from '../../../functions/core/instances/judge-instance.ts';
import {
  aContext,
  anInstance,
  aPath,
  aProfile,
  knownInstance,
  minutesAgo,
  NOW,
  SSM_CORE,
} from './builders.ts';

type Row = [what: string, instance: InstanceDetail, context: Partial<InstanceContext>, expected: object];

const set = (at: string): RecentChange => ({ region: 'eu-west-1', what: 'SETTING', at });
const path = (at: string): RecentChange => ({ region: 'eu-west-1', what: 'PATH', at });
const lacksChannels = aProfile('ssm:UpdateInstanceInformation');
const failed = {
  kind: 'failed',
  failure: { kind: 'DENIED', action: 'iam:GetInstanceProfile', code: 'AccessDenied', message: '' },
} as const;

const ROWS: Row[] = [
  ['nothing but a silent agent', anInstance(), {}, { verdict: 'AGENT_SILENT', counts: 'UNMANAGED' }],
  [
    'an instance of EKS Auto Mode',
    anInstance({ serviceManaged: true }),
    {},
    { verdict: 'SERVICE_MANAGED', counts: 'NEITHER' },
  ],
  [
    'Online',
    knownInstance({ pingStatus: 'Online' }),
    {},
    { verdict: 'MANAGED', reason: null, counts: 'MANAGED' },
  ],
  [
    'Online without ssmmessages',
    knownInstance({ pingStatus: 'Online' }),
    {
      path: aPath({
        names: [
          { name: 'ssm', path: 'PROVEN', reasons: [], facts: [] },
          { name: 'ssmmessages', path: 'NONE', reasons: [], facts: [] },
        ],
      }),
    },
    { verdict: 'MANAGED', reason: 'SESSIONS_BLOCKED' },
  ],
  [
    "Online in another account's VPC, of which little is seen",
    knownInstance({ pingStatus: 'Online' }),
    { path: aPath({ path: 'NONE', shared: true }) },
    { verdict: 'MANAGED', reason: null },
  ],
  [
    'a profile without the channels',
    anInstance(),
    { profile: lacksChannels },
    { verdict: 'PROFILE_SUPPRESSES_DHMC', credentialSource: 'INSTANCE_PROFILE' },
  ],
  [
    'such a profile, and Online',
    knownInstance({ pingStatus: 'Online' }),
    { profile: lacksChannels },
    { verdict: 'PROFILE_SUPPRESSES_DHMC', counts: 'UNMANAGED' },
  ],
  [
    'an old agent whose profile lacks ec2messages',
    knownInstance({ agentVersion: '3.3.39.0' }),
    { profile: aProfile(...SSM_CORE.slice(0, 3)) },
    { verdict: 'PROFILE_SUPPRESSES_DHMC' },
  ],
  [
    'a newer agent whose profile lacks ec2messages',
    knownInstance({ agentVersion: '3.3.40.0' }),
    { profile: aProfile(...SSM_CORE.slice(0, 3)) },
    { verdict: 'CONNECTION_LOST', credentialSource: 'INSTANCE_PROFILE' },
  ],
  [
    'metadata off, no path, nothing else',
    anInstance({ imdsEnabled: false }),
    { path: aPath({ path: 'NONE' }) },
    { verdict: 'IMDS_DISABLED' },
  ],
  ['tokens optional', anInstance({ httpTokens: 'optional' }), {}, { verdict: 'AGENT_SILENT' }],
  [
    'no path',
    anInstance(),
    { path: aPath({ path: 'NONE' }), dhmcInPlace: false },
    { verdict: 'NO_PATH', reason: 'NO_PATH_TO_SSM' },
  ],
  [
    'no path, for the DNS',
    anInstance(),
    { path: aPath({ path: 'NONE', reasons: ['DNS_CUSTOM'] }) },
    { verdict: 'NO_PATH', reason: 'DNS_CUSTOM' },
  ],
  [
    'no path, and an endpoint would not do',
    anInstance(),
    { path: aPath({ path: 'NONE', stops: ['DNS_HUB_VPC'] }) },
    { verdict: 'NO_PATH', reason: 'DNS_HUB_VPC' },
  ],
  [
    'a blocked path',
    anInstance(),
    { path: aPath({ reasons: ['ENDPOINT_SG_BLOCKS_443'] }), dhmcInPlace: false },
    { verdict: 'PATH_BLOCKED', reason: 'ENDPOINT_SG_BLOCKS_443' },
  ],
  [
    'no role or setting',
    anInstance(),
    { dhmcInPlace: false },
    { verdict: 'NO_CREDENTIALS', credentialSource: 'DHMC' },
  ],
  [
    'no role or setting, with a profile for SSM',
    anInstance(),
    { dhmcInPlace: false, profile: aProfile(...SSM_CORE) },
    { verdict: 'AGENT_SILENT', credentialSource: 'INSTANCE_PROFILE' },
  ],
  [
    'no role or setting, with a profile for S3',
    anInstance(),
    { dhmcInPlace: false, profile: aProfile() },
    { verdict: 'NO_CREDENTIALS', credentialSource: 'DHMC' },
  ],
  ['a profile that is gone', anInstance(), { profile: { kind: 'absent' } }, { credentialSource: 'DHMC' }],
  [
    'a profile that cannot be read',
    anInstance(),
    { dhmcInPlace: false, profile: failed },
    { verdict: 'AGENT_SILENT', credentialSource: null },
  ],
  [
    'an agent before DHMC',
    knownInstance({ agentVersion: '3.2.581.9' }),
    { changes: [set(minutesAgo(1))] },
    { verdict: 'AGENT_TOO_OLD' },
  ],
  [
    'an agent before DHMC, with a profile',
    knownInstance({ agentVersion: '3.1.0.0' }),
    { profile: aProfile(...SSM_CORE) },
    { verdict: 'CONNECTION_LOST' },
  ],
  [
    'the first agent with DHMC',
    knownInstance({ agentVersion: '3.2.582.0' }),
    {},
    { verdict: 'CONNECTION_LOST' },
  ],
  [
    'a setting of 64 minutes ago',
    anInstance(),
    { changes: [set(minutesAgo(64))] },
    { verdict: 'AWAITING_AGENT', counts: 'AWAITED' },
  ],
  [
    'a setting of 65 minutes ago',
    anInstance(),
    { changes: [set(minutesAgo(65))] },
    { verdict: 'AGENT_SILENT' },
  ],
  [
    'a setting that its profile makes needless',
    anInstance(),
    { changes: [set(minutesAgo(1))], profile: aProfile(...SSM_CORE) },
    { verdict: 'AGENT_SILENT' },
  ],
  [
    'new endpoints, with a profile',
    anInstance(),
    { changes: [path(minutesAgo(1))], profile: aProfile(...SSM_CORE) },
    { verdict: 'AWAITING_AGENT' },
  ],
  [
    'an endpoint in the making',
    anInstance(),
    { path: aPath({ reasons: ['ENDPOINT_PENDING'] }) },
    { verdict: 'AWAITING_AGENT', counts: 'AWAITED' },
  ],
  [
    'launched 14 minutes ago',
    anInstance({ launchedAt: minutesAgo(14) }),
    {},
    { verdict: 'AWAITING_AGENT', counts: 'NEITHER' },
  ],
  ['launched 15 minutes ago', anInstance({ launchedAt: minutesAgo(15) }), {}, { verdict: 'AGENT_SILENT' }],
  [
    'launched just now into a changed target',
    anInstance({ launchedAt: minutesAgo(2) }),
    { changes: [set(minutesAgo(20))] },
    { counts: 'AWAITED' },
  ],
  [
    'a failing status check',
    knownInstance({}, { statusChecks: 'FAILED' }),
    {},
    { verdict: 'STATUS_CHECK_FAILED' },
  ],
  [
    'a lost connection',
    knownInstance(),
    { path: aPath({ path: 'UNKNOWN' }) },
    { verdict: 'CONNECTION_LOST' },
  ],
  ['an unknown path', anInstance(), { path: aPath({ path: 'UNKNOWN' }) }, { verdict: 'PATH_UNKNOWN' }],
  ['a network that was not read', anInstance(), { path: null }, { verdict: 'PATH_UNKNOWN' }],
  [
    "another account's VPC",
    anInstance(),
    { path: aPath({ path: 'NONE', shared: true }) },
    { verdict: 'PATH_UNKNOWN', reason: 'VPC_OWNER_MANAGED' },
  ],
];

describe('Given a running instance with', () => {
  it.each(ROWS)(
    '%s, When it is judged, Then by the first row of the table that applies',
    (_what, instance, context, expected) => {
      expect(judgeInstance(instance, aContext(context))).toMatchObject(expected);
    },
  );
});

describe('Given an instance whose path is unknown for want of a read', () => {
  it('When it is judged, Then the read is named', () => {
    const failure = { kind: 'DENIED' as const, action: 'ec2:DescribeSubnets', code: 'X', message: 'no' };
    const path = aPath({ path: 'UNKNOWN', unread: [failure] });
    expect(judgeInstance(anInstance(), aContext({ path })).sentence).toContain(
      'not known: ec2:DescribeSubnets failed with X',
    );
  });
});

describe('Given the same instance', () => {
  it('When it is judged at another minute, Then the sentence is the same, so that records do not change', () => {
    const context = aContext({ changes: [set(minutesAgo(30))] });
    const later = { ...context, now: new Date(NOW.getTime() + 60_000) };
    expect(judgeInstance(anInstance(), later)).toEqual(judgeInstance(anInstance(), context));
  });
});

describe('Given a profile whose role a policy keeps from the channels', () => {
  it.each([
    ['SCP', 'a service control policy'],
    ['BOUNDARY', 'its permissions boundary'],
  ] as const)('When it is %s, Then the verdict names it', (deniedBy, words) => {
    const profile = aProfile('ssm:UpdateInstanceInformation');
    if (profile.kind !== 'value') throw new Error('the profile has no value');
    const denied = [{ action: 'ssmmessages:CreateControlChannel', allowed: false, deniedBy, explicit: true }];
    const { verdict, sentence } = judgeInstance(
      knownInstance({ pingStatus: 'Online' }),
      aContext({ profile: { kind: 'value', value: { ...profile.value, denied } } }),
    );
    expect(verdict).toBe('PROFILE_SUPPRESSES_DHMC');
    expect(sentence).toContain(`is denied ssmmessages:CreateControlChannel by ${words}`);
  });
});
