import type { LiveState } from './definition.ts';

/** Whether the VPC has the attributes that are named (null: any); null where they were not read. */
export function hasDnsAttributes(
  wanted: { vpcId: string; support: boolean | null; hostnames: boolean | null },
  network: LiveState['network'],
): boolean | null {
  const attributes = network?.dnsAttributes[wanted.vpcId];
  if (attributes?.kind !== 'value') return null;
  const { support, hostnames } = attributes.value;
  return (wanted.support ?? support) === support && (wanted.hostnames ?? hostnames) === hostnames;
}
