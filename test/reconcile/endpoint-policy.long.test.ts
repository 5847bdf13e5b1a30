/** A changed `endpointPolicy` and the endpoints that exist. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeOneRegion } from './small-organization.ts';

const scope = { accounts: [MEMBER] };
const settle = { passes: 2, waitSeconds: [150, 1_800] };

let organization: Organization;
let region: string;
beforeEach(async () => {
  const instances = [{ name: 'web', running: true }];
  const made = makeOneRegion((account, at) => {
    addNetwork(account, at, { shape: 'isolated', name: 'v', octet: 9, instances });
  });
  region = made.region;
  organization = await openOrganization(made.snapshot);
});
afterEach(() => organization.close());

const endpoints = () => organization.twin.state.region(MEMBER, region).Ec2.VpcEndpoints as Piece[];
const policies = () => endpoints().map(({ PolicyDocument }) => JSON.parse(PolicyDocument));
const outcomes = (result: RunResult) =>
  targetOf(result, MEMBER, region).changes.map(({ kind, outcome }) => `${kind} ${outcome}`);
const run = (
  endpointPolicy: Configuration['endpointPolicy'],
  mode: 'assess' | 'enforce' = 'enforce',
  more: Partial<Configuration> = {},
) => organization.run({ mode, scope }, { endpoints: 'provision', endpointPolicy, settle, ...more });

const THREE = (outcome: string) => Array(3).fill(`SetEndpointPolicy ${outcome}`);

describe('given endpoints that enforce made with full access, when endpointPolicy becomes organization', () => {
  beforeEach(async () => {
    await run('full');
  });

  it('then the plan shows it, enforce sets it once, and a rollback puts the document of before back', async () => {
    const before = policies();
    const planned = await run('organization', 'assess');
    expect(outcomes(planned)).toEqual(THREE('PLANNED'));
    expect(targetOf(planned, MEMBER, region).reasons).toContain('ENDPOINT_DRIFTED');
    const [change] = targetOf(planned, MEMBER, region).changes;
    expect(JSON.parse(String(change?.detail.previousPolicy))).toEqual(before[0]);
    expect(planned.monthlyCostUsd.planned).toBe(planned.monthlyCostUsd.current);

    const made = await run('organization');
    expect(outcomes(made)).toEqual(THREE('APPLIED'));
    expect(policies().every((one) => JSON.stringify(one).includes('aws:PrincipalOrgID'))).toBe(true);
    const again = await run('organization');
    expect(outcomes(again)).toEqual([]);
    expect(targetOf(again, MEMBER, region)).toMatchObject({ status: 'COMPLIANT', reasons: [] });

    const back = await organization.run({ mode: 'rollback', rollbackOf: made.runId, scope }, {});
    expect(outcomes(back)).toEqual(THREE('ROLLED_BACK'));
    expect(policies()).toEqual(before);
  });

  it('then full resets what organization set', async () => {
    await run('organization');
    expect(outcomes(await run('full'))).toEqual(THREE('APPLIED'));
    expect(policies()).toEqual(Array(3).fill(expect.objectContaining({ Statement: [expect.anything()] })));
  });

  it('then a policy that EC2 writes in another way is none that differs', async () => {
    await run('organization');
    for (const endpoint of endpoints()) {
      const { Version, Statement } = JSON.parse(endpoint.PolicyDocument);
      const turned = [...Statement]
        .reverse()
        .map((one) => ({ ...one, Action: [one.Action], Principal: { AWS: '*' } }));
      endpoint.PolicyDocument = JSON.stringify({ Statement: turned, Version }, null, 2);
    }
    expect(outcomes(await run('organization'))).toEqual([]);
  });

  it('then a policy that others set afterwards is drift, and a rollback keeps theirs', async () => {
    const made = await run('organization');
    const [drifted] = endpoints() as [Piece];
    const theirs = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ssm*:*', Resource: '*' }],
    });
    drifted.PolicyDocument = theirs;
    const assessed = await run('organization', 'assess');
    expect(outcomes(assessed)).toEqual(['SetEndpointPolicy PLANNED']);
    const drift = targetOf(assessed, MEMBER, region).findings.find(({ code }) => code === 'ENDPOINT_DRIFTED');
    expect(drift?.sentence).toContain(drifted.VpcEndpointId);

    const back = await organization.run({ mode: 'rollback', rollbackOf: made.runId, scope }, {});
    expect(drifted.PolicyDocument).toBe(theirs);
    expect(targetOf(back, MEMBER, region).reasons).toContain('ROLLBACK_CONFLICT');
  });

  it('then an endpoint of others keeps its policy', async () => {
    const [foreign] = endpoints() as [Piece];
    foreign.Tags = [];
    const before = foreign.PolicyDocument;
    expect(outcomes(await run('organization'))).toEqual(THREE('APPLIED').slice(1));
    expect(foreign.PolicyDocument).toBe(before);
  });

  it('then a policy of others under full is left, and a note says so', async () => {
    const [endpoint] = endpoints() as [Piece];
    endpoint.PolicyDocument = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ssm*:*', Resource: '*' }],
    });
    const result = await run('full');
    expect(outcomes(result)).toEqual([]);
    expect(targetOf(result, MEMBER, region).notes).toContain('ENDPOINT_POLICY_BY_OTHERS');
  });

  it('then a denied ModifyVpcEndpoint is named, and the next run sets it', async () => {
    organization.twin.setFaults({
      seed: 1,
      faults: [
        {
          match: { operation: 'ModifyVpcEndpoint', nth: 1 },
          effect: {
            error: { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 },
          },
          times: 3,
        },
      ],
    });
    const denied = await run('organization', 'enforce', { settle: { passes: 0, waitSeconds: [] } });
    expect(
      targetOf(denied, MEMBER, region)
        .findings.map(({ sentence }) => sentence)
        .join(),
    ).toMatch(/ModifyVpcEndpoint/);
    organization.twin.setFaults({ seed: 1, faults: [] });
    expect(outcomes(await run('organization'))).toContain('SetEndpointPolicy APPLIED');
  });
});
