import { describe, expect, it } from '@jest/globals';
import type { Nodes } from '../../../functions/core/access/access-request.ts';
import { rdpPolicy } from '../../../functions/core/access/rdp-policy.ts';
import { ACCOUNT, ANN, BOB, NAMED, NEXT, Person, PLACES } from './people.ts';

const FORWARDING = 'AWS-StartPortForwardingSession';
const via = ['ssm-guiconnect.amazonaws.com'];
const desk = { Role: 'desk' };

const CASES = PLACES.flatMap((place) => [
  { ...place, how: 'by id', nodes: { kind: 'instances', instanceIds: [NAMED] } as Nodes },
  { ...place, how: 'by tag', nodes: { kind: 'tags', tags: { Role: ['desk'] } } as Nodes },
]);

describe.each(CASES)('Given a Remote Desktop policy $how in $partition', ({ partition, region, nodes }) => {
  const ann = new Person(rdpPolicy({ partition, region, accountId: ACCOUNT, nodes }), { partition, region });
  const instance = (id: string) => `arn:${partition}:ec2:${region}:${ACCOUNT}:instance/${id}`;

  it('When Fleet Manager connects to the instance for her, Then it is allowed', () => {
    expect(ann.may('ssm-guiconnect:StartConnection', '*')).toBe(true);
    expect(ann.mayStart(NAMED, FORWARDING, { tags: desk, via })).toBe(true);
  });

  it('When it is the next instance, Then it is denied', () => {
    expect(ann.mayStart(NEXT, FORWARDING, { tags: { Role: 'server' }, via })).toBe(false);
  });

  it('When a port is forwarded without Fleet Manager, Then it is denied', () => {
    expect(ann.mayStart(NAMED, FORWARDING, { tags: desk })).toBe(false);
    expect(ann.mayStart(NAMED, FORWARDING, { tags: desk, via: ['cloudformation.amazonaws.com'] })).toBe(
      false,
    );
  });

  it('When another document is used, a shell for one, Then it is denied', () => {
    expect(ann.mayStart(NAMED, 'SSM-SessionManagerRunShell', { tags: desk, via })).toBe(false);
    expect(ann.mayStart(NAMED, 'AWS-StartSSHSession', { tags: desk, via })).toBe(false);
  });

  it("When a session is ended, Then her own is, someone else's is denied", () => {
    expect(ann.mayEnd('ann-0a1b', ANN)).toBe(true);
    expect(ann.mayEnd('bob-0a1b', BOB)).toBe(false);
    expect(ann.mayEnd(`${BOB}-0a1b`)).toBe(false);
  });

  it('When the Windows password is read, Then of these instances only', () => {
    const tags = { 'aws:ResourceTag/Role': 'desk' };
    expect(ann.may('ec2:GetPasswordData', instance(NAMED), tags)).toBe(true);
    expect(ann.may('ec2:GetPasswordData', instance(NEXT), { 'aws:ResourceTag/Role': 'server' })).toBe(false);
  });

  it('When commands, their output or other people’s connections are asked for, Then they are denied', () => {
    for (const action of [
      'ssm:SendCommand',
      'ssm:GetCommandInvocation',
      'ssm-guiconnect:ListConnections',
      'ssm-guiconnect:UpdateConnectionRecordingPreferences',
    ]) {
      expect(ann.may(action, '*')).toBe(false);
    }
  });
});
