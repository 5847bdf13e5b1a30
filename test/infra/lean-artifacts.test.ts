import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { createS3Artifacts } from './lean-artifacts.ts';
import { bundleLean } from './lean-build.ts';

interface Parts {
  createS3Artifacts: typeof createS3Artifacts;
  S3Client: typeof S3Client;
}

/** The text that catalogs of checksums give their check values for. */
const TEXT = '123456789';

let folder: string;
let server: Server;
let endpoint: string;
let parts: Parts;
let answer: (request: IncomingMessage, body: string, response: ServerResponse) => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-lean-'));
  const outfile = join(folder, 'artifacts.mjs');
  await bundleLean('lean-artifacts.ts', outfile);
  parts = await import(pathToFileURL(outfile).href);
  server = createServer(async (request, response) => answer(request, await text(request), response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function readArtifact(settings: S3ClientConfig): Promise<string | null> {
  const client = new parts.S3Client({ region: 'eu-west-1', endpoint, forcePathStyle: true, ...settings });
  const artifacts = parts.createS3Artifacts({ client, bucket: 'artifacts' });
  return artifacts.getText('plans/of-others.json').finally(() => client.destroy());
}

describe('Given artifacts that other tools wrote, read by what the bundle leaves of the SDK', () => {
  // Check values: catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME). S3 answers with the
  // checksum that an object was put with: the AWS CLI's and S3's own is CRC64NVME (AWS CLI S3 FAQ; S3 API reference, Checksum).
  it.each([
    ['x-amz-checksum-crc32', 'y/Q5Jg=='],
    ['x-amz-checksum-crc32c', '4waSgw=='],
    ['x-amz-checksum-crc64nvme', 'rosUhgp5mIg='],
    ['x-amz-checksum-sha1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['x-amz-checksum-sha256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
  ])(
    'When S3 answers with %s, Then the artifact is read and its checksum verified',
    async (header, right) => {
      const wrong = Buffer.alloc(Buffer.from(right, 'base64').length).toString('base64');
      const read = (checksum: string) => {
        answer = (_, __, response) => response.writeHead(200, { [header]: checksum }).end(TEXT);
        return readArtifact({ credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } });
      };
      expect(await read(right)).toBe(TEXT);
      await expect(read(wrong)).rejects.toThrow('Checksum mismatch');
    },
  );
});

const ASSUMED = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>ASIAOFTHETOKEN</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

describe("Given credentials that the SDK's own providers fetch", () => {
  const { env } = process;
  afterAll(() => {
    process.env = env;
  });

  it.each([
    [
      'a web identity',
      () => ({
        AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/Service',
        AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
        AWS_ENDPOINT_URL_STS: endpoint,
      }),
      'ASIAOFTHETOKEN',
    ],
    [
      "a container's endpoint",
      () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}/credentials` }),
      'ASIAOFTHECONTAINER',
    ],
  ])('When %s gives them, Then calls are signed with them', async (_, variables, accessKeyId) => {
    await writeFile(join(folder, 'token'), 'the-token');
    process.env = { AWS_REGION: 'eu-west-1', ...variables() };
    const signedBy: (string | undefined)[] = [];
    answer = ({ url, headers }, body, response) => {
      if (url === '/credentials') {
        const expires = { Token: 'session', Expiration: '2099-01-01T00:00:00Z' };
        response.end(
          JSON.stringify({ AccessKeyId: 'ASIAOFTHECONTAINER', SecretAccessKey: 'secret', ...expires }),
        );
      } else if (body.includes('AssumeRoleWithWebIdentity')) {
        const isAsked = body.includes('WebIdentityToken=the-token') && body.includes('RoleArn=');
        response.writeHead(isAsked ? 200 : 400).end(isAsked ? ASSUMED : '');
      } else {
        signedBy.push(headers.authorization);
        response.end(TEXT);
      }
    };
    expect(await readArtifact({})).toBe(TEXT);
    expect(signedBy).toEqual([expect.stringContaining(`Credential=${accessKeyId}/`)]);
  });
});
