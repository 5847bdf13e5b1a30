import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import { parseRunInput, RunInputError, type runInputSchema } from '../../functions/inputs/run-input.ts';

const modelFitsSchema = (model: RunInput): z.output<typeof runInputSchema> => model;

const start = { mode: 'assess', trigger: 'on-demand' } as const;

function problemsOf(input: unknown): readonly string[] {
  try {
    parseRunInput(input);
  } catch (error) {
    if (error instanceof RunInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseRunInput', () => {
  const accepted: RunInput[] = [
    start,
    { mode: 'enforce', trigger: 'schedule' },
    { mode: 'enforce', trigger: 'account-event', scope: { accounts: ['012345678901'] } },
    { ...start, scope: { organizationalUnits: ['ou-lab', 'r-root'], regions: ['eu-west-1'] } },
    { mode: 'rollback', trigger: 'on-demand', rollbackOf: 'run-20261120T000000Z-0123abcd' },
    { mode: 'rollback', trigger: 'on-demand', rollbackOf: 'all' },
  ];
  it.each(accepted)('Given %j, When parsed, Then it comes back as it is', (input) => {
    expect(parseRunInput(input)).toEqual(modelFitsSchema(input));
  });

  const refused: [input: unknown, message: string][] = [
    [undefined, 'must be an object (key: value)'],
    ['assess', 'must be an object (key: value)'],
    [{ trigger: 'schedule' }, 'mode: is missing; give one of "assess", "enforce", "rollback"'],
    [
      { ...start, mode: 'enforc' },
      'mode: "enforc" is not a mode; did you mean "enforce"? Use one of "assess", "enforce", "rollback"',
    ],
    [
      { ...start, trigger: 'cron' },
      'trigger: "cron" is not a trigger; use one of "schedule", "account-event", "on-demand"',
    ],
    [{ ...start, scop: {} }, 'scop: unknown key; did you mean "scope"?'],
    [
      { ...start, scope: { account: ['111122223333'] } },
      'scope.account: unknown key; did you mean "accounts"?',
    ],
    [
      { ...start, scope: { accounts: ['12345678901'] } },
      'scope.accounts[0]: "12345678901" is not an account id (twelve digits, e.g. "111122223333")',
    ],
    [
      { ...start, scope: { accounts: [111122223333] } },
      'scope.accounts[0]: 111122223333 must be text: put it in quotes, leading zeros included',
    ],
    [
      { ...start, scope: { regions: ['eu-west-1a'] } },
      'scope.regions[0]: "eu-west-1a" is not a Region name (e.g. "eu-west-1")',
    ],
    [
      { ...start, scope: { organizationalUnits: ['Lab'] } },
      'scope.organizationalUnits[0]: "Lab" is not the id of an organizational unit or root (e.g. "ou-ab12-cd34ef56", "r-ab12")',
    ],
    [{ ...start, scope: { accounts: [] } }, 'scope.accounts: is empty; name at least one, or remove the key'],
    [
      { ...start, scope: {} },
      'scope: is empty; give accounts, organizationalUnits or regions, or leave it out for the whole organization',
    ],
    [
      { ...start, mode: 'rollback' },
      'rollbackOf: is missing; mode rollback needs the id of the run to roll back, or "all"',
    ],
    [
      { ...start, rollbackOf: 'all' },
      'rollbackOf: has no meaning with mode assess; remove it, or use mode rollback',
    ],
    [
      { ...start, mode: 'rollback', rollbackOf: '../x' },
      'rollbackOf: "../x" is not the id of a run, or "all"',
    ],
  ];
  it.each(refused)('Given %j, When parsed, Then it is refused with one line', (input, message) => {
    expect(problemsOf(input)).toEqual([message]);
  });

  it('Given several problems, When parsed, Then each has a line', () => {
    expect(() => parseRunInput({ mode: 'x', trigger: 'y', z: 1 })).toThrow(
      /^run input: z: unknown key\nrun input: mode: .*\nrun input: trigger: .*$/,
    );
  });

  it('Given a name for the input, When refused, Then the message begins with it and the error names its class', () => {
    expect(() => parseRunInput({ ...start, scope: {} }, 'input.json')).toThrow(
      expect.objectContaining({
        name: 'RunInputError',
        message: expect.stringMatching(/^input\.json: scope: is empty; /),
      }),
    );
  });
});
