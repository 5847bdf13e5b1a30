/** What the cases are made with. */
import type { Net } from '../networks.ts';

export type Verdict = 'reaches' | 'blocked' | 'unknown';
export type Case = [name: string, expected: Verdict, change: (net: Net) => void];

export const toInternet = (net: Net, target: Record<string, string>, destination = '0.0.0.0/0') =>
  net.routes.push({ DestinationCidrBlock: destination, State: 'active', ...target });

export const IGW = { GatewayId: 'igw-1' };
export const NAT = { NatGatewayId: 'nat-1' };

export const allow443 = (CidrIp: string) => [
  { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp }] },
];
