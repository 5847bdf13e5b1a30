/**
 * A test runner for Stryker that loads the test files once and runs the tests that cover a mutant again and again in the same
 * process: Stryker's mutants are switches in the code. Jest evaluates every module anew for each mutant, which takes seconds.
 * What a mutant may leave behind in a module is looked for: the test that failed must pass without the mutant, or else all
 * modules are loaded anew. Stryker ends the process of a mutant that never returns.
 */
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { collectTests, runTests, type WarmTest } from './jest-globals.ts';

/** Parts of Stryker's interface (@stryker-mutator/api, test-runner) that are used here. */
interface MutantRun {
  activeMutant: { id: string };
  testFilter?: string[];
  hitLimit?: number;
  mutantActivation: 'runtime' | 'static';
  disableBail: boolean;
}
interface Coverage {
  static: Record<string, number>;
  perTest: Record<string, Record<string, number>>;
}
/** What instrumented code reads and writes. */
interface Instrumentation {
  activeMutant?: string;
  currentTestId?: string;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: Coverage;
}
interface Options {
  warm: {
    /** Globs of test files, and of those among them that are left out. */
    tests: string[];
    without?: string[];
    /** Parts of the names of tests that take too long to be run for each mutant. */
    slow?: string[];
  };
}

const SUCCESS = 0;
const FAILED = 1;
const GLOBALS = new URL('./jest-globals.ts', import.meta.url).href;

const switches: Instrumentation = {};
Object.assign(globalThis, { __stryker__: switches });
let generation = 0;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    const resolved = next(specifier, context);
    const own = resolved.url.startsWith(pathToFileURL(join(process.cwd(), '/')).href);
    if (!own || resolved.url === GLOBALS || resolved.url.includes('/node_modules/')) return resolved;
    const url = new URL(resolved.url);
    url.searchParams.set('generation', String(generation));
    return { ...resolved, url: url.href };
  },
});

class WarmRunner {
  readonly #patterns: Options['warm'];
  #tests: Map<string, WarmTest> | undefined;

  constructor({ warm }: Options) {
    this.#patterns = warm;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const coverage: Coverage = { static: {}, perTest: {} };
    switches.mutantCoverage = coverage;
    const tests = await this.#load();
    const results: object[] = [];
    await runTests(
      [...tests.values()],
      ({ id }) => {
        switches.currentTestId = id;
      },
      ({ id, fileName }, failure, timeSpentMs) => {
        const common = { id, name: id, fileName, timeSpentMs };
        results.push(
          failure === undefined
            ? { ...common, status: SUCCESS }
            : { ...common, status: FAILED, failureMessage: describeFailure(failure) },
        );
        return true;
      },
    );
    switches.currentTestId = undefined;
    switches.mutantCoverage = undefined;
    return { status: 'complete', tests: results, mutantCoverage: coverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, disableBail }: MutantRun) {
    const isStatic = mutantActivation === 'static';
    if (isStatic) this.#tests = undefined;
    else await this.#load();
    switches.activeMutant = activeMutant.id;
    switches.hitLimit = hitLimit;
    switches.hitCount = hitLimit === undefined ? undefined : 0;
    let count = 0;
    const failed: { test: WarmTest; message: string }[] = [];
    try {
      const tests = await this.#load();
      const chosen = testFilter?.flatMap((id) => tests.get(id) ?? []) ?? [...tests.values()];
      await runTests(
        chosen,
        () => {},
        (test, failure) => {
          count += 1;
          if (failure !== undefined) failed.push({ test, message: describeFailure(failure) });
          return disableBail || failure === undefined;
        },
      );
    } catch (error) {
      this.#tests = undefined;
      return { status: 'killed', killedBy: [], failureMessage: describeFailure(error), nrOfTests: count };
    } finally {
      switches.activeMutant = undefined;
      switches.hitLimit = undefined;
    }
    const hits = switches.hitCount ?? 0;
    switches.hitCount = undefined;
    if (isStatic) this.#tests = undefined;
    else await this.#reloadIfChanged(failed.map(({ test }) => test));
    if (hitLimit !== undefined && hits > hitLimit)
      return { status: 'timeout', reason: `over ${hitLimit} hits` };
    const [first] = failed;
    if (first === undefined) return { status: 'survived', nrOfTests: count };
    return {
      status: 'killed',
      killedBy: failed.map(({ test }) => test.id),
      failureMessage: first.message,
      nrOfTests: count,
    };
  }

  async #load(): Promise<Map<string, WarmTest>> {
    if (this.#tests) return this.#tests;
    generation += 1;
    const files = globSync(this.#patterns.tests, { exclude: this.#patterns.without ?? [] }).sort();
    const tests = await collectTests(
      files.map((fileName) => ({ fileName, url: pathToFileURL(join(process.cwd(), fileName)).href })),
    );
    for (const id of tests.keys())
      if (this.#patterns.slow?.some((part) => id.includes(part))) tests.delete(id);
    this.#tests = tests;
    return tests;
  }

  /** A mutant may have left something in a module's memory: then its tests fail without it, too. */
  async #reloadIfChanged(tests: WarmTest[]): Promise<void> {
    let failed = false;
    await runTests(
      tests,
      () => {},
      (_test, failure) => {
        failed ||= failure !== undefined;
        return !failed;
      },
    );
    if (failed) this.#tests = undefined;
  }
}

function describeFailure(failure: unknown): string {
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}

const createRunner = Object.assign((options: Options) => new WarmRunner(options), {
  inject: ['options'] as const,
});

export const strykerPlugins = [{ kind: 'TestRunner', name: 'warm', factory: createRunner }];

export const strykerValidationSchema = {
  $schema: 'http://json-schema.org/draft-07/schema',
  type: 'object',
  additionalProperties: true,
  properties: {
    warm: {
      type: 'object',
      properties: {
        tests: { type: 'array', items: { type: 'string' } },
        without: { type: 'array', items: { type: 'string' } },
        slow: { type: 'array', items: { type: 'string' } },
      },
    },
  },
};
