import type { AwsConnection } from '../../functions/aws/client-pool.ts';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import { describeOrganization, listAccounts } from '../../functions/aws/organization-reader.ts';
import { describeFailure } from '../../functions/core/failures.ts';
import type { Account, AccountObservation, Configuration } from '../../functions/core/model.ts';
import { explainVpc } from '../../functions/core/network/explain.ts';
import { joinNetwork } from '../../functions/core/network/network.ts';
import { endpointPrice } from '../../functions/core/network/prices.ts';
import { networkContextOf } from '../../functions/core/network/region-network.ts';
import { judgeVpc, type VpcVerdict } from '../../functions/core/network/vpc-verdict.ts';
import { effectiveConfiguration } from '../../functions/core/overrides.ts';
import { decideAccount, decideRegion } from '../../functions/core/scope.ts';
import { observeAccount } from '../../functions/reconcile/observe.ts';
import type { Clock } from '../../functions/runtime/clock.ts';
import { deadlineIn } from '../../functions/runtime/deadline.ts';
import { wallClock } from '../../functions/runtime/wall-clock.ts';
import { CommandFailedError, EXIT, UsageError } from '../exit.ts';
import { openSnapshot, withTwin } from '../rehearsal.ts';
import type { StateFolder } from '../state-folder.ts';
import { readConfiguration } from './configuration.ts';
import { connectToEnvironment } from './connection.ts';
import type { GlobalFlags, OutputFormat } from './flags.ts';
import { hasStateFolder, withStateFolder } from './state.ts';

export interface ExplainFlags extends GlobalFlags {
  account: string;
  region: string;
  vpc: string;
  from?: string;
  local?: boolean;
  config?: string;
  state: string;
  output: OutputFormat;
}

/** Long enough for one account and Region with every look-up. */
const TIME_LIMIT_MILLISECONDS = 210_000;

/** One VPC through the very code of a run: observed, judged, and told in sentences. Writes nothing. */
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
  const { verdict, sentences } = await explainOne(flags, configuration, place);
  if (flags.output === 'json') {
    const { vpcId, ownerId, path, reasons, notes, proposal, changes } = verdict;
    const { account: accountId, region } = flags;
    const told = { accountId, region, vpcId, ownerId, path, reasons, notes, proposal, changes, sentences };
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  } else process.stdout.write(`${sentences.join('\n')}\n`);
  return EXIT.finished;
}

async function explainOne(
  flags: ExplainFlags,
  configured: Configuration,
  { connection, state, clock }: Place,
): Promise<{ verdict: VpcVerdict; sentences: string[] }> {
  const pool = createClientPool(connection);
  try {
    const organization = await describeOrganization(pool.operator);
    const account = await findAccount(flags.account, configured, () =>
      listAccounts(pool.operator, {
        managementAccountId: organization.managementAccountId,
        paths: configured.overrides.length > 0,
        tags: false,
      }),
    );
    const settings = effectiveConfiguration(configured, account);
    // Switched off, there would be nothing to explain; nothing is changed here anyway.
    const configuration =
      settings.endpoints === 'off' ? { ...settings, endpoints: 'report' as const } : settings;
    refuseOutOfScope(account, flags.region, configuration);
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
      reader: {
        partition: organization.partition,
        accountId: account.accountId,
        roleName: configuration.memberRole.reader,
        externalId: configuration.memberRole.externalId,
        sessionName: 'dhmc-explain',
      },
      unsettled: false,
      needs: await state.store.listNeeds(account.accountId),
      earlierVpcs: {},
    });
    const verdict = verdictOn(flags, observation, configuration, clock);
    return { verdict, sentences: explainVpc(verdict, endpointPrice(flags.region, configuration.prices)) };
  } finally {
    pool.destroy();
  }
}

async function findAccount(
  accountId: string,
  configuration: Configuration,
  list: () => Promise<Account[]>,
): Promise<Account> {
  const account = (await list()).find((one) => one.accountId === accountId);
  if (!account) throw new UsageError(`account ${accountId}: not in the organization`);
  const decision = decideAccount(account, configuration);
  if (decision.kind === 'skip') throw new CommandFailedError(`account ${accountId}: ${decision.sentence}`);
  return account;
}

function refuseOutOfScope(account: Account, region: string, configuration: Configuration): void {
  const decision = decideRegion(region, undefined, configuration);
  if (decision.kind === 'skip') {
    throw new CommandFailedError(`${account.accountId} ${region}: ${decision.sentence}`);
  }
}

function verdictOn(
  flags: ExplainFlags,
  observation: AccountObservation,
  configuration: Configuration,
  clock: Clock,
): VpcVerdict {
  const { account, region, vpc: vpcId } = flags;
  if (observation.entry.kind === 'failed') {
    throw new CommandFailedError(`account ${account}: ${describeFailure(observation.entry.failure)}`);
  }
  const seen = observation.regions.find((one) => one.region === region);
  if (!seen) throw new CommandFailedError(`${account} ${region}: the Region is not enabled in this account`);
  if (seen.setting.kind === 'failed') {
    throw new CommandFailedError(`${account} ${region}: ${describeFailure(seen.setting.failure)}`);
  }
  if (seen.instances?.kind === 'failed') {
    throw new CommandFailedError(`${account} ${region}: ${describeFailure(seen.instances.failure)}`);
  }
  if (!seen.network) {
    throw new CommandFailedError(`${account} ${region}: no instance runs there, so no VPC needs a path`);
  }
  if (seen.network.vpcs.kind === 'failed') {
    throw new CommandFailedError(`${account} ${region}: ${describeFailure(seen.network.vpcs.failure)}`);
  }
  const network = joinNetwork(seen.network);
  const vpc = network.vpcs.get(vpcId);
  if (!vpc) {
    const known = [...network.vpcs.keys()].sort().join(', ') || 'none';
    throw new UsageError(`${vpcId}: not in account ${account}, Region ${region}; there are ${known}`);
  }
  const context = networkContextOf(observation, {
    changeSeed: 'plan',
    configuration,
    now: clock.now(),
    inScope: (ownerId) => !configuration.exclude.accounts.includes(ownerId),
    refusedVpcs: new Set(),
  });
  return judgeVpc(network, vpc, context);
}
