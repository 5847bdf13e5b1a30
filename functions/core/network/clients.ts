/** Who needs a path in a VPC: its instances, and what participants of a shared VPC recorded. */
import type { OverridableSettings } from '../model/configuration.ts';
import type { InstanceFacts, SharedVpcNeed, Tags, VpcFacts } from './facts.ts';
import { cidrSet, type Ipv4Set } from './ipv4.ts';
import { neededNames, offers, type ServiceName } from './needed-names.ts';
import type { Network } from './network.ts';

export interface Client {
  /** `i-...`, or `need/<participant>/<subnet>`. */
  id: string;
  vpcId: string;
  subnetId: string;
  /** null without IPv4. Of a need: all addresses of the subnet. */
  addresses: Ipv4Set | null;
  hasPublicIp: boolean;
  /** null where they are not visible: a participant's instances. */
  groupIds: string[] | null;
  platform: InstanceFacts['platform'];
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
    .flatMap((need) => need.subnetIds.map((subnetId) => clientOfNeed(network, need, subnetId)));
  return [...own, ...others];
}

function clientOf(
  network: Network,
  instance: InstanceFacts,
  settings: Pick<OverridableSettings, 'ec2messages'>,
): Client {
  return {
    id: instance.instanceId,
    vpcId: instance.vpcId,
    subnetId: instance.subnetId,
    addresses: instance.privateIp === null ? null : cidrSet(instance.privateIp),
    hasPublicIp: instance.hasPublicIp,
    groupIds: instance.groupIds,
    platform: instance.platform,
    agentUnknown: instance.agentVersion === null,
    online: instance.online && instance.state === 'running',
    names: neededNames(network, instance.agentVersion, settings.ec2messages),
  };
}

/** The participant has judged what it sees; the owner judges a private interface in that subnet. */
function clientOfNeed(network: Network, need: SharedVpcNeed, subnetId: string): Client {
  const cidr = network.subnets.get(subnetId)?.cidr ?? null;
  const isName = (service: string): service is ServiceName =>
    service === 'ssm' || service === 'ssmmessages' || (service === 'ec2messages' && offers(network, service));
  return {
    id: `need/${need.participantId}/${subnetId}`,
    vpcId: need.vpcId,
    subnetId,
    addresses: cidr === null ? null : cidrSet(cidr),
    hasPublicIp: false,
    groupIds: null,
    platform: 'linux',
    agentUnknown: need.unknownAgents,
    online: false,
    names: need.services.filter(isName),
  };
}
