/**
 * Calls of an AWS client to a server of this process, without a socket between them: the request listener gets the
 * request, and its answer is the client's response. No port is open, so no other process reaches the table.
 */
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { HttpRequest, HttpResponse, RequestHandler } from '@smithy/types';

/** What the engine (dynalite) uses of Node's ServerResponse. */
class Answer {
  statusCode = 200;
  readonly headers: Record<string, string> = {};
  readonly #send: (response: HttpResponse) => void;

  constructor(send: (response: HttpResponse) => void) {
    this.#send = send;
  }

  setHeader(name: string, value: string | number): void {
    this.headers[name.toLowerCase()] = String(value);
  }

  end(body = ''): void {
    const { statusCode, headers } = this;
    this.#send({ statusCode, headers, body: Buffer.from(body) });
  }
}

export function handlerOf(server: Server): RequestHandler<HttpRequest, HttpResponse> {
  return {
    handle: (request) =>
      new Promise((resolve) => {
        const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
        const incoming = Object.assign(new EventEmitter(), {
          method: request.method,
          url: request.path,
          headers: Object.fromEntries(headers),
        });
        server.emit('request', incoming, new Answer((response) => resolve({ response })));
        if (request.body !== undefined) incoming.emit('data', bytesOf(request.body));
        incoming.emit('end');
      }),
  };
}

function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === 'string'
    ? Buffer.from(body)
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
