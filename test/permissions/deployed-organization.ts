/**
 * The service as it is deployed: each function and the state machine works with its own role of the templates,
 * to AWS (the twin, which authorizes), to the table and to the bucket (authorized here, with the evaluator).
 */
import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { runStateMachine } from '../../cli/engine/run-state-machine.ts';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import { type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Mode, RunInput } from '../../functions/core/model/primitives.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { createFinishRun } from '../../functions/handlers/finish-run.ts';
import { createNextBatch } from '../../functions/handlers/next-batch.ts';
import {
  createReconcileAccount,
  type ReconcileAccountEvent,
} from '../../functions/handlers/reconcile-account.ts';
import type { Service } from '../../functions/handlers/service.ts';
import { createStartRun } from '../../functions/handlers/start-run.ts';
import { createLog, type Log } from '../../functions/platform/log.ts';
import { REPORT_FORMATS } from '../../functions/report/formats.ts';
import { type Artifacts, artifactKeys } from '../../functions/store/contract.ts';
import { createStore } from '../../functions/store/table.ts';
import { CONFIGURATION_KEY } from '../../infra/last-steps.ts';
import { STATE_MACHINES } from '../../infra/operator-names.ts';
import type { EvaluationRequest, Piece, Principal, Snapshot } from '../../twin/contract.ts';
import { onDecision } from '../../twin/decisions.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';
import { sessionsOf } from '../../twin/sessions.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import type { Deployment } from './deployment.ts';
import { bucketArn, functionArn, machineArn, tableArn } from './operator-roles.ts';
import type { Usage } from './usage.ts';

export type Lane = keyof typeof STATE_MACHINES;

export interface LaneRun {
  lane: Lane;
  input: RunInput;
  configuration: Configuration;
  /** Before each invocation of reconcile-account; what it throws is the invocation's death. */
  before?: (event: ReconcileAccountEvent) => void;
}

export interface DeployedOrganization {
  twin: Twin;
  state: StateFolder;
  run(run: LaneRun): Promise<RunResult>;
  /** Credentials of a role of the operator account, by name in the template. */
  /** The bucket with the rights of an operator role. */
  artifactsOf(role: string): Artifacts;
  credentialsOf(role: string): SessionCredentials;
  /** Of any role of any account, as if someone there had assumed it. */
  sessionOf(accountId: string, roleName: string): SessionCredentials;
  close(): Promise<void>;
}

type SessionCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** Modes that each machine's functions take, from ALLOWED_MODES of the template. */
const MODES: Record<Lane, Mode[]> = { assess: ['assess'], enforce: ['assess', 'enforce', 'rollback'] };
const SESSION_SECONDS = 86_400;

/** @param snapshot with the roles of the deployment in it (deployInto). */
export async function openDeployed(
  snapshot: Snapshot,
  deployment: Deployment,
  usage: Usage,
  log: Log = createLog({ level: 'SILENT', stream: 'stderr' }),
): Promise<DeployedOrganization> {
  const { place, operator } = deployment;
  const twin = await startTwin({ snapshot, pages: 'aws' });
  const state = await openStateFolder(null);
  const pools = new Map<string, ClientPool>();
  const clients: DynamoDBClient[] = [];

  for (const { name, entry } of operator.values()) usage.grant(name, policiesOf(entry));
  for (const role of deployment.memberRoles(place.operatorId)) usage.grant(role.RoleName, policiesOf(role));
  onDecision(twin.state, ({ principal, request, because }) => {
    const { roleName: role, madeUp } = principal;
    if (madeUp) return;
    const named = [...operator.values()].find(({ entry }) => entry.RoleName === role)?.name ?? role;
    if (because === 'allowed') usage.use(named, request);
    else usage.refuse({ role: named, action: request.action, resource: request.resource, because });
  });

  const entryOf = (role: string): Piece => {
    const found = operator.get(role);
    if (!found)
      throw new Error(`the template has no role ${role}; it has ${[...operator.keys()].join(', ')}`);
    return found.entry;
  };

  /** Asks for the role as AWS would; throws what AWS answers. */
  function authorize(role: string, action: string, resource: string, keys: string[] = []): void {
    const request: EvaluationRequest = {
      action,
      resource,
      context: keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {},
      identityPolicies: policiesOf(entryOf(role)),
      permissionsBoundary: null,
      sessionPolicies: [],
      serviceControlPolicies: [],
    };
    const { allowed, because } = evaluate(request);
    if (allowed) {
      usage.use(role, request);
      return;
    }
    usage.refuse({ role, action, resource: `${resource} ${keys.join(' ')}`.trim(), because });
    throw Object.assign(
      new Error(`${role} is not authorized to perform: ${action} on resource: ${resource}`),
      {
        name: 'AccessDeniedException',
      },
    );
  }

  function principalOf(accountId: string, { RoleName, RoleId, Arn }: Piece): Principal {
    return {
      accountId,
      arn: `arn:${place.partition}:sts::${accountId}:assumed-role/${RoleName}/function`,
      userId: `${RoleId}:function`,
      roleArn: Arn,
      roleName: RoleName,
      sessionName: 'function',
      sessionPolicies: [],
      madeUp: false,
    };
  }

  function sessionOf(accountId: string, roleName: string): SessionCredentials {
    const roles: Piece[] = twin.state.account(accountId)?.Iam.RoleDetailList ?? [];
    const role = roles.find(({ RoleName }) => RoleName === roleName);
    if (!role) throw new Error(`account ${accountId} has no role ${roleName}`);
    const principal = principalOf(accountId, role);
    const session = sessionsOf(twin.state).create(principal, SESSION_SECONDS, twin.state.clock.now());
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  const credentialsOf = (role: string) => sessionOf(place.operatorId, entryOf(role).RoleName);

  function poolOf(role: string): ClientPool {
    const known = pools.get(role);
    if (known) return known;
    const credentials = credentialsOf(role);
    const pool = createClientPool({ homeRegion: twin.operator.region, endpoint: twin.url, credentials });
    pools.set(role, pool);
    return pool;
  }

  async function tableOf(role: string): Promise<DynamoDBClient> {
    const client = new DynamoDBClient({
      endpoint: 'http://embedded.invalid',
      requestHandler: state.client.config.requestHandler,
      region: 'us-east-1',
      credentials: { accessKeyId: 'EMBEDDED', secretAccessKey: 'embedded' },
      accountIdEndpointMode: 'disabled',
    });
    client.middlewareStack.add(
      (next, context) => async (given) => {
        const action = `dynamodb:${String(context.commandName).replace('Command', '')}`;
        const { IndexName: index } = given.input as { IndexName?: string };
        const resource = `${tableArn(place)}${index === undefined ? '' : `/index/${index}`}`;
        authorize(role, action, resource, leadingKeys(given.input));
        return next(given);
      },
      { step: 'initialize' },
    );
    clients.push(client);
    return client;
  }

  function bucketOf(role: string): Artifacts {
    const bucket = bucketArn(place);
    return {
      ...state.artifacts,
      async putText(key, body, type) {
        authorize(role, 's3:PutObject', `${bucket}/${key}`);
        return state.artifacts.putText(key, body, type);
      },
      async putStream(key, body, type) {
        authorize(role, 's3:PutObject', `${bucket}/${key}`);
        return state.artifacts.putStream(key, body, type);
      },
      async getText(key) {
        authorize(role, 's3:GetObject', `${bucket}/${key}`);
        const text = await state.artifacts.getText(key);
        if (text === null) authorize(role, 's3:ListBucket', bucket);
        return text;
      },
      async list(prefix) {
        authorize(role, 's3:ListBucket', bucket);
        return state.artifacts.list(prefix);
      },
    };
  }

  const clock = createTwinClock({
    now: () => twin.state.clock.now(),
    advance: (seconds) => twin.state.clock.advance(seconds),
    idle: () => twin.requestsInFlight() === 0,
  });

  async function serviceOf(role: string, lane: Lane): Promise<Service> {
    const artifacts = bucketOf(role);
    return {
      pool: poolOf(role),
      store: createStore({ client: await tableOf(role), tableName: state.tableName }),
      artifacts,
      clock,
      log,
      // All that the template's environment says, but for the key.
      reports: { formats: Object.keys(REPORT_FORMATS), keyId: null, region: place.region },
      allowedModes: MODES[lane],
      // As handlers/service.ts reads it, without the text's form: the tests' configurations are objects.
      loadConfiguration: async () => JSON.parse((await artifacts.getText(CONFIGURATION_KEY)) ?? '{}'),
      isExecutionRunning: async () => null,
      readConcurrencyQuota: async () => null,
    };
  }

  let runs = 0;
  let invocations = 0;
  async function run({ lane, input, configuration, before }: LaneRun): Promise<RunResult> {
    const machine = lane === 'assess' ? 'Assess' : 'Enforce';
    const configured = bucketOf('Configuration');
    await configured.putText(CONFIGURATION_KEY, JSON.stringify(configuration));
    authorize('Schedule', 'states:StartExecution', machineArn(place, STATE_MACHINES.assess));
    const startRun = createStartRun(await serviceOf(`${machine}StartRun`, lane));
    const nextBatch = createNextBatch(await serviceOf('NextBatch', lane));
    const reconcile = createReconcileAccount(await serviceOf(`${machine}Reconcile`, lane));
    const finishRun = createFinishRun(await serviceOf('FinishRun', lane));
    let runId = '';
    const invoking =
      <P, R>(name: string, handler: (payload: P) => Promise<R>) =>
      async (payload: unknown): Promise<R> => {
        authorize(machine, 'lambda:InvokeFunction', functionArn(place, logicalIdOf(name)));
        return handler(payload as P);
      };
    await runStateMachine({
      definition: await readFile('statemachine/rollout.asl.json', 'utf8'),
      handlers: {
        startRun: invoking(`${machine}StartRun`, async (payload: Parameters<typeof startRun>[0]) => {
          const started = await startRun(payload);
          runId = started.runId;
          return started;
        }),
        nextBatch: invoking('NextBatch', nextBatch),
        reconcileAccount: invoking(`${machine}Reconcile`, async (event: ReconcileAccountEvent) => {
          before?.(event);
          invocations += 1;
          return reconcile(event, {
            id: `invocation-${invocations}`,
            remainingMilliseconds: null,
            signal: undefined,
          });
        }),
        finishRun: invoking('FinishRun', finishRun),
      },
      artifacts: bucketOf(machine),
      client: await tableOf(machine),
      tableName: state.tableName,
      clock,
      input,
      executionName: `deployed-${++runs}`,
    });
    return JSON.parse((await state.artifacts.getText(artifactKeys.result(runId))) ?? '{}') as RunResult;
  }

  /** Of a function, by the name of its role. */
  function logicalIdOf(name: string): string {
    const statements: Piece[] = policiesOf(entryOf('Enforce')).concat(policiesOf(entryOf('Assess')));
    const arns = statements
      .flatMap(({ Statement }) => Statement as Piece[])
      .filter(({ Sid }) => Sid === 'InvokeFunctions')
      .flatMap(({ Resource }) => Resource as string[]);
    const arn = arns.find((each) => new RegExp(`:function:${name}[0-9A-F]{8}$`).test(each));
    return arn?.split(':').at(-1) ?? name;
  }

  return {
    twin,
    state,
    run,
    credentialsOf,
    artifactsOf: bucketOf,
    sessionOf,
    close: async () => {
      for (const pool of pools.values()) pool.destroy();
      for (const client of clients) client.destroy();
      await state.close();
      await twin.close();
    },
  };
}

const policiesOf = (entry: Piece): Piece[] =>
  (entry.RolePolicyList as Piece[]).map(({ PolicyDocument }) => PolicyDocument);

/** `pk` of everything that a DynamoDB request reads or writes. */
function leadingKeys(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([name, value]) =>
    ['pk', ':pk', ':runs'].includes(name) ? [textOf(value)] : leadingKeys(value),
  );
}

/** The document client's plain text, or DynamoDB's own `{S: text}`. */
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'S' in value ? String(value.S) : String(value);
}
