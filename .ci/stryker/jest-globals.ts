/** What `@jest/globals` gives a test file, kept as a list of tests that may be run any number of times in one process. */
import { expect } from 'expect';
import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';

type Work = () => unknown;

interface Suite {
  name: string;
  parent: Suite | null;
  before: Work[];
  beforeEvery: Work[];
  afterEvery: Work[];
  after: Work[];
}

export interface WarmTest {
  /** Unique, and the same in each process that loads the same files. */
  id: string;
  fileName: string;
  suite: Suite;
  run: Work;
}

let fileName = '';
let suite: Suite = newSuite('', null);
let tests = new Map<string, WarmTest>();

function newSuite(name: string, parent: Suite | null): Suite {
  return { name, parent, before: [], beforeEvery: [], afterEvery: [], after: [] };
}

function suitesOf(innermost: Suite): Suite[] {
  return innermost.parent === null ? [innermost] : [...suitesOf(innermost.parent), innermost];
}

function addTest(name: string, run: Work): void {
  const path = [fileName, ...suitesOf(suite).map((each) => each.name), name].filter((part) => part !== '');
  let id = path.join(' > ');
  for (let again = 2; tests.has(id); again += 1) id = `${path.join(' > ')} (${again})`;
  tests.set(id, { id, fileName, suite, run });
}

function addSuite(name: string, define: Work): void {
  const outer = suite;
  suite = newSuite(name, outer);
  define();
  suite = outer;
}

/** Imports test files; `url` may carry a query, so that a file is evaluated anew. */
export async function collectTests(
  files: readonly { fileName: string; url: string }[],
): Promise<Map<string, WarmTest>> {
  const collected = new Map<string, WarmTest>();
  tests = collected;
  for (const file of files) {
    fileName = file.fileName;
    suite = newSuite('', null);
    await import(file.url);
  }
  return collected;
}

/**
 * Runs tests in their order with the hooks around them; `onResult` answers whether to continue. A hook that fails, fails each
 * test that it is for.
 */
export async function runTests(
  chosen: readonly WarmTest[],
  onStart: (test: WarmTest) => void,
  onResult: (test: WarmTest, failure: unknown, milliseconds: number) => boolean,
): Promise<void> {
  const opened = new Map<Suite, Promise<void>>();
  const open = (each: Suite) => {
    const done = opened.get(each) ?? runAll(each.before);
    opened.set(each, done);
    return done;
  };
  for (const test of chosen) {
    onStart(test);
    const began = performance.now();
    const failure = await runTest(test, open);
    if (!onResult(test, failure, performance.now() - began)) break;
  }
  for (const each of [...opened.keys()].reverse()) await runAll(each.after).catch(() => {});
}

async function runTest(
  { suite: own, run }: WarmTest,
  open: (each: Suite) => Promise<void>,
): Promise<unknown> {
  const suites = suitesOf(own);
  let failure: unknown;
  try {
    for (const each of suites) await open(each);
    for (const each of suites) await runAll(each.beforeEvery);
    await run();
  } catch (error) {
    failure = error ?? new Error('the test threw nothing');
  }
  try {
    for (const each of suites.toReversed()) await runAll(each.afterEvery);
  } catch (error) {
    failure ??= error ?? new Error('a hook threw nothing');
  }
  return failure;
}

async function runAll(hooks: readonly Work[]): Promise<void> {
  for (const hook of hooks) await hook();
}

const it = Object.assign(addTest, { each: bind(addTest as never) });
const describe = Object.assign(addSuite, { each: bind(addSuite as never) });
const jest = new ModuleMocker(globalThis);
const beforeAll = (work: Work) => suite.before.push(work);
const beforeEach = (work: Work) => suite.beforeEvery.push(work);
const afterEach = (work: Work) => suite.afterEvery.push(work);
const afterAll = (work: Work) => suite.after.push(work);

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, it as test, jest };
