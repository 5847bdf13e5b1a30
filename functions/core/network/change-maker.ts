/** What every change of a network has: where it is made, the id that follows from that, and its price. */
import { changeId } from '../change-id.ts';
import { definitionOf } from '../changes/changes.ts';
import type { ActionOf, Change, ChangeKind, ExpectedOf, InverseOf } from '../model/change.ts';
import { MANAGED_TAG } from '../tags.ts';
import type { VpcFacts } from './facts.ts';
import type { Network } from './network.ts';
import { type EndpointPrice, monthlyUsd } from './prices.ts';

/** @param key names the change among those of its kind in the account and Region: its id is derived from it. */
export function changePlace(
  { observation: { accountId, region } }: Network,
  runId: string,
  kind: ChangeKind,
  key: string,
): Pick<Change, 'id' | 'accountId' | 'region'> {
  return { id: changeId(runId, accountId, region, kind, key), accountId, region };
}

export type NetworkKind =
  | 'AssociateProfile'
  | 'EnableVpcDns'
  | 'CreateEndpointSecurityGroup'
  | 'AllowEndpointIngress'
  | 'CreateInterfaceEndpoint'
  | 'ModifyInterfaceEndpoint'
  | 'SetEndpointPolicy'
  | 'CreateGatewayEndpoint'
  | 'ModifyGatewayEndpoint';

type Draft = {
  [K in NetworkKind]: {
    resource: string;
    action: ActionOf<K>;
    expected: ExpectedOf<K>;
    inverse: InverseOf<K> | ((id: string) => InverseOf<K>);
  };
}[NetworkKind];

/** @param key names the change within the VPC: its id is derived from it. */
export type Make = (key: string, draft: Draft) => Change;

export function changeMaker(
  network: Network,
  vpc: Pick<VpcFacts, 'vpcId'>,
  { runId, price }: { runId: string; price: EndpointPrice },
): Make {
  return (key, draft) => {
    const place = changePlace(network, runId, draft.action.kind, `${vpc.vpcId} ${key}`);
    const { inverse } = draft;
    const change = {
      ...place,
      ...draft,
      inverse: typeof inverse === 'function' ? inverse(place.id) : inverse,
    } as Change;
    const zones = definitionOf(change.action).billedZones(change);
    return { ...change, monthlyCostUsd: monthlyUsd(zones, price) };
  };
}

export function tagsOf({ resourceTags }: { resourceTags: Record<string, string> }): Record<string, string> {
  return { ...resourceTags, [MANAGED_TAG]: 'true' };
}
