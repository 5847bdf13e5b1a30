/**
 * A test runner for Stryker that loads the test files once and runs the tests that cover a mutant again and again in the same
 * process: Stryker's mutants are switches in the code. Jest evaluates every module anew for each mutant, which takes seconds.
 * What a mutant may leave behind in a module is looked for: the test that failed must pass without the mutant, or else all
 * modules are loaded anew. A test that hangs is ended, so that its hooks close what it opened (twins, state folders); Stryker ends
 * the process of a mutant that never returns.
 */
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { collectTests, runTests, type Suite, suitesOf, TookTooLong, type WarmTest } from './jest-globals.ts';

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

// What a mutant left undone may fail after its test closed all that it opened: the tests judge the mutant, and the process stays.
process.on('uncaughtException', (error) => process.stderr.write(`after a test: ${describeFailure(error)}\n`));

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

/** A test that takes this many times as long as without a mutant, and some more, hangs. */
const PATIENCE = 5;
const PATIENCE_MILLISECONDS = 10_000;

class WarmRunner {
  readonly #patterns: Options['warm'];
  #tests: Map<string, WarmTest> | undefined;
  /** Of each test without a mutant. */
  readonly #milliseconds = new Map<string, number>();
  /** Tests that fail by themselves. */
  readonly #dependent = new Set<string>();
  /** Mutants that each group of tests killed, and the time that it took. */
  readonly #groups = new Map<string, { kills: number; milliseconds: number }>();

  constructor({ warm }: Options) {
    this.#patterns = warm;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const coverage: Coverage = { static: {}, perTest: {} };
    const ofSuites = new Map<Suite, Record<string, number>>();
    switches.mutantCoverage = coverage;
    const tests = [...(await this.#load()).values()];
    const results: object[] = [];
    await runTests(tests, {
      onStart: ({ id }) => {
        switches.currentTestId = id;
      },
      onSuite: (suite) => {
        const id = `hooks of suite ${ofSuites.size + 1}`;
        switches.currentTestId = id;
        coverage.perTest[id] = {};
        ofSuites.set(suite, coverage.perTest[id]);
      },
      onResult: ({ id, fileName }, failure, timeSpentMs) => {
        const common = { id, name: id, fileName, timeSpentMs };
        this.#milliseconds.set(id, timeSpentMs);
        results.push(
          failure === undefined
            ? { ...common, status: SUCCESS }
            : { ...common, status: FAILED, failureMessage: describeFailure(failure) },
        );
        return true;
      },
    });
    switches.currentTestId = undefined;
    switches.mutantCoverage = undefined;
    return { status: 'complete', tests: results, mutantCoverage: withHooks(coverage, tests, ofSuites) };
  }

  async mutantRun(mutantRun: MutantRun): Promise<object> {
    const { activeMutant, testFilter, hitLimit, mutantActivation, disableBail } = mutantRun;
    const isStatic = mutantActivation === 'static';
    if (isStatic) this.#tests = undefined;
    else await this.#load();
    switches.activeMutant = activeMutant.id;
    switches.hitLimit = hitLimit;
    switches.hitCount = hitLimit === undefined ? undefined : 0;
    let count = 0;
    const failed: { test: WarmTest; failure: unknown }[] = [];
    try {
      const tests = await this.#load();
      const reaching = testFilter?.flatMap((id) => tests.get(id) ?? []) ?? [...tests.values()];
      const chosen = reaching.filter(({ id }) => !this.#dependent.has(id));
      await runTests(this.#bestFirst(chosen), {
        onResult: (test, failure, milliseconds) => {
          count += 1;
          const group = this.#groupOf(test);
          group.milliseconds += milliseconds;
          if (failure === undefined) return true;
          group.kills += 1;
          failed.push({ test, failure });
          return disableBail;
        },
        limit: this.#limit,
      });
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
    else {
      const dependent = await this.#findDependent(failed.map(({ test }) => test));
      if (dependent) {
        process.stderr.write(`left out, since it fails by itself: ${dependent.id}\n`);
        this.#dependent.add(dependent.id);
        return this.mutantRun(mutantRun);
      }
    }
    if (hitLimit !== undefined && hits > hitLimit)
      return { status: 'timeout', reason: `over ${hitLimit} hits` };
    const [first] = failed;
    if (first === undefined) return { status: 'survived', nrOfTests: count };
    if (first.failure instanceof TookTooLong) return { status: 'timeout', reason: first.failure.message };
    return {
      status: 'killed',
      killedBy: failed.map(({ test }) => test.id),
      failureMessage: describeFailure(first.failure),
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

  /** Tests of one group keep their order and share what they opened; groups that killed most in least time come first. */
  #bestFirst(tests: WarmTest[]): WarmTest[] {
    const worth = (test: WarmTest) => {
      const { kills, milliseconds } = this.#groupOf(test);
      return (kills + 1) / (milliseconds + 1_000);
    };
    return tests
      .map((test) => ({ test, worth: worth(test) }))
      .sort((one, other) => other.worth - one.worth)
      .map(({ test }) => test);
  }

  #groupOf(test: WarmTest): { kills: number; milliseconds: number } {
    const name = `${test.fileName} > ${suitesOf(test.suite)[1]?.name ?? ''}`;
    const known = this.#groups.get(name) ?? { kills: 0, milliseconds: 0 };
    this.#groups.set(name, known);
    return known;
  }

  /**
   * A mutant may have left something in a module's memory: then its tests fail without it, too, until all is loaded anew. A test
   * that fails even then needs tests before it, and says nothing of the mutant.
   */
  async #findDependent(failed: readonly WarmTest[]): Promise<WarmTest | null> {
    for (const { id } of failed) {
      if (await this.#passes(id)) continue;
      this.#tests = undefined;
      const test = (await this.#load()).get(id);
      if (test && !(await this.#passes(id))) return test;
    }
    return null;
  }

  async #passes(id: string): Promise<boolean> {
    const test = (await this.#load()).get(id);
    let passed = true;
    await runTests(test ? [test] : [], {
      onResult: (_, failure) => {
        passed = failure === undefined;
        return true;
      },
      limit: this.#limit,
    });
    return passed;
  }

  readonly #limit = ({ id }: WarmTest): number =>
    PATIENCE * (this.#milliseconds.get(id) ?? 0) + PATIENCE_MILLISECONDS;
}

/** What a hook that runs once for a suite reaches, each of the suite's tests reaches. */
function withHooks(
  { static: loaded, perTest }: Coverage,
  tests: readonly WarmTest[],
  ofSuites: ReadonlyMap<Suite, Record<string, number>>,
): Coverage {
  const covered = tests.map(({ id, suite }): [string, Record<string, number>] => {
    const hits = { ...perTest[id] };
    for (const each of suitesOf(suite)) {
      for (const [mutant, count] of Object.entries(ofSuites.get(each) ?? {}))
        hits[mutant] = (hits[mutant] ?? 0) + count;
    }
    return [id, hits];
  });
  return { static: loaded, perTest: Object.fromEntries(covered) };
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
