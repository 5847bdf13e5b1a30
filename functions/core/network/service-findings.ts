/** What is said of services of `endpointServices` that clients of a VPC do not reach. */
import type { Finding } from '../model/result.ts';
import { describeClient } from './clients.ts';
import type { VpcFacts } from './facts.ts';
import { type GatewayPlan, ourGateway } from './gateway-plan.ts';
import { isService } from './needed-names.ts';
import type { Network } from './network.ts';
import { ourEndpoints } from './ownership.ts';
import type { ServiceNeed } from './service-needs.ts';

const NAMED = 3;

interface ServiceContext {
  gateway: GatewayPlan;
  /** Whether central endpoints serve the VPC. */
  usesHub: boolean;
  journalled: ReadonlySet<string>;
}

export function gatewayOf(needs: readonly ServiceNeed[]): Pick<ServiceNeed, 'gateway'> {
  return needs.find(({ gateway }) => gateway !== null) ?? { gateway: null };
}

export function serviceFindings(
  network: Network,
  vpc: VpcFacts,
  needs: readonly ServiceNeed[],
  context: ServiceContext,
): Finding[] {
  return needs.flatMap((need) => findingOf(network, vpc, need, context));
}

function findingOf(network: Network, vpc: VpcFacts, need: ServiceNeed, context: ServiceContext): Finding[] {
  const { service, stop, gateway } = need;
  const subject = vpc.vpcId;
  if (gateway) {
    const { lacking } = context.gateway;
    if (lacking) {
      const tables = lacking.routeTableIds.join(', ');
      const sentence = `${lacking.endpointId}, which this service made, lacks a route in ${tables}. ${affected(need)}`;
      return [{ code: 'ENDPOINT_SERVICE_MISSING', subject, sentence }];
    }
    const isThere = ourGateway(network, vpc.vpcId, gateway.serviceName, context.journalled) !== undefined;
    return isThere ? [] : [missing(need, subject, ' A gateway endpoint has no charge.')];
  }
  const existing = ourEndpoints(network, vpc.vpcId, context.journalled).find(({ serviceName }) =>
    isService(network, serviceName, service),
  );
  if (existing?.state === 'available') return [];
  if (existing) {
    const sentence = `${existing.endpointId} for ${service} is in state ${existing.state}.`;
    return [{ code: 'ENDPOINT_PENDING', subject, sentence }];
  }
  const why = stop ?? (context.usesHub ? 'A hub has endpoints for Systems Manager only.' : null);
  if (why === null) return [missing(need, subject, '')];
  const sentence = `Instances cannot reach ${service}, and no endpoint is planned. ${why} ${affected(need)}`;
  return [{ code: 'ENDPOINT_SERVICE_BLOCKED', subject, sentence }];
}

function missing(need: ServiceNeed, subject: string, price: string): Finding {
  const sentence = `No egress route and no endpoint leads to ${need.service}.${price} ${affected(need)}`;
  return { code: 'ENDPOINT_SERVICE_MISSING', subject, sentence };
}

function affected({ affected: clients }: ServiceNeed): string {
  const named = clients.slice(0, NAMED).map(describeClient).join(', ');
  const more = clients.length > NAMED ? ` and ${clients.length - NAMED} more` : '';
  return `Affected: ${named}${more}.`;
}
