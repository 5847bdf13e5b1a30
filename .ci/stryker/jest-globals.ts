/** What `@jest/globals` gives a test file, kept as a list of tests that may be run any number of times in one process. */
import { expect } from 'expect';
import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';

type Work = () => unknown;

export interface Suite {
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

export function suitesOf(innermost: Suite): Suite[] {
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

export interface Watcher {
  onStart?(test: WarmTest): void;
  /** Before the hooks that run once for all tests of a suite; after them, `onStart` is called again. */
  onSuite?(suite: Suite): void;
  /** Answers whether to continue. */
  onResult(test: WarmTest, failure: unknown, milliseconds: number): boolean;
  /** A test that takes longer fails with TookTooLong, and so does a hook after it, so that what it opened is closed still. */
  limit?(test: WarmTest): number;
}

export class TookTooLong extends Error {}

/** Runs tests in their order with the hooks around them. A hook that fails, fails each test that it is for. */
export async function runTests(
  chosen: readonly WarmTest[],
  { onStart, onSuite, onResult, limit }: Watcher,
): Promise<void> {
  const opened = new Map<Suite, Promise<void>>();
  for (const test of chosen) {
    const most = limit?.(test) ?? Number.POSITIVE_INFINITY;
    const open = async (each: Suite) => {
      const begun = opened.get(each);
      if (begun) return begun;
      if (each.before.length > 0) onSuite?.(each);
      const done = runAll(each.before);
      opened.set(each, done);
      await done;
      onStart?.(test);
    };
    onStart?.(test);
    const began = performance.now();
    const failure = await runTest(test, open, most);
    if (!onResult(test, failure, performance.now() - began)) break;
  }
  for (const each of [...opened.keys()].reverse())
    await within(CLOSING_MILLISECONDS, runAll(each.after)).catch(() => {});
}

const CLOSING_MILLISECONDS = 10_000;

async function runTest(
  { suite: own, run }: WarmTest,
  open: (each: Suite) => Promise<void>,
  most: number,
): Promise<unknown> {
  const suites = suitesOf(own);
  let failure: unknown;
  try {
    const work = async () => {
      for (const each of suites) await open(each);
      for (const each of suites) await runAll(each.beforeEvery);
      await run();
    };
    await within(most, work());
  } catch (error) {
    failure = error ?? new Error('the test threw nothing');
  }
  try {
    for (const each of suites.toReversed()) await within(most, runAll(each.afterEvery));
  } catch (error) {
    failure ??= error ?? new Error('a hook threw nothing');
  }
  return failure;
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  if (milliseconds === Number.POSITIVE_INFINITY) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`over ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
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
