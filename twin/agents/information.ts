/** Entries of InstanceInformationList, in the shape of SSM's DescribeInstanceInformation. */
import { createHash } from 'node:crypto';
import type { Piece } from '../contract.ts';

/** What an agent reports of itself when it comes Online. */
export function informationOf(instance: Piece, region: string, agentVersion: string): Piece {
  const windows = String(instance.Platform ?? instance.PlatformDetails ?? '')
    .toLowerCase()
    .includes('windows');
  return {
    InstanceId: instance.InstanceId,
    AgentVersion: agentVersion,
    IsLatestVersion: false,
    PlatformType: windows ? 'Windows' : 'Linux',
    ...platformOf(instance, windows),
    ResourceType: 'EC2Instance',
    IPAddress: instance.PrivateIpAddress,
    ComputerName: computerName(instance, region, windows),
    SourceId: instance.InstanceId,
    SourceType: 'AWS::EC2::Instance',
  };
}

/** Only the operating system's kind is in EC2's answers: the rest is an ordinary one. */
function platformOf({ PlatformDetails }: Piece, windows: boolean): Piece {
  const details = String(PlatformDetails ?? '');
  if (windows) {
    return { PlatformName: 'Microsoft Windows Server 2022 Datacenter', PlatformVersion: '10.0.20348' };
  }
  if (details.startsWith('Red Hat'))
    return { PlatformName: 'Red Hat Enterprise Linux', PlatformVersion: '9.4' };
  if (details.startsWith('Ubuntu')) return { PlatformName: 'Ubuntu', PlatformVersion: '24.04' };
  if (details.startsWith('SUSE')) return { PlatformName: 'SLES', PlatformVersion: '15.6' };
  return { PlatformName: 'Amazon Linux', PlatformVersion: '2023' };
}

function computerName(instance: Piece, region: string, windows: boolean): string {
  if (windows) {
    return `EC2AMAZ-${createHash('sha256').update(String(instance.InstanceId)).digest('hex').slice(0, 7).toUpperCase()}`;
  }
  if (typeof instance.PrivateDnsName === 'string' && instance.PrivateDnsName !== '')
    return instance.PrivateDnsName;
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${String(instance.PrivateIpAddress).replaceAll('.', '-')}.${domain}`;
}

/** As version 2 of the AWS CLI prints times. */
export function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}
