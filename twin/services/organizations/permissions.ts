/**
 * What reads of Organizations are authorized on: resource types and condition keys of the service authorization
 * reference, AWS Organizations. Other reads have no resource type.
 */
import type { Call, Permission, Piece } from '../../contract.ts';
import { organizationOf } from './organization.ts';

type Asked = Omit<Permission, 'action'>;

/** An account, organizational unit, root or policy by its id, with its tags as `aws:ResourceTag/...`. */
export function onResource(member: string): (input: Piece, call: Call) => Asked {
  return (input, call) => {
    const id = String(input[member] ?? '');
    const found = findResource(id, call);
    const tags: Piece[] = found?.Tags ?? [];
    return {
      resource: found?.Arn ?? arnOf(id, call),
      context: {
        ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, String(Value)])),
        ...(found?.Type !== undefined && { 'organizations:PolicyType': found.Type }),
        ...(input.Filter !== undefined && { 'organizations:PolicyType': String(input.Filter) }),
      },
    };
  };
}

/** On everything, with a member of the input as a condition key where it is given. */
export function withKey(key: string, member: string): (input: Piece) => Asked {
  return ({ [member]: value }) => ({
    resource: '*',
    ...(value !== undefined && { context: { [key]: String(value) } }),
  });
}

function findResource(id: string, call: Call): Piece | undefined {
  const { Roots, OrganizationalUnits, Policies } = organizationOf(call);
  const policies = Policies.map(({ PolicySummary, Tags }) => ({ ...PolicySummary, Tags }));
  return (
    call.state.member(id) ??
    [...Roots, ...OrganizationalUnits].find(({ Id }) => Id === id) ??
    policies.find((policy: Piece) => policy.Id === id)
  );
}

/** The ARN that something of this id would have; a policy's type is in it, and is not known. */
function arnOf(id: string, call: Call): string {
  const { Id, MasterAccountId } = organizationOf(call).Organization;
  const kind = id.startsWith('ou-') ? 'ou' : id.startsWith('r-') ? 'root' : 'account';
  const path = id.startsWith('p-') ? `policy/${Id}/*/${id}` : `${kind}/${Id}/${id}`;
  return `arn:${call.state.partition}:organizations::${MasterAccountId}:${path}`;
}
