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

/** True as well where nothing here shows it: a central zone, a forwarding rule, something unread. */
export function reachesPrivately(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts,
  service: OptionalService,
): boolean {
  if (service === 's3' && hasGatewayRoute(network, subnet)) return true;
  const resolution = resolve(network, vpc, service, false);
  switch (resolution.kind) {
    case 'endpoint':
      return resolution.endpoint.state === 'available';
    case 'central':
    case 'directory':
    case 'unknown':
      return true;
    case 'public':
    case 'custom':
    case 'nothing':
      return false;
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
