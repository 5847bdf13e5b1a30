/**
 * What the parts under test say and get: every request to S3, and the results of runs on the demo organization. A separate process
 * runs it once from the sources and once bundled as the handlers are: `node lean-run.ts PARTS OUT`.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeDemoOrganization } from '../../twin/make/demo.ts';
import type { createS3Artifacts, openOrganization, S3Client } from './lean-parts.ts';

interface Parts {
  openOrganization: typeof openOrganization;
  createS3Artifacts: typeof createS3Artifacts;
  S3Client: typeof S3Client;
}

/** Of each request anew: its signature and its time. */
const ANEW = ['authorization', 'x-amz-date', 'amz-sdk-invocation-id', 'host', 'user-agent'];

function answerOf(method: string, query: URLSearchParams, key: string): [status: number, body: string] {
  if (query.has('uploads')) return [200, '<R><UploadId>upload</UploadId></R>'];
  if (query.has('list-type')) {
    const contents = '<Contents><Key>runs/b</Key></Contents><Contents><Key>runs/a</Key></Contents>';
    const folders = '<CommonPrefixes><Prefix>runs/c/</Prefix></CommonPrefixes>';
    const isFirst = !query.has('continuation-token');
    const more = isFirst ? '<NextContinuationToken>more</NextContinuationToken>' : '';
    return [200, `<R><IsTruncated>${isFirst}</IsTruncated>${contents}${folders}${more}</R>`];
  }
  if (key.endsWith('missing')) return [404, '<Error><Code>NoSuchKey</Code><Message>none</Message></Error>'];
  if (key.endsWith('denied')) return [403, '<Error><Code>AccessDenied</Code><Message>no</Message></Error>'];
  return [200, method === 'GET' ? 'one\ntwo\n' : '<R><ETag>"e"</ETag></R>'];
}

async function* pieces(): AsyncGenerator<string> {
  for (let piece = 0; piece < 9; piece += 1) yield 'x'.repeat(1024 * 1024);
}

async function saidToS3({ createS3Artifacts, S3Client }: Parts): Promise<unknown> {
  const requests: object[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://s3');
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      const headers = Object.entries(request.headers).filter(([name]) => !ANEW.includes(name));
      requests.push({
        method: request.method,
        url: request.url,
        bytes,
        headers: Object.fromEntries(headers),
      });
      const [status, body] = answerOf(request.method ?? '', url.searchParams, url.pathname);
      response.writeHead(status, { ETag: '"e"' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new S3Client({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  const artifacts = createS3Artifacts({ client, bucket: 'artifacts' });
  const answers: unknown[] = [];
  try {
    answers.push(await artifacts.putText('runs/a', 'text'), await artifacts.getText('runs/a'));
    answers.push(await artifacts.getText('runs/missing'));
    answers.push(
      await artifacts.getText('runs/denied').catch((error: Error) => `${error.name}: ${error.message}`),
    );
    answers.push(await artifacts.putStream('runs/long', pieces()));
    answers.push(await artifacts.list('runs/'), await artifacts.listFolders('runs/'));
    for await (const line of artifacts.readLines('runs/a')) answers.push(line);
  } finally {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  return { requests, answers };
}

async function resultsOfRuns({ openOrganization }: Parts): Promise<unknown[]> {
  const organization = await openOrganization(makeDemoOrganization());
  const settings = {
    endpoints: 'provision' as const,
    agentUpdates: 'associate' as const,
    endpointServices: ['s3' as const, 'kms' as const],
    settle: { passes: 1, waitSeconds: [60] },
  };
  try {
    const results: unknown[] = [];
    for (const mode of ['assess', 'enforce', 'rollback'] as const) {
      const input = mode === 'rollback' ? { mode, rollbackOf: 'all' } : { mode };
      results.push(await organization.run(input, settings));
    }
    const { calls } = organization.twin.calls();
    const asked = new Set(calls.map(({ service, operation }) => `${service} ${operation}`));
    return [...results, [...asked].sort()];
  } finally {
    await organization.close();
  }
}

const [, , module = '', out = ''] = process.argv;
const parts: Parts = await import(module);
const said = { s3: await saidToS3(parts), runs: await resultsOfRuns(parts) };
writeFileSync(out, JSON.stringify(said, null, 1));
