import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Controlled, control } from './control.ts';
import { type Answer, type Dispatcher, dispatch } from './dispatch.ts';
import { refusalOf } from './foreign-callers.ts';
import type { WireResponse } from './wire/write.ts';

const LARGEST_BODY = 8 * 1024 * 1024;
const KEEP_ALIVE_MS = 60_000;

export interface HttpServer {
  port: number;
  requestsInFlight(): number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** Listens on the loopback address; port 0 takes a free one. Rejects with the system's error (EADDRINUSE). */
export async function listen(twin: Dispatcher & Controlled, port: number): Promise<HttpServer> {
  let inFlight = 0;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    inFlight++;
    response.once('close', () => {
      inFlight--;
    });
    receive(request, response, twin);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { port: portOf(server), requestsInFlight: () => inFlight, close: () => close(server) };
}

function receive(request: IncomingMessage, response: ServerResponse, twin: Dispatcher & Controlled): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= LARGEST_BODY) chunks.push(chunk);
  });
  // the client went away: nothing to answer
  request.on('error', () => response.destroy());
  request.on('end', () => {
    if (length > LARGEST_BODY) {
      send(response, {
        status: 413,
        headers: { 'Content-Type': 'text/plain' },
        body: `The request is larger than ${LARGEST_BODY} bytes.`,
      });
      return;
    }
    try {
      answer(request, Buffer.concat(chunks).toString('utf8'), response, twin);
    } catch (error) {
      // one bad request must not end the twin
      const body = `The twin failed: ${error instanceof Error ? error.stack : String(error)}`;
      send(response, { status: 500, headers: { 'Content-Type': 'text/plain' }, body });
    }
  });
}

function answer(
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  twin: Dispatcher & Controlled,
): void {
  const { method = 'GET', url = '/' } = request;
  const isControl = /^\/_twin(\/|\?|$)/.test(url);
  const refused = refusalOf(request.headers, isControl);
  if (refused !== undefined) {
    const text = JSON.stringify({ error: refused });
    send(response, { status: 403, headers: { 'Content-Type': 'application/json' }, body: `${text}\n` });
    return;
  }
  if (isControl) {
    const { status, body: text } = control(method, url, body, twin);
    send(response, { status, headers: { 'Content-Type': 'application/json' }, body: `${text}\n` });
    return;
  }
  const answered = dispatch({ method, url, headers: request.headers, body }, twin);
  if (answered instanceof Promise) {
    answered.then(
      (value) => finish(response, value),
      () => response.destroy(),
    );
  } else finish(response, answered);
}

function finish(response: ServerResponse, answer: Answer): void {
  if (answer === 'dropped') response.destroy();
  else send(response, answer);
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, { ...headers, 'Content-Length': bytes.length });
  response.end(bytes);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
