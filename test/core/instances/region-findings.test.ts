/** All instances of a target: what is counted, named, advised and noted. */
import { describe, expect, it } from '@jest/globals';
import type {
  InstanceDetail,
  InstancesObservation,
  NodeFacts,
} from '../../../functions/core/instances/facts.ts';
import {
  hybridNodeOf,
  judgeRegionInstances,
  type RegionInstancesContext,
} from '../../../functions/core/instances/region-instances.ts';
import type { InstancePath } from '../../../functions/core/network/instance-path.ts';
import { someInstances } from '../builders.ts';
import {
  ALL_ALLOWED,
  aName,
  anInstance,
  aPath,
  aProfile,
  knownInstance,
  minutesAgo,
  NOW,
  SSM_CORE,
} from './builders.ts';

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/app';
const failure = { kind: 'DENIED', action: 'ec2:DescribeInstanceStatus', code: 'x', message: '' } as const;

function judge(
  instances: InstanceDetail[],
  seen: Partial<InstancesObservation> = {},
  context: Partial<RegionInstancesContext> = {},
) {
  return judgeRegionInstances(someInstances({ instances, ...seen }), {
    now: NOW,
    accountId: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    settings: { instancesCount: true, namedInstances: 200 },
    paths: new Map<string, InstancePath>(instances.map(({ instanceId }) => [instanceId, aPath()])),
    dhmcInPlace: true,
    dhmcQuestions: [],
    dhmcPermissions: ALL_ALLOWED,
    changes: [],
    ...context,
  });
}
const silent = (instanceId: string, overrides: Partial<InstanceDetail> = {}) =>
  anInstance({ instanceId, ...overrides });
const online = (instanceId: string, overrides: Partial<InstanceDetail> = {}) =>
  knownInstance({ pingStatus: 'Online' }, { instanceId, ...overrides });

describe('Given instances of every kind, When they are named', () => {
  it('Then unmanaged ones come first in the order of the table, then awaited ones, launches, and managed ones', () => {
    const instances = [
      online('i-1'),
      silent('i-2', { launchedAt: minutesAgo(1) }),
      silent('i-3'),
      silent('i-4', { imdsEnabled: false }),
      silent('i-5', { serviceManaged: true }),
      silent('i-6', { statusChecks: 'FAILED' }),
      silent('i-7'),
    ];
    const pending = aPath({ reasons: ['ENDPOINT_PENDING'] });
    const paths = new Map<string, InstancePath>(
      instances.map(({ instanceId }) => [instanceId, instanceId === 'i-7' ? pending : aPath()]),
    );
    const { verdicts, byVerdict } = judge(instances, {}, { paths }).instances;
    expect(verdicts.map(({ instanceId, verdict }) => `${instanceId} ${verdict}`)).toEqual([
      'i-4 IMDS_DISABLED',
      'i-6 STATUS_CHECK_FAILED',
      'i-3 AGENT_SILENT',
      'i-7 AWAITING_AGENT',
      'i-5 SERVICE_MANAGED',
      'i-2 AWAITING_AGENT',
      'i-1 MANAGED',
    ]);
    expect(Object.entries(byVerdict)).toEqual([
      ['SERVICE_MANAGED', 1],
      ['MANAGED', 1],
      ['IMDS_DISABLED', 1],
      ['AWAITING_AGENT', 2],
      ['STATUS_CHECK_FAILED', 1],
      ['AGENT_SILENT', 1],
    ]);
  });

  it('Then each has its reason, its credentials and its next step, and one that needs none has none', () => {
    const paths = new Map([
      ['i-blocked', aPath({ reasons: ['NACL_BLOCKS_443'] })],
      ['i-managed', aPath()],
    ]);
    const { verdicts } = judge([silent('i-blocked'), online('i-managed')], {}, { paths }).instances;
    expect(verdicts).toEqual([
      {
        instanceId: 'i-blocked',
        verdict: 'PATH_BLOCKED',
        reason: 'NACL_BLOCKS_443',
        credentialSource: 'DHMC',
        advice: expect.stringMatching(/^Open what blocks the path to Systems Manager; .*network ACL/),
      },
      { instanceId: 'i-managed', verdict: 'MANAGED', reason: null, credentialSource: 'DHMC', advice: null },
    ]);
  });
});

describe('Given an instance, When its next step is put in one sentence', () => {
  const adviceOn = (
    instance: InstanceDetail,
    path: Partial<InstancePath> = {},
    seen: Partial<InstancesObservation> = {},
  ) =>
    judge([instance], seen, { paths: new Map([[instance.instanceId, aPath(path)]]) }).instances.verdicts[0]
      ?.advice;

  it('Then one that a service operates has none', () => {
    expect(adviceOn(silent('i-1', { serviceManaged: true }))).toBeNull();
  });

  it('Then one that is managed has one only where its sessions are blocked, of what blocks them', () => {
    const blocked = aName('ssmmessages', { reasons: ['ENDPOINT_POLICY_DENIES'] });
    expect(adviceOn(online('i-1'), { names: [blocked], reasons: ['ENDPOINT_POLICY_DENIES'] })).toMatch(
      /^Managed, but something still blocks it\. .*policy/i,
    );
    expect(adviceOn(online('i-1'), { reasons: ['ENDPOINT_PENDING'] })).toBeNull();
  });

  it('Then what decided comes first, whatever else is on its path', () => {
    const reasons = ['DNS_CUSTOM', 'VPC_DNS_DISABLED'] as const;
    const first = (...order: (typeof reasons)[number][]) =>
      adviceOn(silent('i-1'), {
        path: 'NONE',
        reasons: order,
        names: [aName('ssm', { path: 'NONE', reasons: order })],
      });
    expect(first('VPC_DNS_DISABLED', 'DNS_CUSTOM')).not.toBe(first('DNS_CUSTOM', 'VPC_DNS_DISABLED'));
    const stopped = {
      path: 'NONE' as const,
      names: [aName('ssm', { path: 'NONE' })],
      stops: ['DNS_HUB_VPC' as const],
    };
    expect(adviceOn(silent('i-1'), stopped)).toMatch(
      /^Give the instance a network path to Systems Manager\. \S/,
    );
  });

  it('Then a read that failed is named', () => {
    expect(adviceOn(silent('i-1'), { path: 'UNKNOWN', unread: [failure] })).toContain(
      'since ec2:DescribeInstanceStatus failed with x',
    );
  });

  it('Then of a hybrid node with its address it is about that', () => {
    const { node } = knownInstance({ nodeId: 'mi-1', pingStatus: 'Online', address: '10.0.0.10' });
    expect(adviceOn(silent('i-1'), {}, { hybridNodes: node ? [node] : [] })).toContain('mi-1 is Online');
  });

  it('Then of a path that was not judged it is about what can be tested', () => {
    expect(judge([silent('i-1')], {}, { paths: new Map() }).instances.verdicts[0]?.advice).toMatch(
      /^Where its route ends cannot be seen from here/,
    );
  });
});

describe('Given hybrid nodes, When that of an instance is looked for', () => {
  const nodeWith = (overrides: Partial<NodeFacts>): NodeFacts => ({
    ...(knownInstance({ nodeId: 'mi-1', pingStatus: 'Online', address: '10.0.0.10' }).node as NodeFacts),
    ...overrides,
  });

  it.each<[string, Partial<NodeFacts>, string | null, string | null]>([
    ['Online with its address', {}, '10.0.0.10', 'mi-1'],
    ['Online with another', { address: '10.0.0.11' }, '10.0.0.10', null],
    ['lost with its address', { pingStatus: 'ConnectionLost' }, '10.0.0.10', null],
    ['of no known address, and the instance has none', { address: null }, null, null],
  ])('Then it is one that is %s', (_what, node, privateIp, expected) => {
    expect(hybridNodeOf(anInstance({ privateIp }), [nodeWith(node)])?.nodeId ?? null).toBe(expected);
  });
});

describe('Given several unmanaged or awaited instances, When the findings are written', () => {
  const sentences = (...args: Parameters<typeof judge>) =>
    judge(...args).findings.map(({ sentence }) => sentence);

  it('Then three are named, and of more their number', () => {
    expect(sentences(['i-1', 'i-2', 'i-3'].map((id) => silent(id)))).toEqual([
      '3 of 3 running instances are not managed: 3 AGENT_SILENT (i-1, i-2, i-3).',
    ]);
    expect(sentences(['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].map((id) => silent(id)))).toEqual([
      '5 of 5 running instances are not managed: 5 AGENT_SILENT (i-1, i-2, i-3 and 2 more).',
    ]);
  });

  it('Then each verdict is named with its own, in the order of the table', () => {
    const instances = [silent('i-1'), silent('i-2', { imdsEnabled: false }), online('i-3')];
    expect(sentences(instances)).toEqual([
      '2 of 3 running instances are not managed: 1 IMDS_DISABLED (i-2), 1 AGENT_SILENT (i-1).',
    ]);
  });

  it('Then those that have yet to pick up a change are said beside them, with what changed', () => {
    const changes = [{ region: null, what: 'ROLE' as const, at: minutesAgo(5) }];
    const seen = `The DHMC role was changed at ${minutesAgo(5)}.`;
    expect(sentences([silent('i-1'), online('i-2')], {}, { changes })).toEqual([
      `1 of 2 running instances has yet to pick up a change: i-1. ${seen}`,
    ]);
    expect(sentences([silent('i-1'), silent('i-2')], {}, { changes })).toEqual([
      `2 of 2 running instances have yet to pick up a change: i-1, i-2. ${seen}`,
    ]);
  });
});

describe('Given what could not be read, When the notes are written', () => {
  const notes = (seen: Partial<InstancesObservation>, ...instances: InstanceDetail[]) =>
    judge(instances, seen).notes;

  it.each<[string, Partial<InstancesObservation>, string[]]>([
    ['nothing failed', { activations: { kind: 'value', value: [] } }, []],
    ['status checks', { statusFailure: failure }, ['INSTANCE_FACTS_INCOMPLETE']],
    ['activations', { activations: { kind: 'failed', failure } }, ['INSTANCE_FACTS_INCOMPLETE']],
  ])('Then %s: %j', (_what, seen, expected) => expect(notes(seen, online('i-1'))).toEqual(expected));

  it('Then a profile that was not read is noted', () => {
    expect(notes({}, online('i-1', { profileArn: PROFILE }))).toEqual(['INSTANCE_FACTS_INCOMPLETE']);
  });

  it('Then blocked sessions are noted', () => {
    const names = [aName('ssmmessages', { path: 'NONE' })];
    const paths = new Map([['i-1', aPath({ names })]]);
    expect(judge([online('i-1')], {}, { paths }).notes).toEqual(['SESSIONS_BLOCKED']);
  });

  it('Then expired activations are in the order of their ids', () => {
    const value = ['a-3', 'a-1', 'a-2'].map((activationId) => ({
      activationId,
      expired: activationId !== 'a-2',
    }));
    expect(judge([], { activations: { kind: 'value', value } }).instances.expiredActivations).toEqual([
      'a-1',
      'a-3',
    ]);
    expect(judge([], { activations: { kind: 'failed', failure } }).instances.expiredActivations).toEqual([]);
  });

  it.each<[string, InstanceDetail, string[], string[]]>([
    ['one beside DHMC', online('i-1', { profileArn: PROFILE }), ['s3:GetObject'], ['PROFILE_WITHOUT_SSM']],
    ['one that registers the agent', online('i-1', { profileArn: PROFILE }), SSM_CORE, []],
    ['none', online('i-1'), [], []],
    ['that of a service', silent('i-1', { profileArn: PROFILE, serviceManaged: true }), [], []],
  ])(
    'Then a profile is noted where scripts use the credentials of DHMC: %s',
    (_what, instance, actions, expected) => {
      expect(notes({ profiles: { [PROFILE]: aProfile(...actions) } }, instance)).toEqual(expected);
    },
  );
});
