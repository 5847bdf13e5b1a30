/** The gateway endpoint of a VPC that clients need for S3: created, or given the route tables that it lacks. */
import type { Change } from '../model/change.ts';
import { stableHash } from '../stable-hash.ts';
import { changeMaker, tagsOf } from './change-maker.ts';
import type { PlanContext } from './endpoint-plan.ts';
import type { EndpointFacts, VpcFacts } from './facts.ts';
import type { Network } from './network.ts';
import { ourEndpoints } from './ownership.ts';
import type { ServiceNeed } from './service-needs.ts';

export interface GatewayPlan {
  changes: Change[];
  /** Ours that exists and lacks route tables. */
  lacking: { endpointId: string; routeTableIds: string[] } | null;
}

export function planGateway(
  network: Network,
  vpc: VpcFacts,
  { gateway }: Pick<ServiceNeed, 'gateway'>,
  context: PlanContext,
): GatewayPlan {
  if (gateway === null) return { changes: [], lacking: null };
  const { serviceName, routeTableIds } = gateway;
  const make = changeMaker(network, vpc, context);
  const existing = ourGateway(network, vpc.vpcId, serviceName, context.journalled);
  if (existing) {
    const { endpointId } = existing;
    const addRouteTableIds = routeTableIds.filter((id) => !existing.routeTableIds.includes(id));
    if (addRouteTableIds.length === 0 || existing.state !== 'available')
      return { changes: [], lacking: null };
    const change = make(endpointId, {
      resource: endpointId,
      action: { kind: 'ModifyGatewayEndpoint', endpointId, addRouteTableIds, removeRouteTableIds: [] },
      expected: { routeTableIds: [...existing.routeTableIds].sort() },
      inverse: {
        kind: 'ModifyGatewayEndpoint',
        endpointId,
        addRouteTableIds: [],
        removeRouteTableIds: addRouteTableIds,
      },
    });
    return { changes: [change], lacking: { endpointId, routeTableIds: addRouteTableIds } };
  }
  const { accountId, region } = network.observation;
  const { gatewayPolicy } = context;
  const clientToken = `dhmc-${stableHash(
    context.runId,
    accountId,
    region,
    vpc.vpcId,
    serviceName,
    ...routeTableIds,
    ...(gatewayPolicy === null ? [] : [gatewayPolicy]),
  )}`;
  const change = make(`${vpc.vpcId}/${serviceName}`, {
    resource: `${vpc.vpcId}/${serviceName}`,
    action: {
      kind: 'CreateGatewayEndpoint',
      vpcId: vpc.vpcId,
      serviceName,
      routeTableIds,
      clientToken,
      ...(gatewayPolicy === null ? {} : { policy: gatewayPolicy }),
      tags: tagsOf(context),
    },
    expected: { exists: false },
    inverse: (id) => ({ kind: 'DeleteGatewayEndpoint', endpoint: { kind: 'created', changeId: id } }),
  });
  return { changes: [change], lacking: null };
}

export function ourGateway(
  network: Network,
  vpcId: string,
  serviceName: string,
  journalled: ReadonlySet<string>,
): EndpointFacts | undefined {
  return ourEndpoints(network, vpcId, journalled).find(
    (one) => one.type === 'gateway' && one.serviceName === serviceName,
  );
}
