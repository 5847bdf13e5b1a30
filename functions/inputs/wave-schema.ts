/** A wave of the configuration: which accounts it takes, and how long it is left alone. */
import * as z from 'zod/mini';
import { REST_WAVE, takesTheRest } from '../core/batches.ts';
import type { Wave } from '../core/model/configuration.ts';
import * as aws from './aws-names.ts';
import {
  listOf,
  MUST_BE_OBJECT,
  numberWithin,
  show,
  strictObject,
  text,
  wholeNumberWithin,
} from './schema-problem.ts';

/** A Standard execution of Step Functions lasts a year at most (its quotas page). */
export const YEAR_SECONDS = 31_536_000;

export const waveSchema = strictObject({
  name: text(/^[\w][\w .-]{0,63}$/, 'a name (up to 64 letters, digits, spaces or _ . -)').check(
    z.describe('Name of the wave, as run records and reports show it.'),
  ),
  accounts: z.optional(listOf(aws.accountId, 1).check(z.describe('Accounts of this wave.'))),
  organizationalUnits: z.optional(
    listOf(aws.organizationalUnitId, 1).check(
      z.describe('Organizational units of this wave, with all below them.'),
    ),
  ),
  tags: z.optional(
    z
      .record(aws.tagKey, aws.tagValue, { error: MUST_BE_OBJECT })
      .check(
        z.refine((tags) => Object.keys(tags).length > 0, {
          error: 'is empty; name at least one tag, or remove the key',
        }),
      )
      .check(z.describe('Accounts that carry any of these tags.')),
  ),
  percentage: z.optional(
    numberWithin(0, 100, 'percent').check(
      z.describe("Share of the run's accounts, drawn alike in every run."),
    ),
  ),
  soakSeconds: z
    ._default(wholeNumberWithin(0, YEAR_SECONDS, 'seconds'), 0)
    .check(z.describe('How long the wave is left alone before it is judged and the next one begins.')),
});

/** The same names twice would be one batch twice; what follows a wave that takes the rest would never get an account. */
export function checkWaves(waves: Wave[], context: z.core.$RefinementCtx): void {
  const names = new Set<string>();
  for (const [index, wave] of waves.entries()) {
    const problem = (key: string[], message: string) =>
      context.addIssue({ code: 'custom', path: [index, ...key], message });
    const rest = takesTheRest(wave);
    if (names.has(wave.name))
      problem(['name'], `${show(wave.name)} is there twice; give each wave its own name`);
    if (rest && index < waves.length - 1) {
      problem(
        [],
        'selects nothing, so it takes all that is left; put it last, or give it accounts, organizationalUnits, tags or percentage',
      );
    }
    if (wave.name === REST_WAVE && !rest) {
      problem(['name'], `"${REST_WAVE}" is the name of what no wave selects; choose another`);
    }
    names.add(wave.name);
  }
}
