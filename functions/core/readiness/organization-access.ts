/**
 * Whether the operator account may read the organization: as delegated administrator of any service, or by the
 * organization's resource policy (Organizations user guide, "Delegated administrator", "Resource-based policy examples").
 */
import type { AccountId } from '../model/primitives.ts';
import { matchesPattern } from '../text-pattern.ts';
import { type CheckFinding, ok } from './finding.ts';

const CHECK = 'delegated administrator';
/** Explorer and Quick Setup: one delegated administrator at most (Systems Manager user guide). */
const EXPLORER = 'ssm.amazonaws.com';

/** A service with one of its delegated administrators; null: the files of a snapshot name no service. */
export interface Delegation {
  accountId: AccountId;
  service: string | null;
}

export interface ManagementView {
  operatorAccountId: AccountId;
  delegations: readonly Delegation[];
  /** Text of the organization's resource policy; null: there is none. */
  resourcePolicy: string | null;
  /** Actions that the service needs. */
  reads: readonly string[];
}

/** From the management account, which sees every registration and the policy. */
export function judgeAccessFromManagement(view: ManagementView): CheckFinding {
  const { operatorAccountId, delegations, resourcePolicy, reads } = view;
  const own = delegations.filter(({ accountId }) => accountId === operatorAccountId);
  if (own.length > 0) return ok(CHECK, `${operatorAccountId} administers ${servicesOf(own)}.`);
  const granted = resourcePolicy === null ? [] : grantedReads(resourcePolicy, operatorAccountId, reads);
  const missing = reads.filter((action) => !granted.includes(action));
  if (missing.length === 0)
    return ok(CHECK, `The organization's resource policy lets ${operatorAccountId} read the organization.`);
  if (granted.length > 0) {
    return {
      check: CHECK,
      status: 'failed',
      found: `The organization's resource policy lets ${operatorAccountId} read the organization but for ${missing.join(', ')}.`,
      fix: 'Add the missing actions to its statement in the resource policy.',
      command: delegationCommand(operatorAccountId),
    };
  }
  const explorer = delegations.find(({ service }) => service === EXPLORER);
  if (explorer) {
    return {
      check: CHECK,
      status: 'failed',
      found: `${operatorAccountId} is delegated administrator of no service, and no resource policy lets it read the organization; ${EXPLORER} (Explorer, Quick Setup) has ${explorer.accountId} already and takes one account only.`,
      fix: `Leave that registration as it is, and let ${operatorAccountId} read by the resource policy${merged(resourcePolicy)}, or register it for another service.`,
      command: delegationCommand(operatorAccountId),
    };
  }
  return {
    check: CHECK,
    status: 'failed',
    found: `${operatorAccountId} is delegated administrator of no service, and no resource policy lets it read the organization.`,
    fix: `Register it for a service that has trusted access (ssm.amazonaws.com or any other), or let it read by the resource policy${merged(resourcePolicy)} (dhmc template delegation-policy).`,
    command: `aws organizations register-delegated-administrator --account-id ${operatorAccountId} --service-principal ssm.amazonaws.com`,
  };
}

const merged = (resourcePolicy: string | null): string =>
  resourcePolicy === null ? '' : ' (merge the statement into the policy that exists)';

const delegationCommand = (accountId: AccountId): string =>
  `dhmc template delegation-policy --operator-account ${accountId}`;

/** From the operator account: reads were tried one by one. */
export function judgeReads(
  tried: readonly { action: string; denied: boolean }[],
  caller: AccountId,
): CheckFinding {
  const check = 'organization reads';
  const denied = tried.filter((each) => each.denied).map(({ action }) => action);
  if (denied.length === 0) return ok(check, 'Every one that the service makes was answered.');
  return {
    check,
    status: 'failed',
    found: `Denied: ${denied.join(', ')}.`,
    fix: "Where the operator account reads by the organization's resource policy, add these actions to its statement; where it is a delegated administrator, the credentials or a service control policy lack them.",
    command: delegationCommand(caller),
  };
}

/** What is known of the way in, from the operator account itself. */
export function describeOwnAccess(services: readonly string[] | null): string {
  if (services === null) return 'by the resource policy or a service that cannot be named from here';
  return services.length === 0 ? 'by the resource policy' : `as administrator of ${services.join(', ')}`;
}

function servicesOf(delegations: readonly Delegation[]): string {
  const named = delegations.flatMap(({ service }) => (service === null ? [] : [service]));
  return named.length === 0 ? 'a service' : named.join(', ');
}

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  Condition?: unknown;
}

/**
 * Actions that the policy allows the account on everything. A statement with conditions, or for some resources only,
 * is not counted, and whatever a Deny may take from the account is left out: better a check that asks twice than one that
 * is wrong.
 */
function grantedReads(text: string, accountId: AccountId, reads: readonly string[]): string[] {
  const statements = statementsOf(text);
  const allows = statements.filter(
    ({ Effect, Principal, Condition, Resource }) =>
      Effect === 'Allow' &&
      names(Principal, accountId) &&
      Condition === undefined &&
      listOf(Resource).includes('*'),
  );
  const denies = statements.filter(
    ({ Effect, Principal }) => Effect === 'Deny' && mayName(Principal, accountId),
  );
  return reads.filter(
    (action) =>
      allows.some(({ Action }) => lists(Action, action)) &&
      !denies.some(({ Action, NotAction }) =>
        NotAction === undefined ? lists(Action, action) : !lists(NotAction, action),
      ),
  );
}

function lists(actions: unknown, action: string): boolean {
  return listOf(actions).some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase()));
}

function statementsOf(text: string): Statement[] {
  try {
    const document = JSON.parse(text) as { Statement?: unknown } | null;
    return [document?.Statement].flat().filter((each): each is Statement => Object(each) === each);
  } catch {
    return [];
  }
}

/** A Deny for a role or a session of the account may be for ours, and one with NotPrincipal for everything but a few. */
function mayName(principal: unknown, accountId: AccountId): boolean {
  return (
    principal === undefined || names(principal, accountId) || JSON.stringify(principal).includes(accountId)
  );
}

function names(principal: unknown, accountId: AccountId): boolean {
  if (principal === '*') return true;
  return listOf((principal as { AWS?: unknown } | null)?.AWS).some(
    (name) =>
      name === '*' || name === accountId || new RegExp(`^arn:[^:]+:iam::${accountId}:root$`).test(name),
  );
}

function listOf(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each): each is string => typeof each === 'string');
}
