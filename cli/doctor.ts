/** What a rollout needs before it can run, checked in order; each finding comes with its fix. Changes nothing. */

import pLimit from 'p-limit';
import { assumeMemberRole } from '../functions/aws/assume-role.ts';
import { type AwsConnection, type ClientPool, createClientPool } from '../functions/aws/client-pool.ts';
import {
  describeOrganization,
  listTaggedAccounts,
  type OrganizationFacts,
  readOperatorAccountId,
} from '../functions/aws/organization-reader.ts';
import { failureOf } from '../functions/aws/reads.ts';
import { type RegionStates, readRegionStates } from '../functions/aws/region-reader.ts';
import { describeFailure } from '../functions/core/failures.ts';
import { memberRoleName } from '../functions/core/member-role.ts';
import type { Configuration } from '../functions/core/model/configuration.ts';
import type { Account, AccountId } from '../functions/core/model/primitives.ts';
import type { Failure } from '../functions/core/model/reads.ts';
import { effectiveConfiguration } from '../functions/core/overrides.ts';
import { type CheckFinding, ok, skipped } from '../functions/core/readiness/finding.ts';
import { judgeHomeRegion } from '../functions/core/readiness/operator-account.ts';
import { decideAccount, effectiveMode, needsOrganizationPaths, needsTags } from '../functions/core/scope.ts';
import { stableHash } from '../functions/core/stable-hash.ts';
import { wallClock } from '../functions/platform/wall-clock.ts';
import type { DeploymentFile } from '../infra/deployment-file.ts';
import {
  type Examined,
  examineConcurrency,
  examineDeployment,
  examineOperatorsAccess,
  examineOwnAccess,
  examineStackSets,
  examineTrails,
  vantageOf,
} from './prerequisites.ts';
import { findUnmatchedSelectors } from './runs/unmatched-selectors.ts';
import { countOf } from './terminal/style.ts';

export interface DoctorOptions {
  connection: AwsConnection;
  /** null where it cannot be read, which is a finding already: then roles are not tried. */
  configuration: Configuration | null;
  /** null: there is no deployment file. */
  deployment: DeploymentFile | null;
  /** The account that runs the service, where it is not the deployment file that names it. */
  operatorAccountId: AccountId | null;
  /** Accounts whose roles are tried; null: all. */
  sample: number | null;
  now: Date;
}

const ASSUMED_AT_ONCE = 20;
const NAMED_ACCOUNTS = 3;

export async function examine(options: DoctorOptions): Promise<CheckFinding[]> {
  const pool = createClientPool(options.connection);
  try {
    return await examineWith(pool, options);
  } finally {
    pool.destroy();
  }
}

async function examineWith(pool: ClientPool, options: DoctorOptions): Promise<CheckFinding[]> {
  const findings: CheckFinding[] = [];
  const caller = await runCheck(findings, 'credentials', 'sts:GetCallerIdentity', CREDENTIALS_FIX, () =>
    readOperatorAccountId(pool),
  );
  if (caller === null) return findings;
  findings.push(ok('credentials', `They belong to account ${caller}.`));

  const organization = await runCheck(
    findings,
    'organization',
    'organizations:DescribeOrganization',
    'Allow organizations:DescribeOrganization, and use an account that belongs to an organization.',
    () => describeOrganization(pool.operator),
  );
  if (organization === null) return findings;
  findings.push(judgeOrganization(organization));
  const vantage = vantageOf(caller, organization);
  const operatorAccountId = options.operatorAccountId ?? options.deployment?.operatorAccount ?? null;
  const { connection, deployment } = options;
  const examined = { pool, connection, organization, caller, vantage, operatorAccountId, deployment };
  return [...findings, ...examineDeployment(examined), ...(await examineService(examined, options))];
}

function judgeOrganization({
  organizationId,
  managementAccountId,
  allFeatures,
}: OrganizationFacts): CheckFinding {
  const named = `${organizationId}, management account ${managementAccountId}`;
  if (allFeatures) return ok('organization', `${named}.`);
  return {
    check: 'organization',
    status: 'failed',
    found: `${named}. It has consolidated billing alone: no trusted access, delegated administrators or control policies.`,
    fix: 'In the management account, enable all features; accounts that were invited have to approve.',
    command: 'aws organizations enable-all-features',
  };
}

/** From the management account, the operator account's own side does not show: it is checked with its credentials. */
async function examineService(examined: Examined, options: DoctorOptions): Promise<CheckFinding[]> {
  const { pool, organization, caller, vantage, operatorAccountId, deployment, connection } = examined;
  const elsewhere = vantage === 'management' && operatorAccountId !== null && operatorAccountId !== caller;
  const findings: CheckFinding[] = [];
  let accounts: Account[] | null;
  if (elsewhere) {
    accounts = await runCheck(findings, 'accounts', 'organizations:ListAccounts', LIST_FIX, () =>
      listAll(pool, options, organization),
    );
    findings.push(await examineOperatorsAccess(examined, operatorAccountId));
  } else {
    accounts = await examineAdministrator(pool, options, caller, organization, findings);
    if (accounts !== null && vantage === 'operator') {
      const { way, reads } = await examineOwnAccess(examined);
      findings.push(ok('access', `The organization is read ${way}.`), reads);
    }
  }
  const roles = await examineMembers(examined, options, accounts, elsewhere);
  const reader = roles.filter(({ check }) => check === 'reader role');
  const rolesDeployed = reader.length === 0 ? null : reader.every(({ status }) => status === 'ok');
  findings.push(await examineStackSets(examined, rolesDeployed), ...(await examineTrails(examined)));
  const { finding, states } = await examineRegions(pool, options);
  findings.push(finding);
  const home = deployment?.operatorRegion ?? connection.homeRegion;
  if (states !== null) findings.push(judgeHomeRegion(home, states[home]));
  const { configuration } = options;
  if (!elsewhere) findings.push(await examineConcurrency(examined, configuration?.concurrency ?? null));
  if (configuration !== null)
    findings.push(...examineConfiguration(configuration, options.now, accounts, states));
  return [...findings, ...roles];
}

async function examineMembers(
  { pool, organization, operatorAccountId }: Examined,
  options: DoctorOptions,
  accounts: Account[] | null,
  elsewhere: boolean,
): Promise<CheckFinding[]> {
  const { configuration } = options;
  if (elsewhere)
    return [
      skipped(
        'member roles',
        `Not tried: they trust ${operatorAccountId}.`,
        'Run dhmc doctor with credentials of that account as well.',
      ),
    ];
  if (configuration === null) return [rolesSkipped('the configuration')];
  if (accounts === null) return [rolesSkipped('the list of accounts')];
  return examineRoles(pool, { ...options, configuration }, organization, accounts);
}

const CREDENTIALS_FIX =
  'Give --profile, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, of the account that runs the service; with IAM Identity Center, aws sso login renews them.';

const LIST_FIX = 'Allow organizations:ListAccounts.';

const rolesSkipped = (needs: string): CheckFinding =>
  skipped('member roles', `Not tried: that needs ${needs}.`);

/** What a read gives; null with a finding where it failed. */
async function runCheck<T>(
  findings: CheckFinding[],
  check: string,
  action: string,
  fix: string,
  call: () => Promise<T>,
): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    const found = `${describeFailure(failureOf(error, action))}.`;
    findings.push({ check, status: 'failed', found, fix });
    return null;
  }
}

function listAll(
  pool: ClientPool,
  { configuration }: DoctorOptions,
  { managementAccountId }: OrganizationFacts,
): Promise<Account[]> {
  return listTaggedAccounts(pool.operator, {
    managementAccountId,
    paths: configuration !== null && needsOrganizationPaths(configuration, undefined),
    tags: configuration !== null && needsTags(configuration),
    clock: wallClock,
  });
}

/** Only the management account and delegated administrators may list accounts (Organizations guide, "Delegated administrator"), and who the resource policy names. */
async function examineAdministrator(
  pool: ClientPool,
  options: DoctorOptions,
  caller: string,
  organization: OrganizationFacts,
  findings: CheckFinding[],
): Promise<Account[] | null> {
  const check = 'delegated administrator';
  const accounts = await runCheck(
    findings,
    check,
    'organizations:ListAccounts',
    `In the management account, register this account for a service that has trusted access and takes another administrator: aws organizations register-delegated-administrator --account-id ${caller} --service-principal ssm.amazonaws.com (where Systems Manager Explorer has one already: any other service). Or let it read by the organization's resource policy, which needs no service: dhmc template delegation-policy --operator-account ${caller}. dhmc doctor --operator-account ${caller}, run in the management account, names what is there.`,
    () => listAll(pool, options, organization),
  );
  if (accounts === null) return null;
  const listed = `${countOf(accounts.length, 'account')} can be listed`;
  findings.push(
    caller === organization.managementAccountId
      ? {
          check,
          status: 'warning',
          found: `${listed}, from the management account itself.`,
          fix: 'Run the service in a member account that is a delegated administrator instead: service control policies do not bind the management account. To check such an account from here, name it: --operator-account.',
        }
      : ok(check, `${listed} from ${caller}.`),
  );
  return accounts;
}

async function examineRegions(
  pool: ClientPool,
  { connection }: DoctorOptions,
): Promise<{ finding: CheckFinding; states: RegionStates | null }> {
  const states = await readRegionStates(pool.operator, connection.homeRegion, []);
  if (states.kind === 'value') {
    const enabled = Object.values(states.value).filter((state) => state.startsWith('ENABLED')).length;
    const regions = Object.keys(states.value);
    const found = `${countOf(enabled, 'Region')} enabled in this account, out of ${regions.length}.`;
    return { finding: ok('Regions', found), states: states.value };
  }
  const finding: CheckFinding = {
    check: 'Regions',
    status: 'failed',
    found: states.kind === 'failed' ? `${describeFailure(states.failure)}.` : 'No Region was listed.',
    fix: 'Allow account:ListRegions, or ec2:DescribeRegions in the home Region.',
  };
  return { finding, states: null };
}

function examineConfiguration(
  configuration: Configuration,
  now: Date,
  accounts: Account[] | null,
  states: RegionStates | null,
): CheckFinding[] {
  const check = 'configuration';
  const today = now.toISOString().slice(0, 10);
  const findings: CheckFinding[] = [];
  const warn = (found: string, fix: string) => findings.push({ check, status: 'warning', found, fix });
  const ended = configuration.waivers.filter(({ until }) => until < today);
  if (ended.length > 0) {
    warn(
      `${countOf(ended.length, 'waiver')} ended before today: ${ended.map(({ code }) => code).join(', ')}.`,
      'Renew or remove them.',
    );
  }
  const frozen = configuration.freeze.find(({ from, until }) => from <= today && today <= until);
  if (frozen)
    warn(
      `Changes are frozen from ${frozen.from} to ${frozen.until}.`,
      'Enforce after it, or remove the period.',
    );
  const known = new Set(accounts?.map(({ accountId }) => accountId));
  const named = configuration.overrides.flatMap((override) => override.accounts);
  const strangers = accounts === null ? [] : [...new Set(named)].filter((id) => !known.has(id));
  if (strangers.length > 0) {
    warn(
      `It names accounts that the organization does not have: ${strangers.join(', ')}.`,
      'Correct or remove them.',
    );
  }
  const unmatched =
    accounts === null
      ? []
      : findUnmatchedSelectors(configuration, accounts, states === null ? null : Object.keys(states));
  if (unmatched.length > 0) {
    const fix = 'Correct or remove them: a local enforce refuses exclusions and waves that match nothing.';
    findings.push({ check, status: 'failed', found: `${unmatched.join('; ')}.`, fix });
  }
  return findings.length > 0 ? findings : [ok(check, 'It is valid, and what it names exists.')];
}

async function examineRoles(
  pool: ClientPool,
  { configuration, sample }: { configuration: Configuration; sample: number | null },
  { partition }: OrganizationFacts,
  accounts: Account[],
): Promise<CheckFinding[]> {
  const entered = accounts.filter(
    (account) => account.state === 'ACTIVE' && decideAccount(account, configuration).kind === 'enter',
  );
  const chosen = sample === null ? entered : choose(entered, sample);
  const limit = pLimit(ASSUMED_AT_ONCE);
  const examineRole = async (kind: 'reader' | 'writer'): Promise<CheckFinding[]> => {
    const check = `${kind} role`;
    const of = chosen.filter(
      (account) => kind === 'reader' || effectiveMode('enforce', account, configuration) === 'enforce',
    );
    const answers = await Promise.all(
      of.map((account) =>
        limit(async () => {
          const effective = effectiveConfiguration(configuration, account);
          const answer = await assumeMemberRole(pool, {
            partition,
            accountId: account.accountId,
            roleName: memberRoleName(effective, kind),
            externalId: effective.memberRole.externalId,
            sessionName: 'dhmc-doctor',
          });
          return answer.kind === 'failed' ? { accountId: account.accountId, failure: answer.failure } : null;
        }),
      ),
    );
    const failed = answers.filter((answer) => answer !== null);
    const whole = `${of.length} of ${countOf(entered.length, 'account')} tried`;
    if (failed.length === 0)
      return [ok(check, `${memberRoleName(configuration, kind)} can be assumed; ${whole}.`)];
    return [...Map.groupBy(failed, ({ failure }) => failure.code).values()].map((alike) =>
      roleFinding(check, configuration, alike, whole),
    );
  };
  return [...(await examineRole('reader')), ...(await examineRole('writer'))];
}

function roleFinding(
  check: string,
  configuration: Configuration,
  alike: { accountId: string; failure: Failure }[],
  whole: string,
): CheckFinding {
  const names = alike.slice(0, NAMED_ACCOUNTS).map(({ accountId }) => accountId);
  const rest = alike.length - names.length;
  const where = rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
  const code = alike[0]?.failure.code ?? '';
  const externalId = configuration.memberRole.externalId === null ? 'without' : 'with its';
  return {
    check,
    status: 'failed',
    found: `Cannot be assumed in ${countOf(alike.length, 'account')} (${code}): ${where}; ${whole}.`,
    fix: `Deploy dhmc template member-role there (management-role in the management account), for the credentials that run this (--readers, --writers), ${externalId} external id.`,
  };
}

/** By hash, so that the same accounts are tried again after a repair. */
function choose(accounts: Account[], sample: number): Account[] {
  return accounts
    .toSorted((a, b) => stableHash(a.accountId, 'doctor').localeCompare(stableHash(b.accountId, 'doctor')))
    .slice(0, sample);
}
