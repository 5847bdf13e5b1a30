/**
 * The fleet: every instance of an account as one flat row, which a result, that names some, has no room for. A row
 * says the same of an instance as the result does.
 */
import type { AccountAssessment } from '../assess.ts';
import type { AccountObservation } from '../model/observation.ts';
import type { PathVerdict } from '../model/result.ts';
import { isIgnored } from '../network/clients.ts';
import type { CredentialSource, InstanceDetail, InstanceVerdictCode } from './facts.ts';
import { judgeInstanceOf, type RegionInstancesContext } from './region-instances.ts';

/** Names are an interface: columns of the Athena table and of the CSV. */
export interface FleetInstance {
  accountId: string;
  accountName: string;
  /** Empty where no one is known. */
  owner: string;
  unit: string;
  region: string;
  instanceId: string;
  state: 'running' | 'stopped';
  /** null for one that does not run: it counts for nothing. */
  verdict: InstanceVerdictCode | null;
  reason: string | null;
  credentialSource: CredentialSource | null;
  /** null where its network was not read. */
  path: PathVerdict | null;
  /** As Systems Manager reports it, else as EC2 does. */
  platform: string;
  /** null where Systems Manager never reported one. */
  agentVersion: string | null;
  vpcId: string | null;
}

/** In the order of Regions and ids. Instances that are tagged to be left alone are left out, as everywhere. */
export function fleetOf(
  { account, targets }: Pick<AccountAssessment, 'account' | 'targets'>,
  { regions }: Pick<AccountObservation, 'regions'>,
): FleetInstance[] {
  const { accountId, name, owner, unitNames, organizationPath } = account;
  const who = {
    accountId,
    accountName: name,
    owner: owner?.name ?? '',
    unit: (unitNames ?? organizationPath ?? []).join(' / '),
  };
  return targets.flatMap(({ region, grounds }) => {
    const seen = regions.find((one) => one.region === region)?.instances;
    if (grounds === null || seen?.kind !== 'value') return [];
    return seen.value.instances
      .filter((one) => !isIgnored(one.tags) && grounds.paths.get(one.instanceId)?.ignored !== true)
      .sort((one, other) => (one.instanceId < other.instanceId ? -1 : 1))
      .flatMap((one) =>
        one.state === 'other'
          ? []
          : [{ ...who, region, ...placeOf(one, one.state), ...judgementOf(one, seen.value, grounds) }],
      );
  });
}

function placeOf(instance: InstanceDetail, state: FleetInstance['state']) {
  const { instanceId, vpcId, node, platformDetails, platform, agentVersion } = instance;
  return {
    instanceId,
    state,
    platform:
      [node?.platformName, node?.platformVersion].filter(Boolean).join(' ') || (platformDetails ?? platform),
    agentVersion: node?.agentVersion ?? agentVersion,
    vpcId,
  };
}

function judgementOf(
  instance: InstanceDetail,
  seen: Parameters<typeof judgeInstanceOf>[1],
  grounds: RegionInstancesContext,
): Pick<FleetInstance, 'verdict' | 'reason' | 'credentialSource' | 'path'> {
  const path = grounds.paths.get(instance.instanceId)?.path ?? null;
  if (instance.state !== 'running') return { verdict: null, reason: null, credentialSource: null, path };
  const { verdict, reason, credentialSource } = judgeInstanceOf(instance, seen, grounds);
  return { verdict, reason, credentialSource, path };
}
