/**
 * The path of a client without IPv4. The names that an agent asks for by default have public IPv4 addresses alone;
 * from 3.3.3270.0 on it can be configured to ask for dual-stack names instead (`UseDualStackEndpoint`), which no API
 * reports. A dual-stack endpoint gives the private name IPv6 addresses as well, so it serves such a client as it is.
 *
 * NAT64 is another thing than NAT: a route for 64:ff9b::/96 to a NAT gateway carries what DNS64 of the subnet has
 * made of an IPv4 address (VPC user guide, nat-gateway-nat64-dns64). Whether the agent then connects is not verified,
 * so a gateway that works leaves the path UNKNOWN, and one that does not makes it NONE.
 */
import type { Client } from './clients.ts';
import { egressByNatGateway } from './egress.ts';
import type { RouteFacts, SubnetFacts, VpcFacts } from './facts.ts';
import type { NamePath } from './name-path.ts';
import type { Network } from './network.ts';
import { cause, fact } from './verdict.ts';

const NAT64 = '64:ff9b::/96';

export function withoutIpv4(network: Network, vpc: VpcFacts, client: Client, base: NamePath): NamePath {
  const subnet = network.subnets.get(client.subnetId);
  const routes = subnet ? ipv6Routes(network, subnet) : [];
  const seen = fact(`${client.id} has no IPv4 address.`, client.subnetId);
  const nat64 = routes.find(({ cidr }) => cidr === NAT64);
  if (nat64?.target.kind === 'nat' && subnet?.dns64) {
    const behind = egressByNatGateway(network, vpc, nat64.target.id);
    if (behind.path !== 'NONE') {
      const carries = fact(`DNS64 and the NAT64 route to ${nat64.target.id} may carry it.`, nat64.target.id);
      return { ...base, facts: [...base.facts, seen, carries, ...behind.facts] };
    }
    return none(
      base,
      `${client.id} has no IPv4 address, and its NAT64 route leads to ${nat64.target.id}, which has no egress.`,
      client,
    );
  }
  const beyond = routes.find(({ target }) => target.kind !== 'local');
  if (base.resolvesTo === 'central' && beyond) {
    const leads = fact(
      `An IPv6 route to ${beyond.target.id} may lead to central endpoints.`,
      beyond.target.id,
    );
    return { ...base, facts: [...base.facts, seen, leads] };
  }
  return none(base, `${client.id} has no IPv4 address${why(routes, subnet, nat64)}.`, client);
}

function why(routes: Ipv6Route[], subnet: SubnetFacts | undefined, nat64: Ipv6Route | undefined): string {
  if (nat64 && !subnet?.dns64) return `; a NAT64 route exists, but DNS64 of ${subnet?.subnetId} is off`;
  const egress = routes.find(
    ({ cidr, target }) => cidr === '::/0' && (target.kind === 'eigw' || target.kind === 'igw'),
  );
  return egress
    ? `; IPv6 leaves by ${egress.target.id}, which helps only an agent with UseDualStackEndpoint`
    : ' and no IPv6 egress';
}

function none(base: NamePath, sentence: string, client: Client): NamePath {
  return {
    ...base,
    path: 'NONE',
    reasons: ['IPV6_ONLY'],
    facts: [...base.facts, cause('IPV6_ONLY', sentence, client.subnetId)],
  };
}

type Ipv6Route = Pick<RouteFacts, 'target'> & { cidr: string };

function ipv6Routes(network: Network, subnet: SubnetFacts): Ipv6Route[] {
  const routes = network.routeTableOf(subnet)?.routes ?? [];
  return routes.flatMap(({ destination, target, state }) =>
    destination.kind === 'ipv6' && state === 'active' ? [{ cidr: destination.cidr, target }] : [],
  );
}
