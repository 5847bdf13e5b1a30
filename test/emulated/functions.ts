/** Lambda for functions that were deployed: an invocation gets an execution environment for itself, as in Lambda. */
import { Worker } from 'node:worker_threads';
import type { Answer, Ask, Start } from './runtime.ts';

/** What GetFunctionConfiguration answers, as far as it matters here. */
export interface DeployedFunction {
  Handler: string;
  Timeout: number;
  Environment: { Variables: Record<string, string> };
  Role: string;
}

export interface Functions {
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Invocations by the handler's file. */
  readonly invocations: ReadonlyMap<string, number>;
  /** Lines that the functions logged. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

export interface FunctionHost {
  describe(name: string): Promise<DeployedFunction>;
  /** Folder of the function's code. */
  code: string;
  /** What Lambda sets besides: the role's credentials, and here the endpoints. */
  environmentOf(deployed: DeployedFunction): Record<string, string>;
  endpoint: string;
  /** Time that a function waits. */
  pass(milliseconds: number): void;
}

/** An environment is never used by two invocations at once; more than this many would only share two cores. */
const MOST_ENVIRONMENTS = 2;

export function openFunctions(host: FunctionHost): Functions {
  const pools = new Map<string, Promise<Pool>>();
  const invocations = new Map<string, number>();
  const log: string[] = [];
  let requests = 0;
  const poolOf = (name: string): Promise<Pool> => {
    const known = pools.get(name);
    if (known) return known;
    const made = host.describe(name).then((deployed) => openPool(host, deployed, log));
    pools.set(name, made);
    return made;
  };
  return {
    log,
    invocations,
    async invoke(name, event) {
      const pool = await poolOf(name);
      invocations.set(pool.handler, (invocations.get(pool.handler) ?? 0) + 1);
      requests += 1;
      const answer = await pool.ask({
        event,
        requestId: `request-${requests}`,
        milliseconds: pool.milliseconds,
      });
      if ('output' in answer) return answer.output;
      if (!('errorType' in answer)) return null;
      log.push(`${pool.handler}: ${answer.errorType}: ${answer.errorMessage}`);
      throw Object.assign(new Error(answer.errorMessage), { name: answer.errorType });
    },
    async close() {
      for (const pool of pools.values()) await (await pool).close();
    },
  };
}

interface Pool {
  handler: string;
  milliseconds: number;
  ask(ask: Ask): Promise<Answer>;
  close(): Promise<void>;
}

function openPool(host: FunctionHost, deployed: DeployedFunction, log: string[]): Pool {
  const file = `${host.code}/${deployed.Handler.replace(/\.\w+$/, '')}.mjs`;
  const env = { ...deployed.Environment.Variables, ...host.environmentOf(deployed) };
  const start: Start = { file, endpoint: host.endpoint };
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const all: Worker[] = [];

  const make = async (): Promise<Worker> => {
    const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      env,
      workerData: start,
      stdout: true,
      stderr: true,
    });
    all.push(worker);
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => log.push(...text.trimEnd().split('\n')));
    }
    worker.on('message', (message: unknown) => {
      if (typeof message === 'number') host.pass(message);
    });
    await answerOf(worker);
    return worker;
  };
  const take = (): Promise<Worker> | Worker => {
    const worker = idle.pop();
    if (worker) return worker;
    if (all.length < MOST_ENVIRONMENTS) return make();
    return new Promise((resolve) => waiting.push(resolve));
  };
  return {
    handler: deployed.Handler,
    milliseconds: deployed.Timeout * 1_000,
    async ask(ask) {
      const worker = await take();
      worker.postMessage(ask);
      const answer = JSON.parse(await answerOf(worker)) as Answer;
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
      return answer;
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

/** The worker's next text; an environment that ends instead is the invocation's failure. */
function answerOf(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    const exited = (code: number) => reject(new Error(`the execution environment ended with ${code}`));
    worker.once('exit', exited);
    worker.once('error', reject);
    const received = (message: unknown) => {
      if (typeof message !== 'string') return;
      worker.off('exit', exited);
      worker.off('error', reject);
      worker.off('message', received);
      resolve(message);
    };
    worker.on('message', received);
  });
}
