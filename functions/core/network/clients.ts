/** Who needs a path in a VPC: its instances, and what participants of a shared VPC recorded. */
import type { OverridableSettings } from '../model/configuration.ts';
import type { AccountId } from '../model/primitives.ts';
import type { InstanceFacts, SharedVpcNeed, Tags, VpcFacts } from './facts.ts';
import { cidrSet, type Ipv4Set } from './ipv4.ts';
import { neededNames, offers, type ServiceName } from './needed-names.ts';
import { type Network, valuesOf } from './network.ts';

export interface Client {
  /** `i-...`, or `need/<participant>/<subnet>`. */
  id: string;
  /** Whose instances it stands for, where a participant recorded the need; null for an instance of this account. */
  participantId: AccountId | null;
  vpcId: string;
  subnetId: string;
  /** null without IPv4. Of a need: all addresses of the subnet. */
  addresses: Ipv4Set | null;
  hasPublicIp: boolean;
  /** null without IPv6. */
  ipv6: string | null;
  /** Built on the Xen hypervisor. */
  xen: boolean;
  /** null where they are not visible: a participant's instances. */
  groupIds: string[] | null;
  platform: InstanceFacts['platform'];
  /** null where it is not known. */
  agentVersion: string | null;
  agentUnknown: boolean;
  online: boolean;
  names: ServiceName[];
}

export function isIgnored(tags: Tags): boolean {
  return tags['dhmc-rollout'] === 'ignore';
}

/** Running instances, with stopped ones where `states` says so (prune counts them). */
export function clientsOf(
  network: Network,
  vpc: VpcFacts,
  settings: Pick<OverridableSettings, 'ec2messages'>,
  states: InstanceFacts['state'][] = ['running'],
): Client[] {
  const { instances, needs } = network.observation;
  const own = instances
    .filter((instance) => instance.vpcId === vpc.vpcId && states.includes(instance.state))
    .filter((instance) => !isIgnored(instance.tags))
    .map((instance) => clientOf(network, instance, settings));
  const others = needs
    .filter((need) => need.vpcId === vpc.vpcId)
    .flatMap((need) => need.subnetIds.flatMap((subnetId) => clientsOfNeed(network, need, subnetId)));
  return [...own, ...others];
}

function clientOf(
  network: Network,
  instance: InstanceFacts,
  settings: Pick<OverridableSettings, 'ec2messages'>,
): Client {
  return {
    id: instance.instanceId,
    participantId: null,
    vpcId: instance.vpcId,
    subnetId: instance.subnetId,
    addresses: instance.privateIp === null ? null : cidrSet(instance.privateIp),
    hasPublicIp: instance.hasPublicIp,
    ipv6: instance.ipv6,
    xen: instance.xen,
    groupIds: instance.groupIds,
    platform: instance.platform,
    agentVersion: instance.agentVersion,
    agentUnknown: instance.agentVersion === null,
    online: instance.online && instance.state === 'running',
    names: neededNames(network, instance.agentVersion, settings.ec2messages),
  };
}

/**
 * The participant has judged what it sees; the owner judges its interfaces in that subnet, one of each set of
 * security groups. Where it does not see them, a private interface anywhere in the subnet, whose groups are not
 * known.
 */
function clientsOfNeed(network: Network, need: SharedVpcNeed, subnetId: string): Client[] {
  const { networkInterfaces } = network.observation;
  const interfaces = valuesOf(networkInterfaces).filter(
    (one) => one.ownerId === need.participantId && one.subnetId === subnetId && one.groupIds.length > 0,
  );
  const attached = interfaces.filter(({ instanceId }) => instanceId !== null);
  const alike = Map.groupBy(attached.length > 0 ? attached : interfaces, ({ groupIds }) =>
    [...groupIds].sort().join(','),
  );
  const id = `need/${need.participantId}/${subnetId}`;
  if (alike.size === 0)
    return [clientOfNeed(network, need, { id, subnetId, addresses: wholeSubnet(network, subnetId) })];
  return [...alike].map(([groups, some]) => {
    const known = some.flatMap(({ privateIp }) => privateIp ?? []);
    return clientOfNeed(network, need, {
      id: alike.size === 1 ? id : `${id}/${groups}`,
      subnetId,
      addresses: known.length > 0 ? cidrSet(...known) : wholeSubnet(network, subnetId),
      groupIds: some[0]?.groupIds ?? null,
    });
  });
}

function wholeSubnet(network: Network, subnetId: string): Ipv4Set | null {
  const cidr = network.subnets.get(subnetId)?.cidr ?? null;
  return cidr === null ? null : cidrSet(cidr);
}

function clientOfNeed(
  network: Network,
  need: SharedVpcNeed,
  place: Pick<Client, 'id' | 'subnetId' | 'addresses'> & { groupIds?: string[] | null },
): Client {
  const isName = (service: string): service is ServiceName =>
    service === 'ssm' || service === 'ssmmessages' || (service === 'ec2messages' && offers(network, service));
  return {
    groupIds: null,
    ...place,
    participantId: need.participantId,
    vpcId: need.vpcId,
    hasPublicIp: false,
    ipv6: null,
    xen: false,
    platform: 'linux',
    agentVersion: null,
    agentUnknown: need.unknownAgents,
    online: false,
    names: need.services.filter(isName),
  };
}

/** As people read it: no id of ours. */
export function describeClient({ id, participantId, subnetId }: Client): string {
  return participantId === null ? id : `instances of account ${participantId} in ${subnetId}`;
}
