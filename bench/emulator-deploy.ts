/**
 * Deploys the synthesized templates in moto's CloudFormation (service, events, the management account's roles, the
 * members' template), looks at what was made, and runs the deployed service against the twin: from an event of a new
 * account and from the schedule to the report in the bucket. Prints what moto has no model of.
 *
 *   npm run emulator                     (needs moto[server] 5)
 *   npm run emulator -- plain            the plain templates of dhmc template, as anyone without the CDK deploys them
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyReport } from '../cli/commands/verify-report.ts';
import { sha256 } from '../test/emulated/outcome.ts';
import { writePlain } from '../test/emulated/plain.ts';
import { CONTEXT, type EmulatedService, openEmulatedService } from '../test/emulated/service.ts';
import type { Stack } from '../test/emulated/stacks.ts';
import { accountCreated } from '../test/events/recorded.ts';
import { synthesize } from '../test/infra/synthesize.ts';

const problems: string[] = [];
const check = (holds: boolean, what: string) => {
  console.log(`  ${holds ? 'right' : 'WRONG'}: ${what}`);
  if (!holds) problems.push(what);
};

function show(name: string, { status, made, lacking, leftOut }: Stack): void {
  console.log(`${name}: ${status}, ${made.size} resources; left out: ${leftOut.join(', ') || 'none'}`);
  check(status === 'CREATE_COMPLETE', `${name} is complete`);
  check(
    lacking.length === 0,
    `${name} has every resource that moto has a model of ${lacking.join(', ')}`.trim(),
  );
}

/** Follows a run to its report. */
async function follow(service: EmulatedService, executionArn: string): Promise<void> {
  const began = performance.now();
  const { status, states, output, error, cause } = await service.finish(executionArn);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const named = Object.entries(states).map(([name, times]) => `${name} ${times}`);
  console.log(`  ${executionArn.split(':').at(-1)}: ${status} in ${seconds} s`);
  console.log(`  states entered: ${named.join(', ')}`);
  check(status === 'SUCCEEDED', `the execution succeeds ${error ?? ''} ${cause ?? ''}`.trim());
  if (status !== 'SUCCEEDED') return;
  const { accounts, targets } = await service.recorded();
  console.log(`  recorded in the table: ${accounts} accounts, ${targets} targets`);
  console.log(`  result: ${JSON.stringify(output.coverage)}`);
  check(targets >= output.coverage.targets, 'every target of the result is in the table');
  const files = await service.reportOf(output.runId);
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-report-'));
  try {
    for (const [name, bytes] of files) {
      await writeFile(join(folder, name), bytes);
      const lines = Buffer.from(bytes).toString().split('\n').length - 1;
      console.log(`  ${sha256(bytes)}  ${name}, ${bytes.length} bytes, ${lines} lines`);
    }
    const publicKey = `${folder}.pem`;
    await writeFile(publicKey, await service.publicKey());
    const code = await verifyReport({ folder, publicKey, output: 'table' });
    await rm(publicKey);
    const imported = await service.deliverReports(output.runId);
    console.log(`  Security Hub: ${JSON.stringify(imported)}`);
    check(imported.length === 1, 'the report in ASFF goes through its rule to the function that imports it');
    check(code === 0, 'dhmc report verify finds the bucket’s report intact and signed by the stack’s key');
  } finally {
    await rm(folder, { recursive: true });
  }
}

const began = performance.now();
const synthesized = await synthesize(CONTEXT);
const plain = process.argv[2] === 'plain' ? await writePlain(synthesized) : null;
for (const line of plain?.printed ?? []) console.log(line.replaceAll(/\/\S+\/templates\//g, 'templates/'));
const service = await openEmulatedService(plain?.synthesized ?? synthesized, plain);
try {
  for (const [name, stack] of service.stacks) show(name, stack);
  show('MemberAccount', await service.deployMember('100000000011'));
  for (const { name, definition } of await service.stateMachines()) {
    check(!/\$\{\w+\}/.test(definition), `${name} has no placeholder left`);
  }
  const account = CONTEXT.managementAccount;
  const started = await service.startByEvent(accountCreated(account));
  console.log(`CreateAccountResult of ${account}: through the rules and the queue`);
  check(started.length === 1, 'one execution was started');
  for (const executionArn of started) await follow(service, executionArn);
  console.log('The schedule: its target with its input');
  await follow(service, await service.startBySchedule());
  const failed = service.functions.log.filter((line) => /"level":"(ERROR|WARN)"|^\S+\.handler: /.test(line));
  check(failed.length === 0, `no function logs an error ${failed.slice(0, 3).join(' ')}`.trim());
  const invoked = [...service.functions.invocations].map(([handler, times]) => `${handler} ${times}`);
  const bytes = service.functions.log.reduce((sum, line) => sum + line.length + 1, 0);
  console.log(`invoked: ${invoked.join(', ')}; ${(bytes / 1_000).toFixed(1)} kB logged`);
} finally {
  await service.close();
  await plain?.remove();
  await synthesized.remove();
}
console.log(`${((performance.now() - began) / 1000).toFixed(1)} s, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
