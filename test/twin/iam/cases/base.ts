/** What a case of the policy evaluation logic is, and what they are made of. */
import type { Evaluation, EvaluationRequest, Piece, Principal } from '../../../../twin/contract.ts';

/** `asked` differs from BASE as the case says. */
export interface Case {
  /** Page of the IAM user guide, or (orgs_...) of the Organizations user guide. */
  page: string;
  given: string;
  asked: Partial<EvaluationRequest>;
  expected: Evaluation['because'];
}

export const ALLOW_ALL = policy({ Action: '*', Resource: '*' });
export const SETTING = 'arn:aws:ssm:eu-west-1:111122223333:servicesetting/ssm/managed-instance/x';
export const ROLE = 'arn:aws:iam::111122223333:role/service-role/Target';

export const CALLER: Principal = {
  accountId: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/Caller/session',
  userId: 'AROACALLERCALLERCALLE:session',
  roleArn: 'arn:aws:iam::111122223333:role/Caller',
  roleName: 'Caller',
  sessionName: 'session',
  sessionPolicies: [],
  madeUp: false,
};

/** Asks ssm:GetServiceSetting on SETTING with nothing granted. */
export const BASE: EvaluationRequest = {
  action: 'ssm:GetServiceSetting',
  resource: SETTING,
  context: {},
  identityPolicies: [],
  permissionsBoundary: null,
  sessionPolicies: [],
  serviceControlPolicies: [],
};

/** Statements are Allow unless they say otherwise. */
export function policy(...statements: Piece[]): Piece {
  return { Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) };
}

export const deny = (statement: Piece) =>
  policy({ Effect: 'Deny', Action: '*', Resource: '*', ...statement });
export const identity = (...policies: Piece[]): Partial<EvaluationRequest> => ({
  identityPolicies: policies,
});
export const on = (statement: Piece): Partial<EvaluationRequest> =>
  identity(policy({ Action: '*', Resource: '*', ...statement }));
export const inContext = (condition: Piece, context: EvaluationRequest['context']) => ({
  ...on({ Condition: condition }),
  context,
});
