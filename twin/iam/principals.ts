/** The Principal and NotPrincipal elements. Source: IAM user guide, reference_policies_elements_principal. */
import type { Piece, Principal } from '../contract.ts';

/** Who asks: a role session, or an AWS service by its name (`ssm.amazonaws.com`). */
export type Caller = { session: Principal } | { service: string };

/**
 * How near a statement names the caller.
 * - `account`: its account (`root`, the bare id): "delegates authority to the account", identity policies decide;
 * - `role`: the role, its unique id, or everyone: grants by itself within the account, limited by an implicit
 *   deny of boundary and session policy;
 * - `session`: the session itself: "not limited by an implicit deny in an identity-based policy, a permissions
 *   boundary, or session policy" (reference_policies_evaluation-logic).
 */
export type Reach = 'none' | 'account' | 'role' | 'session';

/** Nearest first. */
const NEAREST: Reach[] = ['session', 'role', 'account'];

/** How near the statement's Principal or NotPrincipal names the caller; `none`: it doesn't apply. */
export function reachOf(statement: Piece, caller: Caller): Reach {
  if (statement.NotPrincipal !== undefined) return reachOfNot(statement, caller);
  return nearest(namesOf(statement.Principal).map((name) => reachOfName(name, caller)));
}

export function nearest(reaches: Reach[]): Reach {
  return NEAREST.find((reach) => reaches.includes(reach)) ?? 'none';
}

/**
 * A Deny spares a session only where its ARN, its role's and its account's are all in NotPrincipal
 * (reference_policies_elements_notprincipal); an Allow passes over it where any of them does.
 */
function reachOfNot(statement: Piece, caller: Caller): Reach {
  const reaches = namesOf(statement.NotPrincipal).map((name) => reachOfName(name, caller));
  const everyone = namesOf(statement.NotPrincipal).some(({ name }) => name === '*');
  const needed: Reach[] = 'service' in caller ? ['role'] : ['account', 'role', 'session'];
  const spared =
    everyone ||
    (statement.Effect === 'Deny'
      ? needed.every((reach) => reaches.includes(reach))
      : reaches.some((reach) => reach !== 'none'));
  return spared ? 'none' : 'role';
}

interface Named {
  type: string;
  name: string;
}

function namesOf(element: unknown): Named[] {
  if (element === '*') return [{ type: 'AWS', name: '*' }];
  if (typeof element !== 'object' || element === null) return [];
  return Object.entries(element).flatMap(([type, names]) =>
    (Array.isArray(names) ? names : [names]).map((name) => ({ type, name: String(name) })),
  );
}

function reachOfName({ type, name }: Named, caller: Caller): Reach {
  if (type === 'AWS' && name === '*') return 'role';
  if ('service' in caller) return type === 'Service' && name === caller.service ? 'role' : 'none';
  if (type !== 'AWS') return 'none';
  const { session } = caller;
  if (name === session.arn) return 'session';
  // A deleted and recreated role has another id: IAM stores the id, so the old trust doesn't hold.
  if (name === session.roleArn || name === session.userId.split(':')[0]) return 'role';
  if (name === session.accountId || isRootOf(name, session.accountId)) return 'account';
  return 'none';
}

function isRootOf(arn: string, accountId: string): boolean {
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(arn)?.[1] === accountId;
}
