/**
 * A recreated role is another role. IAM keeps a principal by its unique id: "if you delete the role, you break the
 * relationship ... even if you recreate the role because the new role has a new principal ID", and a trust policy
 * shows that id then (IAM user guide, reference_policies_elements_principal, "IAM role principals").
 */
import type { Call, Piece, Snapshot } from '../../contract.ts';
import { trustPolicyOf } from '../../iam/policies.ts';

/** Id of the role of a name that was deleted last, by account and name in lower case. */
const deleted = new WeakMap<Snapshot, Map<string, string>>();

/** What makes the id of the account's next role of this name another one: the id of the role before it, if any. */
export function previousId(call: Call, roleName: string): string[] {
  const id = deleted.get(call.state.snapshot)?.get(keyOf(call, roleName));
  return id === undefined ? [] : [id];
}

/** Remembers the deletion, and puts the role's id where trust policies of the organization name its ARN. */
export function forgetPrincipal(role: Piece, call: Call): void {
  const { snapshot } = call.state;
  const ids = deleted.get(snapshot) ?? new Map<string, string>();
  deleted.set(snapshot, ids.set(keyOf(call, role.RoleName), role.RoleId));
  for (const account of snapshot.accounts.values()) {
    for (const other of (account.Iam.RoleDetailList ?? []) as Piece[]) {
      const changed = withId(trustPolicyOf(other), role);
      if (changed) other.AssumeRolePolicyDocument = changed;
    }
  }
}

/** The document with the id in place of the ARN; undefined: it doesn't name the role as a principal. */
function withId(document: Piece, { Arn, RoleId }: Piece): Piece | undefined {
  let changed = false;
  const replaced = (name: unknown) => {
    if (name !== Arn) return name;
    changed = true;
    return RoleId;
  };
  const Statement = ([document.Statement].flat() as Piece[]).map((statement) => {
    const names: unknown = statement?.Principal?.AWS;
    if (names === undefined) return statement;
    const AWS = Array.isArray(names) ? names.map(replaced) : replaced(names);
    return { ...statement, Principal: { ...statement.Principal, AWS } };
  });
  return changed ? { ...document, Statement } : undefined;
}

function keyOf({ accountId }: Call, roleName: string): string {
  return `${accountId}/${String(roleName).toLowerCase()}`;
}
