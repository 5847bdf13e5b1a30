import { CreateVpcEndpointCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  GetHostedZoneCommand,
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, configuration, enter, startFirst } from './first-organization.ts';
import { ACCOUNT, furnish, LOGS, OTHER, TOKYO, VPC } from './route53-names.ts';

let twin: Twin;
let credentials: Credentials;
let route53: Route53Client;

beforeAll(async () => {
  twin = await startFirst({ change: furnish });
  credentials = await enter(twin, ACCOUNT);
  route53 = new Route53Client(configuration(twin, TOKYO, credentials));
});
afterAll(async () => {
  route53.destroy();
  await twin.close();
});

async function zonesOf(VPCId: string): Promise<Piece[]> {
  const zones: Piece[] = [];
  let NextToken: string | undefined;
  do {
    const page = await route53.send(new ListHostedZonesByVPCCommand({ VPCId, VPCRegion: TOKYO, NextToken }));
    zones.push(...(page.HostedZoneSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return zones;
}

async function recordNames(HostedZoneId: string): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  let from: Pick<ListResourceRecordSetsCommandOutput, 'NextRecordName' | 'NextRecordType'> = {};
  do {
    const page: ListResourceRecordSetsCommandOutput = await route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId,
        StartRecordName: from.NextRecordName,
        StartRecordType: from.NextRecordType,
      }),
    );
    names.push(...(page.ResourceRecordSets ?? []).map(({ Name }) => Name));
    from = page;
  } while (from.NextRecordName);
  return names;
}

describe('Given private hosted zones of several accounts', () => {
  it("When a VPC's zones are listed, Then every account's with its owner, and those of endpoints with their service", async () => {
    const ec2 = new EC2Client(configuration(twin, TOKYO, credentials));
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: VPC,
        ServiceName: `com.amazonaws.${TOKYO}.ssm`,
      }),
    );
    ec2.destroy();
    const zones = await zonesOf(VPC);
    expect(zones.map(({ Name, Owner }) => ({ Name, Owner }))).toEqual([
      { Name: 'corp.example.', Owner: { OwningAccount: OTHER } },
      { Name: LOGS, Owner: { OwningAccount: ACCOUNT } },
      { Name: 'ssm.ap-northeast-1.amazonaws.com.', Owner: { OwningService: 'vpce.amazonaws.com' } },
    ]);
    expect(zones[0]?.HostedZoneId).toBe('ZOTHER');
    await expect(zonesOf('vpc-away')).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('When record sets are read, Then all of the own zone, and none of another account', async () => {
    const names = await recordNames('ZOWN');
    expect(names).toEqual(Array.from({ length: 7 }, (_, index) => `r${index}.${LOGS}`));
    const { HostedZone, VPCs } = await route53.send(new GetHostedZoneCommand({ Id: 'ZOWN' }));
    expect(HostedZone).toMatchObject({ Id: '/hostedzone/ZOWN', Name: LOGS, Config: { PrivateZone: true } });
    expect(VPCs).toEqual([{ VPCRegion: TOKYO, VPCId: VPC }]);
    await expect(route53.send(new GetHostedZoneCommand({ Id: 'ZOTHER' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to access this resource'),
    });
    await expect(route53.send(new GetHostedZoneCommand({ Id: 'ZNONE' }))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
    });
  });
});
