/**
 * The file of `dhmc twin --faults` and the body of `POST /_twin/faults` (docs/spec/twin.md, "Faults"): its type, and
 * its checks. A match that could never hit anything (a mistyped operation) is refused.
 */
import * as z from 'zod/mini';
import { suggestNearest } from '../functions/inputs/nearest-key.ts';
import {
  describeProblems,
  firstOf,
  listOf,
  numberWithin,
  oneOf,
  show,
  strictObject,
  text,
  wholeNumberWithin,
} from '../functions/inputs/schema-problem.ts';
import { findModel, modelledServices } from './wire/models.ts';

/** Which calls. A key left out matches every call. */
export interface FaultMatch {
  /** The account whose credentials call. */
  account?: string;
  /** As the call is counted: the global Region for IAM, Organizations, account and Route 53. */
  region?: string;
  /** Endpoint prefix, e.g. `ssm`. */
  service?: string;
  operation?: string;
  /** The first matching call that it strikes, from 1. */
  nth?: number;
  /** Of each matching call from `nth` on, 0 to 1. */
  probability?: number;
}

export interface FaultError {
  code: string;
  message: string;
  /** HTTP status. 400 gives way to the model's own for a code that the service's model knows. */
  status: number;
}

export type FaultEffect =
  | { error: FaultError }
  /** Wall time before the call is carried out, in milliseconds. */
  | { delayMs: number }
  /** The connection ends instead of the call, or after it instead of its response. */
  | { drop: 'before' | 'after' };

export interface Fault {
  match: FaultMatch;
  effect: FaultEffect;
  /** How many calls it strikes at most. Left out: all. */
  times?: number;
}

export interface FaultFile {
  seed: number;
  faults: Fault[];
}

/** What is wrong with a file of faults, in one line with its JSON path. */
export class FaultFileError extends Error {
  override readonly name = 'FaultFileError';
}

const LONGEST_DELAY_MS = 600_000;
const EFFECTS = ['error', 'delayMs', 'drop'] as const;

const match = strictObject({
  account: z.optional(text(/^\d{12}$/, 'an account id of 12 digits')),
  region: z.optional(text(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'a Region such as eu-west-1')),
  service: z.optional(oneOf(modelledServices() as [string, ...string[]], 'a service of the twin')),
  operation: z.optional(text(/^[A-Z][A-Za-z0-9]*$/, 'the name of an operation such as GetRole')),
  nth: z.optional(wholeNumberWithin(1, Number.MAX_SAFE_INTEGER)),
  probability: z.optional(numberWithin(0, 1)),
}).check(
  z.superRefine(({ service, operation }, context) => {
    if (operation === undefined) return;
    const names = (service === undefined ? modelledServices() : [service]).flatMap((each) => [
      ...(findModel(each)?.operations.keys() ?? []),
    ]);
    if (names.includes(operation)) return;
    const where = service === undefined ? "of the twin's services" : `of ${service}`;
    context.addIssue({
      code: 'custom',
      path: ['operation'],
      message: `${show(operation)} is no operation ${where}${suggestNearest(operation, names)}`,
    });
  }),
);

const effect = strictObject({
  error: z.optional(
    strictObject({
      code: text(/^[A-Za-z][\w.]*$/, 'the code of an error such as ThrottlingException'),
      message: text(/^/, 'text'),
      status: wholeNumberWithin(400, 599),
    }),
  ),
  delayMs: z.optional(wholeNumberWithin(0, LONGEST_DELAY_MS, 'milliseconds')),
  drop: z.optional(oneOf(['before', 'after'])),
}).check(
  z.superRefine((value, context) => {
    const given = EFFECTS.filter((key) => value[key] !== undefined);
    if (given.length === 1) return;
    const has = given.length === 0 ? 'has none' : `has ${given.join(' and ')}`;
    context.addIssue({ code: 'custom', message: `${has}; give one of error, delayMs, drop` });
  }),
);

const faultFile = strictObject({
  seed: wholeNumberWithin(0, 4_294_967_295),
  faults: listOf(
    strictObject({ match, effect, times: z.optional(wholeNumberWithin(1, Number.MAX_SAFE_INTEGER)) }),
  ),
});

/** Throws FaultFileError. */
export function checkFaults(value: unknown): FaultFile {
  const result = faultFile.safeParse(value);
  if (!result.success) throw new FaultFileError(firstOf(describeProblems(result.error)));
  // the refinement of `effect` has left exactly one of its keys
  return result.data as FaultFile;
}

/** As checkFaults, from JSON. Throws FaultFileError. */
export function parseFaults(json: string): FaultFile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw new FaultFileError(`is not JSON: ${reason}`, { cause: error });
  }
  return checkFaults(value);
}
