import { describe, expect, it } from '@jest/globals';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { RunScope } from '../../functions/core/model/result.ts';
import { areComparable, describePartialScope, runScope, scopeOf } from '../../functions/core/run-scope.ts';
import { account, summaryOf } from '../report/builders.ts';

const RUN: RunInput = { mode: 'assess', trigger: 'schedule' };
const partial = (given: Partial<RunScope> = {}): RunScope => ({
  ...{ full: false, accounts: 1, organizationAccounts: 12, limitedTo: { accounts: ['1'] } },
  ...given,
});

describe('Given what a run was started with', () => {
  it.each([
    ['whole organization', RUN, true],
    ['a scope', { ...RUN, scope: {} }, false],
    ['a plan', { ...RUN, plan: 'runs/r/plan.json' }, false],
    ['a rollback', { ...RUN, mode: 'rollback' }, false],
    ['a resumed run', { ...RUN, resume: 'r' }, false],
  ] as const)('When it is %s, Then whether it covers the whole organization is %s', (_what, input, full) => {
    expect(runScope(input, 3, 12)).toEqual({
      full,
      accounts: 3,
      organizationAccounts: 12,
      limitedTo: 'scope' in input ? input.scope : null,
    });
  });

  it('When its summary was recorded with the scope or before that was, Then as much is known', () => {
    const summary = summaryOf([account()]);
    expect(scopeOf(summary)).toEqual({
      full: true,
      accounts: 1,
      organizationAccounts: null,
      limitedTo: null,
    });
    const scope = partial();
    expect(scopeOf({ ...summary, head: { ...summary.head, scope } })).toBe(scope);
  });
});

describe('Given a run over a part of the organization', () => {
  it.each([
    [partial({ full: true }), null],
    [partial(), '1 of 12 accounts'],
    [partial({ organizationAccounts: 1 }), '1 of 1 account'],
    [partial({ accounts: 1200, organizationAccounts: 12_000 }), '1,200 of 12,000 accounts'],
    [partial({ organizationAccounts: null }), '1 account, a part of the organization'],
    [partial({ organizationAccounts: null, accounts: 3 }), '3 accounts, a part of the organization'],
    [partial({ limitedTo: { regions: ['eu-west-1'] } }), '1 of 12 accounts, Region eu-west-1 only'],
    [partial({ limitedTo: { regions: ['a', 'b'] } }), '1 of 12 accounts, Regions a, b only'],
    [partial({ limitedTo: { regions: [] } }), '1 of 12 accounts'],
    [partial({ limitedTo: null }), '1 of 12 accounts'],
    [partial({ limitedTo: null, accounts: 12 }), '12 of 12 accounts, for a plan or rollback alone'],
    [partial({ limitedTo: { accounts: ['1'] }, accounts: 12 }), '12 of 12 accounts'],
  ])('When it is %j, Then it reads %s', (scope, description) => {
    expect(describePartialScope(scope)).toBe(description);
  });
});

describe('Given two runs', () => {
  const summary = (input: Partial<RunInput> = {}) => ({
    ...summaryOf([account()]),
    input: { ...RUN, ...input },
  });
  const one = { scope: { accounts: ['1'] } };

  it.each([
    [summary(), summary(), true],
    [summary(), summary({ mode: 'enforce' }), true],
    [summary(one), summary(), false],
    [summary(), summary(one), false],
    [summary(one), summary(one), true],
    [summary(one), summary({ scope: { accounts: ['2'] } }), false],
    [summary({ plan: 'a' }), summary({ plan: 'a' }), true],
    [summary({ plan: 'a' }), summary({ plan: 'b' }), false],
  ])(
    'When each covered its part (case %#), Then whether they can be compared is right',
    (a, b, comparable) => {
      expect(areComparable(a, b)).toBe(comparable);
    },
  );
});
