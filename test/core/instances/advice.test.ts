import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { adviseInstance } from '../../../functions/core/instances/advice.ts';
import type { AdviceContext } from '../../../functions/core/instances/advice-context.ts';
import { INSTANCE_VERDICTS, type InstanceDetail } from '../../../functions/core/instances/facts.ts';
import { quoted, quotedForPowerShell } from '../../../functions/core/instances/pasteable.ts';
import type { ReasonCode } from '../../../functions/core/reasons.ts';
import { anInstance } from './builders.ts';

const IRELAND: AdviceContext = { region: 'eu-west-1', partition: 'aws', reasons: [] };
const NODE = {
  nodeId: 'i-0a1b2c3d4e5f60718',
  resourceType: 'EC2Instance' as const,
  pingStatus: 'ConnectionLost',
  lastPingAt: null,
  agentVersion: '3.1.0.0',
  platformVersion: null,
  activationId: null,
  name: null,
  address: null,
};
const onPlatform = (platformName: string, overrides: Partial<InstanceDetail> = {}) =>
  anInstance({ node: { ...NODE, platformName }, ...overrides });

const MACHINES: Record<string, InstanceDetail> = {
  'Amazon Linux on x86': onPlatform('Amazon Linux'),
  'Amazon Linux on Graviton': onPlatform('Amazon Linux', { architecture: 'arm64' }),
  Ubuntu: onPlatform('Ubuntu'),
  Debian: onPlatform('Debian GNU/Linux'),
  'Red Hat, named by EC2': anInstance({ platformDetails: 'Red Hat Enterprise Linux' }),
  SUSE: anInstance({ platformDetails: 'SUSE Linux' }),
  'an unknown Linux': anInstance({ architecture: null }),
  Windows: anInstance({ platform: 'windows', platformDetails: 'Windows' }),
  macOS: anInstance({ platform: 'macos', architecture: 'arm64_mac' }),
};
const NETWORK_REASONS: ReasonCode[] = [
  'NO_PATH_TO_SSM',
  'INSTANCE_SG_BLOCKS_443',
  'ENDPOINT_SG_BLOCKS_443',
  'ENDPOINT_PRIVATE_DNS_OFF',
  'ENDPOINT_POLICY_DENIES',
  'NACL_BLOCKS_443',
  'VPC_DNS_DISABLED',
  'DNS_CUSTOM',
  'CENTRAL_UNREACHABLE',
  'IPV6_ONLY',
];

const commandsOf = (...args: Parameters<typeof adviseInstance>) =>
  adviseInstance(...args).steps.flatMap(({ commands }) => commands);

/** `bash -n` reads without running; it throws with the line of the error. */
const parsed = (script: string) => execFileSync('sh', ['-n'], { input: script, encoding: 'utf8' });
const isPowerShell = (command: string) => /^(<powershell>|&|[A-Z][a-z]+-[A-Z])/.test(command);

describe.each(Object.entries(MACHINES))('Given %s', (_name, machine) => {
  it('When every verdict is advised on, Then each has a one-line summary and commands that a shell can parse', () => {
    const scripts: string[] = [];
    for (const verdict of INSTANCE_VERDICTS) {
      const context = { ...IRELAND, accountId: '111122223333', reasons: NETWORK_REASONS };
      const { summary, steps } = adviseInstance(verdict, machine, context);
      expect(summary).toMatch(/^\S[^\n]+$/);
      scripts.push(...steps.flatMap(({ commands }) => commands).filter((each) => !isPowerShell(each)));
    }
    expect(scripts.length).toBeGreaterThan(20);
    expect(parsed(scripts.join('\n'))).toBe('');
  });
});

describe('Given the platforms', () => {
  it.each([
    [
      'Amazon Linux on x86',
      /yum install -y https:\/\/s3\.eu-west-1\.amazonaws\.com\/amazon-ssm-eu-west-1\/latest\/linux_amd64\/amazon-ssm-agent\.rpm$/m,
    ],
    ['Amazon Linux on Graviton', /linux_arm64\/amazon-ssm-agent\.rpm$/m],
    ['Ubuntu', /^sudo snap install amazon-ssm-agent --classic$/m],
    ['Debian', /debian_amd64\/amazon-ssm-agent\.deb\nsudo dpkg -i/],
    ['Red Hat, named by EC2', /^sudo yum install -y /m],
    ['SUSE', /^sudo rpm -U /m],
    ['an unknown Linux', /\/etc\/os-release[\s\S]*snap install[\s\S]*dpkg -i[\s\S]*yum install/],
    ['Windows', /^Start-Process -Wait .* -ArgumentList '\/S'$/m],
    ['macOS', /darwin_arm64\/amazon-ssm-agent\.pkg[\s\S]*sudo installer -pkg/],
  ])('When the agent on %s is too old, Then the command is the one of that platform', (name, command) => {
    const machine = MACHINES[name] ?? anInstance();
    expect(commandsOf('AGENT_TOO_OLD', machine, IRELAND).join('\n')).toMatch(command);
  });

  it.each([
    ['aws-cn', 'cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn/amazon-ssm-cn-north-1/latest/'],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://s3.us-gov-west-1.amazonaws.com/amazon-ssm-us-gov-west-1/latest/',
    ],
  ])('When the partition is %s, Then the agent comes from there', (partition, region, url) => {
    const commands = commandsOf('AGENT_TOO_OLD', onPlatform('Amazon Linux'), {
      ...IRELAND,
      partition,
      region,
    });
    expect(commands.join('\n')).toContain(url);
  });

  it('When it is user data, Then Linux runs it as root and Windows between its tags', () => {
    const linux = commandsOf('AGENT_TOO_OLD', onPlatform('Amazon Linux'), IRELAND).at(-1);
    expect(linux).toMatch(/^#!\/bin\/bash\nyum install/);
    const windows = anInstance({ platform: 'windows' });
    expect(commandsOf('AGENT_TOO_OLD', windows, IRELAND).at(-1)).toMatch(
      /^<powershell>\n[\s\S]*\n<\/powershell>$/,
    );
  });
});

describe('Given what a person must know', () => {
  it('When a profile keeps DHMC away, Then the missing statement is valid JSON and the caution names who takes precedence', () => {
    const instance = anInstance({ profileArn: 'arn:aws:iam::111122223333:instance-profile/app/web' });
    const { steps, cautions } = adviseInstance('PROFILE_SUPPRESSES_DHMC', instance, IRELAND);
    const put = steps[0]?.commands.at(-1) ?? '';
    const policy = JSON.parse(/--policy-document '(.*)'$/.exec(put)?.[1] ?? '');
    expect(policy.Statement[0].Action).toContain('ssmmessages:CreateControlChannel');
    expect(policy.Statement[0].Action).not.toContain('ec2messages:GetMessages');
    expect(steps[0]?.commands[0]).toContain('--instance-profile-name web ');
    expect(cautions.join(' ')).toMatch(/takes precedence over DHMC: scripts/);
  });

  it('When its agent is so old that it needs ec2messages, Then the statement has that too', () => {
    const instance = anInstance({
      agentVersion: '3.2.1000.0',
      profileArn: 'arn:aws:iam::1:instance-profile/web',
    });
    expect(commandsOf('PROFILE_SUPPRESSES_DHMC', instance, IRELAND).join()).toContain(
      'ec2messages:GetMessages',
    );
  });

  it('When DHMC gives credentials, Then the caution says that any process can have them', () => {
    for (const verdict of ['IMDS_DISABLED', 'NO_CREDENTIALS', 'NO_PATH', 'AGENT_TOO_OLD'] as const) {
      const { cautions } = adviseInstance(verdict, anInstance(), IRELAND);
      expect(cautions.join(' ')).toMatch(/Any process with access to the metadata service/);
    }
  });

  it('When the DNS is custom, Then three remedies come, two with their price', () => {
    const { steps } = adviseInstance('NO_PATH', anInstance(), { ...IRELAND, reasons: ['DNS_CUSTOM'] });
    const titles = steps.map(({ title }) => title).join('\n');
    expect(titles).toMatch(/1\. Recommended, from about \$182\.50 a month/);
    expect(titles).toMatch(/2\. .*from about \$32\.85 a month/);
    expect(titles).toMatch(/3\. .*test only/);
  });

  it('When a verdict needs nothing, Then there is nothing to paste', () => {
    for (const verdict of ['SERVICE_MANAGED', 'MANAGED'] as const)
      expect(adviseInstance(verdict, anInstance(), IRELAND).steps).toEqual([]);
  });
});

describe('Given names that would break out of a command', () => {
  const HOSTILE = [`web'; touch pwned; '`, 'a b', '$(id)', '`id`', 'x;id', '-rf', '"', '\\', 'é', '*'];

  it.each(HOSTILE)('When %j is quoted, Then the shell reads back exactly that', (value) => {
    const read = execFileSync('sh', ['-c', `printf %s ${quoted(value)}`.replace('%s ', '-- %s ')], {
      encoding: 'utf8',
    });
    expect(read).toBe(value);
  });

  it.each(HOSTILE)('When a profile is named %j, Then no command holds it bare', (value) => {
    const instance = anInstance({
      profileArn: `arn:aws:iam::111122223333:instance-profile/${value}`,
      vpcId: value,
      subnetId: value,
      instanceId: value,
      groupIds: [value],
      tags: { Name: value },
    });
    const context = { ...IRELAND, region: value, profileRoleName: value, reasons: NETWORK_REASONS };
    const scripts = INSTANCE_VERDICTS.flatMap((verdict) => commandsOf(verdict, instance, context));
    // What would be called is a no-op; what must not be called says so, also from inside a command substitution.
    const stub =
      'exec 2>&1; for name in aws sudo curl dhmc read; do eval "$name() { :; }"; done; touch() { echo ran >&2; }; id() { echo ran >&2; }';
    const shells = scripts.filter((each) => /^(aws|role=|dhmc|for )/.test(each));
    const ran = execFileSync('sh', ['-c', `${stub}\n${shells.join('\n')}`], { encoding: 'utf8' });
    expect(ran).not.toContain('ran');
  });

  it('When PowerShell is quoted, Then its quotes are doubled, typographic ones as well', () => {
    expect(quotedForPowerShell("it's ’x")).toBe("'it''s ’’x'");
  });
});
