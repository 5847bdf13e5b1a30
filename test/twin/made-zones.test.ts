/** Private hosted zones that are made: a zone of one account, VPCs of two, and what Route 53 and EC2 refuse of both. */
import { CreateVpcEndpointCommand, EC2Client, ModifyVpcEndpointCommand } from '@aws-sdk/client-ec2';
import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  CreateVPCAssociationAuthorizationCommand,
  DeleteHostedZoneCommand,
  DeleteVPCAssociationAuthorizationCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListVPCAssociationAuthorizationsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';
import { ACCOUNT, OTHER, TOKYO, VPC } from './route53-names.ts';

const HUB_VPC = 'vpc-952938099003be224';
const NAME = `ssm.${TOKYO}.amazonaws.com`;

let twin: Twin;
let hub: Route53Client;
let spoke: Route53Client;
let ec2: EC2Client;

beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ accounts }) => {
      const vpc = { EnableDnsSupport: true, EnableDnsHostnames: true };
      const region = accounts.get(OTHER)?.Regions[TOKYO];
      if (region) region.Ec2.VpcAttributes = { [HUB_VPC]: vpc };
    },
  });
  hub = new Route53Client(configuration(twin, TOKYO, await enter(twin, OTHER)));
  const credentials = await enter(twin, ACCOUNT);
  spoke = new Route53Client(configuration(twin, TOKYO, credentials));
  ec2 = new EC2Client(configuration(twin, TOKYO, credentials));
});
afterAll(async () => {
  for (const client of [hub, spoke, ec2]) client.destroy();
  await twin.close();
});

const vpcOf = (VPCId: string) => ({ VPCRegion: TOKYO, VPCId }) as const;
const makeZone = (CallerReference: string, Name: string) =>
  hub.send(new CreateHostedZoneCommand({ Name, CallerReference, VPC: vpcOf(HUB_VPC) }));
const associate = (HostedZoneId: string, VPCId = VPC) =>
  spoke.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId, VPC: vpcOf(VPCId) }));
const change = (HostedZoneId: string, Action: 'CREATE' | 'DELETE', DNSName: string) =>
  hub.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: {
        Changes: [
          {
            Action,
            ResourceRecordSet: {
              Name: NAME,
              Type: 'A',
              AliasTarget: { HostedZoneId: 'Z7HUB22UULQXV', DNSName, EvaluateTargetHealth: false },
            },
          },
        ],
      },
    }),
  );

describe('Given a private hosted zone of a hub, and the VPC of another account', () => {
  it('When it is authorized, associated, filled and deleted, Then in this order alone', async () => {
    const { HostedZone, Location } = await makeZone('one', NAME);
    const Id = HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
    expect([HostedZone?.Name, HostedZone?.Config?.PrivateZone, Location?.endsWith(Id)]).toEqual([
      `${NAME}.`,
      true,
      true,
    ]);
    await expect(makeZone('one', NAME)).rejects.toMatchObject({ name: 'HostedZoneAlreadyExists' });
    await expect(makeZone('two', NAME)).rejects.toMatchObject({ name: 'ConflictingDomainExists' });
    // A zone of a parent is no conflict: the most specific one answers.
    const parent = await makeZone('three', `${TOKYO}.amazonaws.com`);

    await expect(associate(Id)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(associate(Id, HUB_VPC)).rejects.toMatchObject({ name: 'InvalidVPCId' });
    const authorization = { HostedZoneId: Id, VPC: vpcOf(VPC) };
    await hub.send(new CreateVPCAssociationAuthorizationCommand(authorization));
    await expect(
      spoke.send(new CreateVPCAssociationAuthorizationCommand(authorization)),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    const listed = await hub.send(new ListVPCAssociationAuthorizationsCommand({ HostedZoneId: Id }));
    expect(listed.VPCs).toEqual([vpcOf(VPC)]);
    await associate(Id);
    await expect(associate(Id)).rejects.toMatchObject({ name: 'ConflictingDomainExists' });
    await hub.send(new DeleteVPCAssociationAuthorizationCommand(authorization));
    await expect(hub.send(new DeleteVPCAssociationAuthorizationCommand(authorization))).rejects.toMatchObject(
      { name: 'VPCAssociationAuthorizationNotFound' },
    );
    // A refusal changes nothing.
    const zones: Piece[] = twin.state.account(OTHER)?.Route53.HostedZones ?? [];
    expect(zones.filter((zone) => 'VPCAssociationAuthorizations' in zone)).toEqual([]);
    expect((await hub.send(new GetHostedZoneCommand({ Id }))).VPCs).toEqual([vpcOf(HUB_VPC), vpcOf(VPC)]);

    await change(Id, 'CREATE', 'vpce-1-a.ssm.vpce.amazonaws.com');
    await expect(change(Id, 'CREATE', 'vpce-1-a.ssm.vpce.amazonaws.com')).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
    });
    await expect(change(Id, 'DELETE', 'vpce-2-b.ssm.vpce.amazonaws.com')).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
    });
    await expect(hub.send(new DeleteHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: 'HostedZoneNotEmpty',
    });
    await spoke.send(new DisassociateVPCFromHostedZoneCommand(authorization));
    await expect(spoke.send(new DisassociateVPCFromHostedZoneCommand(authorization))).rejects.toMatchObject({
      name: 'VPCAssociationNotFound',
    });
    const last = { HostedZoneId: Id, VPC: vpcOf(HUB_VPC) };
    await expect(hub.send(new DisassociateVPCFromHostedZoneCommand(last))).rejects.toMatchObject({
      name: 'LastVPCAssociation',
    });
    await change(Id, 'DELETE', 'vpce-1-a.ssm.vpce.amazonaws.com');
    await hub.send(new DeleteHostedZoneCommand({ Id }));
    await hub.send(new DeleteHostedZoneCommand({ Id: parent.HostedZone?.Id }));
    const left = await hub.send(new ListHostedZonesByNameCommand({ DNSName: NAME }));
    expect(left.HostedZones).toEqual([]);
  });

  it('When an endpoint with private DNS and a zone hold the same name, Then whichever comes second is refused', async () => {
    const { HostedZone } = await makeZone('four', NAME);
    const Id = HostedZone?.Id ?? '';
    const HostedZoneId = Id.replace('/hostedzone/', '');
    await hub.send(new CreateVPCAssociationAuthorizationCommand({ HostedZoneId, VPC: vpcOf(VPC) }));
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: VPC,
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.${TOKYO}.ssm`,
        PrivateDnsEnabled: true,
      }),
    );
    const modify = (PrivateDnsEnabled: boolean) =>
      ec2.send(
        new ModifyVpcEndpointCommand({ VpcEndpointId: VpcEndpoint?.VpcEndpointId, PrivateDnsEnabled }),
      );
    twin.state.clock.advance(300);
    await expect(associate(HostedZoneId)).rejects.toMatchObject({
      name: 'ConflictingDomainExists',
      message: expect.stringMatching(/has already been associated with the hosted zone \S+ with the same/),
    });
    await modify(false);
    await associate(HostedZoneId);
    await expect(modify(true)).rejects.toMatchObject({
      name: 'InvalidParameter',
      message: expect.stringMatching(/conflicting DNS domain for ssm/),
    });
  });
});

describe('Given a zone of an account that no file shows, associated with a VPC', () => {
  it('When the account of the VPC asks for it, Then it is not its own', async () => {
    const Id = 'Z0FOREIGN0000000000';
    const zones: Piece[] = twin.state.account(ACCOUNT)?.Route53.HostedZones ?? [];
    zones.push({
      Id: `/hostedzone/${Id}`,
      Name: 'foreign.example.',
      OwningAccount: '999999999999',
      Config: { PrivateZone: true },
      VPCs: [vpcOf(VPC)],
      ResourceRecordSets: [],
    });
    const denied = { name: 'AccessDenied' };
    await expect(spoke.send(new GetHostedZoneCommand({ Id }))).rejects.toMatchObject(denied);
    await expect(spoke.send(new DeleteHostedZoneCommand({ Id }))).rejects.toMatchObject(denied);
    await expect(associate(Id)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    const listed = await spoke.send(new ListHostedZonesByNameCommand({ DNSName: 'foreign.example' }));
    expect(listed.HostedZones?.filter(({ Name }) => Name === 'foreign.example.')).toEqual([]);
  });
});
