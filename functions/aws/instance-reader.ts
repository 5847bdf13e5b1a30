/**
 * Instances of a Region with all that their verdicts need, page by page into facts, so that a Region of
 * thousands holds no more than those.
 */
import { paginateDescribeInstanceStatus, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { paginateDescribeActivations, paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import type {
  ActivationFacts,
  InstanceDetail,
  InstancesObservation,
  NodeFacts,
} from '../core/instances/facts.ts';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import {
  activationFrom,
  detailFrom,
  isHybrid,
  nodeFrom,
  statusChecksOf,
  withNode,
} from './instance-facts.ts';
import { read } from './reads.ts';

/** Page size of DescribeInstances (5 to 1,000); unpaginated calls have a smaller token bucket. */
const EC2_PAGE = 1000;
/** Page size of DescribeInstanceInformation (5 to 50) and DescribeActivations (1 to 50). */
const SSM_PAGE = 50;

/**
 * Systems Manager is asked only where something runs, status checks only where something that runs is not
 * Online, activations only where there is a hybrid node: an idle Region costs one call. Instance profiles are
 * the account's, so they are left to the caller.
 */
export async function readInstances(
  clients: SessionClients,
  region: Region,
): Promise<Read<InstancesObservation>> {
  const listed = await read('ec2:DescribeInstances', () => listInstances(clients, region));
  if (listed.kind !== 'value') return listed;
  const bare: InstancesObservation = {
    instances: listed.value,
    hybridNodes: [],
    profiles: {},
    statusFailure: null,
    activations: null,
  };
  if (!listed.value.some(isRunning)) return { kind: 'value', value: bare };
  const nodes = await read('ssm:DescribeInstanceInformation', () => listNodes(clients, region));
  if (nodes.kind !== 'value') return nodes;
  const { ofInstances, hybrid } = nodes.value;
  const instances = listed.value.map((instance) => {
    const node = ofInstances.get(instance.instanceId);
    return node ? withNode(instance, node) : instance;
  });
  const [checked, activations] = await Promise.all([
    withStatus(clients, region, instances),
    hybrid.length > 0
      ? read('ssm:DescribeActivations', () => listActivations(clients, region, hybrid))
      : null,
  ]);
  return { kind: 'value', value: { ...bare, ...checked, hybridNodes: hybrid, activations } };
}

function isRunning({ state }: InstanceDetail): boolean {
  return state === 'running';
}

async function listInstances(clients: SessionClients, region: Region): Promise<InstanceDetail[]> {
  const instances: InstanceDetail[] = [];
  const pages = paginateDescribeInstances({ client: clients.ec2(region, 'read') }, { MaxResults: EC2_PAGE });
  for await (const { Reservations = [] } of pages) {
    for (const { Instances = [] } of Reservations) instances.push(...Instances.map(detailFrom));
  }
  return instances;
}

/** DescribeInstanceInformation leaves stopped instances out. */
async function listNodes(
  clients: SessionClients,
  region: Region,
): Promise<{ ofInstances: Map<string, NodeFacts>; hybrid: NodeFacts[] }> {
  const ofInstances = new Map<string, NodeFacts>();
  const hybrid: NodeFacts[] = [];
  const client = clients.ssm(region, 'read');
  for await (const page of paginateDescribeInstanceInformation({ client }, { MaxResults: SSM_PAGE })) {
    for (const node of (page.InstanceInformationList ?? []).map(nodeFrom)) {
      if (isHybrid(node)) hybrid.push(node);
      else ofInstances.set(node.nodeId, node);
    }
  }
  return { ofInstances, hybrid };
}

type Checked = Pick<InstancesObservation, 'instances' | 'statusFailure'>;

/** Without `IncludeAllInstances` EC2 answers for running instances only (DescribeInstanceStatus). */
async function withStatus(
  clients: SessionClients,
  region: Region,
  instances: InstanceDetail[],
): Promise<Checked> {
  if (instances.every((instance) => !isRunning(instance) || instance.online)) {
    return { instances, statusFailure: null };
  }
  const checks = await read('ec2:DescribeInstanceStatus', () => listStatusChecks(clients, region));
  if (checks.kind !== 'value') {
    return { instances, statusFailure: checks.kind === 'failed' ? checks.failure : null };
  }
  const checked = instances.map((instance) =>
    isRunning(instance) && !instance.online
      ? { ...instance, statusChecks: checks.value.get(instance.instanceId) ?? null }
      : instance,
  );
  return { instances: checked, statusFailure: null };
}

async function listStatusChecks(
  clients: SessionClients,
  region: Region,
): Promise<Map<string, InstanceDetail['statusChecks']>> {
  const checks = new Map<string, InstanceDetail['statusChecks']>();
  const client = clients.ec2(region, 'read');
  for await (const { InstanceStatuses = [] } of paginateDescribeInstanceStatus(
    { client },
    { MaxResults: EC2_PAGE },
  )) {
    for (const status of InstanceStatuses) checks.set(status.InstanceId ?? '', statusChecksOf(status));
  }
  return checks;
}

/** Of the hybrid nodes only. */
async function listActivations(
  clients: SessionClients,
  region: Region,
  hybrid: NodeFacts[],
): Promise<ActivationFacts[]> {
  const used = new Set(hybrid.map(({ activationId }) => activationId));
  const activations: ActivationFacts[] = [];
  const client = clients.ssm(region, 'read');
  for await (const { ActivationList = [] } of paginateDescribeActivations(
    { client },
    { MaxResults: SSM_PAGE },
  )) {
    activations.push(
      ...ActivationList.map(activationFrom).filter(({ activationId }) => used.has(activationId)),
    );
  }
  return activations;
}
