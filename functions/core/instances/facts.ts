/**
 * What is known of an instance when it is judged (docs/spec/decisions.md, "Instance verdicts"): EC2's description, its status
 * checks, the managed node of the same id, and what its instance profile grants. Plain data, nothing decided.
 */

import type { ActionDecision } from '../model/permissions.ts';
import type { Region, Timestamp } from '../model/primitives.ts';
import type { Failure, Read } from '../model/reads.ts';
import type { InstanceFacts } from '../network/facts.ts';

/** An entry of ssm:DescribeInstanceInformation. */
export interface NodeFacts {
  /** `i-...`, or `mi-...` for a hybrid node. */
  nodeId: string;
  resourceType: 'EC2Instance' | 'ManagedInstance';
  /** `Online`, `ConnectionLost` or, deprecated, `Inactive`. */
  pingStatus: string;
  lastPingAt: Timestamp | null;
  agentVersion: string | null;
  /** e.g. `Amazon Linux`, `Ubuntu`, `Microsoft Windows Server 2022 Datacenter`. */
  platformName: string | null;
  platformVersion: string | null;
  /** Of a hybrid node. */
  activationId: string | null;
  name: string | null;
  /** The address that the agent reported. */
  address: string | null;
}

/** An instance as EC2 describes it, with its node where Systems Manager knows it. */
export interface InstanceDetail extends InstanceFacts {
  launchedAt: Timestamp | null;
  /** `x86_64`, `arm64`, `i386`, `x86_64_mac`, `arm64_mac`. */
  architecture: string | null;
  /** As EC2's `PlatformDetails`, e.g. `Linux/UNIX`, `Red Hat Enterprise Linux`, `Windows`. */
  platformDetails: string | null;
  imageId: string | null;
  /** ARN of the instance profile; null where there is none. */
  profileArn: string | null;
  /** `MetadataOptions.HttpEndpoint` is not `disabled`. */
  imdsEnabled: boolean;
  httpTokens: 'optional' | 'required' | null;
  /** `Operator.Managed`: e.g. EKS Auto Mode. */
  serviceManaged: boolean;
  /**
   * FAILED: any of the system, instance or EBS status checks; PENDING: none fails, and some have no result yet
   * (`initializing`, `insufficient-data`); null where EC2 did not say.
   */
  statusChecks: 'PASSED' | 'FAILED' | 'PENDING' | null;
  node: NodeFacts | null;
}

/** What the role of an instance profile may do, asked once a role of an account. */
export interface ProfileGrants {
  profileArn: string;
  /** null where the profile holds no role. */
  roleArn: string | null;
  /** Whether EC2 may assume the role, so that the metadata service has credentials of it. */
  trustsEc2: boolean;
  /**
   * Of `PROFILE_ACTIONS`, those that SimulatePrincipalPolicy allows; empty without a role, and where the role
   * does not trust EC2, so that the instance gets no credentials of it.
   */
  allowedActions: string[];
  /** Those that it does not allow, each with the kind of policy; empty where it was not simulated. */
  denied: ActionDecision[];
}

/** An activation of hybrid nodes (ssm:DescribeActivations). */
export interface ActivationFacts {
  activationId: string;
  expired: boolean;
}

/** Asked of every profile's role (docs/spec/decisions.md, "Instance verdicts"). */
export const PROFILE_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ec2messages:GetMessages',
] as const;

/** Instances of a Region, as observed. */
export interface InstancesObservation {
  instances: InstanceDetail[];
  /** Hybrid nodes: DHMC does not cover them. */
  hybridNodes: NodeFacts[];
  /** By profile ARN; profiles of running instances only. */
  profiles: Record<string, Read<ProfileGrants>>;
  /** Why the status checks could not be read. */
  statusFailure: Failure | null;
  /** null where there is no hybrid node, so that no one asked. */
  activations: Read<ActivationFacts[]> | null;
}

/** Something that agents wait for was changed: a setting, the DHMC role, or what makes up the path. */
export interface RecentChange {
  /** null: in every Region (the role). */
  region: Region | null;
  what: 'SETTING' | 'ROLE' | 'PATH';
  at: Timestamp;
}

export type CredentialSource = 'DHMC' | 'INSTANCE_PROFILE';

/** In the order of the table (docs/spec/decisions.md, "Instance verdicts"): the first that applies is the verdict. */
export const INSTANCE_VERDICTS = [
  'SERVICE_MANAGED',
  'PROFILE_SUPPRESSES_DHMC',
  'MANAGED',
  'IMDS_DISABLED',
  'NO_PATH',
  'PATH_BLOCKED',
  'NO_CREDENTIALS',
  'API_DENIED',
  'AGENT_TOO_OLD',
  'AWAITING_AGENT',
  'STATUS_CHECK_FAILED',
  'CONNECTION_LOST',
  'PATH_UNKNOWN',
  'AGENT_SILENT',
] as const;

export type InstanceVerdictCode = (typeof INSTANCE_VERDICTS)[number];
