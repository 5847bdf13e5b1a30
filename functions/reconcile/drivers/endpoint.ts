/** What is common to the changes of one endpoint, whatever its type. */
import type { ChangeOf } from '../../core/model/change.ts';
import type { Failure } from '../../core/model/reads.ts';
import type { EndpointFacts } from '../../core/network/facts.ts';
import { isStanding } from '../../core/network/live-state.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../../core/tags.ts';
import type { ChangeDriver, DriverContext } from './driver.ts';
import { driverOf } from './driver.ts';
import { type NetworkAccess, networkAccess } from './network.ts';

type Create = ChangeOf<'CreateGatewayEndpoint' | 'CreateInterfaceEndpoint'>;
type Modify = ChangeOf<'ModifyGatewayEndpoint' | 'ModifyInterfaceEndpoint' | 'SetEndpointPolicy'>;
type Delete = ChangeOf<'DeleteGatewayEndpoint' | 'DeleteInterfaceEndpoint'>;

/** Known again by the tag that its call gives it. */
export function endpointCreation(
  { action, id, region }: Create,
  context: DriverContext,
  write: (access: NetworkAccess, tags: Record<string, string>) => Promise<Failure | null>,
): ChangeDriver {
  const access = networkAccess({ id, region }, context);
  const made = (endpoints: EndpointFacts[]) =>
    endpoints.find((endpoint) => endpoint.tags[CHANGE_TAG] === id && isStanding(endpoint));
  return driverOf<EndpointFacts[]>({
    readLive: () => access.endpointsOf(action.vpcId),
    absent: [],
    isExpected: (endpoints) => made(endpoints) === undefined,
    isDone: (endpoints) => access.isSeen(made(endpoints)?.endpointId),
    write: () => write(access, { ...action.tags, [CHANGE_TAG]: id }),
    waitAfter: access.waitAfter,
    isPaced: true,
  });
}

export function endpointModification(
  { action, id, region }: Modify,
  context: DriverContext,
  parts: {
    isExpected(endpoint: EndpointFacts): boolean;
    isDone(endpoint: EndpointFacts, access: NetworkAccess): boolean;
    write(access: NetworkAccess): Promise<Failure | null>;
  },
): ChangeDriver {
  const access = networkAccess({ id, region }, context);
  return driverOf<EndpointFacts[]>({
    readLive: () => access.endpoint(action.endpointId),
    absent: [],
    isExpected: ([endpoint]) => endpoint !== undefined && parts.isExpected(endpoint),
    isDone: ([endpoint]) => endpoint !== undefined && parts.isDone(endpoint, access),
    write: () => parts.write(access),
    waitAfter: access.waitAfter,
    isPaced: true,
  });
}

export function endpointDeletion(
  { action, id, region }: Delete,
  context: DriverContext,
  isExpected: (endpoint: EndpointFacts) => boolean,
): ChangeDriver {
  const { writer, endpoint: find, idOf, waitAfter } = networkAccess({ id, region }, context);
  const endpointId = idOf(action.endpoint);
  return driverOf<EndpointFacts[]>({
    readLive: () => find(endpointId),
    absent: [],
    // The tag besides the journal, by which the plan chose it: deleting needs both.
    isExpected: ([endpoint]) =>
      endpoint?.tags[MANAGED_TAG] === 'true' && isStanding(endpoint) && isExpected(endpoint),
    isDone: ([endpoint]) => endpoint === undefined || !isStanding(endpoint),
    write: () => writer.deleteEndpoint(endpointId ?? ''),
    waitAfter,
    isPaced: true,
  });
}
