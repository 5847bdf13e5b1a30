import { describe, expect, it } from '@jest/globals';
import { assessAccount } from '../../functions/core/assess.ts';
import type { InstanceDetail, NodeFacts } from '../../functions/core/instances/facts.ts';
import { judgeInstanceOf } from '../../functions/core/instances/region-instances.ts';
import type { AccountObservation } from '../../functions/core/model/observation.ts';
import type { ActionDecision, PolicyKind } from '../../functions/core/model/permissions.ts';
import type { Region } from '../../functions/core/model/primitives.ts';
import type { InstancePath } from '../../functions/core/network/instance-path.ts';
import { MANAGED_NODE_ACTIONS } from '../../functions/core/setting.ts';
import {
  aConfiguration,
  aContext,
  aForeignRole,
  anObservation,
  aRegion,
  aRole,
  aSetting,
  OURS,
  REGION,
  someInstances,
} from './builders.ts';
import { anInstance, aPath, knownInstance, NOW } from './instances/builders.ts';
import { aFailure } from './organization-builders.ts';

const PING = 'ssm:UpdateInstanceInformation';
const CHANNEL = 'ssmmessages:CreateControlChannel';

const decide = (denied: Record<string, PolicyKind>, explicit = true): ActionDecision[] =>
  MANAGED_NODE_ACTIONS.map((action) => {
    const deniedBy = denied[action] ?? null;
    return { action, allowed: deniedBy === null, deniedBy, explicit: explicit && deniedBy !== null };
  });
const asked = (region: Region | null, decisions: ActionDecision[]) => [
  { region, decisions: { kind: 'value' as const, value: decisions } },
];
const withInstances = (...instances: InstanceDetail[]) =>
  aRegion(OURS, { instances: { kind: 'value', value: someInstances({ instances }) } });
const silent = anInstance({ instanceId: 'i-silent' });
const online = knownInstance({ pingStatus: 'Online' }, { instanceId: 'i-online' });

function assess(observation: Partial<AccountObservation>) {
  const { targets, role, plan } = assessAccount(
    anObservation(observation),
    aContext({ configuration: aConfiguration({ endpoints: 'off' }), now: NOW }),
  );
  const [target] = targets;
  const verdicts = Object.fromEntries(
    (target?.instances.verdicts ?? []).map(({ instanceId, verdict }) => [instanceId, verdict]),
  );
  const sentence = target?.findings.find(({ code }) => code === 'DHMC_ROLE_DENIED')?.sentence ?? null;
  return { sentence, verdicts, role: role.reasons, changes: plan.changes.map(({ action }) => action.kind) };
}

describe('Given a simulation of the DHMC role in a Region', () => {
  it.each([
    ['SCP', 'a service control policy'],
    ['BOUNDARY', 'its permissions boundary'],
    ['IDENTITY', 'a policy of the role itself'],
  ] as const)('When %s denies the ping, Then role and instance name the kind of policy', (kind, words) => {
    const { sentence, verdicts, role } = assess({
      regions: [withInstances(silent)],
      rolePermissions: asked(REGION, decide({ [PING]: kind })),
    });
    expect(sentence).toContain(`denied ${PING} by ${words}`);
    expect(verdicts).toEqual({ 'i-silent': 'API_DENIED' });
    expect(role).toEqual(['DHMC_ROLE_DENIED']);
  });

  it('When only a channel is denied, Then an Online instance is managed and the role is denied all the same', () => {
    const { sentence, verdicts } = assess({
      regions: [withInstances(online, silent)],
      rolePermissions: asked(REGION, decide({ [CHANNEL]: 'SCP' })),
    });
    expect(sentence).toContain(CHANNEL);
    expect(verdicts).toEqual({ 'i-online': 'MANAGED', 'i-silent': 'API_DENIED' });
  });

  it('When an Online instance contradicts the denial of its ping, Then the instance is right for role and neighbors', () => {
    const { sentence, verdicts } = assess({
      regions: [withInstances(online, silent)],
      rolePermissions: asked(REGION, decide({ [PING]: 'SCP' })),
    });
    expect(sentence).toBeNull();
    expect(verdicts['i-silent']).not.toBe('API_DENIED');
  });

  it('When a boundary denies the ping, Then an Online instance is no proof against it', () => {
    const { sentence } = assess({
      regions: [withInstances(online)],
      rolePermissions: asked(REGION, decide({ [PING]: 'BOUNDARY' })),
    });
    expect(sentence).toContain('its permissions boundary');
  });

  it('When the policy is missing, Then that alone is reported', () => {
    const { sentence, role } = assess({
      role: { kind: 'value', value: aRole({ attachedPolicyArns: [] }) },
      regions: [withInstances(silent)],
      rolePermissions: asked(REGION, decide({ [PING]: 'IDENTITY', [CHANNEL]: 'IDENTITY' }, false)),
    });
    expect(sentence).toBeNull();
    expect(role).toEqual(['DHMC_ROLE_POLICY_MISSING']);
  });

  it('When the setting is unset and the role denied, Then no setting is pointed at it', () => {
    const region = aRegion('$None', {
      instances: { kind: 'value', value: someInstances({ instances: [silent] }) },
    });
    const denied = assess({
      regions: [region],
      rolePermissions: asked(REGION, decide({ [CHANNEL]: 'SCP' })),
    });
    expect(denied.changes).toEqual([]);
    const allowed = assess({ regions: [region], rolePermissions: asked(REGION, decide({})) });
    expect(allowed.changes).toEqual(['SetServiceSetting']);
  });

  it('When it was asked once for all Regions, Then it counts where nothing runs', () => {
    const { sentence } = assess({ rolePermissions: asked(null, decide({ [PING]: 'BOUNDARY' })) });
    expect(sentence).toContain('its permissions boundary');
  });
});

describe('Given a setting that names a role of another team', () => {
  it('When an instance is Online by it, Then that proves nothing of our role', () => {
    const { targets } = assessAccount(
      anObservation({
        regions: [{ ...withInstances(online), setting: { kind: 'value', value: aSetting('ops/Ssm') } }],
        foreignRoles: [aForeignRole('ops/Ssm')],
        rolePermissions: asked(REGION, decide({ [PING]: 'SCP' })),
      }),
      aContext({ configuration: aConfiguration({ endpoints: 'off', existingSetting: 'replace' }), now: NOW }),
    );
    expect(targets[0]?.findings.map(({ code }) => code)).toContain('DHMC_ROLE_DENIED');
  });
});

describe('Given an instance that nothing keeps away and that never reported', () => {
  const silence = (
    observation: Partial<AccountObservation>,
    instance = silent,
    nodes: NodeFacts[] = [],
    path: Partial<InstancePath> = {},
  ) => {
    const region = observation.regions?.[0] ?? aRegion(OURS);
    const { targets } = assessAccount(
      anObservation({
        ...observation,
        regions: [
          {
            ...region,
            instances: { kind: 'value', value: someInstances({ instances: [instance], hybridNodes: nodes }) },
          },
        ],
      }),
      aContext({ configuration: aConfiguration({ endpoints: 'off' }), now: NOW }),
    );
    const grounds = targets[0]?.grounds;
    if (!grounds) throw new Error('the instances were not judged');
    const paths = new Map([[instance.instanceId, aPath(path)]]);
    return judgeInstanceOf(instance, { profiles: {}, hybridNodes: nodes }, { ...grounds, paths });
  };

  it('When everything was seen, Then all conditions are met', () => {
    const { verdict, sentence } = silence({ rolePermissions: asked(REGION, decide({})) });
    expect([verdict, sentence]).toEqual([
      'AGENT_SILENT',
      'All conditions are met, but its agent never reported.',
    ]);
  });

  it.each<[string, Partial<InstanceDetail>, Partial<InstancePath>, Partial<AccountObservation>, string]>([
    ['the status checks', { statusChecks: null }, {}, {}, "EC2's status checks"],
    ['status checks without a result', { statusChecks: 'PENDING' }, {}, {}, "EC2's status checks"],
    ['the policy of its endpoint', {}, { isPolicyUndecided: true }, {}, 'the policy of its endpoint'],
    [
      'the central endpoint behind a name',
      {},
      { unseenCentral: ['ssm', 'ssmmessages'] },
      {},
      'whether the central endpoints of ssm, ssmmessages admit it',
    ],
    [
      'a resource control policy',
      {},
      {},
      { controls: [{ policy: 'guard (p-1)', statement: null }] },
      'guard (p-1)',
    ],
    ['the role', {}, {}, { role: { kind: 'failed', failure: aFailure() } }, 'is sound'],
  ])(
    'When %s is not known, Then no sentence claims that all conditions are met',
    (_, facts, path, seen, named) => {
      const { sentence } = silence(
        { rolePermissions: asked(REGION, decide({})), ...seen },
        { ...silent, ...facts },
        [],
        path,
      );
      expect(sentence).toContain('not known');
      expect(sentence).toContain(named);
    },
  );

  it('When the role was not simulated, Then no sentence claims so', () => {
    expect(silence({}).sentence).toContain('not known');
  });

  it('When the setting names a sound role of another team, Then what that role allows counts', () => {
    const { sentence } = silence({ regions: [aRegion('ops/Ssm')], foreignRoles: [aForeignRole('ops/Ssm')] });
    expect(sentence).toBe('All conditions are met, but its agent never reported.');
  });

  it('When a hybrid node is Online with its address, Then that node is named', () => {
    const node = knownInstance({ nodeId: 'mi-1', pingStatus: 'Online', address: '10.0.0.10' }).node;
    const { sentence } = silence({ rolePermissions: asked(REGION, decide({})) }, silent, node ? [node] : []);
    expect(sentence).toContain('mi-1');
    expect(sentence).not.toContain('All conditions');
  });

  it.each([
    ['has no path', { path: 'NONE' as const }, 'NO_PATH'],
    ['is blocked', { reasons: ['INSTANCE_SG_BLOCKS_443' as const] }, 'PATH_BLOCKED'],
    ['has an unknown path', { path: 'UNKNOWN' as const }, 'PATH_UNKNOWN'],
  ])('When such an instance %s, Then that node is named beside it', (_, path, verdict) => {
    const node = knownInstance({ nodeId: 'mi-1', pingStatus: 'Online', address: '10.0.0.10' }).node;
    const judged = silence({}, silent, node ? [node] : [], path);
    expect([judged.verdict, judged.sentence.includes('mi-1')]).toEqual([verdict, true]);
  });
});
