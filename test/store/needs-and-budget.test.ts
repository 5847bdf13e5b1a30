import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StateFolder } from '../../cli/state-folder.ts';
import type { NeedRecord } from '../../functions/store/contract.ts';
import { BUDGET_SHARDS, budgetKey, budgetShareKey, type Key } from '../../functions/store/keys.ts';
import { openEmbedded } from './embedded.ts';

const OWNER = '111111111111';

let state: StateFolder;
beforeAll(async () => {
  state = await openEmbedded();
});
afterAll(() => state.close());

function aNeed(overrides: Partial<NeedRecord> = {}): NeedRecord {
  return {
    vpcId: 'vpc-1',
    participantId: '222222222222',
    region: 'eu-west-1',
    subnetIds: ['subnet-a'],
    services: ['ssm', 'ssmmessages'],
    unknownAgents: true,
    runId: 'run-1',
    writtenAt: '2026-11-20T00:00:00.000Z',
    ...overrides,
  };
}

describe('Given needs of participants of shared VPCs', () => {
  it('When two participants of one VPC record theirs at once, Then the owner reads both', async () => {
    const other = aNeed({ participantId: '333333333333', subnetIds: ['subnet-c'] });
    await Promise.all([state.store.putNeed(OWNER, aNeed()), state.store.putNeed(OWNER, other)]);
    expect(await state.store.listNeeds(OWNER)).toEqual([aNeed(), other]);
  });

  it('When the same need comes again, Then it keeps the time at which it was written first', async () => {
    const again = aNeed({ runId: 'run-2', writtenAt: '2026-11-21T00:00:00.000Z' });
    expect(await state.store.putNeed(OWNER, again)).toBe('2026-11-20T00:00:00.000Z');
  });

  it('When it differs, Then it is written with the new time', async () => {
    const more = aNeed({ subnetIds: ['subnet-a', 'subnet-b'], writtenAt: '2026-11-21T00:00:00.000Z' });
    expect(await state.store.putNeed(OWNER, more)).toBe(more.writtenAt);
    expect(await state.store.listNeeds(OWNER)).toContainEqual(more);
  });

  it('When one is rolled back, Then the other one is kept', async () => {
    await state.store.removeNeed(OWNER, 'vpc-1', '222222222222');
    expect((await state.store.listNeeds(OWNER)).map((need) => need.participantId)).toEqual(['333333333333']);
  });
});

async function read(key: Key): Promise<Record<string, unknown> | undefined> {
  const documents = DynamoDBDocumentClient.from(state.client);
  return (await documents.send(new GetCommand({ TableName: state.tableName, Key: key }))).Item;
}

async function write(key: Key, values: Record<string, number>): Promise<void> {
  const documents = DynamoDBDocumentClient.from(state.client);
  await documents.send(new PutCommand({ TableName: state.tableName, Item: { ...key, ...values } }));
}

describe('Given a budget of $100 for a run', () => {
  const reserve = (key: string, usd: number) => state.store.reserveBudget('run-1', key, usd, 100);

  it('When ten VPCs of $20.44 ask at once, Then exactly those that fit get it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => reserve(`vpc-${index}`, 20.44)),
    );
    expect(answers.filter(Boolean)).toHaveLength(4);
  });

  it('When one asks again for as much or less, Then it has it and nothing is added', async () => {
    await state.store.reserveBudget('run-2', 'vpc-1', 60, 100);
    expect(await state.store.reserveBudget('run-2', 'vpc-1', 60, 100)).toBe(true);
    expect(await state.store.reserveBudget('run-2', 'vpc-1', 20, 100)).toBe(true);
    expect(await state.store.reserveBudget('run-2', 'vpc-2', 40, 100)).toBe(true);
    expect(await state.store.reserveBudget('run-2', 'vpc-3', 0.01, 100)).toBe(false);
  });

  it('When one asks for more, Then only the difference has to fit', async () => {
    await state.store.reserveBudget('run-3', 'vpc-1', 60, 100);
    expect(await state.store.reserveBudget('run-3', 'vpc-1', 100, 100)).toBe(true);
    expect(await state.store.reserveBudget('run-3', 'vpc-1', 101, 100)).toBe(false);
  });

  it('When a process ended between the sum and what the VPC holds, Then the next one counts it once', async () => {
    await state.store.reserveBudget('run-4', 'vpc-1', 60, 100);
    // As it was in between: named beside the sum, and not yet held.
    const [sum, share] = [budgetKey('run-4'), budgetShareKey('run-4', 'vpc-1')];
    await write(sum, { reserved: 6000, 'vpc-1': 6000 });
    await write(share, {});
    expect(await state.store.reserveBudget('run-4', 'vpc-1', 60, 100)).toBe(true);
    expect(await state.store.reserveBudget('run-4', 'vpc-2', 40, 100)).toBe(true);
    expect(await state.store.reserveBudget('run-4', 'vpc-3', 1, 100)).toBe(false);
    expect(await read(sum)).toEqual({ ...sum, reserved: 10_000 });
  });

  it('When thousands of VPCs reserve, Then no item grows with their number', async () => {
    for (let index = 0; index < 300; index += 1) {
      await state.store.reserveBudget('run-5', `111111111111/eu-west-1/vpc-${index}`, 0.1, 100);
    }
    expect(await read(budgetKey('run-5'))).toEqual({ ...budgetKey('run-5'), reserved: 3000 });
    const sizes = await Promise.all(
      Array.from({ length: BUDGET_SHARDS }, async (_, shard) => {
        const item = await read({ ...budgetKey('run-5'), sk: `BUDGET#${shard}` });
        return Object.keys(item ?? {}).filter((name) => name.includes('vpc-')).length;
      }),
    );
    expect(sizes.reduce((one, other) => one + other)).toBe(300);
    expect(Math.max(...sizes)).toBeLessThan(30);
  });
});
