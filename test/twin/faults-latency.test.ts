import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { createLatency } from '../../twin/latency.ts';
import { configuration, startFirst } from './first-organization.ts';

const SITE = { account: '100000000012', region: 'eu-west-1', service: 'ec2', operation: 'DescribeVpcs' };
const draws = (seed: number, calls: number, site = SITE) => {
  const latency = createLatency(seed);
  return Array.from({ length: calls }, () => latency.draw(site));
};

describe('Given a latency with a seed', () => {
  it('When the same calls come again, Then they take as long; with another seed they do not', () => {
    expect(draws(3, 50)).toEqual(draws(3, 50));
    expect(draws(4, 50)).not.toEqual(draws(3, 50));
    expect(draws(3, 50, { ...SITE, region: 'us-east-1' })).not.toEqual(draws(3, 50));
  });

  it('When many are drawn, Then half are above the median, a few far above, none without end', () => {
    const many = draws(1, 4000);
    const above = (milliseconds: number) => many.filter((one) => one > milliseconds).length / many.length;
    expect(above(130)).toBeGreaterThan(0.45);
    expect(above(130)).toBeLessThan(0.55);
    // 0.6 * 1.645: one in twenty
    expect(above(130 * Math.exp(0.987))).toBeGreaterThan(0.03);
    expect(above(130 * Math.exp(0.987))).toBeLessThan(0.07);
    expect(Math.min(...many)).toBeGreaterThan(0);
    expect(Math.max(...many)).toBeLessThanOrEqual(1300);
  });

  it('When the sequence is started anew, Then it is the same', () => {
    const latency = createLatency(5);
    const first = latency.draw(SITE);
    latency.clear();
    expect(latency.draw(SITE)).toBe(first);
  });

  it('When a twin answers with it, Then calls succeed', async () => {
    const twin = await startFirst({ latency: { seed: 1 } });
    try {
      const sts = new STSClient(configuration(twin));
      await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toHaveProperty('Account');
    } finally {
      await twin.close();
    }
  });
});
