/** The embedded table on loopback, for clients of other processes and for clients with their own middleware. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StateFolder } from '../../cli/state-folder.ts';

export interface TableServer {
  url: string;
  close(): Promise<void>;
}

export interface RawAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** One request to the engine, as it came over the wire. */
export async function askTable(
  { client }: StateFolder,
  request: { headers: IncomingHttpHeaders; body: Buffer },
): Promise<RawAnswer> {
  const { response } = await client.config.requestHandler.handle({
    method: 'POST',
    protocol: 'http:',
    hostname: 'embedded.invalid',
    path: '/',
    query: {},
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: request.body,
  } as Parameters<typeof client.config.requestHandler.handle>[0]);
  return response as RawAnswer;
}

/** `refuse` answers in the table's place where it gives an answer. */
export async function serveTable(
  state: StateFolder,
  refuse: () => (Omit<RawAnswer, 'body'> & { body: string }) | null = () => null,
): Promise<TableServer> {
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const { statusCode, headers, body } =
        refuse() ?? (await askTable(state, { headers: incoming.headers, body: Buffer.concat(chunks) }));
      answer.writeHead(statusCode, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
