import { Ec2Writer } from '../../aws/ec2-writer.ts';
import { NetworkLists } from '../../aws/network-lists.ts';
import type { ChangeKind, ChangeOf, ResourceReference } from '../../core/model/change.ts';
import type { Failure, Read } from '../../core/model/reads.ts';
import type { EndpointFacts, SecurityGroupFacts } from '../../core/network/facts.ts';
import type { DriverContext } from './driver.ts';

/** What drivers of a VPC's changes read and write with, in the change's Region. */
export interface NetworkAccess {
  ec2: NetworkLists;
  writer: Ec2Writer;
  idOf(reference: ResourceReference): string | null;
  idsOf(references: ResourceReference[]): string[];
  endpoint(id: string | null): Promise<Read<EndpointFacts[]>>;
  endpointsOf(vpcId: string): Promise<Read<EndpointFacts[]>>;
  group(id: string | null): Promise<Read<SecurityGroupFacts[]>>;
  groupsOf(vpcId: string): Promise<Read<SecurityGroupFacts[]>>;
  waitAfter(failure: Failure): number | null;
  /** Notes the id of what the change made; true where it is seen. */
  isSeen(id: string | undefined): boolean;
}

export function networkAccess<K extends ChangeKind>(
  { id, region }: Pick<ChangeOf<K>, 'id' | 'region'>,
  context: DriverContext,
): NetworkAccess {
  const ec2 = new NetworkLists(context.reader, region ?? '');
  const idOf = (reference: ResourceReference) =>
    reference.kind === 'existing' ? reference.id : context.createdId(reference.changeId);
  return {
    ec2,
    writer: new Ec2Writer(context.writer, region ?? ''),
    idOf,
    idsOf: (references) => references.flatMap((one) => idOf(one) ?? []),
    endpoint: (endpointId) =>
      ec2.endpoints([{ Name: 'vpc-endpoint-id', Values: [endpointId ?? 'vpce-none'] }]),
    endpointsOf: (vpcId) => ec2.endpoints([{ Name: 'vpc-id', Values: [vpcId] }]),
    group: (groupId) => ec2.securityGroups([{ Name: 'group-id', Values: [groupId ?? 'sg-none'] }]),
    groupsOf: (vpcId) => ec2.securityGroups([{ Name: 'vpc-id', Values: [vpcId] }]),
    waitAfter: (failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
    isSeen: (made) => {
      if (made !== undefined) context.sawCreated(id, made);
      return made !== undefined;
    },
  };
}

/** Subnets, groups and private DNS as the plan saw them; what it did not note is not compared. */
export function isAsPlanned(
  endpoint: EndpointFacts,
  { subnetIds, groupIds, privateDns }: { subnetIds: string[]; groupIds: string[]; privateDns?: boolean },
): boolean {
  const isSame = (seen: string[], planned: string[]) =>
    [...seen].sort().join() === [...planned].sort().join();
  return (
    isSame(endpoint.subnetIds, subnetIds) &&
    isSame(endpoint.groupIds, groupIds) &&
    (privateDns ?? endpoint.privateDns) === endpoint.privateDns
  );
}
