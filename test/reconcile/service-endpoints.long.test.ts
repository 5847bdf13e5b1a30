/** `endpointServices`: endpoints for s3, kms and logs from the plan to the rollback. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece } from '../../twin/contract.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeOneRegion } from './small-organization.ts';

const scope = { accounts: [MEMBER] };
const settle = { passes: 2, waitSeconds: [150, 1_800] };
const all: Configuration['endpointServices'] = ['s3', 'kms', 'logs'];

let organization: Organization;
let region: string;
afterEach(() => organization.close());

async function open(shape: 'isolated' | 'nat' = 'isolated', change: (ec2: Piece) => void = () => undefined) {
  const instances = ['web', 'db'].map((name) => ({ name, running: true }));
  const made = makeOneRegion((account, at) => {
    addNetwork(account, at, { shape, name: 'v', octet: 9, instances });
    change(account.Regions[at]?.Ec2 as Piece);
  });
  region = made.region;
  organization = await openOrganization(made.snapshot);
}

const ec2 = (): Piece => organization.twin.state.region(MEMBER, region).Ec2;
const serviceOf = ({ ServiceName }: Piece) => String(ServiceName).split('.').at(-1);
const services = () =>
  ((ec2().VpcEndpoints ?? []) as Piece[])
    .filter(({ State }) => State !== 'deleting')
    .map(serviceOf)
    .sort();
const gateway = () => (ec2().VpcEndpoints as Piece[]).find((one) => serviceOf(one) === 's3') as Piece;
const s3Routes = () =>
  (ec2().RouteTables as Piece[]).flatMap(({ Routes }) =>
    (Routes as Piece[]).filter(({ DestinationPrefixListId }) => DestinationPrefixListId),
  );
const target = (result: RunResult) => targetOf(result, MEMBER, region);
const outcomes = (result: RunResult) =>
  target(result)
    .changes.filter(({ kind }) => /Endpoint$/.test(kind))
    .map(({ kind, detail, outcome }) =>
      `${kind} ${String(detail.serviceName ?? '')
        .split('.')
        .at(-1)} ${outcome}`.replace('  ', ' '),
    );
const run = (
  endpointServices: Configuration['endpointServices'] = all,
  more: Partial<Configuration> = {},
  mode: 'assess' | 'enforce' = 'enforce',
) =>
  organization.run(
    { mode, scope },
    { endpoints: 'provision', ec2messages: 'never', endpointServices, settle, ...more },
  );
const rollback = (runId: string) => organization.run({ mode: 'rollback', rollbackOf: runId, scope }, {});

describe('given a VPC without egress', () => {
  it('when s3, kms and logs are configured, then they are planned with price, made once, and rolled back', async () => {
    await open();
    const before = organization.twin.state.region(MEMBER, region);
    const routes = structuredClone(before.Ec2.RouteTables);
    const planned = await run(all, {}, 'assess');
    expect(outcomes(planned)).toEqual([
      'CreateInterfaceEndpoint ssm PLANNED',
      'CreateInterfaceEndpoint ssmmessages PLANNED',
      'CreateInterfaceEndpoint kms PLANNED',
      'CreateInterfaceEndpoint logs PLANNED',
      'CreateGatewayEndpoint s3 PLANNED',
    ]);
    expect(target(planned).reasons).toContain('ENDPOINT_SERVICE_MISSING');
    const costs = target(planned).changes.map(({ monthlyCostUsd }) => monthlyCostUsd);
    expect(costs.at(-1)).toBe(0);
    expect(planned.monthlyCostUsd.planned).toBeCloseTo(
      costs.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    );

    const made = await run();
    expect(target(made)).toMatchObject({ status: 'COMPLIANT', reasons: [] });
    expect(services()).toEqual(['kms', 'logs', 's3', 'ssm', 'ssmmessages']);
    expect(gateway()).toMatchObject({ VpcEndpointType: 'Gateway', State: 'available' });
    expect(s3Routes()).toMatchObject([{ GatewayId: gateway().VpcEndpointId, State: 'active' }]);
    expect(outcomes(await run())).toEqual([]);

    const back = await rollback(made.runId);
    expect(outcomes(back).every((one) => one.endsWith('ROLLED_BACK'))).toBe(true);
    organization.twin.state.clock.advance(600);
    await rollback(made.runId);
    expect(services()).toEqual([]);
    expect(ec2().RouteTables).toEqual(routes);
  });

  it('when a service leaves endpointServices, then its endpoint is listed, and pruned where that is on', async () => {
    await open();
    await run();
    const listed = await run(['logs']);
    expect(target(listed).notes).toContain('ENDPOINTS_UNNEEDED');
    expect(target(listed).vpcs[0]?.prunable).toMatchObject({ because: 'SERVICE_NOT_NEEDED' });
    organization.twin.state.clock.advance(20 * 86_400);
    const pruned = await run(['logs'], { prune: true, pruneAfterDays: 14 });
    expect(outcomes(pruned).sort()).toEqual([
      'DeleteGatewayEndpoint APPLIED',
      'DeleteInterfaceEndpoint APPLIED',
    ]);
    organization.twin.state.clock.advance(600);
    expect(services()).toEqual(['logs', 'ssm', 'ssmmessages']);
    expect(s3Routes()).toEqual([]);

    await rollback(pruned.runId);
    expect(services()).toEqual(['kms', 'logs', 's3', 'ssm', 'ssmmessages']);
    expect(s3Routes()).toHaveLength(1);
  });

  it('when a new subnet gets its own route table, then the gateway endpoint gets that too, and gives it back', async () => {
    await open();
    await run(['s3']);
    const [main] = ec2().RouteTables as [Piece];
    const { SubnetId } = (ec2().Instances as [Piece])[0];
    ec2().RouteTables.push({
      ...structuredClone(main),
      RouteTableId: 'rtb-0abc0000000000001',
      Routes: (main.Routes as Piece[]).filter(({ GatewayId }) => GatewayId === 'local'),
      Associations: [{ SubnetId, Main: false, AssociationState: { State: 'associated' } }],
    });
    const result = await run(['s3']);
    expect(outcomes(result)).toEqual(['ModifyGatewayEndpoint APPLIED']);
    expect(gateway().RouteTableIds).toHaveLength(2);
    expect(outcomes(await rollback(result.runId))).toEqual(['ModifyGatewayEndpoint ROLLED_BACK']);
    expect(gateway().RouteTableIds).toEqual([main.RouteTableId]);
  });

  it('when a gateway endpoint of others serves it, then that is recognized and left alone', async () => {
    await open('isolated', (Ec2) => {
      const [table] = Ec2.RouteTables as [Piece];
      Ec2.VpcEndpoints = [
        {
          VpcEndpointId: 'vpce-0f0f0f0f0f0f0f0f0',
          VpcEndpointType: 'Gateway',
          VpcId: table.VpcId,
          ServiceName: `com.amazonaws.${region}.s3`,
          State: 'available',
          RouteTableIds: [table.RouteTableId],
          SubnetIds: [],
          Groups: [],
          PrivateDnsEnabled: false,
          Tags: [],
          OwnerId: MEMBER,
        },
      ];
      const route = { DestinationPrefixListId: 'pl-0f0f0f0f', GatewayId: 'vpce-0f0f0f0f0f0f0f0f0' };
      table.Routes.push({ ...route, Origin: 'CreateRoute', State: 'active' });
    });
    const foreign = structuredClone(gateway());
    const made = await run(['s3'], { endpointPolicy: 'organization' });
    expect(outcomes(made)).toEqual([
      'CreateInterfaceEndpoint ssm APPLIED',
      'CreateInterfaceEndpoint ssmmessages APPLIED',
    ]);
    await rollback('all');
    expect(gateway()).toEqual(foreign);
    expect(s3Routes()).toHaveLength(1);
  });

  it("when endpointPolicy is organization, then the s3 endpoint's policy lets everyone read the buckets of agents", async () => {
    await open();
    await run(all, { endpointPolicy: 'organization' });
    const { Statement } = JSON.parse(gateway().PolicyDocument);
    expect(Statement).toMatchObject([
      { Condition: { StringEquals: { 'aws:PrincipalOrgID': expect.any(String) } } },
      {
        Action: 's3:GetObject',
        Principal: '*',
        Resource: expect.arrayContaining([`arn:aws:s3:::amazon-ssm-${region}/*`]),
      },
    ]);
    expect(outcomes(await run(all, { endpointPolicy: 'organization' }))).toEqual([]);
    expect(outcomes(await run(all, { endpointPolicy: 'full' }))).toEqual([]);
  });

  it.each([
    ['kms', 'no interface endpoint for kms'],
    ['s3', 'no gateway endpoint for s3'],
  ] as const)(
    'when the Region does not offer %s, then that is said, and the others are made',
    async (name, words) => {
      await open('isolated', (Ec2) => {
        Ec2.VpcEndpointServices = (Ec2.VpcEndpointServices as Piece[]).filter(
          (one) => serviceOf(one) !== name,
        );
      });
      const result = await run();
      const finding = target(result).findings.find(({ code }) => code === 'ENDPOINT_SERVICE_BLOCKED');
      expect(finding?.sentence).toContain(words);
      expect(services()).toEqual(['kms', 'logs', 's3', 'ssm', 'ssmmessages'].filter((one) => one !== name));
    },
  );

  it.each([
    ['RouteAlreadyExists', 'route table rtb-1 already has a route with destination-prefix-list-id pl-1'],
    ['UnauthorizedOperation', 'You are not authorized to perform this operation.'],
    ['GatewayVpcEndpointLimitExceeded', 'You have reached the limit'],
  ])(
    'when AWS refuses the gateway endpoint by %s, then that is a finding, and the others are made',
    async (code, message) => {
      await open();
      organization.twin.setFaults({
        seed: 1,
        faults: [
          {
            match: { operation: 'CreateVpcEndpoint', nth: 5 },
            effect: { error: { code, message, status: 400 } },
            times: 9,
          },
        ],
      });
      const result = await run(all, { settle: { passes: 0, waitSeconds: [] } });
      expect(target(result).status).not.toBe('COMPLIANT');
      expect(outcomes(result)).toContain('CreateGatewayEndpoint s3 FAILED');
      expect(target(result).findings.some(({ sentence }) => sentence.includes('CreateVpcEndpoint'))).toBe(
        true,
      );
      expect(services()).toEqual(['kms', 'logs', 'ssm', 'ssmmessages']);
    },
  );
});

describe('given a VPC behind a NAT gateway', () => {
  it('when services are configured, then none is planned, unless the path is to be private', async () => {
    await open('nat');
    expect(outcomes(await run(all, {}, 'assess'))).toEqual([]);
    expect(outcomes(await run(all, { path: 'private' }, 'assess'))).toHaveLength(5);
  });
});
