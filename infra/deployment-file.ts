/**
 * `dhmc.deployment.yaml`: all settings of a deployment in one file, so that no command has to repeat them and an upgrade
 * takes away nothing. `-c name=value` overrides one of them. The keys are those of the context (settings.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readDocument } from '../functions/inputs/configuration.ts';
import { ConfigurationError } from '../functions/inputs/configuration-check.ts';
import { describeProblems, oneOf, strictObject } from '../functions/inputs/schema-problem.ts';

export const USUAL_DEPLOYMENT_FILE = 'dhmc.deployment.yaml';
/** `-c deployment=none`: the stacks as they are without settings, to look at. */
export const NO_DEPLOYMENT = 'none';

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;

const accountId = z
  .string('must be an account id, in quotes')
  .check(z.regex(/^\d{12}$/, 'must be 12 digits, in quotes'));
const region = z.string().check(z.regex(REGION, 'must be a Region, such as eu-west-1'));
const mode = oneOf(['assess', 'enforce', 'off']);

export const deploymentSchema = strictObject({
  config: z
    .optional(z.string().check(z.minLength(1)))
    .check(z.describe('configuration file of the service; dhmc.config.yaml where it exists')),
  scheduledMode: z.optional(mode).check(z.describe('what the schedule starts; assess unless set')),
  accountEventMode: z.optional(mode).check(z.describe('what an account event starts; as the schedule')),
  childExecutionType: z
    .optional(oneOf(['EXPRESS', 'STANDARD']))
    .check(z.describe('children of the distributed map')),
  signReports: z.optional(oneOf(['off', 'on'])).check(z.describe('a key of KMS signs the sums of reports')),
  securityHub: z
    .optional(oneOf(['off', 'on']))
    .check(z.describe('findings go to Security Hub of the operator account')),
  managementAccount: z.optional(accountId).check(z.describe('who may send account events')),
  operatorAccount: z.optional(accountId).check(z.describe('where the service runs')),
  operatorRegion: z.optional(region).check(z.describe('Region of the service')),
  controlTowerRegion: z.optional(region).check(z.describe("Control Tower's home Region")),
  organizationId: z.optional(
    z.string().check(z.regex(/^o-[a-z0-9]{4,32}$/, 'must be an id such as o-ab12cd34ef')),
  ),
  organizationalUnits: z
    .optional(
      z.array(z.string().check(z.regex(/^(ou|r)-[a-z0-9-]+$/, 'must be the id of a unit or the root'))),
    )
    .check(z.describe('where the member roles go: ids of units, or the root')),
  memberEventRegions: z
    .optional(z.array(region))
    .check(
      z.describe('Regions that the rules of events.members go to, where the configuration has regions: all'),
    ),
  stackSetCaller: z.optional(oneOf(['SELF', 'DELEGATED_ADMIN'])).check(z.describe('who makes the StackSet')),
});

export type DeploymentFile = z.infer<typeof deploymentSchema>;

export class DeploymentFileError extends Error {
  override readonly name = 'DeploymentFileError';
}

/**
 * @param named the context `deployment`: a file, `none`, or undefined for the usual file
 * @throws {DeploymentFileError} where there is no such file
 * @throws {ConfigurationError} with every problem of the file
 */
export function readDeploymentFile(named: string | undefined): DeploymentFile {
  if (named === NO_DEPLOYMENT) return {};
  const file = named ?? USUAL_DEPLOYMENT_FILE;
  if (!existsSync(file)) {
    throw new DeploymentFileError(
      `${file}: no such file; the settings of a deployment are in it, and deploying an existing service without them would take away what they switched on. Copy docs/dhmc.deployment.example.yaml, or look at the stacks without settings with -c deployment=none`,
    );
  }
  return parseDeployment(readFileSync(file, 'utf8'), file);
}

export function parseDeployment(text: string, name: string): DeploymentFile {
  const parsed = deploymentSchema.safeParse(readDocument(text, name) ?? {});
  if (!parsed.success)
    throw new ConfigurationError(name, describeProblems(parsed.error), { cause: parsed.error });
  return parsed.data;
}

/** Answers as the context does: its own value where one is set, else the file's. */
export function withDeployment(
  context: (name: string) => unknown,
  settings: DeploymentFile,
): (name: string) => unknown {
  const known: Record<string, string | string[] | undefined> = settings;
  return (name) => {
    const given = context(name);
    if (given !== undefined && given !== null && given !== '') return given;
    const value = known[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
}
