/** What is advised for each verdict, on each platform and for each reason: word by word, as recorded. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { adviseInstance, adviseToStart } from '../../../functions/core/instances/advice.ts';
import type { AdviceContext } from '../../../functions/core/instances/advice-context.ts';
import { INSTANCE_VERDICTS, type InstanceDetail } from '../../../functions/core/instances/facts.ts';
import { REASONS, type ReasonCode } from '../../../functions/core/reasons.ts';
import { recorded } from '../recorded.ts';
import { anInstance, knownInstance } from './builders.ts';

const CONTEXT: AdviceContext = { region: 'eu-west-1', partition: 'aws', reasons: [] };
const RICH: AdviceContext = {
  ...CONTEXT,
  partition: 'aws-cn',
  region: 'cn-north-1',
  accountId: '111122223333',
  missingActions: ['ssm:UpdateInstanceInformation', 'ssmmessages:OpenDataChannel'],
  hybridNodeId: 'mi-0123456789abcdef0',
  unread: ['ec2:DescribeSubnets failed with UnauthorizedOperation'],
  profileRoleName: 'web',
  destinations: ['10.0.0.0/16', '10.1.0.0/16'],
};
const PROFILE = 'arn:aws:iam::111122223333:instance-profile/app/web';
const MACHINES: Record<string, InstanceDetail> = {
  plain: anInstance(),
  'known Amazon Linux': knownInstance(),
  'known Ubuntu': knownInstance({ platformName: 'Ubuntu' }),
  'Debian on arm': knownInstance({ platformName: 'Debian GNU/Linux' }, { architecture: 'arm64' }),
  'Red Hat with a profile': anInstance({
    platformDetails: 'Red Hat Enterprise Linux',
    profileArn: PROFILE,
    agentVersion: '3.2.1000.0',
  }),
  'SUSE on 32 bits': anInstance({ platformDetails: 'SUSE Linux', architecture: 'i386' }),
  'unknown Linux': anInstance({ architecture: null, platformDetails: null }),
  Windows: anInstance({ platform: 'windows', platformDetails: 'Windows', profileArn: PROFILE }),
  macOS: anInstance({ platform: 'macos', architecture: 'arm64_mac' }),
  'metadata off, public, Xen': anInstance({
    imdsEnabled: false,
    httpTokens: 'optional',
    hasPublicIp: true,
    xen: true,
    serviceManaged: true,
    statusChecks: 'FAILED' as InstanceDetail['statusChecks'],
  }),
  IPv6: anInstance({
    privateIp: null,
    ipv6: { address: '2001:db8::1' } as unknown as InstanceDetail['ipv6'],
  }),
};
const file = recorded('advices');
afterAll(() => file.keep());

const linesOf = ({ summary, steps, cautions }: ReturnType<typeof adviseInstance>): string[] => [
  summary,
  ...steps.map((step) => JSON.stringify(step)),
  ...cautions,
];

describe.each(Object.entries(MACHINES))('Given an instance: %s', (machine, instance) => {
  it.each(INSTANCE_VERDICTS)('When its verdict is %s, Then the advice is as recorded', (verdict) => {
    const answer = [
      ...linesOf(adviseInstance(verdict, instance, CONTEXT)),
      ...linesOf(adviseInstance(verdict, instance, RICH)),
    ];
    expect(answer).toEqual(file.of(`${machine}: ${verdict}`, answer));
  });

  it('When it is stopped, Then as recorded', () => {
    const answer = linesOf(adviseToStart({ ...instance, state: 'stopped' }, RICH));
    expect(answer).toEqual(file.of(`${machine}: stopped`, answer));
  });
});

describe('Given an instance without a path', () => {
  it.each(Object.keys(REASONS) as ReasonCode[])(
    'When the reason is %s, Then the advice is as recorded',
    (reason) => {
      const answer = [CONTEXT, RICH].flatMap((context) =>
        linesOf(adviseInstance('NO_PATH', anInstance(), { ...context, reasons: [reason] })),
      );
      expect(answer).toEqual(file.of(reason, answer));
    },
  );
});
