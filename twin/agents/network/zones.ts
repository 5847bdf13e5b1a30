/** What a private hosted zone answers for a name. Source: Route 53 developer guide. */
import type { Piece } from '../../contract.ts';
import { parseAddress } from '../../ipv4.ts';
import type { Answer } from './names.ts';
import type { World } from './world.ts';

/**
 * "If there's no record in the private hosted zone that matches ... Resolver doesn't forward the request to a
 * public DNS resolver. Instead, it returns NXDOMAIN". A zone always holds its NS and SOA records: one without any
 * was not captured with its contents, and its answer isn't known.
 */
export function answerOfZone(world: World, zone: Piece, name: string): Answer {
  const label = `hosted zone ${zone.Id}`;
  const records: Piece[] = zone.ResourceRecordSets ?? [];
  if (records.length === 0) return { kind: 'unknown', label: `${label} (records not known)` };
  const record = findRecord(records, name);
  if (!record) return { kind: 'nothing', label: `${label} has no record for ${name}` };
  const alias: unknown = record.AliasTarget?.DNSName;
  const values = ((record.ResourceRecords ?? []) as Piece[]).map(({ Value }) => String(Value));
  if (alias !== undefined || record.Type === 'CNAME') return byName(world, String(alias ?? values[0]), label);
  const addresses = values.flatMap((value) => parseAddress(value) ?? []);
  return { kind: 'addresses', label, addresses };
}

function findRecord(records: readonly Piece[], name: string): Piece | undefined {
  const usable = records.filter(({ Type }) => Type === 'A' || Type === 'CNAME');
  const labels = name.split('.');
  const names = [name, ...labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`)];
  for (const wanted of names) {
    // Route 53 writes `*` as \052
    const found = usable.find(
      ({ Name }) => String(Name).replace('\\052', '*').replace(/\.$/, '').toLowerCase() === wanted,
    );
    if (found) return found;
  }
  return undefined;
}

/** Names of endpoints begin with their id: vpce-0123-abcd.ssm.eu-west-1.vpce.amazonaws.com. */
function byName(world: World, target: string, label: string): Answer {
  const id = /^(vpce-[0-9a-f]+)/.exec(target)?.[1];
  const found = id === undefined ? undefined : world.findAnywhere('VpcEndpoints', 'VpcEndpointId', id);
  if (!found) return { kind: 'unknown', label: `${label} leads to ${target}` };
  return { kind: 'endpoint', label: `${label} -> ${id}`, accountId: found.accountId, endpoint: found.piece };
}
