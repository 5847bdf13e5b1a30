/** The Organizations policy that lets the operator account read: what the function is granted, and nothing else. */
import { expect, it } from '@jest/globals';
import { ORGANIZATION_READS } from '../../infra/organization-reads.ts';
import { runHere } from './in-process.ts';
import { makeFolder } from './run-command.ts';

const cwd = await makeFolder();

it('Given an operator account, When its policy is printed, Then it reads as start-run may, and only that', async () => {
  const { code, stdout } = await runHere(
    ['template', 'delegation-policy', '--operator-account', '111122223333', '--partition', 'aws-cn'],
    {
      cwd,
    },
  );
  expect(code).toBe(0);
  const { Statement } = JSON.parse(stdout);
  expect(Statement).toEqual([
    expect.objectContaining({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws-cn:iam::111122223333:root' },
      Action: [...ORGANIZATION_READS],
    }),
  ]);
  expect(ORGANIZATION_READS.filter((action) => !/^organizations:(Describe|List)/.test(action))).toEqual([]);
});
