/** Table and bucket of a deployed service, on loopback: the embedded table, and S3's reads over a folder of artifacts. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import type { StateFolder } from '../../cli/state-folder.ts';
import { serveTable } from '../store/table-server.ts';

export interface DeployedService {
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Serves GetObject and ListObjectsV2 of one bucket (S3 API reference), as far as the command asks. */
export async function serveAsDeployed(state: StateFolder): Promise<DeployedService> {
  const artifacts = join(state.folder, 'artifacts');
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
    if (url.searchParams.get('list-type') === '2') {
      response.end(await listing(artifacts, url.searchParams));
      return;
    }
    const body = await readFile(join(artifacts, key)).catch(() => null);
    response.writeHead(body === null ? 404 : 200);
    response.end(body ?? '<Error><Code>NoSuchKey</Code><Message>none</Message></Error>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const table = await serveTable(state);
  return {
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    },
    async close() {
      await table.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listing(folder: string, query: URLSearchParams): Promise<string> {
  const prefix = query.get('prefix') ?? '';
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((key) => key.startsWith(prefix))
    .sort();
  const delimiter = query.get('delimiter');
  if (delimiter === null) {
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`;
  }
  const common = new Set(
    keys.map((key) => `${prefix}${key.slice(prefix.length).split(delimiter)[0]}${delimiter}`),
  );
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${[...common].map((each) => `<CommonPrefixes><Prefix>${each}</Prefix></CommonPrefixes>`).join('')}</ListBucketResult>`;
}
