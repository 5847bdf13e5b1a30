/**
 * The kinds of value that snapshot files are made of. A schema that wants something special of a value
 * says so in its error message, `expected | advice`; `describeIssue` (check.ts) makes the line of it.
 */
import { z } from 'zod';
import { policyMisfit } from './policy-misfit.ts';

/** What to do about most misfits: the format is the AWS API's own shape. */
export const PASTE = 'paste the shape that the AWS CLI prints';

function matching(pattern: RegExp, expected: string, advice = PASTE) {
  return z.string().regex(pattern, { error: `${expected} | ${advice}` });
}

export const text = z.string();
export const flag = z.boolean();
export const count = z.number();
export const accountId = matching(
  /^\d{12}$/,
  'an account id of 12 digits',
  'write the id as a string of 12 digits',
);
export const regionName = matching(
  /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/,
  "a Region's name such as eu-west-1",
  'use the name that account list-regions gives',
);

/** ISO 8601 with an offset, as version 2 of the AWS CLI prints times. Version 1 prints epoch seconds. */
export const time = z
  .string({ error: 'an ISO 8601 time | use version 2 of the AWS CLI, which prints times that way' })
  .refine(
    (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(value) && parses(value),
    {
      error: 'an ISO 8601 time with its offset such as 2026-11-20T00:00:00Z | correct the time',
    },
  );

function parses(value: string): boolean {
  return !Number.isNaN(new Date(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).getTime());
}

export const cidr = matching(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'an IPv4 CIDR block such as 10.0.0.0/16');

export const tags = z.array(z.looseObject({ Key: text, Value: text.optional() }));

/** A list that may be left out; then it is empty. */
export function list<T extends z.ZodType>(entry: T) {
  return z.array(entry).optional();
}

/** An object of which the twin reads nothing by name. */
export const piece = z.looseObject({});

/** A policy document as the CLI prints it for IAM: decoded, an object. */
export const policyDocument = piece.superRefine(({ Statement }, context) => {
  const misfit = policyMisfit(Statement);
  if (misfit === null) return;
  const { path, expected } = misfit;
  context.addIssue({ code: 'custom', path: ['Statement', ...path], message: `${expected} | ${PASTE}` });
});
