import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult, TargetResult } from '../../functions/core/model/result.ts';
import { inspectAgent } from '../../twin/agents/agents.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';

const TOKYO = 'ap-northeast-1';
const ISOLATED = '100000000012';
/** A fresh agent takes up to half an hour to ask for DHMC's credentials again. */
const SECONDS_UNTIL_ONLINE = 65 * 60;

const provision = { endpoints: 'provision' as const };

let organization: Organization;
let planned: RunResult;
let enforced: RunResult;
let mutationsOfSecond: number;
let second: RunResult;

const tokyo = (result: RunResult, id: string) => targetOf(result, `1000000000${id}`, TOKYO);
/** `CreateInterfaceEndpoint ssm`, without the setting's change. */
const networkChanges = (target: TargetResult) =>
  target.changes
    .filter(({ kind }) => kind !== 'SetServiceSetting')
    .map(({ kind, detail }) =>
      [
        kind,
        String(detail.serviceName ?? '')
          .split('.')
          .at(-1),
      ]
        .join(' ')
        .trim(),
    );
const endpointReasons = (target: TargetResult) =>
  target.reasons.filter((code) => !/^(DHMC_ROLE|SETTING|INSTANCE)_/.test(code));

beforeAll(async () => {
  organization = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
  planned = await organization.run({ mode: 'assess' }, provision);
  enforced = await organization.run({}, provision);
  organization.twin.state.clock.advance(SECONDS_UNTIL_ONLINE);
  const before = organization.mutatingCalls();
  second = await organization.run({}, provision);
  mutationsOfSecond = organization.mutatingCalls() - before;
}, 60_000);
afterAll(() => organization.close());

describe('given an account whose role is made by the run that makes its endpoints', () => {
  it('when Systems Manager does not know the role yet, then endpoints are made before the setting is written', async () => {
    const journal = await organization.state.store.listJournal(ISOLATED);
    const timeOf = (kind: string) =>
      Date.parse(journal.find((entry) => entry.kind === kind)?.writtenAt ?? 'never');
    const attached = timeOf('AttachDhmcRolePolicy');
    const written = timeOf('SetServiceSetting');
    expect(timeOf('CreateEndpointSecurityGroup')).toBeLessThan(written);
    expect(written - attached).toBeGreaterThanOrEqual(9_900);
  });
});

describe('given the first snapshot with endpoints: provision, when it is assessed', () => {
  it('then the isolated account gets a group and three services in two zones for $61.32', () => {
    const target = tokyo(planned, '12');
    expect(target.vpcs.map(({ path }) => path)).toEqual(['NONE']);
    expect(endpointReasons(target)).toEqual(['NO_PATH_TO_SSM']);
    expect(networkChanges(target)).toEqual([
      'CreateEndpointSecurityGroup',
      'AllowEndpointIngress',
      'CreateInterfaceEndpoint ec2messages',
      'CreateInterfaceEndpoint ssm',
      'CreateInterfaceEndpoint ssmmessages',
    ]);
    const zones = target.changes.flatMap(({ detail }) => (detail.subnetIds as string[] | undefined) ?? []);
    expect(zones).toHaveLength(6);
    expect(planned.monthlyCostUsd).toEqual({ current: 0, planned: 61.32 });
  });

  it.each([
    ['11', 'INTERNET', []],
    ['13', 'NONE', ['DNS_CUSTOM']],
    ['14', 'ENDPOINTS', ['ENDPOINT_SG_BLOCKS_443']],
    ['15', 'PROVEN', []],
    ['16', 'PROVEN', []],
    ['20', 'PROVEN', []],
  ])('then account ...%s has the path %s, the reasons %j and no change', (id, path, reasons) => {
    const target = tokyo(planned, id);
    expect(target.vpcs.map((vpc) => vpc.path)).toEqual([path]);
    expect([endpointReasons(target), networkChanges(target)]).toEqual([reasons, []]);
  });

  it('then custom DNS comes with its three remedies and their prices', () => {
    const finding = tokyo(planned, '13').findings.find(({ code }) => code === 'DNS_CUSTOM');
    expect(finding?.sentence).toMatch(/\$32\.85.*NAT gateway.*\$182\.50.*Resolver inbound.*hosts file/);
  });

  it('then a default configuration plans nothing and says the price', async () => {
    const reported = await organization.run({ mode: 'assess', scope: { accounts: [ISOLATED] } });
    // By then endpoints exist: their price is shown, and nothing is planned.
    expect(networkChanges(tokyo(reported, '12'))).toEqual([]);
    expect(reported.monthlyCostUsd).toEqual({ current: 61.32, planned: 61.32 });
  });
});

describe('given the same, when it is enforced', () => {
  it('then every change of the isolated account is applied, and its endpoints are waited for', () => {
    const target = tokyo(enforced, '12');
    expect(target).toMatchObject({ status: 'COMPLIANT', reasons: [], vpcs: [{ path: 'PROVEN' }] });
    expect(new Set(target.changes.map(({ outcome }) => outcome))).toEqual(new Set(['APPLIED']));
    expect(target.vpcs[0]?.endpoints.map(({ ours, state }) => [ours, state])).toEqual(
      Array(3).fill([true, 'available']),
    );
    expect(enforced.monthlyCostUsd).toEqual({ current: 61.32, planned: 61.32 });
  });

  it('then the journal knows what was made, with the inverse of each', async () => {
    const journal = await organization.state.store.listJournal(ISOLATED);
    const network = journal.filter(({ kind }) => kind.includes('Endpoint'));
    expect(network.map(({ kind, status, inverse }) => [kind, status, inverse?.kind])).toEqual([
      ['CreateEndpointSecurityGroup', 'DONE', 'DeleteEndpointSecurityGroup'],
      ['AllowEndpointIngress', 'DONE', 'RevokeEndpointIngress'],
      ...Array(3).fill(['CreateInterfaceEndpoint', 'DONE', 'DeleteInterfaceEndpoint']),
    ]);
    const made = network.map(({ createdId }) => createdId?.split('-')[0] ?? null);
    expect(made).toEqual(['sg', null, 'vpce', 'vpce', 'vpce']);
  });

  it('then its instances come Online, and enforcing again changes nothing', () => {
    expect(tokyo(second, '12')).toMatchObject({
      status: 'COMPLIANT',
      instances: { running: 2, managed: 2 },
      // Online proves `ssm`, and `ssmmessages` takes the same way: by its own endpoint.
      vpcs: [{ path: 'PROVEN' }],
    });
    expect(mutationsOfSecond).toBe(0);
    expect(second.monthlyCostUsd).toEqual(enforced.monthlyCostUsd);
  });
});

describe('given the same, once every agent has had its time', () => {
  const verdictsOf = (id: string) => tokyo(second, id).instances.verdicts;

  it('then the credential sources of account ...16 are DHMC, DHMC and INSTANCE_PROFILE', () => {
    expect(
      tokyo(planned, '16')
        .instances.verdicts.map((one) => one.credentialSource)
        .sort(),
    ).toEqual(['DHMC', 'DHMC', 'INSTANCE_PROFILE']);
    expect(verdictsOf('16').map(({ verdict }) => verdict)).toEqual(['MANAGED', 'MANAGED', 'MANAGED']);
    expect(tokyo(second, '16').notes).toEqual(['PROFILE_WITHOUT_SSM']);
  });

  it('then the first run itself waited for them', () => {
    expect(tokyo(enforced, '12').instances).toMatchObject({ managed: 2, byVerdict: { MANAGED: 2 } });
  });

  it('then all that can come Online are, and every other verdict is true in the twin', () => {
    const { state } = organization.twin;
    const seen = second.targets.flatMap(({ accountId, region, instances }) =>
      instances.verdicts.map((one) => {
        const view = inspectAgent(state, accountId, region, one.instanceId);
        const blocked = Object.values(view.names).includes('blocked');
        return [accountId.slice(-2), one.verdict, one.reason, view.online, view.allowed, blocked];
      }),
    );
    const managed = ['MANAGED', null, true, true, false];
    expect(seen.sort()).toEqual([
      ['11', ...managed],
      ['11', ...managed],
      ['12', ...managed],
      ['12', ...managed],
      // Whoever asks other name servers is sent to public addresses, to which no way leads.
      ['13', 'NO_PATH', 'DNS_CUSTOM', false, false, true],
      ['14', 'PATH_BLOCKED', 'ENDPOINT_SG_BLOCKS_443', false, false, true],
      ['15', ...managed],
      ['16', ...managed],
      ['16', ...managed],
      ['16', ...managed],
      ['20', ...managed],
    ]);
  });
});

describe('given the same with pages of a few entries, some of them empty', () => {
  it('when it is assessed, then the network is read whole: verdicts and changes are the same', async () => {
    const small = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'), undefined, {
      pages: 'small',
    });
    try {
      const result = await small.run({ mode: 'assess' }, provision);
      const seen = ({ targets }: RunResult) =>
        targets.map(({ accountId, region, status, reasons, vpcs, changes }) => [
          [accountId, region, status, reasons, vpcs],
          changes.map(({ kind, detail }) => [kind, detail]),
        ]);
      expect(seen(result)).toEqual(seen(planned));
    } finally {
      await small.close();
    }
  });
});
