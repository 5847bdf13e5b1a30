import { beforeAll, describe, expect, it } from '@jest/globals';
import { INSTANCE_VERDICTS } from '../../functions/core/instances/facts.ts';
import { judgeGenerated, type Opinion } from './instance-agreement.ts';

/** bench/instance-agreement.ts does the same with 1,000 and more. */
const INSTANCES = 150;
const SEED = 5;

describe(`given ${INSTANCES} generated instances in accounts of every state, when they are assessed`, () => {
  let opinions: Opinion[];
  beforeAll(async () => {
    opinions = await judgeGenerated(INSTANCES, SEED);
  }, 60_000);

  it('then each has a verdict, of most kinds', () => {
    expect(opinions).toHaveLength(INSTANCES);
    const kinds = new Set(opinions.map(({ verdict }) => verdict));
    expect(kinds.size).toBeGreaterThanOrEqual(9);
    expect(INSTANCE_VERDICTS).toEqual(expect.arrayContaining([...kinds]));
  });

  it('then the verdict is true in the twin, but for what no API shows', () => {
    const differing = opinions.filter(({ disagreement }) => disagreement !== null);
    process.stderr.write(
      `agreement of verdict and twin: ${INSTANCES - differing.length} of ${INSTANCES}, ${differing.length} explained\n`,
    );
    const unexplained = differing.filter(({ explained }) => explained === null);
    expect(unexplained.map(({ name, verdict, disagreement }) => [name, verdict, disagreement])).toEqual([]);
    expect(differing.length).toBeLessThan(INSTANCES / 20);
  });
});
