/** The file of a plan (`dhmc plan --out`): what it holds, how it is checked, what makes it unusable. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { actionProblem, PLANNED_KINDS } from '../core/changes/changes.ts';
import type { PlannedChange } from '../core/planned.ts';
import { toStableJson } from '../core/stable-json.ts';
import { accountId, regionName } from './aws-names.ts';
import { describeProblems, firstOf, listOf, oneOf, strictObject, text } from './schema-problem.ts';

/** The plan can't be used. The message is one line: name, reason, what to do. */
export class PlanFileError extends Error {
  override readonly name = 'PlanFileError';
}

const dollars = z.number({ error: 'is not a price in US dollars a month' });

const plannedChangeSchema = strictObject({
  id: text(/^chg-[0-9a-f]{16}$/, 'the id of a change'),
  accountId,
  region: z.nullable(regionName).check(z.describe('null for IAM, which is global.')),
  kind: oneOf(PLANNED_KINDS, 'a kind of change'),
  resource: z.string().check(z.describe('ARN or id of what is changed.')),
  vpcId: z.nullable(z.string()).check(z.describe('VPC of a change of the network.')),
  action: z
    .looseObject({ kind: oneOf(PLANNED_KINDS, 'a kind of change') })
    .check(
      z.refine((action) => actionProblem(action) === null, {
        error: ({ input }) => `is not an action (${actionProblem(input)})`,
      }),
    )
    .check(z.describe('What is put there.')),
  expected: z.unknown().check(z.describe('Live state that must still be there when the change is applied.')),
  monthlyCostUsd: dollars,
});

export const planFileSchema = strictObject({
  schemaVersion: z.literal(1),
  runId: text(/^[\w-]{1,80}$/, 'the id of a run').check(z.describe('The assess run that made the plan.')),
  createdAt: z.string().check(z.describe('ISO 8601, UTC.')),
  organizationId: text(/^o-[a-z0-9]{1,32}$/, 'the id of an organization'),
  configurationVersion: z
    .string()
    .check(z.describe('SHA-256 of the configuration that it was planned with.')),
  regions: listOf(regionName).check(z.describe('Regions that were looked at.')),
  monthlyCostUsd: strictObject({ current: dollars, planned: dollars }),
  changes: listOf(plannedChangeSchema),
  digest: text(/^sha256:[0-9a-f]{64}$/, 'a digest').check(
    z.describe('Of the rest as JSON with sorted keys and without blanks: a plan that was edited is refused.'),
  ),
});

export interface PlanFile extends Omit<z.infer<typeof planFileSchema>, 'changes'> {
  changes: PlannedChange[];
}

export function sealPlan(plan: Omit<PlanFile, 'digest' | 'schemaVersion'>): PlanFile {
  const content = { schemaVersion: 1 as const, ...plan };
  return { ...content, digest: digestOf(content) };
}

function digestOf(content: object): string {
  return `sha256:${createHash('sha256').update(toStableJson(content)).digest('hex')}`;
}

/**
 * @param name What messages call the plan.
 * @throws {PlanFileError}
 */
export function parsePlanFile(json: string, name: string): PlanFile {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (error) {
    throw new PlanFileError(`${name}: is not JSON; give a file that dhmc plan --out wrote`, { cause: error });
  }
  const { schemaVersion } = (content ?? {}) as { schemaVersion?: unknown };
  if (schemaVersion !== 1) {
    const found =
      schemaVersion === undefined ? 'no plan' : `a plan of version ${JSON.stringify(schemaVersion)}`;
    throw new PlanFileError(`${name}: ${found}, and this is for version 1; plan again with dhmc plan --out`);
  }
  const parsed = planFileSchema.safeParse(content);
  if (!parsed.success) {
    throw new PlanFileError(`${name}: ${firstOf(describeProblems(parsed.error))}`, { cause: parsed.error });
  }
  const { digest, ...rest } = parsed.data;
  if (digestOf(rest) !== digest) {
    throw new PlanFileError(`${name}: was changed after it was made; plan again with dhmc plan --out`);
  }
  return parsed.data as PlanFile;
}

/** Throws PlanFileError where a plan is of another organization or was made with another configuration. */
export function refuseForeignPlan(
  plan: PlanFile,
  name: string,
  here: { organizationId: string; configurationVersion: string },
): void {
  if (plan.organizationId !== here.organizationId) {
    throw new PlanFileError(
      `${name}: a plan for organization ${plan.organizationId}, and this is ${here.organizationId}`,
    );
  }
  if (plan.configurationVersion !== here.configurationVersion) {
    throw new PlanFileError(`${name}: planned with another configuration than this run's; plan again`);
  }
}
