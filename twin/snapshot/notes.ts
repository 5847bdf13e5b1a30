/** What a reader of a snapshot must know before it trusts what the twin of it shows. */
import type { OrganizationFile, Piece } from '../contract.ts';
import { EVALUATED_POLICY_TYPES, policyTypesNotEvaluated } from '../policy-types.ts';

/** Whole sentences, without a full stop at the end. */
export function notesOf(organization: OrganizationFile): string[] {
  const older = organization.Accounts.filter(({ State }) => State === undefined).length;
  return [
    ...policyTypesNotEvaluated(organization).map(
      (type) =>
        `the organization uses ${type}, which the twin does not evaluate: AWS may refuse what the twin allows`,
    ),
    ...enabledWithoutPolicies(organization).map(
      (type) =>
        `${type} is enabled in the organization, and the snapshot holds none: AWS may refuse what the twin allows`,
    ),
    ...(older > 0
      ? [
          `${older} of ${organization.Accounts.length} accounts have no State (an older client wrote them): it is read from Status, which does not say CLOSED or PENDING_ACTIVATION`,
        ]
      : []),
  ];
}

/** A type that is enabled has one policy of AWS at least; without any, they could not be read. */
function enabledWithoutPolicies({ Roots, Policies }: OrganizationFile): string[] {
  const enabled: Piece[] = Roots[0]?.PolicyTypes ?? [];
  return EVALUATED_POLICY_TYPES.filter(
    (type) =>
      enabled.some(({ Type, Status }) => Type === type && Status === 'ENABLED') &&
      !Policies.some(({ PolicySummary }) => PolicySummary.Type === type),
  );
}
