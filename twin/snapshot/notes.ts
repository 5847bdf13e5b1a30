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
    ...policiesByOrigin(organization).map(
      ({ name, keys }) =>
        `the policy ${name} depends on where a call comes from (${keys.join(', ')}), which the twin does not know: AWS may decide otherwise`,
    ),
    ...(older > 0
      ? [
          `${older} of ${organization.Accounts.length} accounts have no State (an older client wrote them): it is read from Status, which does not say CLOSED or PENDING_ACTIVATION`,
        ]
      : []),
  ];
}

/** Set to the loopback address or left out (twin/request-context.ts): where the service will run is not in a snapshot. */
const ORIGIN =
  /^aws:(SourceIp|SourceVpc|SourceVpcArn|SourceVpce|VpcSourceIp|VpceAccount|VpceOrgID|VpceOrgPaths)$/i;

/** Of the evaluated types. */
function policiesByOrigin({ Policies }: OrganizationFile): { name: string; keys: string[] }[] {
  const evaluated: readonly string[] = EVALUATED_POLICY_TYPES;
  return Policies.flatMap(({ PolicySummary, Content }) => {
    if (!evaluated.includes(PolicySummary.Type)) return [];
    const statements: Piece[] = [JSON.parse(Content).Statement ?? []].flat();
    const named = statements.flatMap(({ Condition }) =>
      Object.values<Piece>(Condition ?? {}).flatMap((test) => Object.keys(test)),
    );
    const keys = [...new Set(named.filter((key) => ORIGIN.test(key)))].sort();
    return keys.length === 0 ? [] : [{ name: String(PolicySummary.Name ?? PolicySummary.Id), keys }];
  });
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
