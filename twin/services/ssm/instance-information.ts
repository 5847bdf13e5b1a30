/** DescribeInstanceInformation. Source: SSM API reference. */
import { updateAgents } from '../../agents/agents.ts';
import { AwsError, type Call, type Operation, type Piece } from '../../contract.ts';
import { paginate } from '../../pages.ts';

/** A filter of either form: `Filters` {Key, Values}, the older `InstanceInformationFilterList` {key, valueSet}. */
interface Filter {
  key: string;
  values: string[];
}

/** Member of InstanceInformation that a filter key compares. */
const MEMBERS: Readonly<Record<string, string>> = {
  InstanceIds: 'InstanceId',
  AgentVersion: 'AgentVersion',
  PingStatus: 'PingStatus',
  PlatformType: 'PlatformType',
  PlatformTypes: 'PlatformType',
  ActivationIds: 'ActivationId',
  IamRole: 'IamRole',
  ResourceType: 'ResourceType',
  AssociationStatus: 'AssociationStatus',
  SourceIds: 'SourceId',
  SourceTypes: 'SourceType',
};

/** "Valid values for the ... filter key" (API reference of InstanceInformationStringFilter). */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  AssociationStatus: ['Success', 'Pending', 'Failed'],
  PingStatus: ['Online', 'ConnectionLost', 'Inactive'],
  PlatformType: ['Windows', 'Linux', 'MacOS'],
  PlatformTypes: ['Windows', 'Linux', 'MacOS'],
  ResourceType: ['EC2Instance', 'ManagedInstance'],
  SourceTypes: [
    'AWS::EC2::Instance',
    'AWS::SSM::ManagedInstance',
    'AWS::IoT::Thing',
    'Microsoft.Compute/virtualMachines',
    'compute.googleapis.com/Instance',
  ],
};

/**
 * "This operation does not return information for nodes that are either Stopped or Terminated." The action has
 * no resource type. MaxResults: "The default value is 10 items".
 */
export const DescribeInstanceInformation: Operation = {
  honours: ['Filters', 'InstanceInformationFilterList', 'MaxResults', 'NextToken'],
  mutates: false,
  permissions: () => [{ action: 'ssm:DescribeInstanceInformation', resource: '*' }],
  handle: (input, call) => {
    const filters = filtersOf(input);
    updateAgents(call.state, call.accountId, call.region);
    const nodes: Piece[] = call.state.region(call.accountId, call.region).Ssm.InstanceInformationList ?? [];
    checkKinds(filters);
    const instances = instancesById(call);
    const known = new Set([...nodes.map(({ InstanceId }) => InstanceId), ...instances.keys()]);
    for (const filter of filters) checkFilter(filter, known);
    const shown = nodes.filter(
      (node) =>
        !isGone(instances.get(node.InstanceId)) &&
        filters.every((filter) => matches(node, filter, instances.get(node.InstanceId))),
    );
    const page = paginate(shown, input.NextToken, input.MaxResults, call, { aws: 10, least: 5, most: 50 });
    return {
      InstanceInformationList: page.items,
      ...(page.token !== undefined && { NextToken: page.token }),
    };
  },
};

function filtersOf(input: Piece): Filter[] {
  const older: Filter[] = (input.InstanceInformationFilterList ?? []).map(({ key, valueSet }: Piece) => ({
    key,
    values: valueSet ?? [],
  }));
  const newer: Filter[] = (input.Filters ?? []).map(({ Key, Values }: Piece) => ({
    key: Key,
    values: Values ?? [],
  }));
  return [...older, ...newer];
}

/**
 * "If you specify a node ID that isn't valid or a node that you don't own, you receive an error." An instance of the
 * account that never registered is no error: Cloud Custodian asks for managed and unmanaged ones in one call, and its
 * users filter by the lack of an answer (cloud-custodian issue 5596). The words on
 * ResourceType are from boto3 issue 3027 and aws-sdk issue 130; the others are unverified.
 */
function checkFilter({ key, values }: Filter, known: ReadonlySet<string>): void {
  if (key === 'InstanceIds') {
    const unknown = values.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      throw new AwsError('InvalidInstanceId', `Instances not found: ${unknown.join(', ')}`, 400);
    }
  } else if (Object.hasOwn(VALUES, key)) {
    const allowed = VALUES[key] ?? [];
    if (key === 'ResourceType' && values.length > 1)
      throw invalidValue('ResourceType filter may contain only one value.');
    if (values.some((value) => !allowed.includes(value)))
      throw invalidValue(`${key} filter is invalid, valid values are ${allowed.join(', ')}`);
  } else if (!Object.hasOwn(MEMBERS, key) && key !== 'tag-key' && !key.startsWith('tag:')) {
    throw new AwsError('InvalidFilterKey', `The filter key ${key} is not valid.`, 400);
  }
}

/** "Tag filters can't be combined with other filter types": the code is unverified. */
function checkKinds(filters: readonly Filter[]): void {
  const tags = filters.filter(({ key }) => key === 'tag-key' || key.startsWith('tag:'));
  if (tags.length === 0 || tags.length === filters.length) return;
  throw new AwsError('InvalidFilterKey', "Tag filters can't be combined with other filter types.", 400);
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidInstanceInformationFilterValue', message, 400);
}

function matches(node: Piece, { key, values }: Filter, instance: Piece | undefined): boolean {
  const tags: Piece[] = instance?.Tags ?? [];
  if (key === 'tag-key') return tags.some(({ Key }) => values.includes(Key));
  if (key.startsWith('tag:')) {
    return tags.some(({ Key, Value }) => `tag:${Key}` === key && values.includes(Value));
  }
  const member = MEMBERS[key];
  return member !== undefined && values.includes(node[member]);
}

function instancesById(call: Call): Map<string, Piece> {
  const instances: Piece[] = call.state.region(call.accountId, call.region).Ec2.Instances ?? [];
  return new Map(instances.map((instance) => [instance.InstanceId, instance]));
}

function isGone(instance: Piece | undefined): boolean {
  const state = instance?.State?.Name;
  return state === 'stopped' || state === 'terminated';
}
