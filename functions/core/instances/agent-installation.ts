/**
 * Commands that install or update SSM Agent, by platform and architecture. An install over an older agent
 * updates it; the service is restarted, so that it asks for credentials at once.
 *
 * Sources: Systems Manager user guide, pages agent-install-al2 ("sudo yum install -y
 * https://s3.region.amazonaws.com/amazon-ssm-region/latest/linux_amd64/amazon-ssm-agent.rpm"), -rhel (`dnf` from
 * RHEL 8 on), -sles and -deb (download, then `rpm` or `dpkg -i`), -ubuntu-64-snap ("sudo snap install
 * amazon-ssm-agent --classic", "we recommend you only use Snaps" from 18.04 on), sysman-install-win
 * ("Start-Process ... -ArgumentList "/S""), manually-install-ssm-agent-macos. `rpm -U`: the agent's own
 * Tools/src/update/linux/install.sh. Downloads in China and GovCloud: the agent's URL tests
 * ("https://s3.cn-north-1.amazonaws.com.cn/amazon-ssm-cn-north-1/") and the AWS GovCloud user guide
 * ("https://amazon-ssm-us-gov-west-1.s3.us-gov-west-1.amazonaws.com/latest/..."). That the newest agent lies in
 * the bucket of every Region is not verified.
 */
import type { InstanceDetail } from './facts.ts';
import { type AdviceStep, quoted, quotedForPowerShell } from './pasteable.ts';

export interface Place {
  region: string;
  partition: string;
}

/** `linux`: a distribution that nothing shows. */
export type Distribution = 'amazon' | 'redhat' | 'suse' | 'ubuntu' | 'debian' | 'linux' | 'windows' | 'macos';

const NAMES: Record<Distribution, string> = {
  amazon: 'Amazon Linux',
  redhat: 'Red Hat family',
  suse: 'SUSE Linux',
  ubuntu: 'Ubuntu',
  debian: 'Debian',
  linux: 'any Linux',
  windows: 'Windows, in PowerShell as administrator',
  macos: 'macOS',
};

const KNOWN: [RegExp, Distribution][] = [
  [/amazon linux/i, 'amazon'],
  [/red hat|rhel|centos|rocky|alma|oracle/i, 'redhat'],
  [/suse|sles/i, 'suse'],
  [/ubuntu/i, 'ubuntu'],
  [/debian/i, 'debian'],
];

/** From what the agent once reported, or else from EC2's `PlatformDetails` (`Linux/UNIX` names none). */
export function distributionOf(instance: InstanceDetail): Distribution {
  if (instance.platform !== 'linux') return instance.platform;
  const platform = `${instance.node?.platformName ?? ''} ${instance.platformDetails ?? ''}`;
  return KNOWN.find(([pattern]) => pattern.test(platform))?.[1] ?? 'linux';
}

/** One step for the instance itself, one for launching it anew with user data. */
export function installationSteps(instance: InstanceDetail, place: Place): AdviceStep[] {
  const distribution = distributionOf(instance);
  return [
    {
      title: `On the instance (${NAMES[distribution]}${instance.architecture ? `, ${instance.architecture}` : ''}): install the newest agent, or update it`,
      commands: commandsFor(distribution, instance, place),
    },
    ...(distribution === 'ubuntu'
      ? [
          {
            title: 'On Ubuntu 16.04 of AMIs before 20180627, and older: the deb package instead of the snap',
            commands: commandsFor('debian', instance, place),
          },
        ]
      : []),
    {
      title: 'Or as user data, in a launch template or at the next launch',
      commands: [userData(distribution, instance, place)],
    },
  ];
}

export function installationCautions(instance: InstanceDetail): string[] {
  const distribution = distributionOf(instance);
  return [
    'The agent is downloaded from Amazon S3: a VPC without internet access needs the S3 gateway endpoint, which is free of charge.',
    ...(distribution === 'ubuntu' || distribution === 'linux'
      ? [
          'On Ubuntu the snap comes from the Snap store, which takes internet access; where there is none, remove the snap and install the deb package. Never have both.',
        ]
      : []),
    'User data runs at the first boot only. On an instance that already runs it takes effect when it is launched anew.',
  ];
}

function commandsFor(distribution: Distribution, { architecture }: InstanceDetail, place: Place): string[] {
  switch (distribution) {
    case 'amazon':
    case 'redhat':
      // dnf answers to yum as well, so this serves Amazon Linux 2 and 2023, RHEL 7 and later.
      return [`sudo yum install -y ${linuxUrl(place, architecture, 'rpm')}`, ...SYSTEMD];
    case 'suse':
      return [...downloaded(linuxUrl(place, architecture, 'rpm'), 'sudo rpm -U'), ...SYSTEMD];
    case 'debian':
      return [...downloaded(linuxUrl(place, architecture, 'deb'), 'sudo dpkg -i'), ...SYSTEMD];
    case 'ubuntu':
      return [
        'sudo snap install amazon-ssm-agent --classic',
        'sudo snap refresh amazon-ssm-agent',
        'sudo snap restart amazon-ssm-agent',
      ];
    case 'linux':
      return [anyLinux(place, architecture, 'sudo ')];
    case 'windows':
      return windows(place);
    case 'macos':
      return macos(place, architecture);
  }
}

const SYSTEMD = ['sudo systemctl enable amazon-ssm-agent', 'sudo systemctl restart amazon-ssm-agent'];

function downloaded(url: string, install: string): string[] {
  const file = url.slice(url.lastIndexOf('/') + 1);
  return [`cd "$(mktemp -d)" && curl -fsSLO ${url}`, `${install} ./${file}`];
}

/** Chooses by /etc/os-release (os-release(5): `ID`, `ID_LIKE`). */
function anyLinux(place: Place, architecture: string | null, sudo: '' | 'sudo '): string {
  const rpm = linuxUrl(place, architecture, 'rpm');
  const deb = linuxUrl(place, architecture, 'deb');
  return [
    '. /etc/os-release',
    'case " $ID $ID_LIKE " in',
    `*" ubuntu "*) ${sudo}snap install amazon-ssm-agent --classic; ${sudo}snap refresh amazon-ssm-agent; ${sudo}snap restart amazon-ssm-agent ;;`,
    `*" debian "*) cd "$(mktemp -d)" && curl -fsSLO ${deb} && ${sudo}dpkg -i ./amazon-ssm-agent.deb ;;`,
    `*" suse "*) cd "$(mktemp -d)" && curl -fsSLO ${rpm} && ${sudo}rpm -U ./amazon-ssm-agent.rpm ;;`,
    `*) ${sudo}yum install -y ${rpm} ;;`,
    'esac',
    `[ "$ID" = ubuntu ] || { ${sudo}systemctl enable amazon-ssm-agent; ${sudo}systemctl restart amazon-ssm-agent; }`,
  ].join('\n');
}

/** Run as root by cloud-init ("scripts entered as user data are run as the root user", EC2 user guide, user-data). */
function userData(distribution: Distribution, instance: InstanceDetail, place: Place): string {
  if (distribution === 'windows') {
    // "<powershell>" tags: EC2 user guide, user-data on Windows.
    return ['<powershell>', ...windows(place), '</powershell>'].join('\n');
  }
  const commands =
    distribution === 'linux'
      ? [anyLinux(place, instance.architecture, '')]
      : commandsFor(distribution, instance, place).map((command) => command.replaceAll('sudo ', ''));
  return ['#!/bin/bash', ...commands].join('\n');
}

function windows(place: Place): string[] {
  const url = `${bucketHost(place)}/latest/windows_amd64/AmazonSSMAgentSetup.exe`;
  const file = '$env:TEMP\\AmazonSSMAgentSetup.exe';
  return [
    `Invoke-WebRequest -UseBasicParsing ${quotedForPowerShell(url)} -OutFile "${file}"`,
    `Start-Process -Wait -FilePath "${file}" -ArgumentList '/S'`,
    `Remove-Item -Force "${file}"`,
    'Restart-Service AmazonSSMAgent',
  ];
}

function macos(place: Place, architecture: string | null): string[] {
  const machine = architecture?.startsWith('arm64') ? 'arm64' : 'amd64';
  const url = quoted(`${bucket(place)}/latest/darwin_${machine}/amazon-ssm-agent.pkg`);
  return [
    `cd "$(mktemp -d)" && curl -fsSLO ${url}`,
    'sudo installer -pkg ./amazon-ssm-agent.pkg -target /',
    'sudo launchctl load -w /Library/LaunchDaemons/com.amazon.aws.ssm.plist && sudo launchctl start com.amazon.aws.ssm',
  ];
}

const MACHINES: Record<string, string> = { x86_64: 'amd64', arm64: 'arm64', i386: '386' };

/** Where the architecture is not known, the instance's own `uname -m` says. */
function linuxUrl(place: Place, architecture: string | null, format: 'rpm' | 'deb'): string {
  const folder = format === 'rpm' ? 'linux' : 'debian';
  const machine = MACHINES[architecture ?? ''];
  if (machine) return quoted(`${bucket(place)}/latest/${folder}_${machine}/amazon-ssm-agent.${format}`);
  const start = quoted(`${bucket(place)}/latest/${folder}_`);
  return `${start}"$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/;s/i.86/386/')"${quoted(`/amazon-ssm-agent.${format}`)}`;
}

function bucket({ region, partition }: Place): string {
  return `https://s3.${region}.${suffixOf(partition)}/amazon-ssm-${region}`;
}

/** As the Windows page of the guide writes it. */
function bucketHost({ region, partition }: Place): string {
  return `https://amazon-ssm-${region}.s3.${region}.${suffixOf(partition)}`;
}

function suffixOf(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
