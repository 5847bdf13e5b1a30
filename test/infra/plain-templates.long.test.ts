/** Plain templates are what the CDK would deploy, whatever the deployment. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('Given eight deployments with every feature in one of them, When both ways are compared with parameters resolved, Then nothing differs', async () => {
  const script = 'test/infra/compare-plain.ts';
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 1 << 26 });
  const compared: { stacks: number; resources: number; different: string[] }[] = JSON.parse(
    stdout.trimEnd().split('\n').at(-1) ?? '',
  );
  expect(compared.flatMap(({ different }) => different)).toEqual([]);
  expect(compared).toHaveLength(8);
  for (const { stacks, resources } of compared) expect(resources).toBeGreaterThan(stacks * 5);
}, 600_000);
