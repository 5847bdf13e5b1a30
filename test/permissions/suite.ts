/** The whole job under the roles of the templates, so that each right is used that a run can use. */
import { readFileSync } from 'node:fs';
import { collectPlan, planKey } from '../../cli/runs/collect-plan.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import type { Synthesized } from '../infra/synthesize.ts';
import { type DeployedOrganization, type Lane, openDeployed } from './deployed-organization.ts';
import { deployInto, placeOf, readDeployment } from './deployment.ts';
import type { Usage } from './usage.ts';
import { FRESH, ISOLATED, makeVariedOrganization } from './varied-organization.ts';

export const SWITCHES = 'test/permissions/everything.yaml';
/** A fresh agent takes up to half an hour to ask for DHMC's credentials again. */
const SECONDS_UNTIL_ONLINE = 65 * 60;
const DAY = 86_400;

export interface SuiteRun {
  name: string;
  lane: Lane;
  result: RunResult;
  /** Of the run: calls that were to change something. */
  mutating: number;
}

export interface SuiteReport {
  runs: SuiteRun[];
  /** What the rollbacks of all left different. */
  left: ReturnType<typeof diffSnapshots>;
}

export const everything = (): Configuration => parseConfiguration(readFileSync(SWITCHES, 'utf8'), SWITCHES);

export async function openFor(
  snapshot: Snapshot,
  synthesized: Synthesized,
  usage: Usage,
  region = 'us-east-1',
): Promise<DeployedOrganization> {
  const deployment = readDeployment(synthesized, placeOf(snapshot, region));
  return openDeployed(deployInto(snapshot, deployment), deployment, usage);
}

export async function runSuite(synthesized: Synthesized, usage: Usage): Promise<SuiteReport> {
  const runs: SuiteRun[] = [];
  const first = await runFirstSnapshot(synthesized, usage, runs);
  const varied = await runVariedOrganization(synthesized, usage, runs);
  return { runs, left: [...first, ...varied] };
}

async function runFirstSnapshot(synthesized: Synthesized, usage: Usage, runs: SuiteRun[]) {
  const organization = await openFor(await readSnapshot('test/fixtures/snapshots/first'), synthesized, usage);
  const run = recorder(organization, runs, 'first snapshot');
  try {
    const before = organization.twin.takeSnapshot();
    const { artifacts } = organization.state;
    const plan = await collectPlan(artifacts, (await run('assess', 'assess')).runId);
    await artifacts.putText(planKey(plan), JSON.stringify(plan));
    await run('assess of one account', 'assess', { accounts: ['100000000011'] });
    await run('enforce by that plan', 'enforce', { plan: planKey(plan) });
    await run('enforce', 'enforce');
    organization.twin.state.clock.advance(SECONDS_UNTIL_ONLINE);
    await run('enforce again', 'enforce');
    await run('enforce of one account', 'enforce', { accounts: ['100000000011'] });
    await run('rollback', 'enforce', { rollbackOf: 'all' });
    return diffSnapshots(before, organization.twin.takeSnapshot());
  } finally {
    await organization.close();
  }
}

/** What changes between runs: a rule and a subnet lost, an instance that goes, invocations that die. */
async function runVariedOrganization(synthesized: Synthesized, usage: Usage, runs: SuiteRun[]) {
  const { snapshot, region } = makeVariedOrganization();
  const organization = await openFor(snapshot, synthesized, usage);
  const run = recorder(organization, runs, 'varied organization');
  const ec2 = (): Piece => organization.twin.state.region(ISOLATED, region).Ec2;
  const dieFor = (accountId: string) => ({
    before: ({ account }: { account: { accountId: string } }) => {
      if (account.accountId === accountId) throw new Error('the invocation died');
    },
  });
  try {
    const before = organization.twin.takeSnapshot();
    await run('assess, and an invocation dies', 'assess', dieFor(FRESH));
    await run('enforce', 'enforce');
    await run('enforce again, and an invocation dies', 'enforce', dieFor(ISOLATED));
    const own = ({ Tags }: Piece) => Tags?.some(({ Key }: Piece) => Key === 'corp:managed-by-dhmc');
    for (const group of (ec2().SecurityGroups as Piece[]).filter(own)) group.IpPermissions = [];
    for (const endpoint of (ec2().VpcEndpoints as Piece[]).filter(own)) endpoint.SubnetIds.pop();
    const repaired = await run('enforce: rule and subnets are put back', 'enforce');
    await run('rollback of that', 'enforce', { rollbackOf: repaired.runId });
    const instances = ec2().Instances;
    ec2().Instances = [];
    await run('enforce: the instances are gone', 'enforce');
    organization.twin.state.clock.advance(15 * DAY);
    await run('enforce: endpoints are pruned', 'enforce');
    await run('rollback', 'enforce', { rollbackOf: 'all' });
    ec2().Instances = instances;
    return diffSnapshots(before, organization.twin.takeSnapshot());
  } finally {
    await organization.close();
  }
}

interface More {
  /** Those alone. */
  accounts?: string[];
  rollbackOf?: string;
  /** Artifact key. */
  plan?: string;
  before?: (event: { account: { accountId: string } }) => void;
}

function recorder(organization: DeployedOrganization, runs: SuiteRun[], where: string) {
  const configuration = everything();
  return async (
    name: string,
    lane: Lane,
    { rollbackOf, plan, before, accounts }: More = {},
  ): Promise<RunResult> => {
    const mutating = organization.twin.calls().mutating;
    const mode = rollbackOf ? 'rollback' : lane;
    const result = await organization.run({
      lane,
      input: {
        mode,
        trigger: 'on-demand',
        ...(rollbackOf ? { rollbackOf } : {}),
        ...(plan ? { plan } : {}),
        ...(accounts ? { scope: { accounts } } : {}),
      },
      configuration,
      ...(before ? { before } : {}),
    });
    runs.push({
      name: `${where}: ${name}`,
      lane,
      result,
      mutating: organization.twin.calls().mutating - mutating,
    });
    return result;
  };
}
