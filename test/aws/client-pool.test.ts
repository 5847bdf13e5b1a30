import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListRegionsCommand } from '@aws-sdk/client-account';
import { GetServiceSettingCommand, UpdateServiceSettingCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';
import '../../functions/aws/member-clients.ts';

describe('Given a service that throttles the first two attempts', () => {
  let server: Server;
  let pool: ClientPool;
  let attempts = 0;
  beforeEach(async () => {
    attempts = 0;
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        attempts += 1;
        const body = { __type: 'ThrottlingException', message: 'Rate exceeded' };
        const throttled = attempts <= 2;
        response
          .writeHead(throttled ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
          .end(throttled ? JSON.stringify(body) : '{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    pool = createClientPool({
      homeRegion: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
    });
  });
  afterEach(async () => {
    pool.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['read', new GetServiceSettingCommand({ SettingId: '/ssm/x' })],
    ['write', new UpdateServiceSettingCommand({ SettingId: '/ssm/x', SettingValue: 'y' })],
  ] as const)(
    'When there is a %s, Then it goes through at the third, and two are counted once',
    async (purpose, command) => {
      const client = pool.operator.ssm('us-east-1', purpose);
      await client.send(command as GetServiceSettingCommand);
      expect(attempts).toBe(3);
      expect([pool.takeThrottled(), pool.takeThrottled()]).toEqual([2, 0]);
    },
  );
});

describe('Given sessions of two accounts that share a client', () => {
  let server: Server;
  let pool: ClientPool;
  const asked: { key: string; scope: string; token: string | undefined }[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        const [, key = '', scope = ''] =
          /Credential=([^/]+)\/\d+\/([^,]+)\/aws4_request/.exec(request.headers.authorization ?? '') ?? [];
        asked.push({ key, scope, token: request.headers['x-amz-security-token'] as string | undefined });
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    pool = createClientPool({
      homeRegion: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'operator' },
    });
  });
  afterEach(async () => {
    pool.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const sessionOf = (name: string) =>
    pool.session({ accessKeyId: `ASIA${name}`, secretAccessKey: name, sessionToken: `token-${name}` });

  it('When both ask at once, Then each call is signed with the credentials of its session', async () => {
    const [one, two] = [sessionOf('ONE'), sessionOf('TWO')];
    const ask = (session: typeof one) =>
      session.ssm('eu-west-1', 'read').send(new GetServiceSettingCommand({ SettingId: '/ssm/x' }));
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? one : two)));
    expect(asked).toHaveLength(20);
    expect(asked.filter(({ key, token }) => key === 'ASIAONE' && token === 'token-ONE')).toHaveLength(10);
    expect(asked.filter(({ key, token }) => key === 'ASIATWO' && token === 'token-TWO')).toHaveLength(10);
    expect(new Set(asked.map(({ scope }) => scope))).toEqual(new Set(['eu-west-1/ssm']));
  });

  it('When one session asks two services, Then each call is signed for its service and Region', async () => {
    const session = sessionOf('ONE');
    await session.ssm('eu-west-1', 'read').send(new GetServiceSettingCommand({ SettingId: '/ssm/x' }));
    await session.account().send(new ListRegionsCommand({}));
    expect(asked.map(({ scope }) => scope)).toEqual(['eu-west-1/ssm', 'us-east-1/account']);
  });

  it('When a session asks for a client twice, Then it gets the same; another session gets another view', () => {
    const [one, two] = [sessionOf('ONE'), sessionOf('TWO')];
    expect(one.ssm('eu-west-1', 'read')).toBe(one.ssm('eu-west-1', 'read'));
    expect(one.ssm('eu-west-1', 'read')).not.toBe(two.ssm('eu-west-1', 'read'));
    expect(one.ssm('eu-west-1', 'read').config).toBe(two.ssm('eu-west-1', 'read').config);
  });
});
