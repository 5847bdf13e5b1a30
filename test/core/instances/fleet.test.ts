/** Every instance of an account as one flat row that says the same as the account's result. */
import { describe, expect, it } from '@jest/globals';
import type { InstanceDetail, InstancesObservation } from '../../../functions/core/instances/facts.ts';
import { fleetOf } from '../../../functions/core/instances/fleet.ts';
import type { RegionInstancesContext } from '../../../functions/core/instances/region-instances.ts';
import type { Account } from '../../../functions/core/model/primitives.ts';
import type { InstancePath } from '../../../functions/core/network/instance-path.ts';
import { anAccount, aRegion, OURS, someInstances } from '../builders.ts';
import { ALL_ALLOWED, anInstance, aPath, aProfile, knownInstance, NOW, SSM_CORE } from './builders.ts';

const REGION = 'eu-west-1';

function groundsIn(region: string, paths: Record<string, InstancePath> = {}): RegionInstancesContext {
  return {
    now: NOW,
    accountId: '111122223333',
    region,
    partition: 'aws',
    settings: { instancesCount: true, namedInstances: 1 },
    paths: new Map(Object.entries(paths)),
    dhmcInPlace: true,
    dhmcQuestions: [],
    dhmcPermissions: ALL_ALLOWED,
    changes: [],
  };
}

interface Given {
  account?: Partial<Account>;
  paths?: Record<string, InstancePath>;
  seen?: Partial<InstancesObservation>;
}

function fleet(instances: InstanceDetail[], { account = {}, paths = {}, seen = {} }: Given = {}) {
  return fleetOf(
    {
      account: anAccount(account),
      targets: [{ region: REGION, grounds: groundsIn(REGION, paths) }] as never,
    },
    {
      regions: [
        aRegion(OURS, {
          region: REGION,
          instances: { kind: 'value', value: someInstances({ instances, ...seen }) },
        }),
      ],
    },
  );
}

describe('Given an account with one running instance, When its fleet is listed', () => {
  it('Then a row names the account, the place, the verdict and what it rests on', () => {
    const instance = knownInstance({ pingStatus: 'Online' }, { profileArn: 'arn:app' });
    const account = {
      owner: { name: 'net-team', from: 'TAG' as const },
      unitNames: ['Root', 'Workloads', 'Prod'],
    };
    const seen = { profiles: { 'arn:app': aProfile(...SSM_CORE) } };
    const paths = { 'i-1': aPath({ path: 'INTERNET' }) };
    expect(fleet([instance], { account, seen, paths })).toEqual([
      {
        accountId: '111122223333',
        accountName: 'payments',
        owner: 'net-team',
        unit: 'Root / Workloads / Prod',
        region: 'eu-west-1',
        instanceId: 'i-1',
        state: 'running',
        verdict: 'MANAGED',
        reason: null,
        credentialSource: 'INSTANCE_PROFILE',
        path: 'INTERNET',
        platform: 'Amazon Linux 2023',
        agentVersion: '3.3.987.0',
        vpcId: 'vpc-1',
      },
    ]);
  });

  it.each<[string, Partial<Account>, object]>([
    ['no owner is known', {}, { owner: '' }],
    ['no unit has a name', { organizationPath: ['r-root', 'ou-prod'] }, { unit: 'r-root / ou-prod' }],
    ['nothing is known of its place', { organizationPath: null }, { unit: '' }],
  ])('%s: the column says so', (_what, account, expected) => {
    expect(fleet([anInstance()], { account })).toMatchObject([expected]);
  });
});

describe('Given an instance, When its row is written', () => {
  it.each<[string, InstanceDetail, object]>([
    [
      'the platform is what Systems Manager reports',
      knownInstance({ platformName: 'Ubuntu', platformVersion: '24.04' }),
      { platform: 'Ubuntu 24.04', agentVersion: '3.3.987.0' },
    ],
    [
      'a platform without a version is named by its name alone',
      knownInstance({ platformVersion: null }),
      { platform: 'Amazon Linux' },
    ],
    [
      'else it is what EC2 says',
      anInstance({ platformDetails: 'Red Hat Enterprise Linux' }),
      { platform: 'Red Hat Enterprise Linux', agentVersion: null },
    ],
    [
      'of which the bare platform is the last',
      anInstance({ platformDetails: null, platform: 'windows' }),
      { platform: 'windows' },
    ],
    [
      "the node's own version of the agent comes first",
      knownInstance({ agentVersion: '3.3.1.0' }, { agentVersion: '3.2.0.0' }),
      { agentVersion: '3.3.1.0' },
    ],
    ['a network that was not read has no path', anInstance(), { path: null, verdict: 'PATH_UNKNOWN' }],
  ])('%s', (_what, instance, expected) => {
    expect(fleet([instance])).toMatchObject([expected]);
  });

  it('Then one that is stopped has no verdict and no credentials, but its path', () => {
    const paths = { 'i-1': aPath({ path: 'NONE' }) };
    expect(fleet([anInstance({ state: 'stopped' })], { paths })).toMatchObject([
      { state: 'stopped', verdict: null, reason: null, credentialSource: null, path: 'NONE' },
    ]);
  });

  it('Then one without a path has its verdict and reason', () => {
    const paths = { 'i-1': aPath({ path: 'NONE', reasons: ['DNS_CUSTOM'] }) };
    expect(fleet([anInstance()], { paths })).toMatchObject([
      { verdict: 'NO_PATH', reason: 'DNS_CUSTOM', credentialSource: 'DHMC', path: 'NONE' },
    ]);
  });
});

describe('Given many instances, When the fleet is listed', () => {
  it('Then all are, in the order of their ids, whatever the limit of named ones', () => {
    const ids = ['i-3', 'i-1', 'i-4', 'i-2'];
    expect(
      fleet(ids.map((instanceId) => anInstance({ instanceId }))).map(({ instanceId }) => instanceId),
    ).toEqual(['i-1', 'i-2', 'i-3', 'i-4']);
  });

  it('Then those that are tagged to be left alone, and those that end, are left out', () => {
    const instances = [
      anInstance({ instanceId: 'i-kept' }),
      anInstance({ instanceId: 'i-tagged', tags: { 'dhmc-rollout': 'ignore' } }),
      anInstance({ instanceId: 'i-in-tagged-vpc' }),
      anInstance({ instanceId: 'i-ends', state: 'other' }),
    ];
    const paths = { 'i-in-tagged-vpc': aPath({ ignored: true }) };
    expect(fleet(instances, { paths }).map(({ instanceId }) => instanceId)).toEqual(['i-kept']);
  });
});

describe('Given several Regions, When the fleet is listed', () => {
  const target = (region: string, grounds: RegionInstancesContext | null = groundsIn(region)) => ({
    region,
    grounds,
  });
  const regionOf = (region: string, instanceId: string) =>
    aRegion(OURS, {
      region,
      instances: { kind: 'value', value: someInstances({ instances: [anInstance({ instanceId })] }) },
    });
  const list = (targets: object[], regions: ReturnType<typeof aRegion>[]) =>
    fleetOf({ account: anAccount(), targets: targets as never }, { regions }).map(
      ({ region, instanceId }) => `${region} ${instanceId}`,
    );

  it('Then each instance is in its own, in the order of the targets', () => {
    const regions = [regionOf('eu-west-1', 'i-9'), regionOf('us-east-1', 'i-1')];
    expect(list([target('us-east-1'), target('eu-west-1')], regions)).toEqual([
      'us-east-1 i-1',
      'eu-west-1 i-9',
    ]);
  });

  it('Then a Region that was not judged, not seen or not readable has no rows', () => {
    const failure = { kind: 'DENIED', action: 'ec2:DescribeInstances', code: 'X', message: '' } as const;
    const unread = aRegion(OURS, { region: 'sa-east-1', instances: { kind: 'failed', failure } });
    const unasked = aRegion(OURS, { region: 'us-west-2', instances: null });
    const regions = [regionOf('eu-west-1', 'i-1'), unread, unasked];
    const targets = [
      target('eu-west-1', null),
      target('eu-north-1'),
      target('sa-east-1'),
      target('us-west-2'),
    ];
    expect(list(targets, regions)).toEqual([]);
  });
});
