/** One instance, explained: the verdict of the result, the chain, and a next step made for it. */
import { describe, expect, it } from '@jest/globals';
import { type ExplainContext, explainInstance } from '../../../functions/core/instances/explain-instance.ts';
import type { InstanceDetail, InstancesObservation } from '../../../functions/core/instances/facts.ts';
import type { RegionInstancesContext } from '../../../functions/core/instances/region-instances.ts';
import type { ClientPath, InstancePath } from '../../../functions/core/network/instance-path.ts';
import type { NamePath } from '../../../functions/core/network/name-path.ts';
import { awaitedRole } from '../../../functions/core/results.ts';
import { desiredRole } from '../../../functions/core/role.ts';
import { aConfiguration, aRegion, OURS, someInstances } from '../builders.ts';
import {
  ALL_ALLOWED,
  aClientPath,
  aName,
  anInstance,
  aPath,
  aProfile,
  knownInstance,
  minutesAgo,
  NOW,
  SSM_CORE,
} from './builders.ts';

const ACCOUNT = '111122223333';
const PROFILE = 'arn:aws:iam::111122223333:instance-profile/app';

interface Given {
  seen?: Partial<InstancesObservation> | null;
  path?: ClientPath | null;
  instancePath?: InstancePath | null;
  grounds?: Partial<RegionInstancesContext>;
  context?: Partial<ExplainContext>;
}

function explain(instance: InstanceDetail, given: Given = {}) {
  const { seen = {}, path = null, instancePath = aPath(), grounds = {}, context = {} } = given;
  return explainInstance(
    instance,
    {
      now: NOW,
      accountId: ACCOUNT,
      region: 'eu-west-1',
      partition: 'aws',
      settings: { instancesCount: true, namedInstances: 10 },
      paths: new Map(instancePath ? [[instance.instanceId, instancePath]] : []),
      dhmcInPlace: true,
      dhmcQuestions: [],
      dhmcPermissions: ALL_ALLOWED,
      changes: [],
      ...grounds,
    },
    {
      partition: 'aws',
      accountId: ACCOUNT,
      role: awaitedRole(desiredRole(aConfiguration(), 'aws', ACCOUNT)),
      seen: aRegion(OURS, {
        instances: seen && { kind: 'value', value: someInstances({ instances: [instance], ...seen }) },
      }),
      path,
      vpcCidrs: ['10.0.0.0/16', '10.1.0.0/16'],
      ...context,
    },
  );
}
const commandsOf = ({ next }: ReturnType<typeof explain>) => next.steps.flatMap(({ commands }) => commands);

describe('Given an instance that does not run, When it is explained', () => {
  it('Then it counts as no failure, and a stopped one can be started', () => {
    const explained = explain(anInstance({ state: 'stopped' }));
    expect(explained).toMatchObject({
      instanceId: 'i-1',
      vpcId: 'vpc-1',
      subnetId: 'subnet-1',
      verdict: null,
      reason: null,
      credentialSource: null,
      sessionLogging: null,
    });
    expect(explained.sentence).toContain('counts as no failure');
    expect(explained.chain.map(({ link }) => link)).toEqual(['INSTANCE']);
    expect(commandsOf(explained)).toEqual(['aws ec2 start-instances --region eu-west-1 --instance-ids i-1']);
  });

  it('Then one that is on its way is left to it', () => {
    const explained = explain(anInstance({ state: 'other' }));
    expect([explained.verdict, commandsOf(explained)]).toEqual([null, []]);
    expect(explained.chain[0]).toMatchObject({ state: 'RED', evidence: ['It is not running.'] });
  });
});

describe('Given an instance that runs, When it is explained', () => {
  it('Then it has its place, its verdict and ten links', () => {
    const explained = explain(knownInstance({ pingStatus: 'Online' }), { path: aClientPath([aName('ssm')]) });
    expect(explained).toMatchObject({
      instanceId: 'i-1',
      vpcId: 'vpc-1',
      subnetId: 'subnet-1',
      verdict: 'MANAGED',
      reason: null,
      credentialSource: 'DHMC',
      sentence: 'Online.',
    });
    expect(explained.chain).toHaveLength(10);
    expect(explained.next).toEqual({ summary: 'Managed; nothing to do.', steps: [], cautions: [] });
  });

  it('Then one that is managed has nothing to do, whatever its path shows', () => {
    const path = aClientPath([aName('ssm', { reasons: ['ENDPOINT_PENDING'] }), aName('ssmmessages')]);
    expect(explain(knownInstance({ pingStatus: 'Online' }), { path }).next.summary).toBe(
      'Managed; nothing to do.',
    );
  });

  it('Then one whose sessions are blocked names what blocks them, though it is managed', () => {
    const names = [
      aName('ssm', { path: 'PROVEN' }),
      aName('ssmmessages', { reasons: ['ENDPOINT_POLICY_DENIES'] }),
    ];
    const instancePath = aPath({ names, reasons: ['ENDPOINT_POLICY_DENIES'] });
    const explained = explain(knownInstance({ pingStatus: 'Online' }), {
      path: aClientPath(names),
      instancePath,
    });
    expect([explained.verdict, explained.reason]).toEqual(['MANAGED', 'SESSIONS_BLOCKED']);
    expect(explained.next.summary).toMatch(/^Managed, but something still blocks it\. /);
    expect(explained.next.steps.map(({ title }) => title)).toEqual([
      'Read the policies of the endpoints, and allow the calls of the agent there',
      'On the instance: see whether the names answer (any HTTP status means that they do)',
    ]);
  });

  it('Then what decided comes first in the advice, and each reason once', () => {
    const reasons = ['INSTANCE_SG_BLOCKS_443', 'NACL_BLOCKS_443'] as const;
    const names = [aName('ssm', { reasons: [...reasons] }), aName('ssmmessages', { reasons: [...reasons] })];
    const instancePath = aPath({ names, reasons: ['NACL_BLOCKS_443', 'INSTANCE_SG_BLOCKS_443'] });
    const explained = explain(anInstance(), { path: aClientPath(names), instancePath });
    expect(explained.reason).toBe('NACL_BLOCKS_443');
    expect(explained.next.steps.map(({ title }) => title.split(' ')[0])).toEqual([
      'Look',
      'Allow',
      'Allow',
      'On',
    ]);
  });

  it('Then without a path that was judged, advice rests on the reason alone', () => {
    const instancePath = aPath({ path: 'NONE', reasons: ['VPC_DNS_DISABLED'] });
    expect(commandsOf(explain(anInstance(), { instancePath }))[0]).toContain('modify-vpc-attribute');
  });

  it('Then without a network that was read, its path is not known', () => {
    const explained = explain(anInstance(), { instancePath: null });
    expect([explained.verdict, explained.reason]).toEqual(['PATH_UNKNOWN', null]);
    expect(explained.next.summary).toMatch(/^Where its route ends cannot be seen from here/);
  });

  it('Then a read that failed is named, and whom to allow it', () => {
    const failure = { kind: 'DENIED', action: 'ec2:DescribeSubnets', code: 'X', message: '' } as const;
    const instancePath = aPath({ path: 'UNKNOWN', unread: [failure] });
    expect(explain(anInstance(), { instancePath }).next.summary).toContain(
      'since ec2:DescribeSubnets failed with X: allow the member role',
    );
  });
});

describe('Given a security group that blocks 443, When a rule is advised', () => {
  const blocked = (resolvesTo: NamePath['resolvesTo'][], vpcCidrs?: string[]) => {
    const names = resolvesTo.map((kind, index) =>
      aName(index === 0 ? 'ssm' : 'ssmmessages', { resolvesTo: kind, reasons: ['INSTANCE_SG_BLOCKS_443'] }),
    );
    const explained = explain(anInstance(), {
      path: aClientPath(names),
      instancePath: aPath({ names, reasons: ['INSTANCE_SG_BLOCKS_443'] }),
      ...(vpcCidrs ? { context: { vpcCidrs } } : {}),
    });
    return /IpRanges=\[(.*)\]/.exec(commandsOf(explained)[0] ?? '')?.[1];
  };

  it.each<[string, NamePath['resolvesTo'][], string]>([
    [
      'all names are endpoints of the VPC',
      ['endpoint', 'endpoint'],
      '{CidrIp=10.0.0.0/16},{CidrIp=10.1.0.0/16}',
    ],
    ['one of them is public', ['endpoint', 'public'], '{CidrIp=0.0.0.0/0}'],
    ['one of them is central', ['central', 'endpoint'], '{CidrIp=0.0.0.0/0}'],
    ['both are public', ['public', 'public'], '{CidrIp=0.0.0.0/0}'],
  ])('Then it reaches as far as the names do: %s', (_what, resolvesTo, ranges) => {
    expect(blocked(resolvesTo)).toBe(ranges);
  });

  it('Then of a VPC whose blocks were not seen it is everything', () => {
    expect(blocked(['endpoint', 'endpoint'], [])).toBe('{CidrIp=0.0.0.0/0}');
  });
});

describe('Given what else was seen in the Region, When an instance is explained', () => {
  it('Then its profile is looked up, and the commands name its role', () => {
    const profiles = { [PROFILE]: aProfile('ssm:UpdateInstanceInformation') };
    const explained = explain(anInstance({ profileArn: PROFILE }), { seen: { profiles } });
    expect(explained).toMatchObject({
      verdict: 'PROFILE_SUPPRESSES_DHMC',
      credentialSource: 'INSTANCE_PROFILE',
    });
    expect(commandsOf(explained).join('\n')).toContain('role=app');
    expect(explained.chain.find(({ link }) => link === 'PERMISSION')?.state).toBe('RED');
  });

  it('Then a profile that was not read leaves its credentials open', () => {
    const explained = explain(anInstance({ profileArn: PROFILE }));
    expect(explained.credentialSource).toBeNull();
    expect(explained.chain.find(({ link }) => link === 'CREDENTIALS')?.state).toBe('UNKNOWN');
  });

  it('Then an old agent lacks what it alone needs', () => {
    const profiles = { [PROFILE]: aProfile(...SSM_CORE.slice(0, 3)) };
    const instance = knownInstance({ agentVersion: '3.3.39.0' }, { profileArn: PROFILE });
    const explained = explain(instance, { seen: { profiles } });
    expect(explained.verdict).toBe('PROFILE_SUPPRESSES_DHMC');
    expect(commandsOf(explained).join('\n')).toContain('ec2messages:GetMessages');
    expect(commandsOf(explained).join('\n')).not.toContain('ssmmessages:CreateControlChannel');
  });

  it('Then a hybrid node of its address is most likely its agent', () => {
    const node = knownInstance({
      nodeId: 'mi-1',
      resourceType: 'ManagedInstance',
      pingStatus: 'Online',
      address: '10.0.0.10',
    }).node;
    const explained = explain(anInstance(), { seen: { hybridNodes: node ? [node] : [] } });
    expect(explained.sentence).toContain('The hybrid node mi-1 is Online with its address');
    expect(explained.next.summary).toContain('mi-1 is Online');
  });

  it.each([
    ['that were not asked for', null],
    [
      'that could not be read',
      {
        kind: 'failed' as const,
        failure: { kind: 'DENIED' as const, action: 'ec2:DescribeInstances', code: 'X', message: '' },
      },
    ],
  ])('Then of instances %s it says what it has, and no more', (_what, instances) => {
    const context = { seen: aRegion(OURS, { instances }) };
    expect(explain(anInstance(), { context })).toMatchObject({
      verdict: 'AGENT_SILENT',
      credentialSource: 'DHMC',
    });
  });

  it('Then a change that it waits for is the verdict', () => {
    const changes = [{ region: null, what: 'ROLE' as const, at: minutesAgo(5) }];
    expect(explain(anInstance(), { grounds: { changes } })).toMatchObject({ verdict: 'AWAITING_AGENT' });
  });

  it('Then a VPC of another account leaves its route open, and one of the same account does not', () => {
    const names = [aName('ssm', { resolvesTo: 'public', path: 'NONE' })];
    const way = (shared: boolean) =>
      explain(anInstance(), {
        path: aClientPath(names, { path: 'NONE' }),
        instancePath: aPath({ path: 'NONE', shared }),
      }).chain.find(({ link }) => link === 'WAY')?.state;
    expect([way(true), way(false)]).toEqual(['UNKNOWN', 'RED']);
  });

  it('Then session logging is judged for the account and the Region', () => {
    const sessionLogging = {
      preferences: { s3: null, logs: null, kmsKeyId: 'key-1' },
      roleArn: 'arn:aws:iam::111122223333:role/service-role/x',
      granted: { kind: 'value' as const, value: [] },
    };
    const context = {
      seen: aRegion(OURS, { sessionLogging, instances: { kind: 'value', value: someInstances() } }),
    };
    expect(explain(anInstance(), { context }).sessionLogging?.blocked).toEqual([
      expect.stringContaining('kms:Decrypt on arn:aws:kms:eu-west-1:111122223333:key/key-1'),
    ]);
  });
});
