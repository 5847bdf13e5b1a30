/**
 * Every operation that the twin has, both ways through the real SDK client: what the client sends is what
 * the operation reads, and what the operation answers is what the client gives back.
 */
import * as account from '@aws-sdk/client-account';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as organizations from '@aws-sdk/client-organizations';
import * as route53 from '@aws-sdk/client-route-53';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCallLog } from '../../twin/calls.ts';
import type { Operation, Operations, Piece } from '../../twin/contract.ts';
import { createFaults, NO_FAULTS } from '../../twin/faults.ts';
import { NO_LATENCY } from '../../twin/latency.ts';
import { type HttpServer, listen } from '../../twin/server.ts';
import { SERVICES } from '../../twin/services/index.ts';
import { sessionsOf } from '../../twin/sessions.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { createState } from '../../twin/state.ts';
import { NO_TRAIL } from '../../twin/trail.ts';
import { findModel } from '../../twin/wire/models.ts';
import { arbitraryOf } from './arbitrary-shape.ts';
import { credentialsOf, FIRST } from './first-organization.ts';

const RUNS = 12;
const CLIENTS: Record<string, Record<string, unknown>> = {
  account,
  cloudformation,
  cloudtrail,
  ec2,
  iam,
  lambda,
  organizations,
  route53,
  ssm,
  sts,
};

/** Those of the services; Profiles and Resolver have no SDK client here, the AWS CLI holds them (route53.test.ts). */
const OPERATIONS: [string, string][] = Object.entries(SERVICES)
  .filter(([service]) => Object.hasOwn(CLIENTS, service))
  .flatMap(([service, operations]) =>
    Object.keys(operations).map((name): [string, string] => [service, name]),
  );

let received: Piece;
let answer: Piece;
let server: HttpServer;
const clients = new Map<string, { send(command: unknown): Promise<Piece>; destroy(): void }>();

/** Honours every member of the model and answers what the test wants. */
function echo(service: string, name: string): Operation {
  const shape = findModel(service)?.operations.get(name)?.input;
  const honours = shape?.kind === 'structure' ? shape.members.map((member) => member.name) : [];
  return {
    honours,
    mutates: false,
    permissions: () => [],
    handle(input) {
      received = input;
      return answer;
    },
  };
}

beforeAll(async () => {
  const state = createState(await readSnapshot(FIRST));
  const services: Record<string, Operations> = {};
  for (const [service, name] of OPERATIONS)
    services[service] = { ...services[service], [name]: echo(service, name) };
  const undisturbed = {
    faults: createFaults(NO_FAULTS),
    latency: NO_LATENCY,
    buckets: null,
    clockSkew: 'refuse' as const,
    constraints: 'ignore' as const,
  };
  const control = { expireSessions: () => 0, trail: NO_TRAIL, reset: () => {} };
  server = await listen(
    { state, log: createCallLog(), pages: 'aws', services, ...undisturbed, ...control },
    0,
  );
  const principal = {
    accountId: '100000000002',
    arn: '',
    userId: '',
    roleArn: '',
    roleName: '',
    sessionName: '',
    sessionPolicies: [],
    madeUp: true,
  };
  const session = sessionsOf(state).create(principal, 3600, new Date());
  for (const [service, module] of Object.entries(CLIENTS)) {
    const [, Client] = Object.entries(module).find(([name]) => /^(?!__).+Client$/.test(name)) ?? [];
    if (typeof Client !== 'function') throw new Error(`no client of ${service}`);
    const configuration = {
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      credentials: credentialsOf(session),
      maxAttempts: 1,
    };
    clients.set(service, Reflect.construct(Client, [configuration]));
  }
});
afterAll(async () => {
  for (const client of clients.values()) client.destroy();
  await server.close();
});

describe('Given any input and output of an operation', () => {
  it.each(OPERATIONS)('When %s %s is called, Then both arrive as they were sent', async (service, name) => {
    const operation = findModel(service)?.operations.get(name);
    const Command = CLIENTS[service]?.[`${name}Command`];
    const client = clients.get(service);
    if (!operation || typeof Command !== 'function' || !client) throw new Error(`no ${service} ${name}`);
    await fc.assert(
      fc.asyncProperty(arbitraryOf(operation.input), arbitraryOf(operation.output), async (input, output) => {
        received = {};
        answer = operation.output.kind === 'structure' ? (output as Piece) : {};
        const sent = operation.input.kind === 'structure' ? (input as Piece) : {};
        const { $metadata, ...given } = await client.send(
          Reflect.construct(Command, [structuredClone(sent)]),
        );
        expect(withoutTokens(received, sent)).toEqual(sent);
        expect(given).toEqual(answer);
        expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
      }),
      { numRuns: RUNS, seed: 11 },
    );
  });
});

/** The client makes up a ClientToken where none is given. */
function withoutTokens(input: Piece, sent: Piece): Piece {
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== 'ClientToken' || key in sent));
}
