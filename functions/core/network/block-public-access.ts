/**
 * VPC Block Public Access. "Bidirectional: all traffic to and from internet gateways and egress-only
 * internet gateways in this Region (except for excluded VPCs and subnets) is blocked. Ingress-only: ...
 * only traffic to and from NAT gateways and egress-only internet gateways is allowed" (VPC user guide,
 * security-vpc-bpa). An `allow-egress` exclusion "only applies when VPC Block Public Access is set to
 * Bidirectional" (EC2 model, InternetGatewayExclusionMode). Gateway Load Balancers and Network Firewall
 * are blocked "even if the subnet containing" their endpoints is excluded (security-vpc-bpa-basics), so
 * for them only an exclusion of the VPC counts.
 */
import type { BlockMode, SubnetFacts, VpcFacts } from './facts.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import { type Fact, fact, unreadable } from './verdict.ts';

/** null: nothing shows it. */
const STRICTNESS: readonly (BlockMode | null)[] = [null, 'off', 'block-ingress', 'block-bidirectional'];

/** How the path leaves: directly by an igw, by a NAT gateway behind one, or by a firewall endpoint. */
export type WayOut = 'direct' | 'nat' | 'firewall';

export type BlockVerdict =
  | { kind: 'open' }
  | { kind: 'blocked'; fact: Fact }
  | { kind: 'unknown'; fact: Fact };

/** `subnet` is the one that holds the igw route: the NAT gateway's own; null for a regional NAT gateway. */
export function blockPublicAccess(
  network: Network,
  vpc: VpcFacts,
  subnet: SubnetFacts | null,
  way: WayOut,
): BlockVerdict {
  const mode = modeOf(network, vpc, subnet);
  if (mode === null) {
    const failure = failureOf(network.observation.blockPublicAccess);
    return failure ? { kind: 'unknown', fact: unreadable(failure) } : { kind: 'open' };
  }
  if (mode === 'off' || (mode === 'block-ingress' && way !== 'direct')) return { kind: 'open' };
  if (!isOwn(network, vpc)) {
    return {
      kind: 'unknown',
      fact: fact(`VPC Block Public Access is ${mode}; exclusions are seen by the owner alone.`, vpc.vpcId),
    };
  }
  const failure = failureOf(network.observation.exclusions);
  if (failure) return { kind: 'unknown', fact: unreadable(failure) };
  const subnetId = way === 'firewall' ? null : (subnet?.subnetId ?? null);
  const excluded = valuesOf(network.observation.exclusions).some(
    (exclusion) =>
      exclusion.inForce &&
      (exclusion.resourceId === vpc.vpcId || exclusion.resourceId === subnetId) &&
      (exclusion.mode === 'allow-bidirectional' || mode === 'block-bidirectional'),
  );
  if (excluded) return { kind: 'open' };
  return {
    kind: 'blocked',
    fact: fact(
      `VPC Block Public Access is ${mode} and no exclusion covers ${subnetId ?? vpc.vpcId}.`,
      subnetId ?? vpc.vpcId,
    ),
  };
}

/**
 * The strictest of what the account's options and the states of VPC and subnet say. In a shared VPC the
 * options are the participant's own, so there the states alone count. null where nothing shows it.
 */
function modeOf(network: Network, vpc: VpcFacts, subnet: SubnetFacts | null): BlockMode | null {
  const { blockPublicAccess: options } = network.observation;
  const ofAccount = isOwn(network, vpc) && options?.kind === 'value' ? options.value.mode : null;
  return [vpc.blockMode, subnet?.blockMode ?? null].reduce(stricterOf, ofAccount);
}

function isOwn(network: Network, vpc: VpcFacts): boolean {
  return vpc.ownerId === network.observation.accountId;
}

function stricterOf(one: BlockMode | null, other: BlockMode | null): BlockMode | null {
  return STRICTNESS.indexOf(other) > STRICTNESS.indexOf(one) ? other : one;
}
