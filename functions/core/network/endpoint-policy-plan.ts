/** The policies of endpoints of ours that exist: set where they are not the configured one, left where others set them. */
import type { Change } from '../model/change.ts';
import type { Make } from './change-maker.ts';
import type { EndpointFacts } from './facts.ts';
import type { Network } from './network.ts';
import { ourEndpoints } from './ownership.ts';
import { FULL_ACCESS, isSamePolicy, policySetOn } from './policy-comparison.ts';

export interface PolicyContext {
  /** Of our interface endpoints, as JSON; null: AWS's default. */
  endpointPolicy: string | null;
  /** Of our gateway endpoints. */
  gatewayPolicy: string | null;
  journalled: ReadonlySet<string>;
}

/** An endpoint of ours whose policy is not the configured one; with `full` only a policy that we set is reset. */
export function policyChange(
  { endpointId, policy, state, type }: EndpointFacts,
  make: Make,
  { endpointPolicy, gatewayPolicy, journalled }: PolicyContext,
): Change | null {
  const configured = type === 'gateway' ? gatewayPolicy : endpointPolicy;
  const wanted = configured ?? FULL_ACCESS;
  if (state !== 'available' || isSamePolicy(policy, wanted)) return null;
  if (configured === null && !(policy !== null && journalled.has(policySetOn(endpointId, policy)))) {
    return null;
  }
  return make(endpointId, {
    resource: endpointId,
    action: { kind: 'SetEndpointPolicy', endpointId, policy: wanted },
    expected: { policy },
    inverse: { kind: 'SetEndpointPolicy', endpointId, policy: policy ?? FULL_ACCESS },
  });
}

/** Our endpoints with a policy of others, which `full` leaves alone. */
export function endpointsWithForeignPolicy(
  network: Network,
  vpcId: string,
  { endpointPolicy, journalled }: Pick<PolicyContext, 'endpointPolicy' | 'journalled'>,
): string[] {
  if (endpointPolicy !== null) return [];
  return ourEndpoints(network, vpcId, journalled)
    .filter(({ policy }) => !isSamePolicy(policy, null))
    .filter(({ endpointId, policy }) => !journalled.has(policySetOn(endpointId, policy ?? FULL_ACCESS)))
    .map(({ endpointId }) => endpointId);
}
