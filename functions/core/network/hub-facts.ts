/**
 * A hub as observed by the accounts of hub, spoke and transit gateway: plain data, nothing decided. Read only where a
 * hub is configured and a VPC lacks a path.
 */
import type { AccountId } from '../model/primitives.ts';

/** Where the central endpoints of a Region are, as configured. */
export interface HubSettings {
  account: AccountId;
  vpc: string;
  /** Route 53 Profile that holds the hub's endpoints and is shared with the spokes; null: the hub is made. */
  profile: string | null;
  /** What an instance is taken to send to Systems Manager in a month, for the price of central endpoints. */
  gigabytesPerInstance: number;
}

/** An attachment of a VPC to a transit gateway, as the owner of the VPC sees it. */
export interface TransitAttachmentFacts {
  attachmentId: string;
  transitGatewayId: string;
  vpcId: string;
  /** One in each Availability Zone that reaches the transit gateway. */
  subnetIds: string[];
  state: string;
}

/** Which route table of a transit gateway decides on what an attachment sends. */
export interface TransitAssociationFacts {
  attachmentId: string;
  /** null where it is associated with none. */
  routeTableId: string | null;
}

/** Static and propagated routes alike. */
export interface TransitRouteFacts {
  cidr: string;
  state: 'active' | 'blackhole';
  attachmentIds: string[];
}

/** The relation of a VPC to the hub of its Region, as its result has it. */
export interface SpokeResult {
  /**
   * It uses the hub, is planned to, or has its own endpoints; BLOCKED: the way there has an obstacle; DEARER: with
   * `endpoints: auto`, own endpoints cost less.
   */
  state: 'USES' | 'PLANNED' | 'BLOCKED' | 'DEARER' | 'OWN';
  /** Short names. */
  services: string[];
  /** Availability Zones of its instances, by the ids that all accounts share. */
  zoneIds: string[];
  instances: number;
  /** Its own endpoints: what they cost, or would. */
  ownMonthlyUsd: number;
  /** `monthlyUsd`: of its endpoints; null where they were not read. */
  hub: { account: AccountId; vpcId: string; monthlyUsd: number | null; gigabytesPerInstance: number };
  /** The obstacle, or the prices that decided. */
  why?: string;
  /** Set where its hub, which is made, refuses its spokes: the hub counts it still, to see whether that has ended. */
  isRefused?: true;
}

/** What the account of a hub holds of one that is made: its Profile by name, with what is in it and who uses it. */
export interface HubHolding {
  /** null where there is none of that name. */
  profile: { profileId: string; arn: string; name: string } | null;
  /** ARNs of what the Profile holds. */
  resourceArns: string[];
  /** VPCs that are associated with the Profile. */
  users: string[];
  /** The share of that name, not deleted; null where there is none. */
  shareArn: string | null;
}

/** Name of the Profile and of the share of a hub that is made: one a VPC. */
export function hubName(vpcId: string): string {
  return `dhmc-rollout-${vpcId}`;
}
