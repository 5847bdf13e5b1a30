/** Changes of IAM read back at once, and reach other services within a minute. */
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000002';
const RoleName = 'Worker';
const POWER = 'arn:aws:iam::aws:policy/PowerUserAccess';
const trustOf = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  });
const policyOf = (Effect: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action: 'ssm:*', Resource: '*' }] });
const inline = { RoleName, PolicyName: 'inline' };

let twin: Twin;
let iam: IAMClient;
beforeAll(async () => {
  twin = await startFirst({ propagation: { seed: 3 } });
  iam = new IAMClient(configuration(twin));
});
afterAll(async () => {
  iam?.destroy();
  await twin?.close();
});

const assume = () => enter(twin, ACCOUNT, { role: RoleName });

/** Whether the role can be assumed, and whether its session may ask Systems Manager. */
async function look(): Promise<string> {
  const credentials = await assume().catch(() => undefined);
  if (!credentials) return 'closed';
  const ssm = new SSMClient(configuration(twin, 'us-east-1', credentials));
  try {
    await ssm.send(new DescribeInstanceInformationCommand({}));
    return 'allowed';
  } catch (error) {
    expect(error).toMatchObject({ name: 'AccessDeniedException' });
    return 'denied';
  } finally {
    ssm.destroy();
  }
}

describe('Given a role', () => {
  const changes: [string, () => Promise<unknown>, string, string][] = [
    [
      'is created',
      () => iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf(ACCOUNT) })),
      'closed',
      'denied',
    ],
    [
      'gets an inline policy',
      () => iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: policyOf('Allow') })),
      'denied',
      'allowed',
    ],
    [
      'gets another text of it',
      () => iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: policyOf('Deny') })),
      'allowed',
      'denied',
    ],
    ['loses it', () => iam.send(new DeleteRolePolicyCommand(inline)), 'denied', 'denied'],
    [
      'gets a managed policy',
      () => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: POWER })),
      'denied',
      'allowed',
    ],
    [
      'gets a boundary',
      () =>
        iam.send(
          new PutRolePermissionsBoundaryCommand({
            RoleName,
            PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
          }),
        ),
      'allowed',
      'denied',
    ],
    [
      'loses the boundary',
      () => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
      'denied',
      'allowed',
    ],
    [
      'loses the managed policy',
      () => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: POWER })),
      'allowed',
      'denied',
    ],
    [
      'trusts another account',
      () =>
        iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf('100000000012') })),
      'denied',
      'closed',
    ],
    [
      'trusts its own account again',
      () => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf(ACCOUNT) })),
      'closed',
      'denied',
    ],
    ['is deleted', () => iam.send(new DeleteRoleCommand({ RoleName })), 'denied', 'closed'],
  ];
  it.each(changes)(
    'When it %s, Then others see that within a minute, not at once',
    async (_what, change, before, after) => {
      await change();
      const changedAt = twin.state.clock.now().getTime();
      const arrival = twin.state.propagation.next(changedAt) - changedAt;
      expect(arrival).toBeGreaterThan(2_000);
      expect(arrival).toBeLessThanOrEqual(60_000);
      expect(await look()).toBe(before);
      twin.state.clock.advance(arrival / 1000 + 1);
      expect(await look()).toBe(after);
    },
  );

  it('When it is read through IAM, Then a change is there at once', async () => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf(ACCOUNT) }));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf('100000000012') }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('100000000012');
  });

  it('When the twin is reset, Then nothing is on its way', async () => {
    expect(twin.state.propagation.next(0)).toBeLessThan(Number.POSITIVE_INFINITY);
    await fetch(`${twin.url}/_twin/reset`, { method: 'POST' });
    expect(twin.state.propagation.next(0)).toBe(Number.POSITIVE_INFINITY);
  });
});
