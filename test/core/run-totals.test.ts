import { describe, expect, it } from '@jest/globals';
import { coverSame } from '../../functions/core/covered-scope.ts';
import { NO_INSTANCES } from '../../functions/core/instances/region-instances.ts';
import type { AccountResult, EndpointResult, VpcResult } from '../../functions/core/model/result.ts';
import { addAccount, NO_TOTALS } from '../../functions/core/run-totals.ts';
import { account, change, target } from '../report/builders.ts';
import { aConfiguration } from './builders.ts';
import { anOverride, excluding } from './organization-builders.ts';

const vpc = (...costs: (number | null)[]): VpcResult => ({
  ...{ vpcId: 'vpc-1', ownerId: '1', path: 'ENDPOINTS', reasons: [], prunable: null },
  endpoints: costs.map(
    (monthlyCostUsd): EndpointResult => ({
      ...{
        endpointId: 'vpce-1',
        serviceName: 's',
        state: 'available',
        privateDns: true,
        subnetIds: [],
        ours: true,
      },
      monthlyCostUsd,
    }),
  ),
});
const totalOf = (...accounts: AccountResult[]) => accounts.reduce(addAccount, NO_TOTALS);

describe('Given the accounts of a run', () => {
  it('When there are none, Then everything is zero', () => {
    expect(totalOf()).toEqual({
      coverage: {
        accounts: 0,
        targets: 0,
        compliant: 0,
        nonCompliant: 0,
        converging: 0,
        skipped: 0,
        error: 0,
      },
      monthlyCostUsd: { current: 0, planned: 0 },
      instances: { running: 0, managed: 0 },
    });
  });

  it('When they have targets, Then these are counted by status, and their instances added', () => {
    const instances = { ...NO_INSTANCES, running: 5, managed: 3 };
    const one = account({ targets: [target({ instances }), target({ status: 'ERROR', instances })] });
    const other = account({
      targets: [target({ status: 'SKIPPED', instances: { ...instances, running: 1, managed: 1 } })],
    });
    expect(totalOf(one, other)).toMatchObject({
      coverage: { accounts: 2, targets: 3, compliant: 1, skipped: 1, error: 1 },
      instances: { running: 11, managed: 7 },
    });
  });

  it('When they have endpoints, Then ours cost now, and with the planned ones later, to the cent', () => {
    const planned = change({ monthlyCostUsd: 0.1 });
    const made = change({ monthlyCostUsd: 50, outcome: 'APPLIED' });
    const one = account({
      changes: [change({ monthlyCostUsd: null }), change({ monthlyCostUsd: 1 })],
      targets: [
        target({ vpcs: [vpc(0.1, null), vpc(0.2)], changes: [planned, made] }),
        target({ changes: [planned, planned] }),
      ],
    });
    expect(totalOf(one, one).monthlyCostUsd).toEqual({ current: 0.6, planned: 3.2 });
  });

  it('When a planned change removes an endpoint, Then it costs less later', () => {
    const one = account({ targets: [target({ vpcs: [vpc(8)], changes: [change({ monthlyCostUsd: -8 })] })] });
    expect(totalOf(one).monthlyCostUsd).toEqual({ current: 8, planned: 0 });
  });
});

describe('Given the configurations of two runs', () => {
  const regions = (given: string[]) =>
    aConfiguration({ overrides: [anOverride({ accounts: ['1'], regions: given })] });

  it.each([
    ['are equal', aConfiguration(), aConfiguration(), true],
    ['exclude other accounts', excluding({ accounts: ['1'] }), aConfiguration(), false],
    ['have other Regions', aConfiguration({ regions: ['eu-west-1'] }), aConfiguration(), false],
    [
      'exclude the management account or not',
      aConfiguration({ managementAccount: 'exclude' }),
      aConfiguration(),
      false,
    ],
    [
      'assess the management account or enforce it',
      aConfiguration({ managementAccount: 'assess' }),
      aConfiguration({ managementAccount: 'enforce' }),
      true,
    ],
    [
      'have other endpoints',
      aConfiguration({ endpoints: 'provision' }),
      aConfiguration({ endpoints: 'report' }),
      true,
    ],
    ['have an override of the Regions', regions(['eu-west-1']), aConfiguration(), false],
    ['have overrides of other Regions', regions(['eu-west-1']), regions(['eu-west-2']), false],
    [
      'have an override that excludes Regions',
      aConfiguration({ overrides: [anOverride({ exclude: { regions: ['eu-west-1'] } })] }),
      aConfiguration(),
      false,
    ],
    [
      'exclude other Regions in an override',
      aConfiguration({ overrides: [anOverride({ exclude: { regions: ['eu-west-1'] } })] }),
      aConfiguration({ overrides: [anOverride({ exclude: { regions: ['eu-west-2'] } })] }),
      false,
    ],
    [
      'narrow other accounts',
      regions(['eu-west-1']),
      aConfiguration({ overrides: [anOverride({ accounts: ['2'], regions: ['eu-west-1'] })] }),
      false,
    ],
    [
      'narrow other units',
      aConfiguration({ overrides: [anOverride({ organizationalUnits: ['ou-1'], regions: ['eu-west-1'] })] }),
      aConfiguration({ overrides: [anOverride({ organizationalUnits: ['ou-2'], regions: ['eu-west-1'] })] }),
      false,
    ],
    [
      'have an override of something else',
      aConfiguration({ overrides: [anOverride({ accounts: ['1'], endpoints: 'off' })] }),
      aConfiguration(),
      true,
    ],
    [
      'override something else in what they narrow',
      regions(['eu-west-1']),
      aConfiguration({
        overrides: [anOverride({ accounts: ['1'], regions: ['eu-west-1'], endpoints: 'off' })],
      }),
      true,
    ],
  ])('When they %s, Then whether they cover the same is right', (_what, one, other, same) => {
    expect(coverSame(one, other)).toBe(same);
    expect(coverSame(other, one)).toBe(same);
  });
});
