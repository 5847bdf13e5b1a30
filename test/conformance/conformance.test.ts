import { afterEach, describe, expect, it } from '@jest/globals';
import { runProbes } from '../../functions/aws/conformance/run-probes.ts';
import { masked, verdictOf } from '../../functions/core/conformance.ts';
import { DHMC_VALUE, setSetting } from '../../twin/make/region.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { makeSmallOrganization, OPERATOR } from '../reconcile/small-organization.ts';
import { compare, connectionTo } from './compare.ts';

const REGION = 'us-east-1';

describe('Given the probes and the twin in the place of AWS', () => {
  let twin: Twin;
  afterEach(() => twin?.close());
  const wait = async (seconds: number) => twin.state.clock.advance(seconds);
  const open = async (value?: string) => {
    const snapshot = makeSmallOrganization({ members: 1, regions: 3 });
    const operator = snapshot.accounts.get(OPERATOR);
    if (operator)
      operator.Regions[REGION] = { ...operator.Regions[REGION], Ssm: { ServiceSettings: [] } } as never;
    if (value !== undefined && operator) setSetting(operator, REGION, value);
    twin = await startTwin({ snapshot, pages: 'aws' });
  };

  it('When all of them run, Then none differs, and nothing of them is left', async () => {
    await open();
    const before = twin.takeSnapshot();
    const { verdicts, answers, left } = await compare(connectionTo(twin), REGION, wait);
    const { 'endpoint-services': _asMade, ...rest } = verdicts;
    expect(Object.keys(rest)).toHaveLength(16);
    expect(new Set(Object.values(rest))).toEqual(new Set(['SAME']));
    expect(left).toEqual([]);
    expect(diffSnapshots(before, twin.takeSnapshot())).toEqual([]);
    expect(JSON.stringify(answers)).not.toMatch(/\d{12}|arn:|@|DhmcOperator/);
  });

  it.each([DHMC_VALUE, 'RoleWithoutPath'])('When %s is set, Then nothing is written', async (value) => {
    await open(value);
    const order = { connection: connectionTo(twin), region: REGION, write: true, wait };
    await expect(runProbes(order)).rejects.toThrow(REGION);
    expect(twin.calls().mutating).toBe(0);
  });

  it('When a write is refused, Then that is an answer, and what was made is removed', async () => {
    await open();
    const effect = { error: { code: 'InternalServerError', message: 'made up', status: 500 } };
    const match = { service: 'ssm', operation: 'RegisterDefaultHostManagementConfiguration' };
    twin.setFaults({ seed: 1, faults: [{ match, effect }] });
    const run = await runProbes({ connection: connectionTo(twin), region: REGION, write: true, wait });
    const answer = run.answers.find(({ probe }) => probe.id === 'register')?.answer;
    expect(answer).toMatchObject({ kind: 'error', code: 'InternalServerError' });
    expect(run.left).toEqual([]);
    const roles = twin.takeSnapshot().accounts.get(OPERATOR)?.Iam.RoleDetailList ?? [];
    expect(roles.filter(({ RoleName }: { RoleName: string }) => RoleName.includes('conformance'))).toEqual(
      [],
    );
  });
});

describe('Given what is compared', () => {
  it.each([
    [{ kind: 'error', code: 'A', message: 'one' }, { kind: 'error', code: 'A', message: 'two' }, 'SAME'],
    [{ kind: 'error', code: 'A', message: '' }, { kind: 'error', code: 'B', message: '' }, 'DIFFERENT'],
    [
      { kind: 'answer', shape: { a: 1, b: 2 } },
      { kind: 'answer', shape: { b: 2, a: 1 }, seen: { c: 3 } },
      'SAME',
    ],
    [{ kind: 'answer', shape: { a: 1 } }, { kind: 'error', code: 'A', message: '' }, 'DIFFERENT'],
    [{ kind: 'not-asked', why: 'denied' }, { kind: 'answer', shape: {} }, 'NOT_COMPARED'],
  ] as const)('When AWS answers %j and the twin %j, Then it is %s', (aws, twin, verdict) => {
    expect(verdictOf(aws, twin)).toBe(verdict);
  });

  it('When a text names an account, a principal or a resource, Then only its kind is left', () => {
    const text =
      'User: arn:aws:sts::111122223333:assumed-role/Admin/alex@example.com on arn:aws:ssm:eu-west-1:111122223333:servicesetting/x for vpc-0a1b2c3d4e and o-ab12cd34ef from 198.51.100.7 in 123456789012, AKIAIOSFODNN7EXAMPLE';
    expect(masked(text)).toBe(
      'User: <principal> on <arn> for <vpc> and <o> from <address> in <account>, <id>',
    );
  });
});
