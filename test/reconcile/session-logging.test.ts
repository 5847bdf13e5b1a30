import { afterEach, describe, expect, it } from '@jest/globals';
import type { AccountFile } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

async function assess(inputs: Record<string, unknown> | null, allow: string[] = []) {
  let place = '';
  organization = await openOrganization(
    makeSmallOrganization({
      members: 1,
      regions: 1,
      shape: (account, [region = '']) => {
        place = region;
        makeCompliant(account, [region]);
        const instances = [{ name: 'web', running: true, online: true }];
        addNetwork(account, region, { shape: 'nat', name: 'main', octet: 7, instances });
        if (inputs) preferences(account, region, inputs);
        grant(account, allow);
      },
    }),
  );
  const result = await organization.run({ mode: 'assess', scope: { accounts: [MEMBER] } });
  const { calls } = organization.twin.calls();
  return { target: targetOf(result, MEMBER, place), calls: calls.map(({ operation }) => operation) };
}

function preferences(account: AccountFile, region: string, inputs: Record<string, unknown>): void {
  const ssm = account.Regions[region]?.Ssm;
  if (!ssm) throw new Error(`no ${region}`);
  const Content = JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs });
  ssm.Documents = [{ Name: 'SSM-SessionManagerRunShell', Content }];
}

/** An inline policy of the DHMC role. */
function grant(account: AccountFile, actions: string[]): void {
  if (actions.length === 0) return;
  const role = account.Iam.RoleDetailList.find(({ RoleName }: { RoleName: string }) =>
    RoleName.startsWith('AWSSystemsManagerDefault'),
  );
  role.RolePolicyList = [
    {
      PolicyName: 'logs',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
      },
    },
  ];
}

describe('Given a Region with a running instance', () => {
  it('When it has no session preferences, Then nothing is simulated for them and nothing is said', async () => {
    const { target, calls } = await assess(null);
    expect(target.notes).not.toContain('SESSION_LOGGING_BLOCKED');
    expect(calls).toContain('GetDocument');
    // The DHMC role itself, once.
    expect(calls.filter((operation) => operation === 'SimulatePrincipalPolicy')).toHaveLength(1);
  });

  it('When they name a log group that the DHMC role may not write, Then a note says so and the status stays', async () => {
    const { target } = await assess({ cloudWatchLogGroupName: '/ssm/sessions' });
    expect(target.notes).toContain('SESSION_LOGGING_BLOCKED');
    expect(target.status).toBe('COMPLIANT');
  });

  it('When the role may, Then nothing is said', async () => {
    const { target } = await assess({ cloudWatchLogGroupName: '/ssm/sessions' }, [
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
    ]);
    expect(target.notes).not.toContain('SESSION_LOGGING_BLOCKED');
  });
});
