import type { MemberRole } from '../../functions/aws/assume-role.ts';
import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import { describeOrganization, listAccounts } from '../../functions/aws/organization-reader.ts';
import { assessAccount } from '../../functions/core/assess.ts';
import type { AssessmentContext } from '../../functions/core/assessment-context.ts';
import { describeFailure } from '../../functions/core/failures.ts';
import { LINKS } from '../../functions/core/instances/chain.ts';
import { explainInstance } from '../../functions/core/instances/explain-instance.ts';
import type { InstanceDetail } from '../../functions/core/instances/facts.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { AccountObservation, RegionObservation } from '../../functions/core/model/observation.ts';
import type { Account } from '../../functions/core/model/primitives.ts';
import { explainVpc } from '../../functions/core/network/explain.ts';
import { joinNetwork, type Network } from '../../functions/core/network/network.ts';
import { endpointPrice } from '../../functions/core/network/prices.ts';
import { networkContextOf } from '../../functions/core/network/region-network.ts';
import { judgeVpc } from '../../functions/core/network/vpc-verdict.ts';
import { effectiveConfiguration } from '../../functions/core/overrides.ts';
import { decideAccount, decideRegion, regionsOfAccount } from '../../functions/core/scope.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { deadlineIn } from '../../functions/platform/deadline.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { observeAccount } from '../../functions/reconcile/observe.ts';
import { sessionsOfOthers } from '../../functions/reconcile/other-accounts.ts';
import { type ConnectionFlags, connectToEnvironment, givenHomeRegion } from '../connection.ts';
import { CommandFailedError, EXIT, UsageError } from '../exit.ts';
import type { GlobalFlags, OutputFormat } from '../flags.ts';
import { readConfiguration } from '../read-configuration.ts';
import { completeAll, completeLines, folderPlace, snapshotPlace } from '../runs/command-place.ts';
import { openSnapshot, withTwin } from '../runs/rehearsal.ts';
import type { StateFolder } from '../state-folder.ts';
import { renderInstance } from '../terminal/instance-explanation.ts';
import { terminalOf } from '../terminal/style.ts';
import { renderVpc } from '../terminal/vpc-explanation.ts';
import { hasStateFolder, withStateFolder } from '../with-state-folder.ts';

interface ExplainFlags extends GlobalFlags, Pick<ConnectionFlags, 'profile'> {
  account: string;
  region: string;
  /** `vpc-...` or `i-...`. */
  resource: string;
  from?: string;
  local?: boolean;
  config?: string;
  state: string;
  output: OutputFormat;
}

/** Long enough for one account and Region with every look-up. */
const TIME_LIMIT_MILLISECONDS = 210_000;

/** One VPC or instance through the very code of a run: observed, judged, and told. Writes nothing. */
export async function explain(flags: ExplainFlags): Promise<number> {
  const configuration = await readConfiguration(flags.config);
  const { from } = flags;
  // What the journal knows as ours counts where there is one; none is made for a look.
  const stateFolder = (await hasStateFolder(flags.state)) ? flags.state : null;
  if (from !== undefined) {
    const snapshot = await openSnapshot(from);
    return withTwin({ snapshot, from, stateFolder: null }, (rehearsal) =>
      tell(flags, configuration, rehearsal),
    );
  }
  const connection = await connectToEnvironment();
  return withStateFolder(stateFolder, connection, (state) =>
    tell(flags, configuration, { connection, state, clock: wallClock }),
  );
}

interface Place {
  connection: AwsConnection;
  state: StateFolder;
  clock: Clock;
}

async function tell(flags: ExplainFlags, configuration: Configuration, place: Place): Promise<number> {
  const looked = await look(flags, configuration, place);
  const told = flags.resource.startsWith('i-')
    ? tellInstance(flags, looked)
    : tellVpc(flags, looked, networkSeen(flags, looked.seen));
  const around =
    flags.from === undefined
      ? folderPlace({ ...flags, region: givenHomeRegion() })
      : snapshotPlace(flags.from, {});
  process.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(told.json, (key, value) => (key === 'commands' ? completeAll(value, around) : value), 2)}\n`
      : completeLines(told.text, around),
  );
  return EXIT.finished;
}

/** The same content for a person and for a program. */
interface Told {
  text: string;
  json: unknown;
}

function tellVpc(flags: ExplainFlags, looked: Looked, network: Network): Told {
  const { account: accountId, region, resource: vpcId } = flags;
  const vpc = network.vpcs.get(vpcId);
  if (!vpc) {
    const known = [...network.vpcs.keys()].sort().join(', ') || 'none';
    throw new UsageError(`${vpcId}: not in account ${accountId}, Region ${region}; there are ${known}`);
  }
  const verdict = judgeVpc(network, vpc, networkContextOf(looked.observation, looked.context));
  const price = endpointPrice(region, looked.context.configuration.prices);
  const sentences = explainVpc(verdict, price);
  const { ownerId, path, reasons, notes, proposal, changes } = verdict;
  return {
    text: renderVpc(terminalOf(process.stdout), verdict, { accountId, region, price }),
    json: { accountId, region, vpcId, ownerId, path, reasons, notes, proposal, changes, sentences },
  };
}

function tellInstance(flags: ExplainFlags, looked: Looked): Told {
  const { account: accountId, region, resource: instanceId } = flags;
  const { seen, observation, context } = looked;
  const instances = seen.instances?.kind === 'value' ? seen.instances.value.instances : [];
  const instance = instances.find((one) => one.instanceId === instanceId);
  if (!instance) {
    throw new UsageError(`${instanceId}: not in account ${accountId}, Region ${region}; ${idsOf(instances)}`);
  }
  const { role, targets } = assessAccount(observation, context);
  const target = targets.find((one) => one.region === region);
  if (!target?.grounds) {
    const why = target?.findings[0]?.sentence ?? 'its instances could not be read';
    throw new CommandFailedError(`${accountId} ${region}: ${why}`);
  }
  const network = seen.network?.vpcs.kind === 'value' ? joinNetwork(seen.network) : null;
  const vpc = network?.vpcs.get(instance.vpcId);
  const judged = network && vpc ? judgeVpc(network, vpc, networkContextOf(observation, context)) : null;
  const told = explainInstance(instance, target.grounds, {
    partition: context.partition,
    accountId,
    role,
    seen,
    path: judged?.clients.find(({ client }) => client.id === instanceId) ?? null,
    vpcCidrs: vpc?.cidrs ?? [],
  });
  const chain = told.chain.map((link) => ({ ...link, title: LINKS[link.link] }));
  return {
    text: renderInstance(terminalOf(process.stdout), told, { accountId, region }),
    json: { accountId, region, ...told, chain },
  };
}

/** A few of those that are there, running ones first. */
function idsOf(instances: InstanceDetail[]): string {
  const ids = [...instances]
    .sort((one, other) => Number(other.state === 'running') - Number(one.state === 'running'))
    .map(({ instanceId }) => instanceId);
  if (ids.length === 0) return 'there is none';
  return `there are ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;
}

interface Looked {
  observation: AccountObservation;
  seen: RegionObservation;
  context: AssessmentContext;
}

async function look(
  flags: ExplainFlags,
  configured: Configuration,
  { connection, state, clock }: Place,
): Promise<Looked> {
  const pool = createClientPool(connection);
  try {
    const organization = await describeOrganization(pool.operator);
    const accounts = await listAccounts(pool.operator, {
      managementAccountId: organization.managementAccountId,
      paths: configured.overrides.length > 0,
    });
    const account = findAccount(flags.account, configured, accounts);
    const settings = effectiveConfiguration(configured, account);
    // Switched off, there would be nothing to explain; nothing is changed here anyway.
    const configuration =
      settings.endpoints === 'off' ? { ...settings, endpoints: 'report' as const } : settings;
    refuseOutOfScope(account, flags.region, configuration);
    const readerOf = (accountId: string): MemberRole => ({
      partition: organization.partition,
      accountId,
      roleName: configuration.memberRole.reader,
      externalId: configuration.memberRole.externalId,
      sessionName: 'dhmc-explain',
    });
    const isInScope = (accountId: string) => {
      const other = accounts.find((one) => one.accountId === accountId);
      return other !== undefined && decideAccount(other, configured).kind === 'enter';
    };
    const { observation } = await observeAccount({
      pool,
      store: state.store,
      clock,
      deadline: deadlineIn(TIME_LIMIT_MILLISECONDS, clock),
      signal: undefined,
      configuration,
      account,
      regions: [flags.region],
      homeRegion: connection.homeRegion,
      organizationId: organization.organizationId,
      reader: readerOf(account.accountId),
      unsettled: false,
      needs: await state.store.listNeeds(account.accountId),
      sessionOf: sessionsOfOthers(
        pool,
        async () => isInScope,
        (accountId) => readerOf(accountId),
      ),
      earlierVpcs: {},
    });
    return {
      observation,
      seen: regionSeen(flags, observation),
      context: {
        changeSeed: 'plan',
        configuration,
        partition: organization.partition,
        regions: [flags.region],
        now: clock.now(),
        organizationPathSince: null,
        inScope: isInScope,
        refusedVpcs: new Set(),
      },
    };
  } finally {
    pool.destroy();
  }
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

function regionSeen({ account, region }: ExplainFlags, observation: AccountObservation): RegionObservation {
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

function networkSeen({ account, region }: ExplainFlags, { network }: RegionObservation): Network {
  if (!network) {
    throw new CommandFailedError(`${account} ${region}: no instance runs there, so no VPC needs a path`);
  }
  if (network.vpcs.kind === 'failed') {
    throw new CommandFailedError(`${account} ${region}: ${describeFailure(network.vpcs.failure)}`);
  }
  return joinNetwork(network);
}
