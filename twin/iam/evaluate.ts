/**
 * AWS's policy evaluation logic. Source: IAM user guide, reference_policies_evaluation-logic and
 * reference_policies_evaluation-logic-cross-account.
 *
 * 1. An explicit deny in any policy ends it. Where several types deny, one is named: in the order RCP,
 *    SCP, resource, identity, boundary, session (AWS names one, and doesn't say which).
 * 2. Every level of SCPs, root to account, must allow (orgs_manage_policies_scps_evaluation). RCPs, those of the
 *    resource's account, deny only: RCPFullAWSAccess is at every level and cannot be detached
 *    (orgs_manage_policies_rcps_syntax).
 * 3. A resource policy must allow where there is one: the only ones of the twin are trust policies, which
 *    AWS wants to allow even within the account. Across accounts the identity side is needed as well; within
 *    the account it suffices that the role or the session is named (principals.ts).
 * 4. Identity policies, then boundary, then session policies must each allow.
 */
import type { Evaluation, EvaluationRequest, Piece, Principal } from '../contract.ts';
import { checkConditions, type RequestContext } from './conditions.ts';
import { expandPattern, matchesResource, matchesText, type Variables } from './pattern.ts';
import { type Caller, nearest, type Reach, reachOf } from './principals.ts';

/** What a set of policies says. */
interface Verdict {
  denies: boolean;
  /** How near an Allow of a resource policy names the caller; `session` for an Allow of any other policy. */
  allows: Reach;
}

export function evaluate(request: EvaluationRequest): Evaluation {
  const asked = ask(request.action, request.resource, request.context);
  const identity = judge(request.identityPolicies, asked);
  const boundary = request.permissionsBoundary ? judge([request.permissionsBoundary], asked) : null;
  const session = request.sessionPolicies.length > 0 ? judge(request.sessionPolicies, asked) : null;
  const levels = request.serviceControlPolicies.map((level) => judge(level, asked));
  const guard = judge((request.resourceControlPolicies ?? []).flat(), asked);
  const resource = request.resourcePolicy
    ? judge([request.resourcePolicy.document], asked, callerOf(request))
    : null;

  if (guard.denies) return denied('explicit-deny-rcp');
  if (levels.some((level) => level.denies)) return denied('explicit-deny-scp');
  if (resource?.denies) return denied('explicit-deny-resource');
  if (identity.denies) return denied('explicit-deny-identity');
  if (boundary?.denies) return denied('explicit-deny-boundary');
  if (session?.denies) return denied('explicit-deny-session');

  if (levels.some((level) => level.allows === 'none')) return denied('implicit-deny-scp');
  if (resource?.allows === 'none') return denied('implicit-deny-resource');
  const granted = resource && request.resourcePolicy?.sameAccount ? resource.allows : 'none';
  if (granted === 'session') return { allowed: true, because: 'allowed' };
  if (granted !== 'role' && identity.allows === 'none') return denied('implicit-deny-identity');
  if (boundary?.allows === 'none') return denied('implicit-deny-boundary');
  if (session?.allows === 'none') return denied('implicit-deny-session');
  return { allowed: true, because: 'allowed' };
}

/**
 * Whether a role's trust policy lets an AWS service assume it, e.g. `ssm.amazonaws.com`. `context`:
 * `aws:SourceAccount` and `aws:SourceArn` where the service sets them.
 */
export function trustsService(
  trustPolicy: Piece,
  service: string,
  context: EvaluationRequest['context'] = {},
): boolean {
  const verdict = judge([trustPolicy], ask('sts:AssumeRole', '*', context), { service });
  return !verdict.denies && verdict.allows !== 'none';
}

/** Whether a resource policy that grants by itself allows the action, such as the one of an organization. */
export function grants(
  document: Piece,
  request: Pick<EvaluationRequest, 'action' | 'resource' | 'context'>,
  session: Principal,
): boolean {
  const asked = ask(request.action, request.resource, request.context);
  const verdict = judge([document], asked, { session });
  return !verdict.denies && verdict.allows !== 'none';
}

/** Whether resource control policies (by level) keep an AWS service from assuming the role. */
export function deniesService(
  policies: Piece[][],
  service: string,
  roleArn: string,
  context: EvaluationRequest['context'],
): boolean {
  const asked = { ...context, 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': service };
  return judge(policies.flat(), ask('sts:AssumeRole', roleArn, asked)).denies;
}

function denied(because: Exclude<Evaluation['because'], 'allowed'>): Evaluation {
  return { allowed: false, because };
}

function callerOf(request: EvaluationRequest): Caller {
  if (!request.principal) {
    throw new Error(`evaluate(${request.action}): a resource policy was given without a principal to match.`);
  }
  return { session: request.principal };
}

interface Asked {
  action: string;
  resource: string;
  context: RequestContext;
  variables: Variables;
}

function ask(action: string, resource: string, given: EvaluationRequest['context']): Asked {
  const context = new Map<string, readonly string[]>();
  const single = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
    // "You can use any single-valued condition key as a variable" (reference_policies_variables).
    if (typeof value === 'string') single.set(key.toLowerCase(), value);
  }
  return { action, resource, context, variables: (key) => single.get(key.toLowerCase()) };
}

/** `caller` is given for resource policies alone: they have a Principal, and a trust policy has no Resource. */
function judge(policies: readonly Piece[], asked: Asked, caller?: Caller): Verdict {
  let denies = false;
  const reaches: Reach[] = [];
  for (const policy of policies) {
    // "Policy variables were introduced in version 2012-10-17"; a missing Version is 2008-10-17.
    const variables = policy.Version === '2012-10-17' ? asked.variables : null;
    for (const statement of asList<Piece>(policy.Statement)) {
      const reach = caller ? reachOf(statement, caller) : 'session';
      if (reach === 'none' || !applies(statement, asked, variables, caller !== undefined)) continue;
      if (statement.Effect === 'Deny') denies = true;
      else if (statement.Effect === 'Allow') reaches.push(reach);
    }
  }
  return { denies, allows: nearest(reaches) };
}

/**
 * Whether action, resource and conditions fit. A statement that can't be resolved doesn't apply, be it Allow
 * or Deny: "If AWS cannot resolve a variable this might cause the entire statement to be invalid"
 * (reference_policies_variables; what a Deny does then is unverified). A Deny whose operator is unknown does
 * apply: better a rehearsal that is too strict.
 */
function applies(
  statement: Piece,
  asked: Asked,
  variables: Variables | null,
  resourceOptional: boolean,
): boolean {
  if (!fitsAction(statement, asked.action)) return false;
  if (!fitsResource(statement, asked.resource, variables, resourceOptional)) return false;
  const result = checkConditions(statement.Condition, asked.context, variables);
  return result === 'holds' || (result === 'unknown-operator' && statement.Effect === 'Deny');
}

/** "The prefix and the action name are case insensitive" (reference_policies_elements_action). */
function fitsAction(statement: Piece, action: string): boolean {
  const listed = (names: string | string[]) =>
    asList(names).some((name) => matchesText(expandPattern(name, null) ?? name, action, true));
  return statement.NotAction === undefined ? listed(statement.Action) : !listed(statement.NotAction);
}

function fitsResource(
  statement: Piece,
  resource: string,
  variables: Variables | null,
  optional: boolean,
): boolean {
  const negated = statement.NotResource !== undefined;
  const element = negated ? statement.NotResource : statement.Resource;
  if (element === undefined) return optional;
  let listed = false;
  for (const pattern of asList<string>(element)) {
    // "only in the resource portion of the ARN ... after the fifth colon"
    const expanded = expandPattern(pattern, variables, 5);
    if (expanded === null && negated) return false;
    if (expanded !== null && matchesResource(expanded, resource)) listed = true;
  }
  return listed !== negated;
}

function asList<T>(value: T | T[] | undefined | null): T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
