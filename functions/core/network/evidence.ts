/**
 * What an instance that is Online proves. Its ping is UpdateInstanceInformation, so it proves `ssm` for itself, and
 * for others of its subnet with the same kind of address and the same security groups. It proves another name only
 * where that takes the same way as `ssm`, and it never removes a block of another name: an established connection
 * survives the rule that would refuse the next one.
 */
import type { ReasonCode } from '../reasons.ts';
import type { Client } from './clients.ts';
import type { NamePath } from './name-path.ts';
import { fact } from './verdict.ts';

/** Filters and ends that are the name's alone, whatever another name shows. */
const BLOCKS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'INSTANCE_SG_BLOCKS_443',
  'NACL_BLOCKS_443',
  'ENDPOINT_SG_BLOCKS_443',
  'ENDPOINT_POLICY_DENIES',
  'ENDPOINT_PENDING',
  'CENTRAL_UNREACHABLE',
]);

export function isBlock(reason: ReasonCode): boolean {
  return BLOCKS.has(reason);
}

/** By what a client is like another: what one reaches the other reaches. */
export function sameWayKey(client: Client): string {
  const groups = client.groupIds === null ? client.id : [...client.groupIds].sort().join(',');
  return [
    client.subnetId,
    client.hasPublicIp,
    client.addresses === null,
    client.ipv6 === null,
    client.xen,
    groups,
  ].join(' ');
}

/**
 * Where the DNS is someone else's and no public egress exists, `ssm` evidently takes a way that is not visible, so
 * the others are not known.
 */
export function proven(names: NamePath[], witness: Client): NamePath[] {
  const ssm = names.find((name) => name.name === 'ssm');
  if (!ssm) return names;
  const evidence = fact(
    `${witness.id} is Online in Systems Manager, which proves ssm.`,
    witness.id,
    'EVIDENCE',
  );
  return names.map((name) => {
    if (name === ssm || takesSameWay(name, ssm)) {
      return {
        ...name,
        path: 'PROVEN',
        reasons: [],
        notes: [],
        missing: false,
        unseen: false,
        facts: [...name.facts, evidence],
      };
    }
    if (name.resolvesTo === 'custom' && ssm.resolvesTo === 'custom' && name.path === 'NONE') {
      return { ...name, path: 'UNKNOWN', reasons: [], facts: [...name.facts, evidence] };
    }
    return name;
  });
}

/**
 * Both public by the same route and allowed by the same group, both by endpoints, or both central. Where nothing
 * resolves by the VPC's DNS, or no egress is seen, that is as wrong of the other name as of `ssm`.
 */
function takesSameWay(name: NamePath, ssm: NamePath): boolean {
  if (name.reasons.some(isBlock)) return false;
  if (name.way !== null && name.way === ssm.way) return true;
  if (name.resolvesTo !== ssm.resolvesTo || name.notes.length > 0) return false;
  return (
    (name.resolvesTo === 'endpoint' && name.path === 'ENDPOINTS') ||
    (name.resolvesTo === 'central' && name.path === 'CENTRAL')
  );
}
