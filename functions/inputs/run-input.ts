/** What the state machine is started with (docs/spec/design.md, "State machine input"), checked. */
import * as z from 'zod/mini';
import type { RunInput } from '../core/model/primitives.ts';
import { accountId, organizationalUnitId, regionName } from './aws-names.ts';
import {
  describeProblems,
  listOf,
  oneOf,
  strictObject,
  text,
  whenNothingElseIsWrong,
  yesOrNo,
} from './schema-problem.ts';

const someText = text(/^[^\r\n]{1,2048}$/, 'a text of one line');

/** The input can't be used. The message is one line: path, reason, what to do. */
export class RunInputError extends Error {
  override readonly name = 'RunInputError';
  /** Every problem found, one line each. */
  readonly problems: readonly string[];

  constructor(name: string, problems: readonly string[], options?: ErrorOptions) {
    super(problems.map((problem) => `${name}: ${problem}`).join('\n'), options);
    this.problems = problems;
  }
}

const driftNotice = strictObject({
  accountId,
  region: z.nullable(regionName),
  change: someText,
  subject: someText,
  by: someText,
  source: someText,
  at: someText,
});

export const runInputSchema = strictObject({
  mode: oneOf(['assess', 'enforce', 'rollback'], 'a mode'),
  trigger: oneOf(['schedule', 'account-event', 'on-demand'], 'a trigger'),
  scope: z.optional(
    strictObject({
      accounts: z.optional(listOf(accountId, 1)),
      organizationalUnits: z.optional(listOf(organizationalUnitId, 1)),
      regions: z.optional(listOf(regionName, 1)),
    }).check(
      z.refine((scope) => Object.values(scope).some((part) => part !== undefined), {
        ...whenNothingElseIsWrong,
        error:
          'is empty; give accounts, organizationalUnits or regions, or leave it out for the whole organization',
      }),
    ),
  ),
  rollbackOf: z.optional(
    text(/^[\w-]{1,80}$/, 'the id of a run, or "all"').check(
      z.describe('The run to roll back, or "all"; with mode rollback only.'),
    ),
  ),
  plan: z.optional(
    text(
      /^plans\/[A-Za-z0-9][\w.-]{0,100}\.json$/,
      'the key of a plan in the artifacts, plans/NAME.json',
    ).check(
      z.describe(
        'Artifact key of a plan (plan.schema.json): its changes alone are applied; with mode enforce only.',
      ),
    ),
  ),
  resume: z.optional(
    text(/^[\w-]{1,80}$/, 'the id of a run').check(
      z.describe('A stopped run: enforce takes the accounts that it did not reach; with mode enforce only.'),
    ),
  ),
  settle: z.optional(
    yesOrNo().check(z.describe('false: the run ends without the settle passes of the configuration.')),
  ),
  migrateCentral: z.optional(
    yesOrNo().check(
      z.describe(
        'true: VPCs with endpoints of ours move to the hub of their Region (endpoints: central or auto), a step a pass; not with mode rollback or a plan.',
      ),
    ),
  ),
  drift: z.optional(
    listOf(driftNotice, 1).check(
      z.describe(
        'Changes by others in member accounts that started the run; with trigger account-event only.',
      ),
    ),
  ),
}).check(
  z.superRefine(({ mode, trigger, rollbackOf, plan, resume, drift, migrateCentral }, context) => {
    if (migrateCentral === true && (mode === 'rollback' || plan !== undefined)) {
      const with_ =
        plan === undefined ? 'mode rollback' : 'a plan: each step rests on what the one before has shown';
      const message = `has no meaning with ${with_}; remove it`;
      context.addIssue({ code: 'custom', path: ['migrateCentral'], message });
    }
    if (drift !== undefined && trigger !== 'account-event') {
      const message = `has no meaning with trigger ${trigger}; remove it`;
      context.addIssue({ code: 'custom', path: ['drift'], message });
    }
    if (mode !== 'enforce' && resume !== undefined) {
      const message = `has no meaning with mode ${mode}; remove it, or use mode enforce`;
      context.addIssue({ code: 'custom', path: ['resume'], message });
    }
    if (plan !== undefined && resume !== undefined) {
      const message = 'plans anew, so it cannot apply a plan; remove one of the two';
      context.addIssue({ code: 'custom', path: ['resume'], message });
    }
    if (mode !== 'enforce' && plan !== undefined) {
      const message = `has no meaning with mode ${mode}; remove it, or use mode enforce`;
      context.addIssue({ code: 'custom', path: ['plan'], message });
    }
    const problem = (message: string) => context.addIssue({ code: 'custom', path: ['rollbackOf'], message });
    if (mode === 'rollback' && rollbackOf === undefined) {
      problem('is missing; mode rollback needs the id of the run to roll back, or "all"');
    }
    if (mode !== 'rollback' && rollbackOf !== undefined) {
      problem(`has no meaning with mode ${mode}; remove it, or use mode rollback`);
    }
  }),
) satisfies z.ZodMiniType<RunInput>;

/**
 * @param name What messages call the input.
 * @throws {RunInputError}
 */
export function parseRunInput(input: unknown, name = 'run input'): RunInput {
  const parsed = runInputSchema.safeParse(input);
  if (!parsed.success) throw new RunInputError(name, describeProblems(parsed.error), { cause: parsed.error });
  return parsed.data;
}
