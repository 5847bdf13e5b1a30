/** A hub VPC in its own account, for which a spoke recorded a need; each edit changes what is seen, ours, or configured there. */
import type { SharedVpcNeed, SpokeNeed, SubnetFacts } from '../../../functions/core/network/facts.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import { judgeVpc } from '../../../functions/core/network/vpc-verdict.ts';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import { changesOf, contextOf } from './case.ts';
import {
  first,
  HUB_A,
  HUB_GROUP,
  HUB_VPC,
  hubEndpoint,
  hubEndpointId,
  hubObservation,
  list,
  value,
} from './hub-case.ts';
import { ACCOUNT, OWNER, REGION } from './world.ts';

/** The hub's account, which recorded spokes name, and what is ours in it. */
export interface Maker {
  own: ReturnType<typeof hubObservation>['network'];
  journalled: string[];
  settings: Partial<NetworkSettings>;
}
export type Edit = (maker: Maker) => void;

export const spoke = (change: Partial<SpokeNeed> = {}): SpokeNeed => ({
  state: 'PLANNED',
  services: ['ssm', 'ssmmessages'],
  zoneIds: ['apne1-az4'],
  instances: 1,
  ownMonthlyUsd: 20.44,
  hub: { account: OWNER, vpcId: HUB_VPC, monthlyUsd: null, gigabytesPerInstance: 1, names: 'profile' },
  vpcId: 'vpc-1',
  cidrs: ['10.1.0.0/16'],
  ...change,
});
export const needOf = (spokes: SpokeNeed[], change: Partial<SharedVpcNeed> = {}): SharedVpcNeed => ({
  vpcId: HUB_VPC,
  participantId: ACCOUNT,
  subnetIds: [],
  services: [],
  unknownAgents: false,
  spokes,
  ...change,
});

export function judgeHub(...edits: Edit[]) {
  const { network, settings } = hubObservation();
  const maker: Maker = {
    own: {
      ...network,
      hubSettings: { ...settings, profile: null },
      organizationArn: 'arn:aws:organizations::999999999999:organization/o-exampleorg1',
      hubHoldings: {
        [HUB_VPC]: value({ profile: null, resourceArns: [], users: [], shareArn: null }),
      },
      needs: [needOf([spoke()])],
      endpoints: value([]),
      securityGroups: value([]),
      endpointServices: value(
        list(network.endpointServices).map((service) => ({
          ...service,
          zones: [`${REGION}a`, `${REGION}c`],
        })),
      ),
    },
    journalled: [],
    settings: { endpoints: 'central', maxMonthlyUsdPerVpc: 1000 },
  };
  for (const edit of edits) edit(maker);
  const joined = joinNetwork(maker.own);
  const vpc = joined.vpcs.get(HUB_VPC);
  if (!vpc) throw new Error('no hub VPC');
  return judgeVpc(joined, vpc, contextOf({ settings: maker.settings, journalled: maker.journalled }));
}

export const kinds = (...edits: Edit[]) => changesOf(judgeHub(...edits));
export const subnetsOf = (...edits: Edit[]) => {
  const found = judgeHub(...edits).changes.flatMap(({ action }) =>
    action.kind === 'CreateInterfaceEndpoint' ? [action.subnetIds] : [],
  );
  return found[0] ?? null;
};
/** Blocks that the group of the hub is to admit. */
export const admitted = (...edits: Edit[]) =>
  judgeHub(...edits).changes.flatMap(({ action }) =>
    action.kind === 'AllowEndpointIngress' ? action.cidrs : [],
  );
export const recorded = (...needs: SharedVpcNeed[]): Edit => {
  return ({ own }) => {
    own.needs = needs;
  };
};
export const byZones: Edit = ({ own }) => {
  if (own.hubSettings) own.hubSettings.names = 'zones';
  own.hubZones = value([]);
};
/** Group and endpoints of ours, in both subnets. */
export const hasEndpoints =
  (privateDns: boolean): Edit =>
  ({ own, journalled }) => {
    const tags = { [MANAGED_TAG]: 'true' };
    const { network } = hubObservation();
    const names = ['ssm', 'ssmmessages'] as const;
    own.endpoints = value(
      names.map((name) => ({
        ...hubEndpoint(name),
        privateDns,
        tags,
        subnetIds: [HUB_A],
        regionalName: {
          dnsName: `${hubEndpointId(name)}-x.${name}.${REGION}.vpce.amazonaws.com`,
          zoneId: 'ZVPCE',
        },
      })),
    );
    const group = first(network.securityGroups);
    own.securityGroups = value([
      {
        ...group,
        tags,
        ingress: group.ingress.map((rule) => ({ ...rule, cidrs: ['10.50.0.0/16', '10.1.0.0/16'] })),
      },
    ]);
    journalled.push(HUB_GROUP, ...names.map(hubEndpointId));
  };
export const MADE = [
  'CreateEndpointSecurityGroup',
  'AllowEndpointIngress',
  'CreateInterfaceEndpoint ssm',
  'CreateInterfaceEndpoint ssmmessages',
];
export const subnet = (own: Maker['own'], change: Partial<SubnetFacts>) => {
  list(own.subnets).push({ ...first(own.subnets), ...change });
};
