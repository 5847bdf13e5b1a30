import { describe, expect, it } from '@jest/globals';
import { judgeRegionInstances } from '../../../functions/core/instances/region-instances.ts';
import type { InstancePath } from '../../../functions/core/network/instance-path.ts';
import { someInstances } from '../builders.ts';
import { anInstance, aPath, aProfile, knownInstance, minutesAgo, NOW } from './builders.ts';

const settings = { instancesCount: true, namedInstances: 200 };
const context = (overrides: object = {}) => ({
  now: NOW,
  accountId: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  settings,
  paths: new Map<string, InstancePath>(),
  dhmcInPlace: true,
  dhmcQuestions: [],
  dhmcPermissions: null,
  changes: [],
  ...overrides,
});
const online = (instanceId: string) => knownInstance({ pingStatus: 'Online' }, { instanceId });
const silent = (instanceId: string) => anInstance({ instanceId });

describe('Given 5,000 instances of which two are unmanaged', () => {
  const fleet = Array.from({ length: 4_998 }, (_, index) => online(`i-${10_000 + index}`));
  const seen = someInstances({ instances: [...fleet, silent('i-99999'), silent('i-99998')] });

  it('When 200 are named, Then the unmanaged come first and the counts are of all', () => {
    const { instances, findings } = judgeRegionInstances(seen, context());
    expect(instances).toMatchObject({
      running: 5_000,
      managed: 4_998,
      byVerdict: { MANAGED: 4_998, PATH_UNKNOWN: 2 },
    });
    expect(instances.verdicts).toHaveLength(200);
    expect(instances.verdicts.slice(0, 3).map(({ instanceId }) => instanceId)).toEqual([
      'i-99998',
      'i-99999',
      'i-10000',
    ]);
    expect(findings.map(({ code, sentence }) => [code, sentence])).toEqual([
      [
        'INSTANCE_UNMANAGED',
        '2 of 5000 running instances are not managed: 2 PATH_UNKNOWN (i-99998, i-99999).',
      ],
    ]);
  });

  it('When instancesCount is off, Then they have verdicts and no reason', () => {
    const off = { ...settings, instancesCount: false };
    const { instances, findings } = judgeRegionInstances(seen, context({ settings: off }));
    expect([instances.byVerdict.PATH_UNKNOWN, findings]).toEqual([2, []]);
  });
});

describe('Given instances that do not count', () => {
  it('When they are judged, Then only a launch has a verdict, and none a reason', () => {
    const seen = someInstances({
      instances: [
        anInstance({ instanceId: 'i-launched', launchedAt: minutesAgo(1) }),
        anInstance({ instanceId: 'i-service', serviceManaged: true }),
        anInstance({ instanceId: 'i-ignored', tags: { 'dhmc-rollout': 'ignore' } }),
        anInstance({ instanceId: 'i-ignored-vpc' }),
        anInstance({ instanceId: 'i-stopped', state: 'stopped' }),
      ],
    });
    const paths = new Map([['i-ignored-vpc', aPath({ path: 'NONE', ignored: true })]]);
    const { instances, findings, notes } = judgeRegionInstances(seen, context({ paths }));
    expect(findings).toEqual([]);
    expect(notes).toEqual(['IGNORED_BY_TAG']);
    expect(instances).toMatchObject({
      running: 1,
      stopped: 1,
      managed: 0,
      byVerdict: { SERVICE_MANAGED: 1, AWAITING_AGENT: 1 },
    });
  });
});

describe('Given a change that agents have not noticed', () => {
  it('When they are judged, Then AWAITING_AGENT says so, and nothing is unmanaged', () => {
    const changes = [{ region: null, what: 'ROLE' as const, at: minutesAgo(5) }];
    const seen = someInstances({ instances: [silent('i-1')] });
    const { findings } = judgeRegionInstances(seen, context({ changes }));
    expect(findings.map(({ code }) => code)).toEqual(['AWAITING_AGENT']);
  });
});

describe('Given hybrid nodes and facts that were denied', () => {
  const failure = { kind: 'DENIED', action: 'ec2:DescribeInstanceStatus', code: 'x', message: '' } as const;

  it('When they are judged, Then the nodes are counted, their expired activations named, and all is noted', () => {
    const hybrid = {
      ...(knownInstance().node ?? ({} as never)),
      nodeId: 'mi-1',
      resourceType: 'ManagedInstance' as const,
    };
    const seen = someInstances({
      instances: [anInstance({ profileArn: 'arn:app' })],
      hybridNodes: [hybrid, { ...hybrid, nodeId: 'mi-2' }],
      profiles: { 'arn:app': { kind: 'failed', failure } },
      statusFailure: failure,
      activations: {
        kind: 'value',
        value: [
          { activationId: 'a-old', expired: true },
          { activationId: 'a-new', expired: false },
        ],
      },
    });
    const { instances, notes } = judgeRegionInstances(seen, context());
    expect([instances.hybridNodes, instances.expiredActivations]).toEqual([2, ['a-old']]);
    expect(notes).toEqual(['HYBRID_NODES_NOT_COVERED', 'INSTANCE_FACTS_INCOMPLETE']);
    expect(instances.verdicts[0]?.credentialSource).toBeNull();
  });
});

describe('Given an instance whose profile grants nothing for Systems Manager', () => {
  it('When it is judged, Then a note says that scripts will use the credentials of DHMC', () => {
    const seen = someInstances({
      instances: [{ ...online('i-1'), profileArn: 'arn:app' }],
      profiles: { 'arn:app': aProfile('s3:GetObject') },
    });
    const { notes, instances } = judgeRegionInstances(seen, context());
    expect(notes).toEqual(['PROFILE_WITHOUT_SSM']);
    expect(instances.verdicts).toMatchObject([{ verdict: 'MANAGED', credentialSource: 'DHMC' }]);
  });
});

describe('Given two unmanaged instances and waivers', () => {
  const seen = someInstances({ instances: [silent('i-1'), silent('i-2'), online('i-3')] });
  const waiver = { owner: 'net-team', why: 'appliance', until: '2099-01-01' };
  const found = (...waivers: object[]) =>
    judgeRegionInstances(seen, context({ waivers })).findings.map(({ sentence, waived }) => [
      sentence,
      waived?.owner ?? null,
    ]);

  it('When one is waived, Then the other counts', () => {
    expect(found({ ...waiver, code: 'INSTANCE_UNMANAGED', instance: 'i-1' })).toEqual([
      ['1 of 3 running instances is not managed: 1 PATH_UNKNOWN (i-2). 1 more are waived.', null],
    ]);
  });

  it('When both are, by id and by verdict, Then the reason is waived', () => {
    const waivers = [
      { ...waiver, code: 'INSTANCE_UNMANAGED', instance: 'i-1' },
      { ...waiver, code: 'PATH_UNKNOWN' },
    ];
    expect(found(...waivers)).toEqual([
      ['2 of 3 running instances are not managed: 2 PATH_UNKNOWN (i-1, i-2).', 'net-team'],
    ]);
  });

  it('When a waiver is for another image, tag or verdict, Then it says nothing of them', () => {
    const others = [
      { ...waiver, code: 'INSTANCE_UNMANAGED', ami: 'ami-other' },
      { ...waiver, code: 'INSTANCE_UNMANAGED', tag: 'role=none' },
      { ...waiver, code: 'AGENT_TOO_OLD' },
    ];
    expect(found(...others)).toEqual([[expect.stringMatching(/^2 of 3/), null]]);
  });
});
