/** What a reader of a snapshot must know before it trusts what the twin of it shows. */
import type { OrganizationFile } from '../contract.ts';
import { policyTypesNotEvaluated } from '../policy-types.ts';

/** Whole sentences, without a full stop at the end. */
export function notesOf(organization: OrganizationFile): string[] {
  const older = organization.Accounts.filter(({ State }) => State === undefined).length;
  return [
    ...policyTypesNotEvaluated(organization).map(
      (type) =>
        `the organization uses ${type}, which the twin does not evaluate: AWS may refuse what the twin allows`,
    ),
    ...(older > 0
      ? [
          `${older} of ${organization.Accounts.length} accounts have no State (an older client wrote them): it is read from Status, which does not say CLOSED or PENDING_ACTIVATION`,
        ]
      : []),
  ];
}
