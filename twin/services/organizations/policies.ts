/** Policies of the organization and what they are attached to. */
import { AwsError, type Call, type Operations, type Piece } from '../../contract.ts';
import { paginate } from '../../pages.ts';
import { organizationOf, PAGE, readable, typeOf } from './organization.ts';
import { onResource, withKey } from './permissions.ts';

export const POLICY_OPERATIONS: Operations = {
  ListPolicies: readable(
    'ListPolicies',
    [...PAGE, 'Filter'],
    (input, call) => showPolicies(policiesOf(input.Filter, call), input, call),
    withKey('organizations:PolicyType', 'Filter'),
  ),
  ListPoliciesForTarget: readable(
    'ListPoliciesForTarget',
    [...PAGE, 'TargetId', 'Filter'],
    (input, call) => {
      const type = typeOf(input.TargetId, call);
      if (type === undefined || type === 'POLICY') {
        throw new AwsError('TargetNotFoundException', "You specified a target that doesn't exist.");
      }
      const attached = policiesOf(input.Filter, call).filter((policy) =>
        targetsOf(policy).some(({ TargetId }) => TargetId === input.TargetId),
      );
      return showPolicies(attached, input, call);
    },
    onResource('TargetId'),
  ),
  DescribePolicy: readable(
    'DescribePolicy',
    ['PolicyId'],
    (input, call) => {
      const { PolicySummary, Content } = findPolicy(input.PolicyId, call);
      return { Policy: { PolicySummary, Content } };
    },
    onResource('PolicyId'),
  ),
  ListTargetsForPolicy: readable(
    'ListTargetsForPolicy',
    [...PAGE, 'PolicyId'],
    (input, call) => {
      const targets = targetsOf(findPolicy(input.PolicyId, call));
      const { items, token } = paginate(targets, input.NextToken, input.MaxResults, call, {
        aws: 20,
        most: 20,
      });
      return { Targets: items.map((target) => showTarget(target, call)), NextToken: token };
    },
    onResource('PolicyId'),
  ),
};

function policiesOf(type: string, call: Call): Piece[] {
  return organizationOf(call).Policies.filter(({ PolicySummary }) => PolicySummary.Type === type);
}

export function targetsOf(policy: Piece): Piece[] {
  return policy.Targets ?? [];
}

export function findPolicy(policyId: string, call: Call): Piece {
  const policy = organizationOf(call).Policies.find(({ PolicySummary }) => PolicySummary.Id === policyId);
  if (policy) return policy;
  throw new AwsError('PolicyNotFoundException', "You specified a policy that doesn't exist.");
}

function showPolicies(policies: Piece[], input: Piece, call: Call): Piece {
  const { items, token } = paginate(policies, input.NextToken, input.MaxResults, call, { aws: 20, most: 20 });
  return { Policies: items.map(({ PolicySummary }) => PolicySummary), NextToken: token };
}

/** The snapshot names the target's id, and what else list-targets-for-policy printed. */
function showTarget(target: Piece, call: Call): Piece {
  const { Roots, OrganizationalUnits } = organizationOf(call);
  const named: Piece | undefined =
    call.state.member(target.TargetId) ??
    [...Roots, ...OrganizationalUnits].find(({ Id }) => Id === target.TargetId);
  return { Arn: named?.Arn, Name: named?.Name, Type: typeOf(target.TargetId, call), ...target };
}
