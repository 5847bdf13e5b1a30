/** The security group of our endpoints in a VPC: it admits 443 from each of the VPC's IPv4 blocks. */
import type { Change, ResourceReference } from '../model/change.ts';
import { stableHash } from '../stable-hash.ts';
import { type Make, tagsOf } from './change-maker.ts';
import type { SecurityGroupFacts, VpcFacts } from './facts.ts';
import { cidrSet } from './ipv4.ts';
import type { Network } from './network.ts';
import { groupsAdmit } from './security-groups.ts';

/** Whether some group admits 443 from every associated IPv4 block of the VPC. */
export function admitsVpc(network: Network, vpc: VpcFacts, groupIds: string[]): boolean {
  return missingCidrs(network, vpc, groupIds).length === 0;
}

function missingCidrs(network: Network, vpc: VpcFacts, groupIds: string[]): string[] {
  return vpc.cidrs.filter((cidr) => {
    const peer = { addresses: cidrSet(cidr), groupIds: [], enough: 1 };
    return groupsAdmit(network, groupIds, 'ingress', peer) !== 'ADMITTED';
  });
}

/** One group a VPC: ours, or a new one; with a rule for each block that it lacks. */
export function groupChanges(
  network: Network,
  vpc: VpcFacts,
  group: SecurityGroupFacts | null,
  make: Make,
  context: { resourceTags: Record<string, string> },
): { changes: Change[]; reference: ResourceReference } {
  const changes: Change[] = [];
  let reference: ResourceReference;
  if (group) reference = { kind: 'existing', id: group.groupId };
  else {
    const groupName = freeGroupName(network, vpc.vpcId);
    const created = make(`${vpc.vpcId}/${groupName}`, {
      resource: `${vpc.vpcId}/${groupName}`,
      action: {
        kind: 'CreateEndpointSecurityGroup',
        vpcId: vpc.vpcId,
        groupName,
        description: 'Systems Manager endpoints, made by dhmc-rollout',
        tags: tagsOf(context),
      },
      expected: { exists: false },
      inverse: (id) => ({
        kind: 'DeleteEndpointSecurityGroup',
        group: { kind: 'created', changeId: id },
      }),
    });
    changes.push(created);
    reference = { kind: 'created', changeId: created.id };
  }
  const cidrs = group ? missingCidrs(network, vpc, [group.groupId]) : [...vpc.cidrs];
  if (cidrs.length > 0) {
    changes.push(
      make(group?.groupId ?? `${vpc.vpcId}/ingress`, {
        resource: group?.groupId ?? `${vpc.vpcId}/ingress`,
        action: { kind: 'AllowEndpointIngress', group: reference, cidrs },
        expected: { allowed: false },
        inverse: { kind: 'RevokeEndpointIngress', group: reference, cidrs },
      }),
    );
  }
  return { changes, reference };
}

/** Group names are unique in a VPC; where another owner's group has our name, ours gets a longer one. */
function freeGroupName(network: Network, vpcId: string): string {
  const taken = new Set(
    [...network.securityGroups.values()]
      .filter((group) => group.vpcId === vpcId)
      .map((group) => group.groupName),
  );
  const name = 'dhmc-rollout-endpoints';
  return taken.has(name) ? `${name}-${stableHash(vpcId, ...[...taken].sort()).slice(0, 8)}` : name;
}
