/** RunResult as text, without ever holding all of it (docs/schemas/run-result.schema.json). */
import type { AccountResult } from '../core/model/result.ts';
import { toPlainJson } from './foreign-text.ts';
import type { ReportedRun } from './source.ts';

/** One JSON object, an account or target a line. Reads the accounts twice: they come before the targets. */
export async function* renderJson({ summary, accounts }: ReportedRun): AsyncGenerator<string> {
  const head = Object.entries(summary.head).map(
    ([key, value]) => `${JSON.stringify(key)}: ${toPlainJson(value)},\n`,
  );
  yield `{\n${head.join('')}"accounts": [`;
  yield* renderList(accounts(), ({ targets: _targets, ...account }) => [account]);
  yield '\n],\n"targets": [';
  yield* renderList(accounts(), ({ targets }) => targets);
  yield '\n]\n}\n';
}

async function* renderList(
  accounts: AsyncIterable<AccountResult>,
  entriesOf: (account: AccountResult) => object[],
): AsyncGenerator<string> {
  let separator = '\n';
  for await (const account of accounts) {
    const entries = entriesOf(account);
    if (entries.length === 0) continue;
    yield separator + entries.map((entry) => toPlainJson(entry)).join(',\n');
    separator = ',\n';
  }
}
