/** From what EC2 and Systems Manager answer to the facts of functions/core/instances. Pure. */
import type { Instance, InstanceStatus } from '@aws-sdk/client-ec2';
import type { Activation, InstanceInformation } from '@aws-sdk/client-ssm';
import type { ActivationFacts, InstanceDetail, NodeFacts } from '../core/instances/facts.ts';
import { instanceFrom } from './network-facts.ts';

/** Without its node, which is joined later. */
export function detailFrom(instance: Instance): InstanceDetail {
  return {
    ...instanceFrom(instance, undefined),
    launchedAt: instance.LaunchTime?.toISOString() ?? null,
    architecture: instance.Architecture ?? null,
    platformDetails: instance.PlatformDetails ?? null,
    imageId: instance.ImageId ?? null,
    profileArn: instance.IamInstanceProfile?.Arn ?? null,
    imdsEnabled: instance.MetadataOptions?.HttpEndpoint !== 'disabled',
    httpTokens: instance.MetadataOptions?.HttpTokens ?? null,
    serviceManaged: instance.Operator?.Managed === true,
    statusChecks: null,
    node: null,
  };
}

export function nodeFrom(information: InstanceInformation): NodeFacts {
  return {
    nodeId: information.InstanceId ?? '',
    resourceType: information.ResourceType === 'ManagedInstance' ? 'ManagedInstance' : 'EC2Instance',
    pingStatus: information.PingStatus ?? '',
    lastPingAt: information.LastPingDateTime?.toISOString() ?? null,
    agentVersion: information.AgentVersion ?? null,
    platformName: information.PlatformName ?? null,
    platformVersion: information.PlatformVersion ?? null,
    activationId: information.ActivationId ?? null,
    name: information.Name ?? null,
    address: information.IPAddress ?? null,
  };
}

/** `mi-...`: registered by an activation, wherever it runs. */
export function isHybrid({ nodeId, resourceType }: NodeFacts): boolean {
  return resourceType === 'ManagedInstance' || nodeId.startsWith('mi-');
}

export function withNode(instance: InstanceDetail, node: NodeFacts): InstanceDetail {
  return { ...instance, node, agentVersion: node.agentVersion, online: node.pingStatus === 'Online' };
}

/** Of the system, the instance and its EBS volumes; `not-applicable` counts as passed (DescribeInstanceStatus). */
export function statusChecksOf({
  SystemStatus,
  InstanceStatus: own,
  AttachedEbsStatus,
}: InstanceStatus): InstanceDetail['statusChecks'] {
  const statuses = [SystemStatus, own, AttachedEbsStatus].flatMap((check) => check?.Status ?? []);
  if (statuses.includes('impaired')) return 'FAILED';
  const done = statuses.every((status) => status === 'ok' || status === 'not-applicable');
  return done && statuses.length > 0 ? 'PASSED' : 'PENDING';
}

export function activationFrom({ ActivationId, Expired }: Activation): ActivationFacts {
  return { activationId: ActivationId ?? '', expired: Expired === true };
}
