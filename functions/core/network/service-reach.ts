/**
 * Whether a subnet reaches a service that session logging or patching needs, besides by an egress route: by an
 * endpoint for it, or by something whose end cannot be seen from here.
 *
 * Sources: user guide, setup-create-vpc (optional endpoints `s3`, `kms`, `logs`); PrivateLink guide, "Gateway endpoints":
 * "Each subnet route table must have a route that sends traffic destined for the service to the gateway endpoint".
 */
import type { SubnetFacts, VpcFacts } from './facts.ts';
import { isService, type OptionalService } from './needed-names.ts';
import type { Network } from './network.ts';
import { resolve } from './resolution.ts';

/** UNSEEN: a forwarding rule, a directory, something unread. */
export type PrivateReach = 'REACHED' | 'UNSEEN' | 'NOT_REACHED';

/** True as well where nothing here shows it. */
export function reachesPrivately(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts,
  service: OptionalService,
): boolean {
  return privateReach(network, vpc, subnet, service) !== 'NOT_REACHED';
}

export function privateReach(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts,
  service: OptionalService,
): PrivateReach {
  if (service === 's3' && hasGatewayRoute(network, subnet)) return 'REACHED';
  const resolution = resolve(network, vpc, service, false);
  switch (resolution.kind) {
    case 'endpoint':
      return resolution.endpoint.state === 'available' ? 'REACHED' : 'NOT_REACHED';
    case 'central':
      return 'REACHED';
    case 'directory':
    case 'unknown':
      return 'UNSEEN';
    case 'public':
    case 'custom':
    case 'nothing':
      return 'NOT_REACHED';
  }
}

function hasGatewayRoute(network: Network, subnet: SubnetFacts): boolean {
  const routes = network.routeTableOf(subnet)?.routes ?? [];
  const gateways = (network.endpointsByVpc.get(subnet.vpcId) ?? []).filter(
    ({ type, serviceName }) => type === 'gateway' && isService(network, serviceName, 's3'),
  );
  return gateways.some(({ endpointId }) =>
    routes.some(({ target, state }) => target.id === endpointId && state === 'active'),
  );
}
