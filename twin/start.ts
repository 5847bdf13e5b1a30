import { type CallReport, createCallLog } from './calls.ts';
import type { Principal, Snapshot, TwinState } from './contract.ts';
import { createFaults, type FaultReport, NO_FAULTS } from './faults.ts';
import type { FaultFile } from './faults-file.ts';
import { createLatency, NO_LATENCY } from './latency.ts';
import { listen } from './server.ts';
import { SERVICES } from './services/index.ts';
import { type Session, sessionsOf } from './sessions.ts';
import type { ClockSkew } from './signature/check.ts';
import { createState, type OwnedState, type StateOptions } from './state.ts';
import { createTokenBuckets } from './token-buckets.ts';
import { createTrail, NO_TRAIL, type TrailEvent } from './trail.ts';

/** An organization that answers on loopback. */
export interface Twin {
  /** e.g. `http://127.0.0.1:40123`. */
  url: string;
  state: TwinState;
  /** Credentials of the made-up administrator DhmcOperator; `region` is the home Region. */
  operator: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken: string;
    accountId: string;
    region: string;
  };
  takeSnapshot(): Snapshot;
  calls(): CallReport;
  /** What CloudTrail would have recorded of calls that changed something; empty unless `trail` is on. */
  trail(): TrailEvent[];
  requestsInFlight(): number;
  /** As `POST /_twin/faults`, unchecked. */
  setFaults(file: FaultFile): void;
  faults(): FaultReport;
  /** Ends the sessions of an account's roles, or (left out) all but the operator's; returns how many. */
  expireSessions(accountId?: string): number;
  close(): Promise<void>;
}

export interface TwinOptions extends StateOptions {
  /** Copied, never changed. */
  snapshot: Snapshot;
  /** 0 or left out: a free one. */
  port?: number;
  /** `small` (default): pages of 2 to 5 entries, some of them empty. */
  pages?: 'small' | 'aws';
  /** From the start on, and after a reset; already checked (faults-file.ts). Left out: none. */
  faults?: FaultFile;
  /** Requests are limited as AWS limits them (token-buckets.ts). Left out: they are not. */
  throttling?: boolean;
  /** Answers take as long as AWS's, drawn with this seed. Left out: no longer than they need. */
  latency?: { seed: number };
  /** Calls that changed something are kept as CloudTrail records them. Left out: they are not. */
  trail?: boolean;
  /** `ignore`: signatures may be of any time, for clients whose clock jumps. Left out: refused as AWS does. */
  clockSkew?: ClockSkew;
}

const OPERATOR_ROLE = 'DhmcOperator';
const OPERATOR_ROLE_ID = 'AROATWINDHMCOPERATOR1';
/** The operator's session outlives every run. */
const OPERATOR_SECONDS = 30 * 86_400;

/** Rejects where the operator account isn't in the organization or has no Region, or the port is taken. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const state = createState(options.snapshot, options);
  const log = createCallLog();
  const trail = options.trail ? createTrail() : NO_TRAIL;
  const region = homeRegion(state);
  const principal = operatorPrincipal(state);
  const operator = sessionsOf(state).create(principal, OPERATOR_SECONDS, state.clock.now());
  const faults = createFaults(options.faults ?? NO_FAULTS);
  const buckets = options.throttling ? createTokenBuckets(() => state.clock.now()) : null;
  const latency = options.latency ? createLatency(options.latency.seed) : NO_LATENCY;
  const expireSessions = (accountId: string | null) => sessionsOf(state).expire(accountId, operator);
  const reset = (): void => {
    state.reset();
    sessionsOf(state).clear(operator);
    log.clear();
    trail.clear();
    faults.replace(options.faults ?? NO_FAULTS);
    buckets?.clear();
    latency.clear();
  };
  const pages = options.pages ?? 'small';
  const served = {
    state,
    log,
    trail,
    pages,
    services: SERVICES,
    faults,
    buckets,
    latency,
    clockSkew: options.clockSkew ?? 'refuse',
    constraints: 'check' as const,
    expireSessions,
    reset,
  };
  const server = await listen(served, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${server.port}`,
    state,
    operator: { ...credentialsOf(operator), accountId: principal.accountId, region },
    takeSnapshot: () => state.takeSnapshot(),
    calls: () => log.report(),
    trail: () => trail.events(),
    requestsInFlight: server.requestsInFlight,
    setFaults: faults.replace,
    faults: faults.report,
    expireSessions: (accountId) => expireSessions(accountId ?? null),
    close: server.close,
  };
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: Session) {
  return { accessKeyId, secretAccessKey, sessionToken };
}

function operatorPrincipal(state: OwnedState): Principal {
  const accountId = state.snapshot.organization.OperatorAccountId;
  if (!state.member(accountId)) {
    throw new Error(
      `organization.json: $.OperatorAccountId: ${accountId} is not in Accounts; name a member account`,
    );
  }
  const session = 'twin';
  return {
    accountId,
    arn: `arn:${state.partition}:sts::${accountId}:assumed-role/${OPERATOR_ROLE}/${session}`,
    userId: `${OPERATOR_ROLE_ID}:${session}`,
    roleArn: `arn:${state.partition}:iam::${accountId}:role/${OPERATOR_ROLE}`,
    roleName: OPERATOR_ROLE,
    sessionName: session,
    sessionPolicies: [],
    madeUp: true,
  };
}

/** The operator account's first enabled Region, in the order of its file. */
function homeRegion(state: OwnedState): string {
  const accountId = state.snapshot.organization.OperatorAccountId;
  const regions = Object.entries(state.account(accountId)?.Regions ?? {});
  const enabled = (status: string) => status === 'ENABLED' || status === 'ENABLED_BY_DEFAULT';
  const own = regions.find(([, { RegionOptStatus }]) => enabled(RegionOptStatus))?.[0];
  const other = state.regions.find((name) => enabled(state.region(accountId, name).RegionOptStatus));
  const found = own ?? other;
  if (found) return found;
  throw new Error(
    `accounts/${accountId}.json: $.Regions: the operator account has no enabled Region; add one with RegionOptStatus ENABLED_BY_DEFAULT`,
  );
}
