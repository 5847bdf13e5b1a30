/**
 * The names that an instance needs: `ssm` and `ssmmessages`, and `ec2messages` for agents before
 * 3.3.40.0 where the Region offers it at all (messageAPIs page of the SSM user guide; Regions launched in
 * 2024 or later do not).
 */
import { isOlderAgent } from '../instances/agent-version.ts';
import type { EndpointServiceFacts } from './facts.ts';
import { type Network, valuesOf } from './network.ts';

/** Services that get endpoints, besides those of `endpointServices`; no other's are ever created. */
export const SERVICE_NAMES = ['ssm', 'ssmmessages', 'ec2messages'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];
/** Services that session logging and patching need besides (user guide, "Improve the security of EC2 instances by using VPC endpoints"). */
export const OPTIONAL_SERVICES = ['s3', 'kms', 'logs'] as const;
export type OptionalService = (typeof OPTIONAL_SERVICES)[number];
export type Ec2MessagesPolicy = 'auto' | 'always' | 'never';

/** The first agent that does without `ec2messages`. */
const LAST_NEED = '3.3.40.0';

export function neededNames(
  network: Network,
  agentVersion: string | null,
  policy: Ec2MessagesPolicy,
): ServiceName[] {
  const wanted = policy === 'always' || (policy === 'auto' && needsEc2Messages(agentVersion));
  return wanted && offers(network, 'ec2messages') ? [...SERVICE_NAMES] : ['ssm', 'ssmmessages'];
}

/** A version that is not known, or not a version, proves no need. */
export function needsEc2Messages(agentVersion: string | null): boolean {
  return isOlderAgent(agentVersion, LAST_NEED);
}

export function offers(network: Network, name: ServiceName): boolean {
  return serviceOf(network, name) !== null;
}

export function serviceOf(
  network: Network,
  name: string,
  type: EndpointServiceFacts['type'] = 'interface',
): EndpointServiceFacts | null {
  const services = valuesOf(network.observation.endpointServices);
  return (
    services.find((service) => service.type === type && isService(network, service.serviceName, name)) ?? null
  );
}

/** `com.amazonaws.<region>.<name>`, with whatever prefix the partition uses. */
export function isService(network: Network, serviceName: string, name: string): boolean {
  return serviceName.endsWith(`.${network.observation.region}.${name}`);
}

/** The DNS name that the agent asks for, lower case. */
export function dnsNameOf(network: Network, name: string): string {
  return (serviceOf(network, name)?.privateDnsName ?? usualDnsName(network, name)).toLowerCase();
}

/** The private DNS name of an endpoint service, from `com.amazonaws.<region>.<name>`; lower case. */
export function dnsNameOfService(network: Network, serviceName: string): string {
  const { region } = network.observation;
  const at = serviceName.indexOf(`.${region}.`);
  return at < 0 ? serviceName.toLowerCase() : dnsNameOf(network, serviceName.slice(at + region.length + 2));
}

function usualDnsName({ observation: { region } }: Network, name: string): string {
  return `${name}.${region}.${partitionSuffix(region)}`;
}

export function partitionSuffix(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
