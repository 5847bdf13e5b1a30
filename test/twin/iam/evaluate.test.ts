// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EvaluationRequest, Piece } from '../../../twin/contract.ts';
import { evaluate, trustsService } from '../../../twin/iam/evaluate.ts';
import { ALLOW_ALL, BASE, CALLER, policy } from './cases/base.ts';
import { CONDITION_CASES } from './cases/conditions.ts';
import { ELEMENT_CASES } from './cases/elements.ts';
import { LIMIT_CASES } from './cases/limits.ts';
import { TRUST_CASES } from './cases/trust.ts';

const CASES = [...ELEMENT_CASES, ...CONDITION_CASES, ...LIMIT_CASES, ...TRUST_CASES];

describe('the evaluator, by the documentation', () => {
  it.each(CASES.map((one) => [one.given, one.expected, one.page, one] as const))(
    'Given %s, Then %s (%s)',
    (_given, expected, _page, { asked }) => {
      const evaluation = evaluate({ ...BASE, ...asked });
      expect(evaluation).toEqual({ allowed: expected === 'allowed', because: expected });
    },
  );

  it('Given the table, Then it holds at least 60 cases, each with its page and none twice', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CASES.map(({ given }) => given)).size).toBe(CASES.length);
    expect(CASES.every(({ page }) => /^[a-z_\-#0-9]+$/i.test(page))).toBe(true);
  });
});

const actions = fc.constantFrom('ssm:GetServiceSetting', 'ssm:*', 'ssm:Get*', 'iam:*', 'sts:AssumeRole', '*');
const resources = fc.constantFrom('*', BASE.resource, 'arn:aws:ssm:*', 'arn:aws:s3:::b/${aws:username}');
const conditions = fc.constantFrom<Piece | undefined>(
  undefined,
  { StringEquals: { k: 'a' } },
  { StringNotEquals: { k: 'a' } },
  { 'ForAllValues:StringLike': { k: ['a*', '${aws:username}'] } },
  { StringEqualsIfExists: { missing: 'a' } },
  { NoSuchOperator: { k: 'a' } },
);
const statements = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.oneof(actions, fc.array(actions, { maxLength: 3 })),
    Resource: fc.oneof(resources, fc.array(resources, { maxLength: 3 })),
    Condition: conditions,
  })
  .map(({ Condition, ...rest }): Piece => (Condition ? { ...rest, Condition } : rest));
const policies = fc.oneof(
  fc.constant(ALLOW_ALL),
  fc.array(statements, { maxLength: 3 }).map((Statement): Piece => ({ Version: '2012-10-17', Statement })),
);
const policyLists = fc.array(policies, { maxLength: 3 });
const requests: fc.Arbitrary<EvaluationRequest> = fc.record({
  action: fc.constantFrom('ssm:GetServiceSetting', 'iam:GetRole', 'sts:AssumeRole'),
  resource: fc.constantFrom(BASE.resource, '*'),
  context: fc.constantFrom<EvaluationRequest['context']>({}, { k: 'a' }, { k: ['a', 'b'] }),
  identityPolicies: policyLists,
  permissionsBoundary: fc.option(policies),
  sessionPolicies: policyLists,
  serviceControlPolicies: fc.array(policyLists, { maxLength: 3 }),
});
const deny = statements.map((statement) => ({
  Version: '2012-10-17',
  Statement: [{ ...statement, Effect: 'Deny' }],
}));

describe('the evaluator, whatever the policies', () => {
  it('Given any request, When a Deny is added anywhere, Then it never allows more', () => {
    fc.assert(
      fc.property(requests, deny, fc.nat(), (request, added, where) => {
        if (evaluate(request).allowed) return;
        const levels = request.serviceControlPolicies;
        const more: EvaluationRequest[] = [
          { ...request, identityPolicies: [...request.identityPolicies, added] },
          { ...request, serviceControlPolicies: levels.map((level) => [...level, added]) },
          { ...request, permissionsBoundary: request.permissionsBoundary ?? added },
          { ...request, sessionPolicies: [...request.sessionPolicies, added] },
        ];
        const changed = more[where % more.length] ?? request;
        expect(evaluate(changed).allowed).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('Given any request that is allowed, When all is denied in any one place, Then it is denied explicitly', () => {
    const all = policy({ Effect: 'Deny', Action: '*', Resource: '*' });
    fc.assert(
      fc.property(requests, (request) => {
        const open = { ...request, identityPolicies: [ALLOW_ALL], permissionsBoundary: null };
        const places: EvaluationRequest[] = [
          { ...open, identityPolicies: [ALLOW_ALL, all] },
          { ...open, permissionsBoundary: all },
          { ...open, sessionPolicies: [all] },
          { ...open, serviceControlPolicies: [[all]] },
        ];
        for (const place of places) expect(evaluate(place).because).toMatch(/^explicit-deny-/);
      }),
    );
  });

  it('Given any request that is allowed, Then its identity policies alone allow it too', () => {
    fc.assert(
      fc.property(requests, (request) => {
        if (!evaluate(request).allowed) return;
        const alone = evaluate({
          ...BASE,
          ...request,
          permissionsBoundary: null,
          sessionPolicies: [],
          serviceControlPolicies: [],
        });
        expect(alone.allowed).toBe(true);
      }),
    );
  });
});

describe('the evaluator, at its edges', () => {
  it('Given a Deny with an operator that the language lacks, Then it applies: too strict rather than too lax', () => {
    const statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Like: { k: 'a' } } };
    const { because } = evaluate({ ...BASE, identityPolicies: [ALLOW_ALL, policy(statement)] });
    expect(because).toBe('explicit-deny-identity');
  });

  it('Given an address with leading zeros, Then it is no address', () => {
    const statement = {
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '8.0.0.0/8' } },
    };
    const identityPolicies = [policy(statement)];
    expect(evaluate({ ...BASE, identityPolicies, context: { 'aws:SourceIp': '010.0.0.1' } }).allowed).toBe(
      false,
    );
  });

  it('Given a resource policy without a principal, Then it says so', () => {
    const resourcePolicy = { document: ALLOW_ALL, sameAccount: true };
    expect(() => evaluate({ ...BASE, resourcePolicy })).toThrow(/without a principal/);
  });

  it('Given a value with * from a variable, Then it is no wildcard', () => {
    const statement = { Action: '*', Resource: '*', Condition: { StringLike: { k: '${v}' } } };
    const asked = { ...BASE, identityPolicies: [policy(statement)] };
    expect(evaluate({ ...asked, context: { k: 'abc', v: 'a*' } }).allowed).toBe(false);
    expect(evaluate({ ...asked, context: { k: 'a*', v: 'a*' } }).allowed).toBe(true);
  });
});

describe('trustsService', () => {
  const trust = (Principal: unknown, more: Piece = {}) =>
    policy({ Action: 'sts:AssumeRole', Principal, ...more });

  it('Given a trust policy of Systems Manager, Then it trusts that service and no other', () => {
    const document = trust({ Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] });
    expect(trustsService(document, 'ssm.amazonaws.com')).toBe(true);
    expect(trustsService(document, 'lambda.amazonaws.com')).toBe(false);
  });

  it('Given a trust policy of an account, Then it trusts no service', () => {
    expect(trustsService(trust({ AWS: CALLER.accountId }), 'ssm.amazonaws.com')).toBe(false);
  });

  it('Given a condition on aws:SourceAccount, Then another account fails it', () => {
    const document = trust(
      { Service: 'ssm.amazonaws.com' },
      { Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } },
    );
    const ask = (account: string) =>
      trustsService(document, 'ssm.amazonaws.com', { 'aws:SourceAccount': account });
    expect(ask('111122223333')).toBe(true);
    expect(ask('444455556666')).toBe(false);
  });

  it('Given a Deny beside the Allow, Then it does not trust', () => {
    const document = policy(
      { Action: 'sts:AssumeRole', Principal: { Service: 'ssm.amazonaws.com' } },
      { Effect: 'Deny', Action: 'sts:*', Principal: '*' },
    );
    expect(trustsService(document, 'ssm.amazonaws.com')).toBe(false);
  });
});
