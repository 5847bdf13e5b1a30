/** Policy types of Organizations: those that the twin evaluates, and those of a snapshot that it does not. */
import type { OrganizationFile, Piece } from './contract.ts';

export const EVALUATED_POLICY_TYPES = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const;
export type EvaluatedPolicyType = (typeof EVALUATED_POLICY_TYPES)[number];

/** Types that the root has enabled or that a policy has, sorted: what they do in AWS, the twin does not show. */
export function policyTypesNotEvaluated({ Roots, Policies }: OrganizationFile): string[] {
  const enabled = ((Roots[0]?.PolicyTypes ?? []) as Piece[])
    .filter(({ Status }) => Status === 'ENABLED')
    .map(({ Type }) => String(Type));
  const present = Policies.map(({ PolicySummary }) => String(PolicySummary.Type));
  const evaluated: readonly string[] = EVALUATED_POLICY_TYPES;
  return [...new Set([...enabled, ...present])].filter((type) => !evaluated.includes(type)).sort();
}
