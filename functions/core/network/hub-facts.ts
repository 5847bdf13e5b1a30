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
  /** By what a hub that is made gives its names to spokes: a Route 53 Profile, or a private hosted zone for each name. */
  names: 'profile' | 'zones';
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
  hub: {
    account: AccountId;
    vpcId: string;
    monthlyUsd: number | null;
    gigabytesPerInstance: number;
    names: HubSettings['names'];
  };
  /** The obstacle, or the prices that decided. */
  why?: string;
  /** While it moves, a needed name is unreachable for so long at most; left out: no time at all. */
  windowSeconds?: number;
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

/** A private hosted zone of the hub's account that this service made. */
export interface HubZoneFacts {
  zoneId: string;
  /** Without the trailing dot, lower case. */
  domain: string;
  /** Names the change that made it: given once, never changed, and unlike a tag part of the creation itself. */
  callerReference: string;
  /** Of the record of the zone's own name, of type A; null where there is none. */
  alias: AliasTarget | null;
  /** Records besides it and those that every zone has. */
  otherRecords: number;
  /** VPCs that are associated, the hub's among them. */
  vpcIds: string[];
  /** VPCs of other accounts that may be associated. */
  authorized: string[];
}

/** A DNS name and the hosted zone that holds it. */
export interface AliasTarget {
  dnsName: string;
  zoneId: string;
}

/** `vpce-0123-abcd.ssm.eu-west-1.vpce.amazonaws.com` begins with the endpoint's id. */
export function endpointOfAlias(alias: AliasTarget | null): string | null {
  return /^(vpce-[0-9a-f]+)-/.exec(alias?.dnsName ?? '')?.[1] ?? null;
}

const CALLER = 'dhmc-rollout/';

export function callerReferenceOf(changeId: string): string {
  return `${CALLER}${changeId}`;
}

export function isCallerOurs(callerReference: string): boolean {
  return callerReference.startsWith(CALLER);
}

/** Name of the Profile and of the share of a hub that is made: one a VPC. */
export function hubName(vpcId: string): string {
  return `dhmc-rollout-${vpcId}`;
}
