import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, type Synthesized, synthesize } from './synthesize.ts';

const CONTEXT = { ...EVENTS, config: 'test/infra/foreign-topic.yaml' };

describe('Given all stacks and the rules of AwsSolutions', () => {
  let synthesized: Synthesized;
  let bare: Synthesized;
  let acknowledged: { path: string; id: string; reason: string }[];
  beforeAll(async () => {
    synthesized = await synthesize(CONTEXT);
    bare = await synthesize(CONTEXT, new URL('./unacknowledged.ts', import.meta.url));
    acknowledged = JSON.parse(bare.stdout);
  }, 120_000);
  afterAll(() => Promise.all([synthesized?.remove(), bare?.remove()]));

  it('When they are synthesized, Then no finding is without an acknowledgement', () => {
    expect(synthesized.findings).toEqual([]);
  });

  it('When nothing is acknowledged, Then exactly the findings of the list appear: none is stale', () => {
    const found = bare.findings.map((finding) => finding.replace('/Resource ', ' '));
    expect(found).toEqual(acknowledged.map(({ path, id }) => `${path} ${id}`).sort());
  });

  it('When a finding is acknowledged, Then with a sentence', () => {
    for (const { reason } of acknowledged) expect(reason).toMatch(/^.{40,}\.$/);
  });
});
