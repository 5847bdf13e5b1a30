import { IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { ResetServiceSettingCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { createOnAccountEvents } from '../../functions/handlers/on-account-event.ts';
import { createLog } from '../../functions/platform/log.ts';
import { sessionsOf } from '../../twin/sessions.ts';
import { EVENTS, type Synthesized, synthesize } from '../infra/synthesize.ts';
import { type Organization, openOrganization, targetOf } from '../reconcile/organization.ts';
import { MEMBER, makeSmallOrganization } from '../reconcile/small-organization.ts';
import { type EventPath, openEventPath } from './event-path.ts';
import { type MemberPath, openMemberPath } from './member-path.ts';
import { memberCall, regionChanged } from './member-recorded.ts';
import type { EventBridgeEvent } from './recorded.ts';
import { openExecutions } from './step-functions.ts';

const ORGANIZATION = 'o-own1234567';
const SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';
const DHMC = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';

let synthesized: Synthesized;
let service: EventPath;
let member: MemberPath;
beforeAll(async () => {
  synthesized = await synthesize({
    ...EVENTS,
    accountEventMode: 'enforce',
    config: 'test/events/members.yaml',
  });
  service = openEventPath(synthesized, EVENTS.operatorRegion, ORGANIZATION);
  member = openMemberPath(synthesized, EVENTS.operatorRegion, ORGANIZATION);
}, 120_000);
afterAll(() => synthesized?.remove());

/** Handlers that get an event of a member, through its rules and the bus. */
const deliver = (event: EventBridgeEvent): string[] =>
  member.forwardedBy(event).flatMap(() => service.received(event));

describe('Given the rules of the synthesized templates', () => {
  const at = (region: string, role = 'OpsAdmin') => ({ accountId: MEMBER, region, role });
  const reset = (where: object) =>
    memberCall('ssm', 'ResetServiceSetting', { settingId: SETTING }, { ...at('eu-west-1'), ...where });
  const detach = (where: object, roleName = DHMC) =>
    memberCall('iam', 'DetachRolePolicy', { roleName }, { ...at('us-east-1'), ...where });

  it('When they are deployed, Then to the configured Regions and the Region of IAM', () => {
    expect(member.regions).toEqual(['us-east-1', 'eu-west-1', 'ap-northeast-1']);
  });

  it.each([
    ['a reset of the setting', reset({}), 1],
    [
      'the same by its ARN',
      memberCall(
        'ssm',
        'UpdateServiceSetting',
        { settingId: `arn:aws:ssm:eu-west-1:${MEMBER}:servicesetting${SETTING}` },
        at('eu-west-1'),
      ),
      1,
    ],
    ['the same by an IAM user', reset({ role: null }), 1],
    ['the same in a Region that is no target', reset({ region: 'us-east-1' }), 0],
    ['one that was refused', reset({ errorCode: 'AccessDenied' }), 0],
    ['our own', reset({ role: 'DhmcRolloutWriter' }), 0],
    [
      'another setting',
      memberCall('ssm', 'UpdateServiceSetting', { settingId: '/ssm/opsinsights/opscenter' }, at('eu-west-1')),
      0,
    ],
    [
      'a registration',
      memberCall('ssm', 'RegisterDefaultHostManagementConfiguration', {}, at('ap-northeast-1')),
      1,
    ],
    ['a change of the DHMC role', detach({}), 1],
    ['a change of another role', detach({}, 'Other'), 0],
    ['IAM in any other Region', detach({ region: 'eu-west-1' }), 0],
    ['a change of an endpoint', memberCall('ec2', 'ModifyVpcEndpoint', {}, at('eu-west-1')), 1],
    ['a deletion of endpoints', memberCall('ec2', 'DeleteVpcEndpoints', {}, at('eu-west-1')), 1],
    ['a Region that is being enabled', regionChanged(MEMBER, 'af-south-1', 'ENABLING'), 0],
    ['a Region that was enabled', regionChanged(MEMBER, 'af-south-1', 'ENABLED'), 1],
  ])('When the event is %s, Then as many rules forward it as should', (_name, event, rules) => {
    expect(deliver(event)).toEqual(Array.from({ length: rules }, () => 'on-account-event.handler'));
  });

  it('When another role, or an account of another organization, sends to the bus, Then it is not admitted', () => {
    const roleArn = `arn:aws:iam::${MEMBER}:role/DhmcRolloutForwarder`;
    expect(member.takes({ roleArn })).toBe(true);
    expect(member.takes({ roleArn: `arn:aws:iam::${MEMBER}:role/Forwarder` })).toBe(false);
    expect(member.takes({ roleArn, organizationId: 'o-other12345' })).toBe(false);
  });
});

describe('Given an organization in order on the twin, with a trail', () => {
  let organization: Organization;
  afterEach(() => organization?.close());

  const open = async (onWaiting: () => void = () => {}) => {
    const snapshot = makeSmallOrganization({ members: 2, regions: 3 });
    const onProgress = ({ kind }: { kind: string }) => {
      if (kind === 'waiting') onWaiting();
    };
    organization = await openOrganization(snapshot, onProgress, { trail: true });
    const run = await organization.run();
    expect(targetOf(run, MEMBER, 'eu-west-1').status).toBe('COMPLIANT');
  };
  const now = () => organization.twin.state.clock.now().getTime();
  const executions = openExecutions();

  /** What the trail has since then, through the rules (or past them) to the handler. */
  const collect = (since: number, throughRules = true) => {
    const handle = createOnAccountEvents({
      store: organization.state.store,
      log: createLog({ level: 'SILENT', stream: 'stderr' }),
      startExecution: executions.start,
      mode: 'enforce',
      writerRole: 'DhmcRolloutWriter',
    });
    const events = organization.twin
      .trail()
      .slice(since)
      .flatMap((event) => (throughRules ? deliver(event).map(() => event) : [event]));
    return handle({
      Records: events.map((event, index) => ({ messageId: `m-${index}`, body: JSON.stringify(event) })),
    });
  };

  /** Clients of an administrator of the member account. */
  const asOthers = (region: string) => {
    const principal = {
      accountId: MEMBER,
      arn: `arn:aws:sts::${MEMBER}:assumed-role/OpsAdmin/alex@example.com`,
      userId: 'AROAOTHERS:alex@example.com',
      roleArn: `arn:aws:iam::${MEMBER}:role/OpsAdmin`,
      roleName: 'OpsAdmin',
      sessionName: 'alex@example.com',
      sessionPolicies: [],
      madeUp: true,
    };
    const session = sessionsOf(organization.twin.state).create(principal, 3_600, new Date());
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const options = {
      region,
      endpoint: organization.twin.url,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    };
    return { ssm: new SSMClient(options), iam: new IAMClient(options) };
  };
  const resetByOthers = () =>
    asOthers('eu-west-1').ssm.send(
      new ResetServiceSettingCommand({
        SettingId: `arn:aws:ssm:eu-west-1:${MEMBER}:servicesetting${SETTING}`,
      }),
    );

  const runStarted = async (configuration: Partial<Configuration> = {}): Promise<RunResult[]> => {
    const results: RunResult[] = [];
    await executions.run(async (input) => {
      results.push(await organization.run(input as RunInput, configuration));
    });
    return results;
  };

  it('When all of it was written by runs, Then none of its events starts one', async () => {
    await open();
    const own = organization.twin.trail();
    expect(own.length).toBeGreaterThan(5);
    const forwarded = await collect(0);
    expect([forwarded.started, forwarded.ignored]).toEqual([[], []]);
    // Nor where a rule has let one through.
    const ours = own.filter(({ detail }) =>
      /ServiceSetting|RolePolicy|DeleteRole/.test(String(detail.eventName)),
    );
    const past = await collect(0, false);
    expect(past.started).toEqual([]);
    expect(past.ignored).toHaveLength(ours.length);
  });

  it('When another one resets the setting, Then it is corrected within five minutes, and the result says by whom', async () => {
    await open();
    const written = organization.twin.trail().length;
    const from = now();
    await resetByOthers();
    organization.twin.state.clock.advance(60);
    expect((await collect(written)).started).toHaveLength(1);
    const [run] = await runStarted();
    expect(targetOf(run as RunResult, MEMBER, 'eu-west-1').status).toBe('COMPLIANT');
    expect(run?.drift).toEqual([
      {
        accountId: MEMBER,
        region: 'eu-west-1',
        change: 'ResetServiceSetting',
        subject: SETTING,
        by: `arn:aws:sts::${MEMBER}:assumed-role/OpsAdmin/alex@example.com`,
        source: '127.0.0.1',
        at: expect.any(String),
        outcome: 'CORRECTED',
      },
    ]);
    const state = await organization.state.store.getAccountState(MEMBER);
    expect(Date.parse(state?.updatedAt ?? '') - from).toBeLessThan(300_000);
    // The correction is in the trail too, and starts nothing.
    expect((await collect(written + 1)).started).toEqual([]);
  });

  it('When another one changes the trust of the role, Then the run repairs it', async () => {
    await open();
    const written = organization.twin.trail().length;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await asOthers('us-east-1').iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: DHMC, PolicyDocument }),
    );
    expect((await collect(written)).started).toHaveLength(1);
    const [run] = await runStarted();
    expect(run?.drift?.map(({ change, region, outcome }) => [change, region, outcome])).toEqual([
      ['UpdateAssumeRolePolicy', null, 'CORRECTED'],
    ]);
  });

  it.each([
    ['ends', 'CORRECTED', undefined],
    ['does not end within the hour', 'WAITING', 'RUN_IN_PROGRESS'],
  ])(
    'When another run is changing the organization and %s, Then it is %s',
    async (what, outcome, waitsFor) => {
      let waited = 0;
      await open(() => {
        waited += 1;
        if (what === 'ends' && waited === 3) void organization.state.store.releaseEnforceLease('run-other');
      });
      waited = 0;
      const written = organization.twin.trail().length;
      await resetByOthers();
      await collect(written);
      const until = new Date(now() + 86_400_000).toISOString();
      await organization.state.store.takeEnforceLease({ runId: 'run-other', executionArn: null, until });
      const [run] = await runStarted();
      expect(run?.drift?.map((one) => [one.outcome, one.waitsFor])).toEqual([[outcome, waitsFor]]);
      expect([run?.reason === null, waited > 2]).toEqual([outcome === 'CORRECTED', true]);
    },
  );

  it('When changes are frozen, Then nothing is changed, and the result says what it waits for', async () => {
    await open();
    const written = organization.twin.trail().length;
    await resetByOthers();
    await collect(written);
    const [run] = await runStarted({ freeze: [{ from: '2026-01-01', until: '2036-01-01' }] });
    expect(run?.drift?.map(({ outcome, waitsFor }) => [outcome, waitsFor])).toEqual([
      ['WAITING', 'ENFORCE_FROZEN'],
    ]);
    expect(targetOf(run as RunResult, MEMBER, 'eu-west-1').status).not.toBe('COMPLIANT');
  });
});
