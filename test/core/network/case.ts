/** A network case as data: what is there, what the verdict has to be, and why AWS makes it so. */
import type { PathVerdict } from '../../../functions/core/model/result.ts';
import type { NetworkObservation, SharedVpcNeed } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import {
  judgeVpc,
  type NetworkContext,
  type VpcVerdict,
} from '../../../functions/core/network/vpc-verdict.ts';
import type { NoteCode, ReasonCode } from '../../../functions/core/reasons.ts';
import { observe } from './observe.ts';
import { OWNER, REGION, VPC, type World } from './world.ts';

export interface NetworkCase {
  name: string;
  why: string;
  world: World;
  settings?: Partial<NetworkSettings>;
  /** Ids of resources that the journal says we made. */
  journalled?: string[];
  needs?: SharedVpcNeed[];
  /** Services of the hub account's endpoints (`vpce-hub-<name>`) that it names for Profiles. */
  foreign?: string[];
  ownerOutOfScope?: true;
  expect: { path: PathVerdict; reasons?: ReasonCode[]; notes?: NoteCode[]; changes?: string[] };
}

export const DEFAULTS: NetworkSettings = {
  endpoints: 'provision',
  endpointZones: 'affected',
  endpointsInDnsHubs: false,
  ec2messages: 'auto',
  unknownEgress: 'report',
  path: 'any',
  endpointPolicy: 'full',
  endpointServices: [],
  enableVpcDns: false,
  maxMonthlyUsdPerVpc: 150,
  resourceTags: {},
  prices: {},
};

/** What an isolated VPC with unknown agents gets. */
export const ENDPOINTS_FOR_ALL = [
  'CreateEndpointSecurityGroup',
  'AllowEndpointIngress',
  'CreateInterfaceEndpoint ec2messages',
  'CreateInterfaceEndpoint ssm',
  'CreateInterfaceEndpoint ssmmessages',
];

export const NONE: NetworkCase['expect'] = {
  path: 'NONE',
  reasons: ['NO_PATH_TO_SSM'],
  changes: ENDPOINTS_FOR_ALL,
};
export const INTERNET: NetworkCase['expect'] = { path: 'INTERNET' };
export const UNKNOWN: NetworkCase['expect'] = { path: 'UNKNOWN', notes: ['EGRESS_UNKNOWN'] };

export function contextOf(one: Partial<NetworkCase>): NetworkContext {
  return {
    runId: 'run-1',
    settings: { ...DEFAULTS, ...one.settings },
    journalled: new Set(one.journalled),
    inScope: () => one.ownerOutOfScope !== true,
  };
}

/** What the hub account says of its endpoints. */
export function foreignOf(names: string[] = []): NetworkObservation['foreignResources'] {
  return Object.fromEntries(
    names.map((name) => [
      `arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/vpce-hub-${name}`,
      {
        kind: 'value' as const,
        value: {
          kind: 'endpoint' as const,
          serviceName: `com.amazonaws.${REGION}.${name}`,
          privateDns: true,
          state: 'available',
        },
      },
    ]),
  );
}

export function judge(one: Pick<NetworkCase, 'world'> & Partial<NetworkCase>): VpcVerdict {
  const network = joinNetwork(observe(one.world, one.needs, foreignOf(one.foreign)));
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error(`the case's world has no ${VPC}`);
  return judgeVpc(network, vpc, contextOf(one));
}

/** `CreateInterfaceEndpoint ssm`, `AllowEndpointIngress`, ... in their order. */
export function changesOf(verdict: VpcVerdict): string[] {
  return verdict.changes.map(({ action }) =>
    action.kind === 'CreateInterfaceEndpoint'
      ? `${action.kind} ${action.serviceName.split('.').at(-1)}`
      : action.kind,
  );
}
