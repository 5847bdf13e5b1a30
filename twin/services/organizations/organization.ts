/** What the operations of Organizations share: who may call, and the organization's pieces as it shows them. */
import {
  AwsError,
  type Call,
  type Operation,
  type OrganizationFile,
  type Permission,
  type Piece,
} from '../../contract.ts';
import { grants } from '../../iam/evaluate.ts';
import { requestContext } from '../../request-context.ts';

/** Input members of a list. */
export const PAGE = ['NextToken', 'MaxResults'];

export const ACCOUNT_NOT_FOUND = (): AwsError =>
  new AwsError(
    'AccountNotFoundException',
    "You specified an account that doesn't exist in the organization.",
  );

export const PARENT_NOT_FOUND = (): AwsError =>
  new AwsError('ParentNotFoundException', "You specified a parent that doesn't exist.");

export function organizationOf({ state }: Call): OrganizationFile {
  return state.snapshot.organization;
}

/**
 * A read that "can be called only from the organization's management account or by a member account that
 * is a delegated administrator" (API reference, every operation but DescribeOrganization); "it's possible to delegate
 * any Organizations read-only action" by the resource policy (user guide, "Resource-based policy examples").
 */
export function readable(
  name: string,
  honours: string[],
  handle: (input: Piece, call: Call) => Piece,
  ask: (input: Piece, call: Call) => Omit<Permission, 'action'> = () => ({ resource: '*' }),
): Operation {
  return {
    honours,
    mutates: false,
    permissions: (input, call) => [{ action: `organizations:${name}`, ...ask(input, call) }],
    handle(input, call) {
      if (!isReader(call) && !isGranted({ action: `organizations:${name}`, ...ask(input, call) }, call)) {
        throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
      }
      return handle(input, call);
    },
  };
}

function isReader(call: Call): boolean {
  if (call.accountId === organizationOf(call).Organization.MasterAccountId) return true;
  return findDelegations(call).some(({ accountId }) => accountId === call.accountId);
}

/** By the organization's resource policy. */
export function isGranted(permission: Permission, call: Call): boolean {
  const policy: Piece | null | undefined = organizationOf(call).ResourcePolicy;
  if (!policy) return false;
  const { action, resource, context } = permission;
  const request = { action, resource, context: { ...requestContext(permission, call), ...context } };
  return grants(JSON.parse(policy.Content), request, call.principal);
}

/** A service of which an account is the delegated administrator; `service` undefined where no file says. */
interface Delegation {
  accountId: string;
  service: string | undefined;
  since: unknown;
}

/**
 * From the entries of list-delegated-administrators, which name no service: `ServicePrincipal`, or
 * `DelegatedServices` as list-delegated-services-for-account shows them, may be given besides.
 */
export function findDelegations(call: Call): Delegation[] {
  return organizationOf(call).DelegatedAdministrators.flatMap((entry): Delegation[] => {
    const since = entry.DelegationEnabledDate;
    const services: Piece[] = entry.DelegatedServices ?? [];
    if (services.length === 0) return [{ accountId: entry.Id, service: entry.ServicePrincipal, since }];
    return services.map((service) => ({
      accountId: entry.Id,
      service: service.ServicePrincipal,
      since: service.DelegationEnabledDate ?? since,
    }));
  });
}

/** Status was ACTIVE, SUSPENDED or PENDING_CLOSURE; closed accounts read SUSPENDED (user guide, account states). */
const STATUS_BY_STATE: Record<string, string> = {
  PENDING_ACTIVATION: 'ACTIVE',
  CLOSED: 'SUSPENDED',
};

/**
 * An account as list-accounts shows it. `Paths`: "the paths in the organization where the account exists";
 * in the form of the model's pattern of a
 * Path: `o-.../r-.../ou-.../<12 digits>/`.
 */
export function showAccount(account: Piece, call: Call): Piece {
  const state: string | undefined = account.State ?? account.Status;
  const path = [organizationOf(call).Organization.Id, ...call.state.organizationPath(account.Id), account.Id];
  return {
    ...account,
    State: state,
    Status: account.Status ?? (state === undefined ? undefined : (STATUS_BY_STATE[state] ?? state)),
    Paths: account.Paths ?? [`${path.join('/')}/`],
  };
}

/** What an id of the organization stands for; undefined where nothing has it. */
export function typeOf(
  id: string,
  call: Call,
): 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT' | 'POLICY' | undefined {
  const { Roots, OrganizationalUnits, Policies } = organizationOf(call);
  if (Roots.some(({ Id }) => Id === id)) return 'ROOT';
  if (OrganizationalUnits.some(({ Id }) => Id === id)) return 'ORGANIZATIONAL_UNIT';
  if (call.state.member(id)) return 'ACCOUNT';
  return Policies.some(({ PolicySummary }) => PolicySummary.Id === id) ? 'POLICY' : undefined;
}
