/** What the links of the chain say they saw: no link claims what was not seen. */
import { describe, expect, it } from '@jest/globals';
import { adviseInstance } from '../../../functions/core/instances/advice.ts';
import { type ChainFacts, chainOf, type LinkName } from '../../../functions/core/instances/chain.ts';
import type { ProfileGrants } from '../../../functions/core/instances/facts.ts';
import { judgeInstance } from '../../../functions/core/instances/judge-instance.ts';
import { awaitedRole } from '../../../functions/core/results.ts';
import { desiredRole } from '../../../functions/core/role.ts';
import { aConfiguration, aSetting } from '../builders.ts';
import { ALL_ALLOWED, aContext, anInstance } from './builders.ts';

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/app/web';
const grants = (overrides: Partial<ProfileGrants>): ChainFacts['profile'] => ({
  kind: 'value',
  value: {
    profileArn: PROFILE,
    roleArn: 'arn:aws:iam::111122223333:role/web',
    trustsEc2: true,
    allowedActions: [],
    denied: [],
    ...overrides,
  },
});

function linkOf(name: LinkName, { profile = null, ...facts }: Partial<ChainFacts>) {
  const instance = facts.instance ?? anInstance({ profileArn: profile === null ? null : PROFILE });
  const link = chainOf({
    instance,
    verdict: judgeInstance(instance, aContext({ profile })),
    path: null,
    shared: false,
    profile,
    setting: { kind: 'value', value: aSetting('service-role/x') },
    role: awaitedRole(desiredRole(aConfiguration(), 'aws', '111122223333')),
    dhmcInPlace: true,
    dhmcQuestions: [],
    dhmcPermissions: ALL_ALLOWED,
  }).find(({ link }) => link === name);
  if (!link) throw new Error(`no link ${name}`);
  return { state: link.state, said: link.evidence.join(' ') };
}

describe('Given an instance that falls back to DHMC, When its chain is shown, Then it says why', () => {
  it.each<[string, ChainFacts['profile'], string]>([
    ['no profile', null, 'It has no instance profile'],
    ['a profile that is gone', { kind: 'absent' }, 'Its instance profile web does not exist any more'],
    ['a profile without a role', grants({ roleArn: null, trustsEc2: false }), 'web holds no role'],
    ['a role that EC2 may not assume', grants({ trustsEc2: false }), 'does not trust ec2.amazonaws.com'],
    ['a role without the permission', grants({}), 'does not allow ssm:UpdateInstanceInformation'],
  ])('%s', (_what, profile, why) => {
    expect(linkOf('CREDENTIALS', { profile })).toMatchObject({
      state: 'GREEN',
      said: expect.stringContaining(why),
    });
  });
});

describe('Given status checks of EC2, When the chain is shown, Then only those that passed are said to pass', () => {
  it.each([
    ['PASSED', 'GREEN', 'pass'],
    ['FAILED', 'RED', 'fails'],
    ['PENDING', 'UNKNOWN', 'not all status checks of EC2 have a result'],
    [null, 'UNKNOWN', 'were not read'],
  ] as const)('%s', (statusChecks, state, said) => {
    const link = linkOf('INSTANCE', { instance: anInstance({ statusChecks }) });
    expect(link).toMatchObject({ state, said: expect.stringContaining(said) });
  });
});

describe('Given a hybrid node that is Online with the address of a silent instance', () => {
  it('When advice is asked, Then it is about that node, not about an agent that is absent', () => {
    const context = { region: 'eu-west-1', partition: 'aws', reasons: [], hybridNodeId: 'mi-0a1b2c3d' };
    const { summary, steps } = adviseInstance('AGENT_SILENT', anInstance(), context);
    expect(summary).toContain('mi-0a1b2c3d is Online');
    expect(summary).not.toContain('nothing was found');
    expect(steps[0]?.commands[0]).toContain('deregister-managed-instance');
  });
});
