/** A recreated role is another role: its old sessions and the trust in it end. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTwin, type Twin } from '../../twin/start.ts';
import { configuration, startFirst } from './first-organization.ts';

const ACCOUNT = '100000000002';
const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const trust = (AWS: string, Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', Condition }],
  });

let twin: Twin;
let iam: IAMClient;
beforeAll(async () => {
  twin = await startFirst();
  iam = new IAMClient(configuration(twin));
});
afterAll(async () => {
  iam?.destroy();
  await twin?.close();
});

const create = async (RoleName: string, AssumeRolePolicyDocument: string) => {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return String(Role?.RoleId);
};

async function assume(name: string, by = configuration(twin)) {
  const sts = new STSClient(by);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: arn(name), RoleSessionName: 'test' }),
  );
  sts.destroy();
  return configuration(twin, 'us-east-1', {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  });
}

describe('Given a role that is deleted and created again', () => {
  it('Then it has another id, its sessions end, trust in its ARN does not hold and conditions on it do', async () => {
    const first = await create('Caller', trust(ACCOUNT));
    await create('ByPrincipal', trust(arn('Caller')));
    await create('ByCondition', trust(ACCOUNT, { ArnEquals: { 'aws:PrincipalArn': arn('Caller') } }));
    const allow = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
    const grant = () =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: 'Caller',
          PolicyName: 'assume',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }),
        }),
      );
    await grant();
    twin.state.clock.advance(60);
    const old = await assume('Caller');
    await expect(assume('ByPrincipal', old)).resolves.toBeDefined();
    await expect(assume('ByCondition', old)).resolves.toBeDefined();

    const caller = twin.state
      .account(ACCOUNT)
      ?.Iam.RoleDetailList.find(({ RoleName }: { RoleName: string }) => RoleName === 'Caller');
    caller.RolePolicyList = [];
    await iam.send(new DeleteRoleCommand({ RoleName: 'Caller' }));
    const second = await create('Caller', trust(ACCOUNT));
    await grant();
    twin.state.clock.advance(60);

    expect(second).not.toBe(first);
    const sts = new STSClient(old);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    sts.destroy();
    const renewed = await assume('Caller');
    await expect(assume('ByPrincipal', renewed)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume('ByCondition', renewed)).resolves.toBeDefined();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'ByPrincipal' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(first);

    // the twin of a snapshot of it knows no earlier deletions
    const later = await startTwin({ snapshot: twin.takeSnapshot() });
    const laterIam = new IAMClient(configuration(later));
    const own = later.state
      .account(ACCOUNT)
      ?.Iam.RoleDetailList.find(({ RoleName }: { RoleName: string }) => RoleName === 'Caller');
    own.RolePolicyList = [];
    await laterIam.send(new DeleteRoleCommand({ RoleName: 'Caller' }));
    const third = await laterIam.send(
      new CreateRoleCommand({ RoleName: 'Caller', AssumeRolePolicyDocument: trust(ACCOUNT) }),
    );
    expect([first, second]).not.toContain(third.Role?.RoleId);
    laterIam.destroy();
    await later.close();
  });
});
