/** What a Region's session preferences ask for, and what is said to be in the way. */
import { describe, expect, it } from '@jest/globals';
import { loggingGaps, regionSessionLogging } from '../../../functions/core/instances/logging-gaps.ts';
import {
  judgeSessionLogging,
  type LoggingGap,
  parseSessionPreferences,
  type SessionPreferences,
  servicesOf,
  wantedGrants,
} from '../../../functions/core/instances/session-logging.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { aRegion, OURS } from '../builders.ts';
import { observe } from '../network/observe.ts';
import { edit, instance, world } from '../network/steps.ts';
import { INSTANCE, type Step, SUBNET_A, SUBNET_C, VPC } from '../network/world.ts';

const PLACE = { partition: 'aws', region: 'ap-northeast-1', accountId: '111122223333' };
const NOTHING: SessionPreferences = { s3: null, logs: null, kmsKeyId: null };
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const parsed = (inputs: unknown) => parseSessionPreferences(JSON.stringify({ inputs }));

describe('Given a session document, When its preferences are read', () => {
  it.each<[object, SessionPreferences]>([
    [{}, NOTHING],
    [
      { s3BucketName: ' b ', s3KeyPrefix: ' a//b// ' },
      { ...NOTHING, s3: { bucket: 'b', prefix: 'a//b', encrypted: false } },
    ],
    [
      { s3BucketName: 'b', s3EncryptionEnabled: true },
      { ...NOTHING, s3: { bucket: 'b', prefix: '', encrypted: true } },
    ],
    [
      { s3BucketName: 'b', s3EncryptionEnabled: 'true' },
      { ...NOTHING, s3: { bucket: 'b', prefix: '', encrypted: true } },
    ],
    [
      { s3BucketName: 'b', s3EncryptionEnabled: 'false' },
      { ...NOTHING, s3: { bucket: 'b', prefix: '', encrypted: false } },
    ],
    [{ s3KeyPrefix: 'a', s3EncryptionEnabled: true }, NOTHING],
    [
      { cloudWatchLogGroupName: 'g', cloudWatchStreamingEnabled: true },
      { ...NOTHING, logs: { group: 'g', encrypted: false, streaming: true } },
    ],
    [
      { cloudWatchLogGroupName: 'g', cloudWatchEncryptionEnabled: 'true' },
      { ...NOTHING, logs: { group: 'g', encrypted: true, streaming: false } },
    ],
    [{ kmsKeyId: KEY }, { ...NOTHING, kmsKeyId: KEY }],
    [{ s3BucketName: 7, cloudWatchLogGroupName: null, kmsKeyId: ['x'] }, NOTHING],
  ])('%j', (inputs, expected) => expect(parsed(inputs)).toEqual(expected));

  it.each([
    ['a list', ''],
    ['a text', 'x'],
    ['a number', 7],
    ['none', null],
  ])('Then inputs that are %s are no preferences', (_what, inputs) => expect(parsed(inputs)).toBeNull());

  it.each(['7', '"x"', 'true'])('Then %s is no document', (content) =>
    expect(parseSessionPreferences(content)).toBeNull(),
  );
});

describe('Given preferences, When the services that they need are asked for', () => {
  it('Then each is by itself', () => {
    const s3 = { bucket: 'b', prefix: '', encrypted: false };
    const logs = { group: 'g', encrypted: false, streaming: false };
    expect(servicesOf(NOTHING)).toEqual([]);
    expect(servicesOf({ ...NOTHING, s3 })).toEqual(['s3']);
    expect(servicesOf({ ...NOTHING, logs })).toEqual(['logs']);
    expect(servicesOf({ ...NOTHING, kmsKeyId: KEY })).toEqual(['kms']);
    expect(wantedGrants({ ...NOTHING, s3 }, PLACE)).toEqual([
      { service: 's3', action: 's3:PutObject', resource: 'arn:aws:s3:::b/session.log' },
    ]);
  });

  it.each([
    [KEY, `arn:aws:kms:ap-northeast-1:111122223333:key/${KEY}`],
    [`mrk-${KEY}`, `arn:aws:kms:ap-northeast-1:111122223333:key/mrk-${KEY}`],
    [`arn:aws:kms:us-east-1:444455556666:key/${KEY}`, `arn:aws:kms:us-east-1:444455556666:key/${KEY}`],
    [
      `arn:aws-us-gov:kms:us-gov-west-1:444455556666:key/mrk-${KEY}`,
      `arn:aws-us-gov:kms:us-gov-west-1:444455556666:key/mrk-${KEY}`,
    ],
  ])('Then the key %s is %s', (kmsKeyId, resource) => {
    expect(wantedGrants({ ...NOTHING, kmsKeyId }, PLACE)).toEqual([
      { service: 'kms', action: 'kms:Decrypt', resource },
    ]);
  });
});

describe('Given preferences and what the role may do, When session logging is judged', () => {
  const preferences: SessionPreferences = {
    s3: { bucket: 'b', prefix: '', encrypted: false },
    logs: { group: 'g', encrypted: false, streaming: false },
    kmsKeyId: null,
  };
  const judge = (granted: Parameters<typeof judgeSessionLogging>[0]['granted'], gaps: LoggingGap[] = []) =>
    judgeSessionLogging(
      { preferences, roleArn: 'arn:aws:iam::111122223333:role/x/Dhmc', granted },
      PLACE,
      gaps,
    );
  const all = { kind: 'value' as const, value: wantedGrants(preferences, PLACE) };

  it('Then it says where sessions are to be logged, and nothing of what is not asked', () => {
    expect(judge(all)).toEqual({ asked: ['S3 bucket b', 'log group g'], blocked: [], open: [] });
    expect(judgeSessionLogging({ preferences: NOTHING, roleArn: 'x', granted: all }, PLACE, [])).toEqual({
      asked: [],
      blocked: [],
      open: [],
    });
  });

  it('Then an action that is granted on another resource does not count', () => {
    const elsewhere = all.value.map((grant) => ({ ...grant, resource: `${grant.resource}-other` }));
    expect(judge({ kind: 'value', value: elsewhere }).blocked).toEqual([
      'Dhmc lacks s3:PutObject on arn:aws:s3:::b/session.log, so logs of sessions do not reach the bucket.',
      expect.stringMatching(
        /^Dhmc lacks logs:DescribeLogGroups, .*logs:PutLogEvents on arn:aws:logs:ap-northeast-1:111122223333:log-group::log-stream:, so logs of sessions do not reach the log group\.$/,
      ),
    ]);
  });

  it('Then what could not be read, and a role that does not exist, are open and block nothing', () => {
    const failure = {
      kind: 'DENIED',
      action: 'iam:SimulatePrincipalPolicy',
      code: 'X',
      message: '',
    } as const;
    expect(judge({ kind: 'failed', failure })).toMatchObject({
      blocked: [],
      open: ['Whether Dhmc may log sessions could not be read: iam:SimulatePrincipalPolicy failed with X.'],
    });
    expect(judge({ kind: 'absent' })).toMatchObject({
      blocked: [],
      open: ['Dhmc does not exist, so what it may log is not known.'],
    });
  });

  it('Then gaps of one VPC and service are one sentence, its subnets in order', () => {
    const gap = (vpcId: string, subnetId: string, service: LoggingGap['service'], centralSeen = true) => ({
      vpcId,
      subnetId,
      service,
      centralSeen,
    });
    const gaps = [
      gap('vpc-1', 'subnet-2', 's3'),
      gap('vpc-1', 'subnet-1', 's3'),
      gap('vpc-1', 'subnet-1', 'kms', false),
      gap('vpc-2', 'subnet-9', 's3'),
    ];
    expect(judge(all, gaps).blocked).toEqual([
      'vpc-1: subnet-1, subnet-2 have no path to s3, so logs of sessions do not reach the bucket; it takes an S3 gateway endpoint in its route table, free of charge.',
      'vpc-1: subnet-1 has no path to kms, so sessions do not start, since both ends must use the key; it takes an interface endpoint for kms with private DNS (central endpoints were not looked for).',
      'vpc-2: subnet-9 has no path to s3, so logs of sessions do not reach the bucket; it takes an S3 gateway endpoint in its route table, free of charge.',
    ]);
  });
});

describe('Given a VPC without egress, When its gaps are looked for', () => {
  const gaps = (...steps: Step[]) =>
    loggingGaps(joinNetwork(observe(world(...steps))), ['logs']).map(({ subnetId }) => subnetId);

  it.each<[string, Step[], string[]]>([
    ['an instance runs', [], [SUBNET_A]],
    ['two run in one subnet', [instance({ id: 'i-2' })], [SUBNET_A]],
    ['two run in two subnets', [instance({ id: 'i-2', subnet: SUBNET_C })], [SUBNET_A, SUBNET_C]],
    ['it is stopped', [instance({ state: 'stopped' })], []],
    ['it is tagged to be left alone', [instance({ tags: { 'dhmc-rollout': 'ignore' } })], []],
    ['it has no IPv4 address, which is judged elsewhere', [instance({ ip: null })], []],
    [
      'its VPC is tagged to be left alone',
      [
        edit((ec2) => {
          for (const vpc of ec2.Vpcs) vpc.Tags = [{ Key: 'dhmc-rollout', Value: 'ignore' }];
        }),
      ],
      [],
    ],
    [
      'its subnet was not seen',
      [
        edit((ec2) => {
          ec2.Subnets = [];
        }),
      ],
      [],
    ],
    [
      'its VPC was not seen',
      [
        edit((ec2) => {
          ec2.Vpcs = [];
        }),
      ],
      [],
    ],
  ])('%s', (_what, steps, expected) => expect(gaps(...steps)).toEqual(expected));

  it('Then central endpoints were looked for where zones were read', () => {
    const seen = observe(world());
    const of = (hostedZones: typeof seen.hostedZones) =>
      loggingGaps(joinNetwork({ ...seen, hostedZones }), ['logs']).map(({ centralSeen }) => centralSeen);
    expect([of(seen.hostedZones), of({})]).toEqual([[true], [false]]);
    expect(seen.instances[0]?.instanceId).toBe(INSTANCE);
  });
});

describe('Given a Region, When its session logging is judged', () => {
  const sessionLogging = {
    preferences: { ...NOTHING, kmsKeyId: KEY },
    roleArn: 'arn:aws:iam::111122223333:role/x/Dhmc',
    granted: { kind: 'absent' as const },
  };

  it('Then it is not, where sessions are logged nowhere', () => {
    expect(regionSessionLogging(aRegion(OURS), PLACE)).toBeNull();
  });

  it('Then without a network that was read it says nothing of gaps', () => {
    expect(regionSessionLogging(aRegion(OURS, { sessionLogging }), PLACE)).toEqual({
      asked: [`encryption with key ${KEY}`],
      blocked: [],
      open: ['Dhmc does not exist, so what it may log is not known.'],
    });
  });

  it('Then its subnets are asked for the services of its preferences alone', () => {
    const network = observe(world());
    expect(regionSessionLogging(aRegion(OURS, { sessionLogging, network }), PLACE)?.blocked).toEqual([
      expect.stringContaining(`${VPC}: ${SUBNET_A} has no path to kms`),
    ]);
  });
});
