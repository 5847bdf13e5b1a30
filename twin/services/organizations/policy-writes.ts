/**
 * Writes of policies. Sources: Organizations API reference (operations, errors and their reasons); quotas: user guide,
 * orgs_reference_limits; words of ConstraintViolationException: hashicorp/terraform-provider-aws #26797, #41493.
 * ConcurrentModificationException and PolicyChangesInProgressException come from faults alone.
 */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../../contract.ts';
import { EVALUATED_POLICY_TYPES, type EvaluatedPolicyType } from '../../policy-types.ts';
import { requestTagContext } from '../iam/entities.ts';
import { organizationOf, typeOf } from './organization.ts';
import { onResource } from './permissions.ts';
import { findPolicy, targetsOf } from './policies.ts';
import { checkContent } from './policy-documents.ts';
import { constraintViolation, invalidInput } from './refusals.ts';
import { changeBelow, writable } from './writable.ts';

/** "Number of policies of each type in an organization". */
const MOST_POLICIES: Record<EvaluatedPolicyType, number> = {
  SERVICE_CONTROL_POLICY: 10_000,
  RESOURCE_CONTROL_POLICY: 1_000,
};
/** Policies of a type that a root, organizational unit or account can have. */
const MOST_ATTACHED = 5;

export const POLICY_WRITES: Operations = {
  AttachPolicy: writable(true, ['PolicyId', 'TargetId'], askOfBoth('AttachPolicy'), (input, call) => {
    const policy = findPolicy(input.PolicyId, call);
    const type = evaluatedType(policy.PolicySummary.Type);
    checkTarget(input.TargetId, call);
    if (!isEnabled(type, call)) {
      throw new AwsError(
        'PolicyTypeNotEnabledException',
        'This operation can be performed only for enabled policy types.',
      );
    }
    if (isAttached(policy, input.TargetId)) {
      throw new AwsError(
        'DuplicatePolicyAttachmentException',
        'The selected policy is already attached to the specified target.',
      );
    }
    if (attachedTo(input.TargetId, type, call) >= MOST_ATTACHED) {
      throw constraintViolation(
        'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
        'You have attached the maximum number of policies to the specified target.',
      );
    }
    changeBelow([input.TargetId], call, () => {
      policy.Targets = [
        ...targetsOf(policy),
        { TargetId: input.TargetId, Type: typeOf(input.TargetId, call) },
      ];
    });
    return {};
  }),
  DetachPolicy: writable(true, ['PolicyId', 'TargetId'], askOfBoth('DetachPolicy'), (input, call) => {
    const policy = findPolicy(input.PolicyId, call);
    const type = evaluatedType(policy.PolicySummary.Type);
    checkTarget(input.TargetId, call);
    if (!isAttached(policy, input.TargetId)) {
      throw new AwsError(
        'PolicyNotAttachedException',
        "The policy isn't attached to the specified target in the specified root.",
      );
    }
    if (type === 'RESOURCE_CONTROL_POLICY' && policy.PolicySummary.AwsManaged === true) {
      throw invalidInput('NON_DETACHABLE_POLICY', "You can't detach this AWS Managed Policy.");
    }
    // "Every root, OU, and account must have at least one SCP attached."
    if (type === 'SERVICE_CONTROL_POLICY' && attachedTo(input.TargetId, type, call) === 1) {
      throw constraintViolation(
        'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
        'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
      );
    }
    changeBelow([input.TargetId], call, () => {
      policy.Targets = targetsOf(policy).filter(({ TargetId }) => TargetId !== input.TargetId);
    });
    return {};
  }),
  CreatePolicy: writable(
    true,
    ['Content', 'Description', 'Name', 'Type', 'Tags'],
    askToCreate,
    (input, call) => {
      const type = evaluatedType(input.Type);
      const { Organization, Policies } = organizationOf(call);
      if (Organization.FeatureSet !== undefined && Organization.FeatureSet !== 'ALL') {
        throw new AwsError(
          'PolicyTypeNotAvailableForOrganizationException',
          "You can't use the specified policy type with the feature set currently enabled for this organization.",
        );
      }
      checkContent(input.Content, type);
      checkName(input.Name, type, undefined, call);
      const ofType = Policies.filter(({ PolicySummary }) => PolicySummary.Type === type);
      if (ofType.length >= MOST_POLICIES[type]) {
        throw constraintViolation(
          'POLICY_NUMBER_LIMIT_EXCEEDED',
          'You have exceeded the number of policies that you can have in an organization.',
        );
      }
      const Id = newId(`${input.Name}/${call.now.getTime()}/${Policies.length}`);
      const policy: Piece = {
        PolicySummary: {
          Id,
          Arn: `arn:${call.state.partition}:organizations::${Organization.MasterAccountId}:policy/${Organization.Id}/${type.toLowerCase()}/${Id}`,
          Name: input.Name,
          Description: input.Description,
          Type: type,
          AwsManaged: false,
        },
        Content: input.Content,
        Targets: [],
        ...(input.Tags !== undefined && { Tags: input.Tags }),
      };
      Policies.push(policy);
      return { Policy: { PolicySummary: policy.PolicySummary, Content: policy.Content } };
    },
  ),
  UpdatePolicy: writable(
    true,
    ['PolicyId', 'Name', 'Description', 'Content'],
    askOfPolicy('UpdatePolicy'),
    (input, call) => {
      const policy = findPolicy(input.PolicyId, call);
      const type = evaluatedType(policy.PolicySummary.Type);
      checkOwn(policy);
      if (input.Content !== undefined) checkContent(input.Content, type);
      if (input.Name !== undefined) checkName(input.Name, type, input.PolicyId, call);
      changeBelow(
        targetsOf(policy).map(({ TargetId }) => String(TargetId)),
        call,
        () => {
          if (input.Name !== undefined) policy.PolicySummary.Name = input.Name;
          if (input.Description !== undefined) policy.PolicySummary.Description = input.Description;
          if (input.Content !== undefined) policy.Content = input.Content;
        },
      );
      return { Policy: { PolicySummary: policy.PolicySummary, Content: policy.Content } };
    },
  ),
  DeletePolicy: writable(true, ['PolicyId'], askOfPolicy('DeletePolicy'), (input, call) => {
    const policy = findPolicy(input.PolicyId, call);
    checkOwn(policy);
    if (targetsOf(policy).length > 0) {
      throw new AwsError(
        'PolicyInUseException',
        'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
      );
    }
    const { Policies } = organizationOf(call);
    Policies.splice(Policies.indexOf(policy), 1);
    return {};
  }),
};

/** Types without effect in the twin can't be written: a snapshot of it would hold what it does not check. */
function evaluatedType(type: string): EvaluatedPolicyType {
  const known = EVALUATED_POLICY_TYPES.find((each) => each === type);
  if (known) return known;
  throw new AwsError(
    'NotImplemented',
    `The twin does not implement writes of policies of type ${type}.`,
    501,
  );
}

function isEnabled(type: EvaluatedPolicyType, call: Call): boolean {
  const types: Piece[] = organizationOf(call).Roots[0]?.PolicyTypes ?? [];
  return types.some(({ Type, Status }) => Type === type && Status === 'ENABLED');
}

function checkTarget(id: string, call: Call): void {
  const type = typeOf(id, call);
  if (type !== undefined && type !== 'POLICY') return;
  throw new AwsError('TargetNotFoundException', "You specified a target that doesn't exist.");
}

function isAttached(policy: Piece, targetId: string): boolean {
  return targetsOf(policy).some(({ TargetId }) => TargetId === targetId);
}

function attachedTo(targetId: string, type: EvaluatedPolicyType, call: Call): number {
  return organizationOf(call).Policies.filter(
    (policy) => policy.PolicySummary.Type === type && isAttached(policy, targetId),
  ).length;
}

function checkOwn(policy: Piece): void {
  if (policy.PolicySummary.AwsManaged !== true) return;
  throw invalidInput(
    'IMMUTABLE_POLICY',
    "You specified a policy that is managed by AWS and can't be modified.",
  );
}

/** That names of different types may be the same is unverified. */
function checkName(name: string, type: EvaluatedPolicyType, own: string | undefined, call: Call): void {
  const isTaken = organizationOf(call).Policies.some(
    ({ PolicySummary }) =>
      PolicySummary.Name === name && PolicySummary.Type === type && PolicySummary.Id !== own,
  );
  if (isTaken) {
    throw new AwsError('DuplicatePolicyException', 'A policy with the same name already exists.');
  }
}

/** In the form of the model's pattern: `p-` and 8 characters at least. */
function newId(of: string): string {
  return `p-${createHash('sha256').update(of).digest('hex').slice(0, 8)}`;
}

function askOfPolicy(name: string): (input: Piece, call: Call) => Permission[] {
  return (input, call) => [{ action: `organizations:${name}`, ...onResource('PolicyId')(input, call) }];
}

/** On the policy and on its target: the keys of a policy's type belong to the request, so that both have them. */
function askOfBoth(name: string): (input: Piece, call: Call) => Permission[] {
  return (input, call) => {
    const policy = onResource('PolicyId')(input, call);
    const target = onResource('TargetId')(input, call);
    const type = policy.context?.['organizations:PolicyType'];
    return [
      { action: `organizations:${name}`, ...policy },
      {
        action: `organizations:${name}`,
        ...target,
        context: { ...target.context, ...(type !== undefined && { 'organizations:PolicyType': type }) },
      },
    ];
  };
}

/**
 * On the policy that will be made. "If the request includes tags, then the requester must have the organizations:TagResource
 * permission."
 */
function askToCreate({ Type, Tags = [] }: Piece, call: Call): Permission[] {
  const { Id, MasterAccountId } = organizationOf(call).Organization;
  const type = String(Type);
  const asked = {
    resource: `arn:${call.state.partition}:organizations::${MasterAccountId}:policy/${Id}/${type.toLowerCase()}/p-new00000`,
    context: { 'organizations:PolicyType': type, ...requestTagContext(Tags) },
  };
  const actions = Tags.length > 0 ? ['CreatePolicy', 'TagResource'] : ['CreatePolicy'];
  return actions.map((name) => ({ action: `organizations:${name}`, ...asked }));
}
