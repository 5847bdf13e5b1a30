/** AssumeRole: trust policy and identity side. */
import type { EvaluationRequest, Piece } from '../../../../twin/contract.ts';
import { ALLOW_ALL, CALLER, type Case, deny, identity, policy, ROLE } from './base.ts';

const LOGIC = 'reference_policies_evaluation-logic';
const CROSS = 'reference_policies_evaluation-logic-cross-account';
const SESSION = 'access_policies#policies_session';
const PRINCIPAL = 'reference_policies_elements_principal';
const NOT_PRINCIPAL = 'reference_policies_elements_notprincipal';
const NONE = 'implicit-deny-identity';

/** sts:AssumeRole of ROLE; the trust policy has one statement. */
const trust = (
  statement: Piece,
  sameAccount: boolean,
  more: Partial<EvaluationRequest> = {},
): Partial<EvaluationRequest> => ({
  action: 'sts:AssumeRole',
  resource: ROLE,
  principal: CALLER,
  resourcePolicy: { document: policy({ Action: 'sts:AssumeRole', ...statement }), sameAccount },
  ...more,
});
const aws = (name: string | string[]): Piece => ({ Principal: { AWS: name } });
const ROOT = 'arn:aws:iam::111122223333:root';
const may = identity(policy({ Action: 'sts:AssumeRole', Resource: ROLE }));
const bounded = { permissionsBoundary: policy({ Action: 's3:*', Resource: '*' }) };

export const TRUST_CASES: Case[] = [
  {
    page: PRINCIPAL,
    given: "trust in the account's root, and an identity policy",
    asked: trust(aws(ROOT), true, may),
    expected: 'allowed',
  },
  {
    page: PRINCIPAL,
    given: "trust in the account's root alone: it delegates",
    asked: trust(aws(ROOT), true),
    expected: NONE,
  },
  {
    page: PRINCIPAL,
    given: 'trust in the bare account id, and an identity policy',
    asked: trust(aws('111122223333'), true, may),
    expected: 'allowed',
  },
  {
    page: LOGIC,
    given: 'trust in the role, same account, no identity policy',
    asked: trust(aws(CALLER.roleArn), true),
    expected: 'allowed',
  },
  {
    page: LOGIC,
    given: 'trust in the session, same account, no identity policy',
    asked: trust(aws(CALLER.arn), true),
    expected: 'allowed',
  },
  {
    page: LOGIC,
    given: 'trust in the role, a boundary that does not allow',
    asked: trust(aws(CALLER.roleArn), true, bounded),
    expected: 'implicit-deny-boundary',
  },
  {
    page: LOGIC,
    given: 'trust in the session, a boundary that does not allow',
    asked: trust(aws(CALLER.arn), true, bounded),
    expected: 'allowed',
  },
  {
    page: LOGIC,
    given: 'trust in the session, an identity policy that denies',
    asked: trust(aws(CALLER.arn), true, identity(deny({}))),
    expected: 'explicit-deny-identity',
  },
  {
    page: CROSS,
    given: 'trust in the role from another account, no identity policy',
    asked: trust(aws(CALLER.roleArn), false),
    expected: NONE,
  },
  {
    page: CROSS,
    given: 'trust in the root from another account, and an identity policy',
    asked: trust(aws(ROOT), false, may),
    expected: 'allowed',
  },
  {
    page: CROSS,
    given: 'an identity policy, and a trust policy of others',
    asked: trust(aws('arn:aws:iam::444455556666:root'), false, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: LOGIC,
    given: 'an identity policy, same account, and a trust policy of others',
    asked: trust(aws('arn:aws:iam::444455556666:root'), true, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: PRINCIPAL,
    given: 'trust in everyone, and an identity policy',
    asked: trust({ Principal: '*' }, false, may),
    expected: 'allowed',
  },
  {
    page: PRINCIPAL,
    given: 'a wildcard within a principal, which is none',
    asked: trust(aws('arn:aws:iam::111122223333:role/*'), false, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: PRINCIPAL,
    given: 'trust in another session of the role',
    asked: trust(aws('arn:aws:sts::111122223333:assumed-role/Caller/other'), false, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: PRINCIPAL,
    given: "trust in the role's unique id",
    asked: trust(aws('AROACALLERCALLERCALLE'), false, may),
    expected: 'allowed',
  },
  {
    page: PRINCIPAL,
    given: 'trust in a service only',
    asked: trust({ Principal: { Service: 'ssm.amazonaws.com' } }, true, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: 'id_roles_create_for-user_externalid',
    given: 'an external id asked and given',
    asked: trust({ ...aws(ROOT), Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }, false, {
      ...may,
      context: { 'sts:ExternalId': 'x' },
    }),
    expected: 'allowed',
  },
  {
    page: 'id_roles_create_for-user_externalid',
    given: 'an external id asked and not given',
    asked: trust({ ...aws(ROOT), Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }, false, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: 'reference_policies_condition-keys#condition-keys-principalarn',
    given: 'trust in the root with ArnEquals aws:PrincipalArn',
    asked: trust({ ...aws(ROOT), Condition: { ArnEquals: { 'aws:PrincipalArn': CALLER.roleArn } } }, false, {
      ...may,
      context: { 'aws:PrincipalArn': CALLER.roleArn },
    }),
    expected: 'allowed',
  },
  {
    page: 'reference_policies_condition-keys#condition-keys-principalorgid',
    given: 'trust in everyone of another organization',
    asked: trust({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, false, {
      ...may,
      context: { 'aws:PrincipalOrgID': 'o-2' },
    }),
    expected: 'implicit-deny-resource',
  },
  {
    page: LOGIC,
    given: 'a trust policy that denies',
    asked: trust({ ...aws(ROOT), Effect: 'Deny' }, true, may),
    expected: 'explicit-deny-resource',
  },
  {
    page: NOT_PRINCIPAL,
    given: 'a deny of all but role and session, the account left out',
    asked: trust({ Effect: 'Deny', NotPrincipal: { AWS: [CALLER.roleArn, CALLER.arn] } }, true, may),
    expected: 'explicit-deny-resource',
  },
  {
    page: NOT_PRINCIPAL,
    given: 'a deny of all but session, role and account',
    asked: trust({ Effect: 'Deny', NotPrincipal: { AWS: [CALLER.roleArn, CALLER.arn, ROOT] } }, true, may),
    expected: 'implicit-deny-resource',
  },
  {
    page: CROSS,
    given: "an SCP of the caller's account against a cross-account call",
    asked: trust(aws(ROOT), false, {
      ...may,
      serviceControlPolicies: [[ALLOW_ALL, deny({ Action: 'sts:*' })]],
    }),
    expected: 'explicit-deny-scp',
  },
  {
    page: SESSION,
    given: 'a session policy that does not allow the cross-account call',
    asked: trust(aws(ROOT), false, { ...may, sessionPolicies: [policy({ Action: 's3:*', Resource: '*' })] }),
    expected: 'implicit-deny-session',
  },
];
