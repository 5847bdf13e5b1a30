import { randomUUID } from 'node:crypto';
import { updateAccount } from './agents/agents.ts';
import { authorize } from './authorize.ts';
import type { CallLog } from './calls.ts';
import { noteChange } from './changes.ts';
import {
  AwsError,
  type Call,
  type Operation,
  type Operations,
  type Piece,
  type TwinState,
} from './contract.ts';
import { effectiveRegion, findSession } from './credentials.ts';
import type { Faults } from './faults.ts';
import type { Latency } from './latency.ts';
import { refuseUnread } from './services/not-in-snapshot.ts';
import type { Session } from './sessions.ts';
import { addressedService } from './signature/addressed.ts';
import { readAuthorization, withoutSignature } from './signature/authorization.ts';
import { type ClockSkew, checkSignature, unsigned, wrongService } from './signature/check.ts';
import type { TokenBuckets } from './token-buckets.ts';
import type { Trail } from './trail.ts';
import { checkConstraints } from './wire/constraints.ts';
import { notImplemented, unknownOperation, writeError, writeUnmodelledError } from './wire/errors.ts';
import { findModel, isHandWritten, modelledServices, type ServiceModel } from './wire/models.ts';
import { type ParsedRequest, parseRequest, type WireRequest } from './wire/read.ts';
import { checkRequired } from './wire/required.ts';
import { type WireResponse, writeResponse } from './wire/write.ts';

/** What a twin serves from. */
export interface Dispatcher {
  state: TwinState;
  log: CallLog;
  trail: Trail;
  pages: 'small' | 'aws';
  services: Record<string, Operations>;
  faults: Faults;
  latency: Latency;
  /** null: requests are not limited. */
  buckets: TokenBuckets | null;
  /** `ignore`: signatures may be of any time, for clients whose clock jumps. */
  clockSkew: ClockSkew;
  /** `ignore`: inputs may be anything that the wire can carry, for tests of it. */
  constraints: 'check' | 'ignore';
}

/** A response, or the end of the connection without one. */
export type Answer = WireResponse | 'dropped';

/** What is known of a request so far, for the count. */
interface Progress {
  account: string;
  region: string;
  service: string;
  operation: string;
  mutates: boolean;
}

const UNKNOWN = '-';
/** Also the result under which a call is counted that was dropped before it was carried out. */
const DROPPED = 'dropped';

/**
 * Answers one AWS request and counts it. Never throws; synchronous unless the operation itself is not, or
 * the answer is to take its time.
 *
 * The order: who calls and where, latency and faults, token buckets, permissions, the operation. A denied
 * call so takes a token, and a throttled one is not authorized: AWS publishes no order (inferred from its
 * limits, which count requests whatever comes of them).
 */
export function dispatch(request: WireRequest, twin: Dispatcher): Answer | Promise<Answer> {
  const requestId = randomUUID();
  const progress: Progress = {
    account: UNKNOWN,
    region: UNKNOWN,
    service: UNKNOWN,
    operation: UNKNOWN,
    mutates: false,
  };
  let model: ServiceModel | undefined;
  const refuse = (thrown: unknown): WireResponse => {
    const error = toAwsError(thrown, progress);
    twin.log.add({ ...progress, result: error.code });
    if (model) return writeError(model, error, requestId);
    return writeUnmodelledError(error, textHeader(request, 'content-type'), requestId);
  };
  try {
    const addressed = addressedService(request);
    model = addressed;
    const claim = readAuthorization(request);
    if (!claim) throw unsigned(addressed?.protocol ?? 'awsQuery');
    Object.assign(progress, { service: claim.service, region: claim.region });
    const served = addressed ?? findModel(claim.service);
    if (!served) {
      throw notImplemented(`the service ${claim.service}; it has ${modelledServices().join(', ')}`);
    }
    model = served;
    const parsed = parseRequest(served, claim.expires === null ? request : withoutSignature(request));
    progress.operation = parsed.name;
    const session = findSession(twin.state, claim, claim.token, served.protocol);
    if (claim.service !== served.service) throw wrongService(served.protocol, served.service);
    checkSignature(claim, request, session, served.protocol, twin.clockSkew);
    progress.account = session.principal.accountId;
    progress.region = effectiveRegion(twin.state, claim, session.principal.accountId, served.protocol);
    const operation = findOperation(parsed, served.service, twin.services);
    progress.mutates = operation?.mutates ?? false;
    const strike = twin.faults.strike(progress);
    const serve = (): Answer | Promise<Answer> => {
      if (strike.error) return refuse(strike.error);
      if (strike.drop === 'before') {
        twin.log.add({ ...progress, result: DROPPED });
        return DROPPED;
      }
      const received = { request, parsed, operation, model: served, session, progress, requestId };
      const answered = settle(() => perform(received, twin), refuse);
      if (strike.drop === null) return answered;
      return answered instanceof Promise ? answered.then(() => DROPPED) : DROPPED;
    };
    const milliseconds = twin.latency.draw(progress) + strike.delayMs;
    return milliseconds === 0 ? serve() : wait(milliseconds).then(serve);
  } catch (thrown) {
    return refuse(thrown);
  }
}

/** On the wall. Does not hold the process once the connections are closed. */
function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

/** Runs the work; what it throws or rejects with is refused. */
function settle(
  work: () => WireResponse | Promise<WireResponse>,
  refuse: (thrown: unknown) => WireResponse,
): WireResponse | Promise<WireResponse> {
  try {
    const answered = work();
    return answered instanceof Promise ? answered.catch(refuse) : answered;
  } catch (thrown) {
    return refuse(thrown);
  }
}

/** A request whose sender, Region and operation are known. */
interface Received {
  request: WireRequest;
  parsed: ParsedRequest;
  operation: Operation | undefined;
  model: ServiceModel;
  session: Session;
  progress: Progress;
  requestId: string;
}

/** Takes a token, authorizes, carries out, and counts what succeeded. Throws, or rejects with, what did not. */
function perform(received: Received, twin: Dispatcher): WireResponse | Promise<WireResponse> {
  const { request, parsed, operation, model, session, progress, requestId } = received;
  const { service, operation: name, account: accountId, region } = progress;
  if (!operation)
    throw parsed.operation || isHandWritten(service)
      ? notImplemented(`the operation ${service}:${name}`)
      : unknownOperation(model, name);
  const input = readInput(parsed, operation, model, twin.constraints);
  twin.buckets?.take(progress, { input, mutates: operation.mutates });
  const call: Call = {
    state: twin.state,
    service,
    operation: name,
    accountId,
    region,
    principal: session.principal,
    client: {
      userAgent: textHeader(request, 'user-agent'),
      referer: textHeader(request, 'referer'),
      // the twin listens on loopback: where its clients would come from in AWS isn't known
      sourceIp: '127.0.0.1',
      tokenIssuedAt: session.issuedAt,
    },
    now: twin.state.clock.now(),
    pages: twin.pages,
    requestId,
  };
  authorize(operation.permissions(input, call), call);
  refuseUnread(call);
  // before the change, so that the agents have noticed what was until now
  if (operation.mutates) updateAccount(twin.state, call.accountId);
  const finish = (output: Piece): WireResponse => {
    if (operation.mutates) {
      noteChange(twin.state, call.accountId, call.now.getTime());
      twin.trail.record(call, input);
    }
    const response = write(model, parsed, output, requestId);
    twin.log.add({ ...progress, result: 'ok' });
    return response;
  };
  const output = operation.handle(input, call);
  return output instanceof Promise ? output.then(finish) : finish(output);
}

function findOperation(
  parsed: ParsedRequest,
  service: string,
  services: Record<string, Operations>,
): Operation | undefined {
  const operations = services[service];
  if (!parsed.operation || !operations || !Object.hasOwn(operations, parsed.name)) return undefined;
  return operations[parsed.name];
}

/** A member that the operation does not honour is refused; `DryRun: false` and empty lists say nothing. */
function readInput(
  parsed: ParsedRequest,
  operation: Operation,
  model: ServiceModel,
  constraints: Dispatcher['constraints'],
): Piece {
  const input = parsed.input();
  for (const [name, value] of Object.entries(input)) {
    if (operation.honours.includes(name)) continue;
    const empty = value === undefined || value === false || isEmptyList(value);
    if (!empty) throw notImplemented(`the member ${name} of ${model.service}:${parsed.name}`);
  }
  if (parsed.operation) {
    checkRequired(model, parsed.operation.input, input);
    if (constraints === 'check') checkConstraints(model, parsed.name, input);
  }
  return input;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function write(model: ServiceModel, parsed: ParsedRequest, output: Piece, requestId: string): WireResponse {
  if (!parsed.operation) throw notImplemented(`the operation ${model.service}:${parsed.name}`);
  return writeResponse(model, parsed.operation, output, requestId);
}

/** A defect of the twin reads as such, with the stack's first line for the report. */
function toAwsError(thrown: unknown, { service, operation }: Progress): AwsError {
  if (thrown instanceof AwsError) return thrown;
  const [reason, at = ''] =
    thrown instanceof Error ? (thrown.stack ?? String(thrown)).split('\n') : [String(thrown)];
  return new AwsError(
    'InternalFailure',
    `The twin failed in ${service}:${operation}: ${reason} ${at.trim()}`,
    500,
  );
}

function textHeader(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
