/** What central endpoints cost beside own ones. */
import { describe, expect, it } from '@jest/globals';
import { centralPrice, type SpokePrice } from '../../../functions/core/network/central-price.ts';
import { OWNER } from './world.ts';

const spoke = (change: Partial<SpokePrice> = {}, hub: Partial<SpokePrice['hub']> = {}): SpokePrice => ({
  services: ['ssm', 'ssmmessages'],
  ownMonthlyUsd: 20.44,
  instances: 10,
  ...change,
  hub: {
    account: OWNER,
    vpcId: 'vpc-hub',
    monthlyUsd: 40.88,
    gigabytesPerInstance: 2,
    names: 'profile',
    ...hub,
  },
});
const many = (count: number, one = spoke()) => Array.from({ length: count }, () => one);

describe('Given VPCs that use the hub of a Region, or could', () => {
  it('when they get their names by a Profile, then it costs $0.75 an hour, however many they are up to 100', () => {
    expect(centralPrice(many(3))).toEqual({
      spokes: 3,
      ownMonthlyUsd: 61.32,
      namesMonthlyUsd: 547.5,
      dataMonthlyUsd: 2.4,
      hubMonthlyUsd: 40.88,
      centralMonthlyUsd: 590.78,
      savedMonthlyUsd: -529.46,
    });
    expect(centralPrice(many(100)).namesMonthlyUsd).toBe(547.5);
  });

  it('when they are more than 100, then each more costs $0.0014 an hour', () => {
    expect(centralPrice(many(101)).namesMonthlyUsd).toBe(548.52);
    expect(centralPrice(many(200)).namesMonthlyUsd).toBe(649.7);
  });

  it('when they get their names by zones, then each name has one, at $0.50 a month', () => {
    const zones = spoke({}, { names: 'zones' });
    const three = spoke({ services: ['ssm', 'ec2messages'] }, { names: 'zones' });
    expect(centralPrice([zones, three])).toMatchObject({
      namesMonthlyUsd: 1.5,
      centralMonthlyUsd: 43.98,
      savedMonthlyUsd: -3.1,
    });
  });

  it('when there are more than 25 zones, then each more costs $0.10', () => {
    const services = Array.from({ length: 30 }, (_, at) => `service-${at}`);
    expect(centralPrice([spoke({ services }, { names: 'zones' })]).namesMonthlyUsd).toBe(13);
    expect(centralPrice([spoke({ services: services.slice(5) }, { names: 'zones' })]).namesMonthlyUsd).toBe(
      12.5,
    );
  });

  it('when an account has not read the hub, then the price that another read counts', () => {
    const blind = spoke({}, { monthlyUsd: null });
    expect(centralPrice([blind, spoke(), spoke({}, { monthlyUsd: 10 })]).hubMonthlyUsd).toBe(40.88);
    expect(centralPrice([blind]).hubMonthlyUsd).toBe(0);
  });

  it('when own endpoints cost more, then the difference is saved', () => {
    const dear = spoke({ ownMonthlyUsd: 100 }, { names: 'zones' });
    expect(centralPrice([dear]).savedMonthlyUsd).toBe(57.32);
  });

  it('when there is none, then nothing costs anything', () => {
    expect(centralPrice([])).toEqual({
      spokes: 0,
      ownMonthlyUsd: 0,
      namesMonthlyUsd: 0,
      dataMonthlyUsd: 0,
      hubMonthlyUsd: 0,
      centralMonthlyUsd: 0,
      savedMonthlyUsd: 0,
    });
  });
});
