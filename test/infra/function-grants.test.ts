/**
 * A run of the real machine and handlers, where each call to table, bucket and AWS is allowed only if the
 * policy of the very function allows it.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runStateMachine } from '../../cli/engine/run-state-machine.ts';
import { openStateFolder } from '../../cli/state-folder.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import { createClientPool } from '../../functions/aws/client-pool.ts';
import { createFinishRun } from '../../functions/handlers/finish-run.ts';
import { createNextBatch } from '../../functions/handlers/next-batch.ts';
import { createReconcileAccount } from '../../functions/handlers/reconcile-account.ts';
import type { Service } from '../../functions/handlers/service.ts';
import { createStartRun } from '../../functions/handlers/start-run.ts';
import { parseConfiguration } from '../../functions/runtime/configuration.ts';
import { createLog } from '../../functions/runtime/log.ts';
import type { Artifacts } from '../../functions/store/contract.ts';
import { createStore } from '../../functions/store/table.ts';
import type { HandlerName } from '../../infra/bundle.ts';
import type { Piece } from '../../twin/contract.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin } from '../../twin/start.ts';
import { ofType, resolve, type Synthesized, synthesize } from './synthesize.ts';

const OPERATOR = '100000000002';
const TABLE = `arn:aws:dynamodb:us-east-1:${OPERATOR}:table/table`;
const BUCKET = 'arn:aws:s3:::artifacts';
/** So that paths and tags of accounts are asked for, and a settle pass follows. */
const CONFIGURATION = 'exclude: {organizationalUnits: [ou-none], tags: {none: none}}';

type Lane = 'assess' | 'enforce';

interface Use {
  handler: string;
  action: string;
  resource: string;
  keys: string[];
}

/** `pk` of everything that a DynamoDB request reads or writes. */
function leadingKeys(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([name, value]) =>
    name === 'pk' || name === ':pk' ? [String(value)] : leadingKeys(value),
  );
}

describe.each<Lane>(['assess', 'enforce'])('Given the policies of the %s machine', (lane) => {
  let synthesized: Synthesized;
  const uses: Use[] = [];
  const policies = new Map<string, Piece>();

  beforeAll(async () => {
    synthesized = await synthesize();
    readPolicies();
    await run();
  }, 120_000);
  afterAll(() => synthesized?.remove());

  function readPolicies(): void {
    const { service } = synthesized;
    const [[table = ''] = []] = ofType(service, 'AWS::DynamoDB::Table');
    const [[bucket = ''] = []] = ofType(service, 'AWS::S3::Bucket');
    const machine = ofType(service, 'AWS::StepFunctions::StateMachine').find(
      ([, { Properties }]) => Properties.StateMachineName === `dhmc-rollout-${lane}`,
    );
    const substitutions = machine?.[1].Properties.DefinitionSubstitutions;
    for (const [name, value] of Object.entries(substitutions) as [string, Piece][]) {
      if (!name.endsWith('Function')) continue;
      const { Handler, Role } = service.Resources[value['Fn::GetAtt'][0]]?.Properties ?? {};
      const role = service.Resources[Role['Fn::GetAtt'][0]]?.Properties;
      policies.set(
        Handler.replace('.handler', ''),
        resolve(role.Policies[0].PolicyDocument, {
          partition: 'aws',
          region: 'us-east-1',
          accountId: OPERATOR,
          attributes: { [`${table}.Arn`]: TABLE, [`${bucket}.Arn`]: BUCKET },
        }),
      );
    }
  }

  function allowed({ handler, action, resource, keys }: Use): boolean {
    return evaluate({
      action,
      resource,
      context: {
        'aws:PrincipalOrgID': 'o-own',
        'aws:ResourceOrgID': 'o-own',
        ...(keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {}),
      },
      identityPolicies: [policies.get(handler) ?? { Statement: [] }],
      permissionsBoundary: null,
      sessionPolicies: [],
      serviceControlPolicies: [],
    }).allowed;
  }

  /** The run; every use of table, bucket and operator's credentials is noted with the handler that made it. */
  async function run(): Promise<void> {
    const twin = await startTwin({
      snapshot: await readSnapshot('test/fixtures/snapshots/first'),
      pages: 'aws',
    });
    const state = await openStateFolder(null);
    const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
    const pool = createClientPool({
      homeRegion: region,
      endpoint: twin.url,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const clock = createTwinClock({
      now: () => twin.state.clock.now(),
      advance: (seconds) => twin.state.clock.advance(seconds),
      idle: () => twin.requestsInFlight() === 0,
    });
    // One client for all: which handler is at work is known, since accounts are reconciled by one alone.
    let atWork: HandlerName = 'start-run';
    const note = (action: string, resource: string, keys: string[] = []) =>
      uses.push({ handler: atWork, action, resource, keys });
    state.client.middlewareStack.add(
      (next, context) => (given) => {
        const action = `dynamodb:${String(context.commandName).replace('Command', '')}`;
        note(action, TABLE, leadingKeys(given.input));
        return next(given);
      },
      { step: 'initialize' },
    );
    const artifacts: Artifacts = {
      ...state.artifacts,
      putText: (key, body, type) => {
        note('s3:PutObject', `${BUCKET}/${key}`);
        return state.artifacts.putText(key, body, type);
      },
      putStream: (key, body, type) => {
        note('s3:PutObject', `${BUCKET}/${key}`);
        return state.artifacts.putStream(key, body, type);
      },
      getText: async (key) => {
        note('s3:GetObject', `${BUCKET}/${key}`);
        const text = await state.artifacts.getText(key);
        if (text === null) note('s3:ListBucket', BUCKET);
        return text;
      },
    };
    const configuration = parseConfiguration(CONFIGURATION, 'test');
    const service: Service = {
      pool,
      store: createStore({ client: state.client, tableName: state.tableName }),
      artifacts,
      clock,
      log: createLog({ level: 'SILENT', stream: 'stderr' }),
      reports: null,
      allowedModes: [lane],
      loadConfiguration: async () => configuration,
    };
    const as = <P, R>(name: HandlerName, handler: (payload: P) => Promise<R>) => {
      return (payload: unknown) => {
        atWork = name;
        return handler(payload as P);
      };
    };
    // A copy for each: at AWS they share no process, so no cache.
    const reconcile = createReconcileAccount({ ...service });
    let invocation = 0;
    await runStateMachine({
      definition: await readFile('statemachine/rollout.asl.json', 'utf8'),
      handlers: {
        startRun: as('start-run', createStartRun({ ...service })),
        nextBatch: as('next-batch', createNextBatch({ ...service })),
        reconcileAccount: as('reconcile-account', (payload: Parameters<typeof reconcile>[0]) =>
          reconcile(payload, { id: `i-${++invocation}`, remainingMilliseconds: null, signal: undefined }),
        ),
        finishRun: as('finish-run', createFinishRun({ ...service })),
      },
      artifacts: state.artifacts,
      client: state.client,
      tableName: state.tableName,
      clock,
      input: { mode: lane, trigger: 'on-demand' },
      executionName: 'grants',
    });
    // Sessions of member roles never call Organizations, so these calls are the operator's, of start-run.
    for (const { service: name, operation } of twin.calls().calls) {
      if (name !== 'organizations') continue;
      uses.push({ handler: 'start-run', action: `${name}:${operation}`, resource: '*', keys: [] });
    }
    pool.destroy();
    await state.close();
    await twin.close();
  }

  it('When a whole run is made, Then no function does what its policy does not allow', () => {
    const denied = uses.filter((use) => !allowed(use));
    expect(denied).toEqual([]);
    expect(new Set(uses.map(({ handler }) => handler)).size).toBe(4);
  });

  it('When a function is given another partition of the table, Then it is denied', () => {
    const use = (handler: string, action: string, key: string) =>
      allowed({ handler, action: `dynamodb:${action}`, resource: TABLE, keys: [key] });
    expect(use('reconcile-account', 'PutItem', 'ACCOUNT#1')).toBe(true);
    expect(use('reconcile-account', 'PutItem', 'RUN#1')).toBe(false);
    expect(use('start-run', 'PutItem', 'ACCOUNT#1')).toBe(false);
    expect(use('finish-run', 'DeleteItem', 'RUN#1')).toBe(false);
    expect(use('next-batch', 'GetItem', 'CONTROL')).toBe(true);
    expect(use('next-batch', 'PutItem', 'CONTROL')).toBe(false);
  });

  it('When what was granted is compared, Then table and bucket were used in each of these ways', () => {
    const used = new Set(uses.map(({ handler, action }) => `${handler} ${action}`));
    const granted = [...policies].flatMap(([handler, { Statement }]) =>
      Statement.flatMap(({ Action }: Piece) => Action)
        .filter((action: string) => /^(dynamodb|s3):/.test(action))
        .map((action: string) => `${handler} ${action}`),
    );
    // Here nothing is missing, left to settle or taken back, the configuration is not in the bucket, no VPC is
    // shared, no endpoint costs anything and no upload fails.
    const elsewhere = [
      's3:ListBucket',
      's3:AbortMultipartUpload',
      'start-run s3:GetObject',
      'start-run dynamodb:GetItem',
      'next-batch s3:PutObject',
      'reconcile-account dynamodb:UpdateItem',
    ];
    expect(
      [...new Set(granted)].filter((each) => !used.has(each) && !elsewhere.some((end) => each.endsWith(end))),
    ).toEqual([]);
  });
});
