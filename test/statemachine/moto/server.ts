/**
 * moto's server, and before it a small proxy: moto's Step Functions calls Lambda at MOTO_PORT, where the
 * proxy answers with the project's handlers; everything else is passed to moto.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';

/** The virtual environment of .ci/python, where there is one. */
const PYTHON = existsSync('.venv/bin/python3') ? '.venv/bin/python3' : 'python3';

type Invoke = (functionName: string, payload: unknown) => Promise<unknown>;

export interface Moto {
  /** The proxy's address: for every client of this test. */
  url: string;
  close(): Promise<void>;
}

/** @param accountId of requests that name no account, as `x-moto-account-id` does */
export async function startMoto(invoke: Invoke, accountId?: string): Promise<Moto> {
  const upstream = await freePort();
  const proxy = createProxy(upstream, invoke, accountId);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(
    PYTHON,
    ['test/statemachine/moto/boot.py', '-H', '127.0.0.1', '-p', String(upstream)],
    {
      env: { ...process.env, MOTO_PORT: String(port) },
      stdio: 'ignore',
    },
  );
  const close = async () => {
    const ended = server.exitCode === null ? new Promise((resolve) => server.once('exit', resolve)) : null;
    server.kill('SIGKILL');
    await ended;
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  };
  try {
    await untilReady(url, () => server.exitCode);
    const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
    await fetch(`${url}/moto-api/config`, { method: 'POST', body });
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilReady(url: string, exitCode: () => number | null): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (exitCode() !== null)
      throw new Error("moto's server ended at once; is moto[server] 5 installed (.ci/python)?");
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("moto's server did not answer within a minute");
}

async function freePort(): Promise<number> {
  const socket = createSocketServer();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;

function createProxy(upstreamPort: number, invoke: Invoke, accountId: string | undefined): Server {
  return createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const name = INVOCATION.exec(incoming.url ?? '')?.[1];
      if (name !== undefined) {
        // answerInvocation turns every error into an answer, so it never rejects.
        void answerInvocation(decodeURIComponent(name).split(':').at(-1) ?? '', body, invoke).then(
          ({ headers, text }) => answer.writeHead(200, headers).end(text),
        );
        return;
      }
      const { url: path = '/', method = 'GET' } = incoming;
      const headers = { ...(accountId && { 'x-moto-account-id': accountId }), ...incoming.headers };
      const onward = request({ host: '127.0.0.1', port: upstreamPort, path, method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      onward.on('error', (error) => answer.writeHead(502).end(String(error)));
      onward.end(body);
    });
  });
}

/** As Lambda's Invoke answers: an error is a 200 with X-Amz-Function-Error. */
async function answerInvocation(name: string, body: Buffer, invoke: Invoke) {
  const json = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
  try {
    const output = await invoke(name, JSON.parse(body.toString() || '{}'));
    return { headers: json, text: JSON.stringify(output) };
  } catch (error) {
    const { name: errorType, message: errorMessage } =
      error instanceof Error ? error : new Error(String(error));
    return {
      headers: { ...json, 'x-amz-function-error': 'Unhandled' },
      text: JSON.stringify({ errorType, errorMessage }),
    };
  }
}
