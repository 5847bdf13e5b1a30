/**
 * Private hosted zones of a hub, and their association with VPCs of other accounts. Source: Route 53 API reference.
 * CreateHostedZone takes no tags; the caller reference, which no second zone can have, names the change that made it.
 */
import {
  AssociateVPCWithHostedZoneCommand,
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  CreateVPCAssociationAuthorizationCommand,
  DeleteHostedZoneCommand,
  DeleteVPCAssociationAuthorizationCommand,
  DisassociateVPCFromHostedZoneCommand,
  type VPC,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import type { Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';

interface AliasRecord {
  zoneId: string;
  domain: string;
  dnsName: string;
  aliasZoneId: string;
}

/** A zone and a VPC. */
interface Pair {
  zoneId: string;
  vpcId: string;
}

export class HubZoneWriter {
  private readonly client;
  private readonly region;

  constructor(clients: SessionClients, region: Region) {
    this.client = clients.route53();
    this.region = region;
  }

  createZone(zone: {
    vpcId: string;
    domain: string;
    callerReference: string;
    comment: string;
  }): Promise<Failure | null> {
    return attempt('route53:CreateHostedZone', () =>
      this.client.send(
        new CreateHostedZoneCommand({
          Name: zone.domain,
          VPC: this.vpc(zone.vpcId),
          CallerReference: zone.callerReference,
          HostedZoneConfig: { Comment: zone.comment, PrivateZone: true },
        }),
      ),
    );
  }

  deleteZone(zoneId: string): Promise<Failure | null> {
    return attempt('route53:DeleteHostedZone', () =>
      this.client.send(new DeleteHostedZoneCommand({ Id: zoneId })),
    );
  }

  /** One that leads elsewhere is replaced. */
  setRecord(record: AliasRecord): Promise<Failure | null> {
    return this.changeRecord('UPSERT', record);
  }

  /** Refused where it is not as it is given. */
  removeRecord(record: AliasRecord): Promise<Failure | null> {
    return this.changeRecord('DELETE', record);
  }

  authorize({ zoneId, vpcId }: Pair): Promise<Failure | null> {
    return attempt('route53:CreateVPCAssociationAuthorization', () =>
      this.client.send(
        new CreateVPCAssociationAuthorizationCommand({ HostedZoneId: zoneId, VPC: this.vpc(vpcId) }),
      ),
    );
  }

  revoke({ zoneId, vpcId }: Pair): Promise<Failure | null> {
    return attempt('route53:DeleteVPCAssociationAuthorization', () =>
      this.client.send(
        new DeleteVPCAssociationAuthorizationCommand({ HostedZoneId: zoneId, VPC: this.vpc(vpcId) }),
      ),
    );
  }

  associate({ zoneId, vpcId }: Pair): Promise<Failure | null> {
    return attempt('route53:AssociateVPCWithHostedZone', () =>
      this.client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: zoneId, VPC: this.vpc(vpcId) })),
    );
  }

  disassociate({ zoneId, vpcId }: Pair): Promise<Failure | null> {
    return attempt('route53:DisassociateVPCFromHostedZone', () =>
      this.client.send(
        new DisassociateVPCFromHostedZoneCommand({ HostedZoneId: zoneId, VPC: this.vpc(vpcId) }),
      ),
    );
  }

  private changeRecord(Action: ChangeAction, record: AliasRecord): Promise<Failure | null> {
    return attempt('route53:ChangeResourceRecordSets', () =>
      this.client.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: record.zoneId,
          ChangeBatch: {
            Changes: [
              {
                Action,
                ResourceRecordSet: {
                  Name: record.domain,
                  Type: 'A',
                  AliasTarget: {
                    DNSName: record.dnsName,
                    HostedZoneId: record.aliasZoneId,
                    EvaluateTargetHealth: false,
                  },
                },
              },
            ],
          },
        }),
      ),
    );
  }

  private vpc(VPCId: string): VPC {
    return { VPCId, VPCRegion: this.region as VPCRegion };
  }
}
