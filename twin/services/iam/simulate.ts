/** SimulatePrincipalPolicy, by the evaluator that decides the twin's own calls. Source: IAM API reference. */
import {
  AwsError,
  type Call,
  type Evaluation,
  type Operation,
  type Piece,
  type TwinState,
} from '../../contract.ts';
import { evaluate } from '../../iam/evaluate.ts';
import { findRole, identityPoliciesOf } from '../../iam/policies.ts';
import { readPolicyDocument } from './documents.ts';
import { noSuchEntity, tagContext } from './entities.ts';
import { iamPage, PAGE_INPUT } from './pages.ts';

/** What decides, but for action and resource. */
interface Simulated {
  context: Record<string, string | string[]>;
  identityPolicies: Piece[];
  permissionsBoundary: Piece | null;
  serviceControlPolicies: Piece[][];
}

/**
 * Roles only; no resource policy. MatchedStatements and MissingContextValues are always empty. The context
 * holds what ContextEntries give, nothing else.
 */
export const SimulatePrincipalPolicy: Operation = {
  honours: [
    'PolicySourceArn',
    'PolicyInputList',
    'PermissionsBoundaryPolicyInputList',
    'ActionNames',
    'ResourceArns',
    'ContextEntries',
    ...PAGE_INPUT,
  ],
  mutates: false,
  permissions: ({ PolicySourceArn }, call) => {
    const resource = String(PolicySourceArn ?? '');
    const role = findRole(call.state, call.accountId, resource.split('/').at(-1) ?? '');
    const context = role?.Arn === resource ? tagContext(role.Tags) : {};
    return [{ action: 'iam:SimulatePrincipalPolicy', resource, context }];
  },
  handle: (input, call) => {
    const simulated = gather(input, call);
    const resources: string[] = input.ResourceArns?.length ? input.ResourceArns : ['*'];
    const results = (input.ActionNames as string[]).flatMap((action) =>
      resources.map((resource) => simulate(action, resource, simulated)),
    );
    const page = iamPage(results, input, call);
    return { EvaluationResults: page.items, ...page.rest };
  },
};

function gather(input: Piece, call: Call): Simulated {
  const { policies, boundary } = policiesOfSource(String(input.PolicySourceArn ?? ''), call);
  const given: Piece[] = (input.PolicyInputList ?? []).map((text: unknown) =>
    readPolicyDocument(text, 'permissions'),
  );
  const boundaries: Piece[] = (input.PermissionsBoundaryPolicyInputList ?? []).map((text: unknown) =>
    readPolicyDocument(text, 'permissions'),
  );
  return {
    context: contextOf(input.ContextEntries ?? []),
    identityPolicies: [...policies, ...given],
    // "the new permissions boundary policy is used for the simulation" (PermissionsBoundaryPolicyInputList)
    permissionsBoundary: boundaries[0] ?? boundary,
    serviceControlPolicies: controlPolicies(call.state, call.accountId),
  };
}

function policiesOfSource(arn: string, call: Call): ReturnType<typeof identityPoliciesOf> {
  const name = arn.split('/').at(-1) ?? '';
  if (!/^arn:[^:]+:iam::\d{12}:(role|user|group)\/.+$/.test(arn)) {
    throw new AwsError(
      'InvalidInput',
      `Invalid Entity Arn: ${arn} does not clearly define entity type.`,
      400,
    );
  }
  if (!/^arn:[^:]+:iam::\d{12}:role\//.test(arn)) {
    throw new AwsError('NotImplemented', `The twin simulates policies of roles only, not of ${arn}.`, 501);
  }
  if (findRole(call.state, call.accountId, name)?.Arn !== arn) {
    throw noSuchEntity(`The role with name ${name} cannot be found.`);
  }
  return identityPoliciesOf(call.state, call.accountId, name);
}

/** Types ending in `List` are multivalued. */
function contextOf(entries: Piece[]): Simulated['context'] {
  return Object.fromEntries(
    entries.map(({ ContextKeyName, ContextKeyValues = [], ContextKeyType = 'string' }) => [
      ContextKeyName,
      String(ContextKeyType).endsWith('List')
        ? ContextKeyValues.map(String)
        : String(ContextKeyValues[0] ?? ''),
    ]),
  );
}

/**
 * SCPs are evaluated with their conditions (SimulatePrincipalPolicy of the API's model since 2025; before, those with
 * conditions were left out); resource control policies are not evaluated.
 */
function controlPolicies(state: TwinState, accountId: string): Piece[][] {
  const levels = state.serviceControlPolicies(accountId);
  return state.simulatesWithoutConditions ? withoutConditions(levels) : levels;
}

/** A level that holds no others lets pass. */
function withoutConditions(levels: Piece[][]): Piece[][] {
  const conditional = (policy: Piece) => [policy.Statement].flat().some((statement) => statement?.Condition);
  return levels
    .map((level) => level.filter((policy) => !conditional(policy)))
    .filter((level, index) => level.length > 0 || levels[index]?.length === 0);
}

function simulate(action: string, resource: string, simulated: Simulated): Piece {
  const decision = evaluate({ action, resource, sessionPolicies: [], ...simulated });
  const { serviceControlPolicies, permissionsBoundary } = simulated;
  const alone = { action, resource, context: simulated.context, sessionPolicies: [] };
  const everything: Piece = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  const allows = (policies: Pick<Simulated, 'permissionsBoundary' | 'serviceControlPolicies'>) =>
    evaluate({ ...alone, ...policies, identityPolicies: [everything] }).allowed;
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decisionOf(decision),
    MatchedStatements: [],
    MissingContextValues: [],
    ...(serviceControlPolicies.length > 0 && {
      OrganizationsDecisionDetail: {
        AllowedByOrganizations: allows({ permissionsBoundary: null, serviceControlPolicies }),
      },
    }),
    ...(permissionsBoundary && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary: allows({ permissionsBoundary, serviceControlPolicies: [] }),
      },
    }),
  };
}

function decisionOf({ allowed, because }: Evaluation): 'allowed' | 'explicitDeny' | 'implicitDeny' {
  if (allowed) return 'allowed';
  return because.startsWith('explicit') ? 'explicitDeny' : 'implicitDeny';
}
