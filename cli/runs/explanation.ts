/** One VPC or instance through the look of a run: what was seen, and the verdict on it. Nothing is changed. */
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import { describeOrganization, listTaggedAccounts } from '../../functions/aws/organization-reader.ts';
import { createReadMemory } from '../../functions/aws/read-memory.ts';
import { readResourceControls } from '../../functions/aws/resource-control-reader.ts';
import type { TargetAssessment } from '../../functions/core/assess.ts';
import { describeFailure } from '../../functions/core/failures.ts';
import type { InstanceExplanation } from '../../functions/core/instances/explain-instance.ts';
import { explainInstance } from '../../functions/core/instances/explain-instance.ts';
import type { InstanceDetail } from '../../functions/core/instances/facts.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { AccountObservation, RegionObservation } from '../../functions/core/model/observation.ts';
import type { Account } from '../../functions/core/model/primitives.ts';
import { type EndpointPrice, endpointPrice } from '../../functions/core/network/prices.ts';
import type { JudgedNetwork } from '../../functions/core/network/region-network.ts';
import type { VpcVerdict } from '../../functions/core/network/vpc-verdict.ts';
import { effectiveConfiguration } from '../../functions/core/overrides.ts';
import { PLAN_SEED } from '../../functions/core/planned.ts';
import {
  coverageOf,
  decideAccount,
  decideRegion,
  needsOrganizationPaths,
  needsTags,
  regionsOfAccount,
} from '../../functions/core/scope.ts';
import { refuseForgottenMarks } from '../../functions/handlers/own-tags.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { deadlineIn } from '../../functions/platform/deadline.ts';
import { type Look, lookAtAccount } from '../../functions/reconcile/look.ts';
import type { NeedRecord } from '../../functions/store/contract.ts';
import { CommandFailedError, UsageError } from '../exit.ts';
import type { StateFolder } from '../state-folder.ts';

/** Which resource is asked about, and where. */
export interface Question {
  account: string;
  region: string;
  /** `vpc-...` or `i-...`. */
  resource: string;
  /** Whether a snapshot is asked, which has no records of runs. */
  isSnapshot: boolean;
}

export interface Place {
  connection: AwsConnection;
  state: StateFolder;
  clock: Clock;
}

export type Explanation =
  | { kind: 'vpc'; verdict: VpcVerdict; price: EndpointPrice }
  | { kind: 'instance'; instance: InstanceExplanation };

/** Long enough for one account and Region with every look-up. */
const TIME_LIMIT_MILLISECONDS = 210_000;

/**
 * @throws {UsageError} where the account, VPC or instance is not there
 * @throws {CommandFailedError} where it is not covered or could not be read
 */
export async function explainResource(
  question: Question,
  configuration: Configuration,
  place: Place,
): Promise<Explanation> {
  const looked = await look(question, configuration, place);
  return question.resource.startsWith('i-')
    ? { kind: 'instance', instance: instanceOf(question, looked) }
    : vpcOf(question, looked);
}

function vpcOf(question: Question, looked: Looked): Explanation {
  const { account, region, resource: vpcId } = question;
  const { network, verdictOf } = networkSeen(question, looked);
  const vpc = network.vpcs.get(vpcId);
  if (!vpc) {
    const known = [...network.vpcs.keys()].sort().join(', ') || 'none';
    throw new UsageError(`${vpcId}: not in account ${account}, Region ${region}; there are ${known}`);
  }
  const price = endpointPrice(region, looked.context.configuration.prices);
  return { kind: 'vpc', verdict: verdictOf(vpc), price };
}

function instanceOf(question: Question, looked: Looked): InstanceExplanation {
  const { account: accountId, region, resource: instanceId } = question;
  const { seen, context, assessment, target } = looked;
  const instances = seen.instances?.kind === 'value' ? seen.instances.value.instances : [];
  const instance = instances.find((one) => one.instanceId === instanceId);
  if (!instance) {
    throw new UsageError(`${instanceId}: not in account ${accountId}, Region ${region}; ${idsOf(instances)}`);
  }
  if (!target?.grounds) {
    const why = target?.findings[0]?.sentence ?? 'its instances could not be read';
    throw new CommandFailedError(`${accountId} ${region}: ${why}`);
  }
  const vpc = target.network?.network.vpcs.get(instance.vpcId);
  const judged = vpc ? target.network?.verdictOf(vpc) : null;
  return explainInstance(instance, target.grounds, {
    partition: context.partition,
    accountId,
    role: assessment.role,
    seen,
    path: judged?.clients.find(({ client }) => client.id === instanceId) ?? null,
    vpcCidrs: vpc?.cidrs ?? [],
  });
}

/** A few of those that are there, running ones first. */
function idsOf(instances: InstanceDetail[]): string {
  const ids = [...instances]
    .sort((one, other) => Number(other.state === 'running') - Number(one.state === 'running'))
    .map(({ instanceId }) => instanceId);
  if (ids.length === 0) return 'there is none';
  return `there are ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;
}

interface Looked extends Look {
  seen: RegionObservation;
  target: TargetAssessment | undefined;
}

async function look(
  question: Question,
  configured: Configuration,
  { connection, state, clock }: Place,
): Promise<Looked> {
  await refuseForgottenMarks(state.store, configured);
  const pool = createClientPool(connection);
  try {
    const organization = await describeOrganization(pool.operator);
    const resourceControls = await readResourceControls(pool.operator);
    const accounts = await listTaggedAccounts(pool.operator, {
      managementAccountId: organization.managementAccountId,
      paths: resourceControls.kind !== 'absent' || needsOrganizationPaths(configured, undefined),
      tags: needsTags(configured),
      clock,
    });
    const account = findAccount(question.account, configured, accounts);
    const memory = createReadMemory();
    const isInScope = coverageOf(accounts, configured, true);
    const lookAt = (other: Account, needs: NeedRecord[]): Promise<Look> =>
      lookAtAccount({
        pool,
        store: state.store,
        clock,
        deadline: deadlineIn(TIME_LIMIT_MILLISECONDS, clock),
        signal: undefined,
        configuration: settingsOf(configured, other),
        account: other,
        regions: [question.region],
        homeRegion: connection.homeRegion,
        organizationId: organization.organizationId,
        managementAccountId: organization.managementAccountId,
        resourceControls,
        partition: organization.partition,
        sessionName: 'dhmc-explain',
        memory,
        unsettled: false,
        needs,
        earlierVpcs: {},
        changeSeed: PLAN_SEED,
        organizationPathSince: null,
        findAccountsInScope: async () => isInScope,
        // Nothing is reserved for a look.
        reserveEndpoints: async () => new Set(),
        planned: null,
      });
    refuseOutOfScope(account, question.region, settingsOf(configured, account));
    const recorded = await state.store.listNeeds(account.accountId);
    const needs =
      !question.isSnapshot || question.resource.startsWith('i-')
        ? recorded
        : await needsOfParticipants(question, accounts, clock, (other) => lookAt(other, []));
    const looked = await lookAt(account, needs);
    const target = looked.assessment.targets.find(({ region }) => region === question.region);
    return { ...looked, seen: regionSeen(question, looked.observed.observation), target };
  } finally {
    pool.destroy();
  }
}

/** Switched off, there would be nothing to explain; nothing is changed here anyway. */
function settingsOf(configured: Configuration, account: Account): Configuration {
  const settings = effectiveConfiguration(configured, account);
  return settings.endpoints === 'off' ? { ...settings, endpoints: 'report' } : settings;
}

const ACCOUNTS_AT_ONCE = 20;

/**
 * A run's participants record what they need of a VPC's owner before the run is over. A snapshot has no such records,
 * so the participants are looked at: every other account that the rollout covers, in this Region alone.
 */
async function needsOfParticipants(
  { account: ownerId, region, resource: vpcId }: Question,
  accounts: Account[],
  clock: Clock,
  lookAt: (account: Account) => Promise<Look>,
): Promise<NeedRecord[]> {
  const others = accounts.filter(({ accountId }) => accountId !== ownerId);
  const looks = await clock.together(
    ACCOUNTS_AT_ONCE,
    others.map((other) => () => lookAt(other)),
  );
  const needs = looks.flatMap(({ assessment }) => assessment.targets.flatMap((target) => target.needs));
  return needs
    .filter((need) => need.ownerId === ownerId && need.vpcId === vpcId)
    .map(({ ownerId: _, ...need }) => ({
      ...need,
      region,
      runId: 'explain',
      writtenAt: clock.now().toISOString(),
    }));
}

function findAccount(accountId: string, configuration: Configuration, accounts: Account[]): Account {
  const account = accounts.find((one) => one.accountId === accountId);
  if (!account) throw new UsageError(`account ${accountId}: not in the organization`);
  const decision = decideAccount(account, configuration);
  if (decision.kind === 'skip') throw new CommandFailedError(`account ${accountId}: ${decision.sentence}`);
  return account;
}

function refuseOutOfScope(account: Account, region: string, configuration: Configuration): void {
  if (regionsOfAccount([region], configuration).length === 0) {
    throw new CommandFailedError(
      `${account.accountId} ${region}: not among the Regions that the configuration covers in this account`,
    );
  }
  const decision = decideRegion(region, undefined, configuration);
  if (decision.kind === 'skip') {
    throw new CommandFailedError(`${account.accountId} ${region}: ${decision.sentence}`);
  }
}

function regionSeen({ account, region }: Question, observation: AccountObservation): RegionObservation {
  if (observation.entry.kind === 'failed') {
    throw new CommandFailedError(`account ${account}: ${describeFailure(observation.entry.failure)}`);
  }
  const seen = observation.regions.find((one) => one.region === region);
  if (!seen) throw new CommandFailedError(`${account} ${region}: the Region is not enabled in this account`);
  for (const read of [seen.setting, seen.instances]) {
    if (read?.kind === 'failed') {
      throw new CommandFailedError(`${account} ${region}: ${describeFailure(read.failure)}`);
    }
  }
  return seen;
}

function networkSeen({ account, region }: Question, { seen, target }: Looked): JudgedNetwork {
  if (seen.network?.vpcs.kind === 'failed') {
    throw new CommandFailedError(`${account} ${region}: ${describeFailure(seen.network.vpcs.failure)}`);
  }
  if (!target?.network) {
    throw new CommandFailedError(`${account} ${region}: no instance runs there, so no VPC needs a path`);
  }
  return target.network;
}
