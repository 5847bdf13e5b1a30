import { describe, expect, it } from '@jest/globals';
import { eventRunsOf } from '../../functions/core/account-events.ts';
import { describeDrift, driftResultOf, isOwnWrite, ownEndpoints } from '../../functions/core/drift.ts';
import { parseDriftEvent } from '../../functions/inputs/drift-event.ts';
import { parseRunInput } from '../../functions/inputs/run-input.ts';
import { memberCall, regionChanged } from '../events/member-recorded.ts';
import { accountCreated } from '../events/recorded.ts';

const MEMBER = '100000000011';
const SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';
const here = { accountId: MEMBER, region: 'eu-west-1' };

/** CloudTrail writes one id as an object and several as a list; where is not documented. */
const deleted = (...ids: string[]) => ({
  DeleteVpcEndpointsRequest: { VpcEndpointId: ids.map((content, index) => ({ tag: index + 1, content })) },
});

describe('Given an event of a member account', () => {
  it.each([
    ['ssm', 'ResetServiceSetting', { settingId: SETTING }, 'eu-west-1', SETTING],
    ['ssm', 'RegisterDefaultHostManagementConfiguration', null, 'eu-west-1', SETTING],
    ['iam', 'DetachRolePolicy', { roleName: 'Dhmc', policyArn: 'x' }, null, 'Dhmc'],
    [
      'ec2',
      'ModifyVpcEndpoint',
      { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-0a1b2c3d', PolicyDocument: '{}' } },
      'eu-west-1',
      'vpce-0a1b2c3d',
    ],
    ['ec2', 'DeleteVpcEndpoints', deleted('vpce-0a1b2c3d', 'vpce-0f'), 'eu-west-1', 'vpce-0a1b2c3d'],
  ])(
    'When %s %s is parsed, Then it names what was changed, where and by whom',
    (service, name, request, region, subject) => {
      expect(parseDriftEvent(memberCall(service, name, request, here))?.notice).toEqual({
        accountId: MEMBER,
        region,
        change: name,
        subject,
        by: `arn:aws:sts::${MEMBER}:assumed-role/OpsAdmin/alex@example.com`,
        source: '198.51.100.7',
        at: '2026-11-20T00:00:05.000Z',
      });
    },
  );

  it('When a Region was enabled from the management account, Then it is about the account that got it', () => {
    const event = { ...regionChanged(MEMBER, 'ap-east-1', 'ENABLED'), account: '100000000001' };
    expect(parseDriftEvent(event)?.notice).toMatchObject({
      accountId: MEMBER,
      region: 'ap-east-1',
      by: '100000000001',
    });
  });

  it('When it is something else, Then it is none', () => {
    expect(parseDriftEvent(memberCall('ec2', 'CreateVpcEndpoint', {}, here))).toBeNull();
    expect(parseDriftEvent(accountCreated(MEMBER))).toBeNull();
    expect(parseDriftEvent(null)).toBeNull();
  });

  it('When texts of others hold line breaks or are long, Then they still fit a run input', () => {
    const event = memberCall('ssm', 'ResetServiceSetting', { settingId: SETTING }, here);
    Object.assign(event.detail, { sourceIPAddress: `a\nb\r${'x'.repeat(5_000)}` });
    const drift = parseDriftEvent(event);
    const [run] = eventRunsOf(drift ? [drift] : []);
    expect(run?.drift).toHaveLength(1);
    const input = { mode: 'enforce', trigger: 'account-event', scope: run?.scope, drift: run?.drift };
    expect(parseRunInput(input)).toEqual(input);
  });
});

describe('Given who made the call', () => {
  it('When it was the writer role of the member itself, Then it is ours; a role of that name elsewhere is not', () => {
    const callerOf = (role: string | null, accountId = MEMBER) =>
      parseDriftEvent(memberCall('ssm', 'ResetServiceSetting', {}, { accountId, role }))?.caller;
    const ours = (role: string | null, accountId = MEMBER) => {
      const caller = callerOf(role, accountId);
      return caller !== undefined && isOwnWrite(caller, MEMBER, 'DhmcRolloutWriter');
    };
    expect([ours('DhmcRolloutWriter'), ours('OpsAdmin'), ours(null)]).toEqual([true, false, false]);
    expect(ours('DhmcRolloutWriter', '100000000012')).toBe(false);
  });

  it('When endpoints are deleted, Then those in the journal count', () => {
    const journal = [
      { kind: 'CreateInterfaceEndpoint' as const, createdId: 'vpce-1' },
      { kind: 'CreateEndpointSecurityGroup' as const, createdId: 'sg-1' },
    ];
    expect(ownEndpoints(['vpce-1', 'vpce-2', 'sg-1'], journal)).toEqual(['vpce-1']);
  });
});

describe('Given a run of changes by others', () => {
  it('When it has no result of the account, Then the sentence says so', () => {
    const notice = parseDriftEvent(memberCall('ssm', 'ResetServiceSetting', {}, here))?.notice;
    if (!notice) throw new Error('no notice');
    const result = driftResultOf(notice, null, { mode: 'enforce', hold: null });
    expect(describeDrift(result)).toMatch(
      /^ResetServiceSetting of .* by arn:aws:sts::.* no target of the configuration\.$/,
    );
  });
});
