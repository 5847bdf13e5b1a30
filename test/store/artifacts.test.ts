import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { createS3Artifacts } from '../../functions/store/artifacts-s3.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'dhmc-artifacts-'));
});
afterAll(() => rm(parent, { recursive: true }));

describe('artifacts in a folder', () => {
  it('Given a folder that does not exist yet, When artifacts are put, Then they read back and list by prefix, sorted', async () => {
    const artifacts = createFolderArtifacts(join(parent, 'first'));
    expect(await artifacts.list('runs/')).toEqual([]);
    await artifacts.putText('runs/b/result.json', '{}');
    await artifacts.putText('runs/a/manifests/0002.json', '[2]');
    await artifacts.putText('runs/a/manifests/0001.json', '[1]');
    await artifacts.putText('runs/a/manifests/0001.json', '[1, 1]');

    expect(await artifacts.getText('runs/a/manifests/0001.json')).toBe('[1, 1]');
    expect(await artifacts.getText('runs/a/manifests/0003.json')).toBeNull();
    expect(await artifacts.getText('runs/a')).toBeNull();
    expect(await artifacts.list('runs/a/')).toEqual([
      'runs/a/manifests/0001.json',
      'runs/a/manifests/0002.json',
    ]);
    expect(await artifacts.list('runs/a/manifests/0001')).toEqual(['runs/a/manifests/0001.json']);
    expect(await artifacts.list('')).toHaveLength(3);
  });

  it.each([
    '../outside.json',
    'runs/../../outside.json',
    '/etc/x',
    'runs//x',
    '',
    '.incoming/x',
    'runs/a\\b',
    'a\0b',
  ])(
    'Given the key %j, When it is read or written, Then it is refused and nothing is written outside',
    async (key) => {
      await writeFile(join(parent, 'outside.json'), 'secret');
      const artifacts = createFolderArtifacts(join(parent, 'second'));

      await expect(artifacts.putText(key, 'x')).rejects.toMatchObject({ name: 'InvalidArtifactKeyError' });
      await expect(artifacts.getText(key)).rejects.toMatchObject({ name: 'InvalidArtifactKeyError' });
    },
  );

  it('Given a write that fails, When the folder is listed, Then no half file is left', async () => {
    const folder = join(parent, 'third');
    const artifacts = createFolderArtifacts(folder);
    await artifacts.putText('runs/a/x.json', 'old');

    await expect(artifacts.putText('runs/a', 'a file where a folder is')).rejects.toThrow();

    expect(await artifacts.list('')).toEqual(['runs/a/x.json']);
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  });
});

async function* piecesOf(count: number, text: string): AsyncGenerator<string> {
  for (let piece = 0; piece < count; piece += 1) yield text;
}

async function* failing(): AsyncGenerator<string> {
  yield* piecesOf(20, 'x'.repeat(1024 * 1024));
  throw new Error('the source failed');
}

describe('texts written piece by piece', () => {
  it('Given a folder, When the source fails in between, Then the former object is kept', async () => {
    const folder = join(parent, 'fourth');
    const artifacts = createFolderArtifacts(folder);
    await artifacts.putStream('runs/a/result.json', piecesOf(3, 'ab'));
    await expect(artifacts.putStream('runs/a/result.json', failing())).rejects.toThrow('the source failed');

    expect(await artifacts.getText('runs/a/result.json')).toBe('ababab');
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  });

  it('Given a bucket, When the text is long, Then it goes up in parts, and a failed upload is aborted', async () => {
    const requests: string[] = [];
    const stored = new Map<string, number>();
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const part = url.searchParams.get('partNumber');
      const what =
        part === null
          ? url.searchParams.has('uploads')
            ? 'begin'
            : url.searchParams.has('uploadId')
              ? 'end'
              : 'whole'
          : `part ${part}`;
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      request.on('end', () => {
        requests.push(`${request.method} ${what}`);
        if (request.method === 'PUT') stored.set(what, bytes);
        response.setHeader('ETag', `"${what}"`);
        if (what === 'begin')
          response.end(
            '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
          );
        else if (what === 'end' && request.method === 'POST')
          response.end('<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>');
        else response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    try {
      const artifacts = createS3Artifacts({ client, bucket: 'bucket' });
      await artifacts.putStream('runs/a/short.json', piecesOf(2, 'ab'));
      await artifacts.putStream('runs/a/none.json', piecesOf(0, ''));
      expect(requests.splice(0)).toEqual(['PUT whole', 'PUT whole']);

      await artifacts.putStream('runs/a/long.json', piecesOf(20, 'x'.repeat(1024 * 1024)));
      expect(requests.splice(0)).toEqual([
        'POST begin',
        'PUT part 1',
        'PUT part 2',
        'PUT part 3',
        'POST end',
      ]);
      const sizes = ['part 1', 'part 2', 'part 3'].map((part) => stored.get(part));
      expect(sizes).toEqual([8, 8, 4].map((mebibytes) => mebibytes * 1024 * 1024));

      await expect(artifacts.putStream('runs/a/long.json', failing())).rejects.toThrow('the source failed');
      expect(requests.at(-1)).toBe('DELETE end');
    } finally {
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('artifacts in S3', () => {
  it('Given a bucket, When artifacts are put, read and listed, Then the requests are those of S3 and a missing object is null', async () => {
    const objects = new Map<string, { body: string; type: string | undefined }>();
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const key = decodeURIComponent(url.pathname.replace(/^\/bucket\/?/, ''));
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'PUT') {
          objects.set(key, { body: Buffer.concat(chunks).toString(), type: request.headers['content-type'] });
          response.end();
        } else if (url.searchParams.get('list-type') === '2') {
          const all = [...objects.keys()].filter((name) =>
            name.startsWith(url.searchParams.get('prefix') ?? ''),
          );
          const start = Number(url.searchParams.get('continuation-token') ?? 0);
          const more = start + 1 < all.length;
          response.end(
            `<ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${start + 1}</NextContinuationToken>` : ''}<Contents><Key>${all[start]}</Key></Contents></ListBucketResult>`,
          );
        } else if (objects.has(key)) {
          response.end(objects.get(key)?.body);
        } else {
          response.writeHead(404);
          response.end(
            '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
          );
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    try {
      const artifacts = createS3Artifacts({ client, bucket: 'bucket' });
      await artifacts.putText('runs/a/result.json', '{"ok":true}');
      await artifacts.putText('runs/a/report.csv', 'a,b', 'text/csv');

      expect(artifacts.bucket).toBe('bucket');
      expect(objects.get('runs/a/result.json')?.type).toBe('application/json');
      expect(objects.get('runs/a/report.csv')?.type).toBe('text/csv');
      expect(await artifacts.getText('runs/a/result.json')).toBe('{"ok":true}');
      expect(await artifacts.getText('runs/a/none.json')).toBeNull();
      expect(await artifacts.list('runs/a/')).toEqual(['runs/a/report.csv', 'runs/a/result.json']);
      await expect(artifacts.putText('../x', '')).rejects.toMatchObject({ name: 'InvalidArtifactKeyError' });
    } finally {
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  });
});
