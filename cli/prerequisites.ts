/** What the organization and its accounts must have before the service runs, from the account whose credentials these are. */
import type { AwsConnection, ClientPool } from '../functions/aws/client-pool.ts';
import { readQuota } from '../functions/aws/concurrency-quota.ts';
import type { OrganizationFacts } from '../functions/aws/organization-reader.ts';
import {
  readDelegations,
  readOwnServices,
  readResourcePolicy,
  readStackSetsAccess,
  readStackSetsAdministrators,
  readTrails,
  tryOrganizationReads,
} from '../functions/aws/prerequisites-reader.ts';
import type { AccountId, Region } from '../functions/core/model/primitives.ts';
import type { Read } from '../functions/core/model/reads.ts';
import { organizationsRegion } from '../functions/core/partition.ts';
import { type CheckFinding, notRead, ok, type Vantage } from '../functions/core/readiness/finding.ts';
import { judgeConcurrency } from '../functions/core/readiness/operator-account.ts';
import {
  type Delegation,
  describeOwnAccess,
  judgeAccessFromManagement,
  judgeReads,
} from '../functions/core/readiness/organization-access.ts';
import { judgeStackSets } from '../functions/core/readiness/stack-sets.ts';
import { judgeTrail } from '../functions/core/readiness/trail.ts';
import type { DeploymentFile } from '../infra/deployment-file.ts';
import { ORGANIZATION_READS } from '../infra/organization-reads.ts';

/** Default of `concurrency` (functions/inputs/configuration-schema.ts). */
const DEFAULT_AT_ONCE = 100;

export interface Examined {
  pool: ClientPool;
  connection: AwsConnection;
  organization: OrganizationFacts;
  caller: AccountId;
  vantage: Vantage;
  /** null: neither the deployment file nor a flag names it. */
  operatorAccountId: AccountId | null;
  deployment: DeploymentFile | null;
}

export function vantageOf(caller: AccountId, { managementAccountId }: OrganizationFacts): Vantage {
  return caller === managementAccountId ? 'management' : 'operator';
}

/** What the deployment file says against what is there. */
export function examineDeployment({ deployment, organization, caller, vantage }: Examined): CheckFinding[] {
  if (deployment === null) return [];
  const check = 'deployment file';
  const wrong: string[] = [];
  const differs = (key: string, said: string | undefined, is: string) => {
    if (said !== undefined && said !== is) wrong.push(`${key} is ${said}, and this organization has ${is}`);
  };
  differs('managementAccount', deployment.managementAccount, organization.managementAccountId);
  differs('organizationId', deployment.organizationId, organization.organizationId);
  const administrator = deployment.stackSetCaller === 'DELEGATED_ADMIN';
  if (vantage === 'operator' && !administrator && deployment.operatorAccount !== undefined) {
    if (deployment.operatorAccount !== caller)
      wrong.push(
        `operatorAccount is ${deployment.operatorAccount}, and these credentials belong to ${caller}`,
      );
  }
  if (wrong.length === 0) return [ok(check, 'It names this organization and its accounts.')];
  return [
    {
      check,
      status: 'failed',
      found: `${wrong.join('; ')}.`,
      fix: 'Correct dhmc.deployment.yaml, or use credentials of the account that it names.',
    },
  ];
}

/** From the management account: whether the operator account may read the organization. */
export async function examineOperatorsAccess(
  examined: Examined,
  operatorAccountId: AccountId,
): Promise<CheckFinding> {
  const { operator } = examined.pool;
  const delegations = await readDelegations(operator);
  if (delegations.kind === 'failed')
    return notRead('delegated administrator', delegations.failure, 'the management account');
  const policy = await readResourcePolicy(operator);
  if (policy.kind === 'failed' && !administers(operatorAccountId, delegations))
    return notRead('delegated administrator', policy.failure, 'the management account');
  return judgeAccessFromManagement({
    operatorAccountId,
    delegations: delegations.kind === 'value' ? delegations.value : [],
    resourcePolicy: policy.kind === 'value' ? policy.value : null,
    reads: ORGANIZATION_READS,
  });
}

const administers = (id: AccountId, delegations: Read<Delegation[]>): boolean =>
  delegations.kind === 'value' && delegations.value.some(({ accountId }) => accountId === id);

/** From the operator account: by which way it reads, and each read that it may not make. */
export async function examineOwnAccess({
  pool,
  caller,
}: Examined): Promise<{ way: string; reads: CheckFinding }> {
  const services = await readOwnServices(pool.operator, caller);
  const way = describeOwnAccess(
    services.kind === 'value' ? services.value : services.kind === 'absent' ? [] : null,
  );
  return { way, reads: judgeReads(await tryOrganizationReads(pool.operator, caller), caller) };
}

/** @param rolesDeployed the reader role could be assumed wherever it was tried; null: it was not tried */
export async function examineStackSets(
  examined: Examined,
  rolesDeployed: boolean | null,
): Promise<CheckFinding> {
  const { pool, connection, caller, vantage, deployment } = examined;
  const administrators = await readStackSetsAdministrators(pool.operator);
  const known = administrators.kind === 'value' ? administrators.value : null;
  const own = known?.includes(caller) ?? false;
  const as = vantage === 'management' ? 'SELF' : own ? 'DELEGATED_ADMIN' : null;
  const access = await readStackSetsAccess(pool.operator, connection, as);
  const mayAsk = as !== null || access.kind !== 'failed' || !access.failure.kind.startsWith('DENIED');
  return judgeStackSets({
    vantage,
    access: mayAsk ? access : null,
    administrators: known,
    caller: deployment?.stackSetCaller ?? 'SELF',
    rolesDeployed,
  });
}

/** Regions whose events are forwarded: that of Organizations, and Control Tower's. */
export async function examineTrails(examined: Examined): Promise<CheckFinding[]> {
  const { connection, deployment, vantage } = examined;
  const home = organizationsRegion(connection.homeRegion);
  const regions: Region[] = [...new Set([home, deployment?.controlTowerRegion ?? home])];
  const accountEvents = usesAccountEvents(deployment);
  const view = { vantage, accountEvents };
  if (accountEvents === false) {
    return [judgeTrail({ ...view, region: home, trails: { kind: 'absent' } })];
  }
  return Promise.all(
    regions.map(async (region) =>
      judgeTrail({ ...view, region, trails: await readTrails(connection, region) }),
    ),
  );
}

/** As settings.ts decides it; null: there is no deployment file. */
function usesAccountEvents(deployment: DeploymentFile | null): boolean | null {
  if (deployment === null) return null;
  const { managementAccount, accountEventMode, scheduledMode } = deployment;
  return managementAccount !== undefined && (accountEventMode ?? scheduledMode ?? 'assess') !== 'off';
}

/** @param wanted as configured; null: its default */
export async function examineConcurrency(
  { pool, connection }: Examined,
  wanted: number | null,
): Promise<CheckFinding> {
  return judgeConcurrency(await readQuota(pool.operator, connection.homeRegion), wanted ?? DEFAULT_AT_ONCE);
}
