/** Lists of Resource Access Manager, page by page. Wire shapes: botocore's model ram 2018-01-04 (POST /getresourceshares). */
import type { Region } from '../core/model/primitives.ts';
import type { SessionClients } from './client-pool.ts';

interface SharePage {
  nextToken?: string;
  resourceShares?: { resourceShareArn?: string; name?: string; status?: string }[];
  resourceShareAssociations?: { resourceShareArn?: string; associatedEntity?: string; status?: string }[];
}

export async function* sharePages(
  clients: SessionClients,
  region: Region,
  path: '/getresourceshares' | '/getresourceshareassociations',
  input: Record<string, string>,
): AsyncGenerator<SharePage, void> {
  let token: string | undefined;
  do {
    const page = (await clients.signedFetch({
      service: 'ram',
      region,
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...input, ...(token ? { nextToken: token } : {}) }),
    })) as SharePage;
    yield page;
    token = page.nextToken;
  } while (token);
}
