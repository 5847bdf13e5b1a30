import {
  AwsError,
  type Call,
  type Evaluation,
  type EvaluationRequest,
  type Permission,
  type Piece,
} from './contract.ts';
import { reportDecision } from './decisions.ts';
import { evaluate } from './iam/evaluate.ts';
import { policiesInEffect } from './iam/policies.ts';
import { requestContext } from './request-context.ts';

const ADMINISTRATOR: Piece = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Throws AwsError in the service's words if one of the permissions is not allowed. */
export function authorize(permissions: readonly Permission[], call: Call): void {
  for (const permission of permissions) {
    const { because } = evaluateCall(permission, call);
    if (because !== 'allowed') throw denial(permission, because, call);
  }
}

/** Evaluates what binds the caller; with `trust`, also the trust policy of the role in question. */
export function evaluateCall(
  permission: Permission,
  call: Call,
  trust?: { document: Piece; sameAccount: boolean },
): Evaluation {
  const { principal, state } = call;
  const identity = principal.madeUp
    ? { policies: [ADMINISTRATOR], boundary: null }
    : policiesInEffect(state, principal.accountId, principal.roleName);
  const request: EvaluationRequest = {
    action: permission.action,
    resource: permission.resource,
    context: { ...requestContext(permission, call), ...permission.context },
    identityPolicies: identity.policies,
    permissionsBoundary: identity.boundary,
    sessionPolicies: principal.sessionPolicies,
    serviceControlPolicies: state.serviceControlPolicies(principal.accountId),
    resourceControlPolicies: guardsOf(permission, call),
    resourcePolicy: trust ?? null,
    principal,
  };
  const evaluation = evaluate(request);
  reportDecision(state, { principal, request, because: evaluation.because });
  return evaluation;
}

/** Services of the twin whose resources RCPs cover (Organizations user guide, orgs_manage_policies_rcps). */
const COVERED_BY_RCPS = new Set(['sts']);

/** "RCPs don't affect calls made by service-linked roles": those have AWS's path. */
function guardsOf({ action, resource }: Permission, { principal, state }: Call): Piece[][] {
  if (!COVERED_BY_RCPS.has(action.split(':')[0] ?? '')) return [];
  if (/:role\/aws-service-role\//.test(principal.roleArn)) return [];
  const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
  return owner === undefined ? [] : state.resourceControlPolicies(owner);
}

/**
 * Why, in AWS's words. Source: IAM user guide, troubleshoot_access-denied ("Examples of access denied
 * error messages").
 */
const REASONS: Record<Exclude<Evaluation['because'], 'allowed'>, (action: string) => string> = {
  'explicit-deny-identity': () => 'with an explicit deny in an identity-based policy',
  'explicit-deny-boundary': () => 'with an explicit deny in a permissions boundary',
  'explicit-deny-session': () => 'with an explicit deny in a session policy',
  'explicit-deny-scp': () => 'with an explicit deny in a service control policy',
  'explicit-deny-rcp': () => 'with an explicit deny in a resource control policy',
  'explicit-deny-resource': () => 'with an explicit deny in a resource-based policy',
  'implicit-deny-identity': (action) => `because no identity-based policy allows the ${action} action`,
  'implicit-deny-boundary': (action) => `because no permissions boundary allows the ${action} action`,
  'implicit-deny-session': (action) => `because no session policy allows the ${action} action`,
  'implicit-deny-scp': (action) => `because no service control policy allows the ${action} action`,
  'implicit-deny-resource': (action) => `because no resource-based policy allows the ${action} action`,
};

const JSON_SERVICES = new Set(['ssm', 'organizations', 'route53resolver', 'cloudtrail']);
const REST_JSON_SERVICES = new Set(['account', 'lambda', 'ram', 'route53profiles']);

function denial(
  { action, resource }: Permission,
  because: Exclude<Evaluation['because'], 'allowed'>,
  { service, principal }: Call,
): AwsError {
  const reason = REASONS[because](action);
  if (service === 'ec2') {
    // EC2 names no resource where the action has none
    const on = resource === '*' ? '' : ` on resource: ${resource}`;
    return new AwsError(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. User: ${principal.arn} is not authorized to perform: ${action}${on} ${reason}`,
      403,
    );
  }
  const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  if (JSON_SERVICES.has(service)) return new AwsError('AccessDeniedException', message, 400);
  if (REST_JSON_SERVICES.has(service)) return new AwsError('AccessDeniedException', message, 403);
  return new AwsError('AccessDenied', message, 403);
}
