/** A hub that gives its names by a Profile: it holds the hub's endpoints and is shared with the organization. */
import type { Change } from '../model/change.ts';
import { stableHash } from '../stable-hash.ts';
import { changePlace, tagsOf } from './change-maker.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import type { PlanContext } from './endpoint-plan.ts';
import type { VpcFacts } from './facts.ts';
import { type HubHolding, hubName } from './hub-facts.ts';
import { isService } from './needed-names.ts';
import type { Network } from './network.ts';
import { ourEndpoints } from './ownership.ts';

/** Profile, what it holds and its share: each once what it needs is there, so a pass after another. */
export function planHubProfile(
  network: Network,
  vpc: VpcFacts,
  context: Pick<PlanContext, 'runId' | 'resourceTags' | 'journalled'>,
): Change[] {
  const { accountId, region, hubHoldings, organizationArn } = network.observation;
  const read = hubHoldings[vpc.vpcId];
  if (read?.kind !== 'value') return [];
  const { profile, resourceArns, shareArn }: HubHolding = read.value;
  const name = hubName(vpc.vpcId);
  const tags = tagsOf(context);
  const { vpcId } = vpc;
  const base = (kind: Change['action']['kind'], key: string) => ({
    ...changePlace(network, context.runId, kind, `${vpcId} ${key}`),
    monthlyCostUsd: 0,
  });
  const token = (kind: string) => `dhmc-${stableHash(context.runId, accountId, region, vpcId, kind)}`;
  if (profile === null) {
    return [
      {
        ...base('CreateHubProfile', name),
        resource: `${vpcId}/${name}`,
        action: { kind: 'CreateHubProfile', vpcId, name, clientToken: token('profile'), tags },
        expected: { exists: false },
        inverse: { kind: 'DeleteHubProfile', vpcId, name },
      },
    ];
  }
  const { profileId, arn: profileArn } = profile;
  const endpoints = ourEndpoints(network, vpcId, context.journalled)
    .filter(({ state, privateDns }) => state === 'available' && privateDns)
    .map(({ endpointId }) => ({ endpointId, arn: endpointArn(profileArn, endpointId) }))
    .filter(({ arn }) => !resourceArns.includes(arn))
    .map(
      ({ endpointId, arn }): Change => ({
        ...base('AddHubEndpoint', endpointId),
        resource: `${profileId}/${endpointId}`,
        action: { kind: 'AddHubEndpoint', vpcId, profileId, resourceArn: arn, name: endpointId },
        expected: { exists: false },
        inverse: { kind: 'RemoveHubEndpoint', vpcId, profileId, resourceArn: arn },
      }),
    );
  if (shareArn !== null || organizationArn === null) return endpoints;
  return [
    ...endpoints,
    {
      ...base('ShareHubProfile', name),
      resource: `${profileId}/${name}`,
      action: {
        kind: 'ShareHubProfile',
        vpcId,
        name,
        profileArn,
        principal: organizationArn,
        clientToken: token('share'),
        tags,
      },
      expected: { exists: false },
      inverse: { kind: 'UnshareHubProfile', vpcId, name },
    },
  ];
}

/** Of the Profile's own account, Region and partition. */
function endpointArn(profileArn: string, endpointId: string): string {
  const [, partition, , region, account] = profileArn.split(':');
  return `arn:${partition}:ec2:${region}:${account}:vpc-endpoint/${endpointId}`;
}

/** What a hub that is made still lacks after what its plan changes now; null: spokes can use it. */
export function profileLacks(
  network: Network,
  vpc: VpcFacts,
  { wanted }: EndpointNeed,
  journalled: ReadonlySet<string>,
): string | null {
  const read = network.observation.hubHoldings[vpc.vpcId];
  if (read?.kind === 'failed') return `${read.failure.action} failed with ${read.failure.code}.`;
  if (read?.kind !== 'value' || read.value.profile === null) return 'Its Profile is not there yet.';
  const { resourceArns, shareArn } = read.value;
  const held = new Set(resourceArns.map((arn) => arn.split('/').at(-1)));
  const missing = wanted.find(
    ({ name }) =>
      !ourEndpoints(network, vpc.vpcId, journalled).some(
        ({ endpointId, serviceName }) => held.has(endpointId) && isService(network, serviceName, name),
      ),
  );
  if (missing) return `Its Profile holds no endpoint for ${missing.name} yet.`;
  return shareArn === null ? 'Its Profile is not shared yet.' : null;
}
