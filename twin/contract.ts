/**
 * What the parts of the twin agree on: state as the snapshot format has it (PascalCase, exactly as AWS's
 * APIs return it), the caller of a request, and an operation as the server dispatches it.
 */

import type { Closures } from './closures.ts';
import type { Propagation } from './iam/propagation.ts';

/** A piece of a snapshot: AWS's own shape, unknown keys kept. */
// biome-ignore lint/suspicious/noExplicitAny: snapshot pieces have AWS's shapes, which twin/snapshot/schema.ts validates where the twin reads them
export type Piece = Record<string, any>;

export interface OrganizationFile extends Piece {
  FormatVersion: 1;
  Organization: Piece;
  OperatorAccountId: string;
  CapturedAt: string;
  Roots: Piece[];
  OrganizationalUnits: Piece[];
  Accounts: Piece[];
  Policies: Piece[];
  DelegatedAdministrators: Piece[];
}

export interface RegionState extends Piece {
  RegionOptStatus: 'ENABLED' | 'ENABLING' | 'DISABLING' | 'DISABLED' | 'ENABLED_BY_DEFAULT';
  Ssm: Piece;
  Ec2: Piece;
  Route53Resolver: Piece;
  Route53Profiles: Piece;
  Ram: Piece;
  Agents: Record<string, Piece>;
}

export interface AccountFile extends Piece {
  FormatVersion: 1;
  AccountId: string;
  Iam: Piece;
  Route53: Piece;
  Regions: Record<string, RegionState>;
}

/** A snapshot in memory: organization.json and accounts/<id>.json. */
export interface Snapshot {
  organization: OrganizationFile;
  accounts: Map<string, AccountFile>;
}

/** Who signed a request. `arn` is what GetCallerIdentity answers. */
export interface Principal {
  accountId: string;
  arn: string;
  userId: string;
  /** ARN and name of the role behind an assumed-role session. */
  roleArn: string;
  roleName: string;
  sessionName: string;
  sessionPolicies: Piece[];
  /** The made-up `DhmcOperator` of `dhmc twin`: administrator, in no snapshot. SCPs bind it still. */
  madeUp: boolean;
}

/** The twin's clock: starts at CapturedAt, ticks with the wall, can be advanced. */
export interface TwinClock {
  now(): Date;
  advance(seconds: number): void;
}

/** Everything that an operation may look at or change. Implemented by twin/state.ts. */
export interface TwinState {
  readonly snapshot: Snapshot;
  /** As it was captured, never changed: what the twin remembers is judged against it. */
  readonly captured: Snapshot;
  readonly clock: TwinClock;
  readonly partition: string;
  /** Names of all Regions of the twin: the union of those in its files. */
  readonly regions: string[];
  account(accountId: string): AccountFile | undefined;
  /** The state of a Region in an account; made with defaults where the files leave it out. */
  region(accountId: string, region: string): RegionState;
  /** Entry of Organizations ListAccounts. */
  member(accountId: string): Piece | undefined;
  /** Ids from the root to the direct parent of the account. */
  organizationPath(accountId: string): string[];
  /** Service control policies by level, root first, the account itself last. Empty for the management account. */
  serviceControlPolicies(accountId: string): Piece[][];
  /** Resource control policies by level that bind the resources of the account. Empty for the management account. */
  resourceControlPolicies(accountId: string): Piece[][];
  /** SimulatePrincipalPolicy leaves out SCPs with conditions, as it did before it evaluated them. */
  readonly simulatesWithoutConditions: boolean;
  /** Changes of roles that other services do not see yet. */
  readonly propagation: Propagation;
  /** Accounts that are being closed. */
  readonly closures: Closures;
  /** Policies, or what they are attached to, are others than before. */
  organizationChanged(): void;
}

/** What a request shows of who sent it, besides the principal. */
export interface Client {
  /** undefined without the header. */
  userAgent: string | undefined;
  referer: string | undefined;
  sourceIp: string;
  /** When the credentials were given out, in twin time. */
  tokenIssuedAt: Date;
}

export interface Call {
  state: TwinState;
  /** Endpoint prefix: ssm, sts, iam, organizations, ec2, account, route53 ... */
  service: string;
  operation: string;
  /** The account of the principal. */
  accountId: string;
  /** Region of the signature; for global services the partition's global Region. */
  region: string;
  principal: Principal;
  client: Client;
  /** Twin time. */
  now: Date;
  /** `small`: at most 2-5 entries a page with an empty page here and there; `aws`: AWS's sizes. */
  pages: 'small' | 'aws';
  requestId: string;
}

/** One thing that must be allowed for a call to go through. */
export interface Permission {
  /** e.g. `ssm:GetServiceSetting`. */
  action: string;
  /** ARN, or `*` where the action has no resource type. */
  resource: string;
  /** Condition keys beyond the global ones that the server adds (aws:PrincipalArn, aws:RequestedRegion ...). */
  context?: Record<string, string | string[]>;
}

export interface Operation {
  /** Top-level input members that the handler honours; a request with any other is refused (501). */
  honours: readonly string[];
  /** Counted as a mutating call. */
  mutates: boolean;
  /** All must be allowed. An empty list: the call needs no permission (GetCallerIdentity). */
  permissions(input: Piece, call: Call): Permission[];
  /** Answers with the API's output shape; throws AwsError. */
  handle(input: Piece, call: Call): Piece | Promise<Piece>;
}

/** Operations of one service by name, e.g. `{ GetServiceSetting: {...} }`. */
export type Operations = Record<string, Operation>;

/** An error as AWS words it. `status` is the HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Members beside the message, where the service's protocol is JSON. */
  readonly members: Record<string, string>;
  constructor(code: string, message: string, status = 400, members: Record<string, string> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

// -- IAM evaluator (twin/iam/evaluate.ts) ------------------------------------------------------

export interface EvaluationRequest {
  action: string;
  resource: string;
  /** Keys are compared without case. A missing key is absent, not empty. */
  context: Record<string, string | string[]>;
  /** Policies of the identity (inline and managed, parsed). */
  identityPolicies: Piece[];
  /** null: no boundary. */
  permissionsBoundary: Piece | null;
  /** Empty: no session policy was given. */
  sessionPolicies: Piece[];
  /** By level, root first; empty: not bound (management account). */
  serviceControlPolicies: Piece[][];
  /** Of the resource's account, by level, root first; empty or left out: not bound. */
  resourceControlPolicies?: Piece[][];
  /** A resource policy such as a role's trust policy; then `principal` is matched. */
  resourcePolicy?: { document: Piece; sameAccount: boolean } | null;
  principal?: Principal;
}

export interface Evaluation {
  allowed: boolean;
  /** Why not; words the denial. */
  because:
    | 'allowed'
    | 'explicit-deny-identity'
    | 'explicit-deny-boundary'
    | 'explicit-deny-session'
    | 'explicit-deny-scp'
    | 'explicit-deny-rcp'
    | 'explicit-deny-resource'
    | 'implicit-deny-identity'
    | 'implicit-deny-boundary'
    | 'implicit-deny-session'
    | 'implicit-deny-scp'
    | 'implicit-deny-resource';
}
