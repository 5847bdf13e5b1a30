import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetServiceSettingCommand, UpdateServiceSettingCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';

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
