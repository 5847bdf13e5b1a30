/** Regions.<region>.Ec2 of an account's file (docs/spec/twin.md, "accounts/ACCOUNT.json"): shapes of EC2's describe calls. */
import { z } from 'zod';
import { accountId, cidr, count, flag, list, piece, tags, text, time } from './fields.ts';

const named = { Tags: tags.optional() };
const owned = { ...named, OwnerId: accountId.optional() };
const groups = list(z.looseObject({ GroupId: text, GroupName: text.optional() }));
const ids = list(text);

const permission = z.looseObject({
  IpProtocol: text,
  FromPort: count.optional(),
  ToPort: count.optional(),
  IpRanges: list(z.looseObject({ CidrIp: text, Description: text.optional() })),
  Ipv6Ranges: list(z.looseObject({ CidrIpv6: text, Description: text.optional() })),
  PrefixListIds: list(z.looseObject({ PrefixListId: text })),
  UserIdGroupPairs: list(z.looseObject({ GroupId: text.optional(), UserId: text.optional() })),
});

const networkInterface = z.looseObject({
  OwnerId: accountId.optional(),
  TagSet: tags.optional(),
  NetworkInterfaceId: text,
  SubnetId: text.optional(),
  VpcId: text.optional(),
  PrivateIpAddress: text.optional(),
  Groups: groups,
  Status: text.optional(),
  Association: z.looseObject({ PublicIp: text.optional() }).optional(),
  Attachment: z
    .looseObject({ InstanceId: text.optional(), AttachTime: time.optional(), DeviceIndex: count.optional() })
    .optional(),
  PrivateIpAddresses: list(piece),
});

const instance = z.looseObject({
  ...named,
  InstanceId: text,
  State: z.looseObject({ Code: count.optional(), Name: text }),
  LaunchTime: time.optional(),
  VpcId: text.optional(),
  SubnetId: text.optional(),
  Placement: z.looseObject({ AvailabilityZone: text.optional() }).optional(),
  SecurityGroups: groups,
  NetworkInterfaces: list(networkInterface),
  IamInstanceProfile: z.looseObject({ Arn: text }).optional(),
  MetadataOptions: z.looseObject({ HttpEndpoint: text.optional(), HttpTokens: text.optional() }).optional(),
});

const status = z.looseObject({ Status: text, Details: list(piece) });

export const ec2 = z.looseObject({
  Vpcs: list(
    z.looseObject({
      ...owned,
      VpcId: text,
      CidrBlock: cidr,
      State: text.optional(),
      IsDefault: flag.optional(),
      DhcpOptionsId: text.optional(),
      CidrBlockAssociationSet: list(
        z.looseObject({ CidrBlock: cidr, CidrBlockState: z.looseObject({ State: text }).optional() }),
      ),
    }),
  ),
  VpcAttributes: z
    .record(text, z.looseObject({ EnableDnsSupport: flag.optional(), EnableDnsHostnames: flag.optional() }))
    .optional(),
  Subnets: list(
    z.looseObject({
      ...owned,
      SubnetId: text,
      VpcId: text,
      // an IPv6-native subnet has none
      CidrBlock: cidr.optional(),
      AvailabilityZone: text,
      AvailabilityZoneId: text.optional(),
      AvailableIpAddressCount: count.optional(),
      State: text.optional(),
    }),
  ),
  RouteTables: list(
    z.looseObject({
      ...owned,
      RouteTableId: text,
      VpcId: text,
      Associations: list(z.looseObject({ Main: flag.optional(), SubnetId: text.optional() })),
      Routes: list(
        z.looseObject({
          DestinationCidrBlock: text.optional(),
          State: text.optional(),
          Origin: text.optional(),
        }),
      ),
    }),
  ),
  NatGateways: list(
    z.looseObject({
      ...named,
      NatGatewayId: text,
      VpcId: text.optional(),
      SubnetId: text.optional(),
      State: text,
      CreateTime: time.optional(),
      DeleteTime: time.optional(),
      NatGatewayAddresses: list(piece),
    }),
  ),
  InternetGateways: list(
    z.looseObject({
      ...owned,
      InternetGatewayId: text,
      Attachments: list(z.looseObject({ VpcId: text, State: text.optional() })),
    }),
  ),
  EgressOnlyInternetGateways: list(
    z.looseObject({
      ...named,
      EgressOnlyInternetGatewayId: text,
      Attachments: list(z.looseObject({ VpcId: text, State: text.optional() })),
    }),
  ),
  VpcEndpoints: list(
    z.looseObject({
      ...owned,
      VpcEndpointId: text,
      VpcEndpointType: text.optional(),
      VpcId: text,
      ServiceName: text,
      State: text,
      PolicyDocument: text.optional(),
      RouteTableIds: ids,
      SubnetIds: ids,
      Groups: groups,
      PrivateDnsEnabled: flag.optional(),
      NetworkInterfaceIds: ids,
      CreationTimestamp: time.optional(),
    }),
  ),
  VpcEndpointServices: list(
    z.looseObject({
      ...named,
      ServiceName: text,
      ServiceType: list(z.looseObject({ ServiceType: text })),
      AvailabilityZones: ids,
      Owner: text.optional(),
      PrivateDnsName: text.optional(),
    }),
  ),
  SecurityGroups: list(
    z.looseObject({
      ...owned,
      GroupId: text,
      GroupName: text,
      VpcId: text.optional(),
      IpPermissions: list(permission),
      IpPermissionsEgress: list(permission),
    }),
  ),
  NetworkAcls: list(
    z.looseObject({
      ...owned,
      NetworkAclId: text,
      VpcId: text,
      IsDefault: flag.optional(),
      Associations: list(z.looseObject({ SubnetId: text })),
      Entries: list(
        z.looseObject({
          Egress: flag,
          Protocol: text,
          RuleAction: text,
          RuleNumber: count,
          CidrBlock: text.optional(),
        }),
      ),
    }),
  ),
  DhcpOptions: list(
    z.looseObject({
      ...owned,
      DhcpOptionsId: text,
      DhcpConfigurations: list(z.looseObject({ Key: text, Values: list(z.looseObject({ Value: text })) })),
    }),
  ),
  ManagedPrefixLists: list(
    z.looseObject({
      ...named,
      /** `AWS` of the lists of S3, DynamoDB and the like (DescribeManagedPrefixLists). */
      OwnerId: text.optional(),
      PrefixListId: text,
      PrefixListName: text.optional(),
      Entries: list(z.looseObject({ Cidr: text })),
    }),
  ),
  NetworkInterfaces: list(networkInterface),
  Instances: list(instance),
  InstanceStatuses: list(
    z.looseObject({
      InstanceId: text,
      InstanceState: z.looseObject({ Name: text }).optional(),
      InstanceStatus: status.optional(),
      SystemStatus: status.optional(),
      Events: list(piece),
    }),
  ),
  /** Of the account's VPCs; `TransitGatewayOwnerId` is an extension, the association is in the owner's route tables. */
  TransitGatewayVpcAttachments: list(
    z.looseObject({
      ...named,
      TransitGatewayAttachmentId: text,
      TransitGatewayId: text,
      TransitGatewayOwnerId: accountId.optional(),
      VpcId: text,
      VpcOwnerId: accountId.optional(),
      State: text,
      SubnetIds: ids,
    }),
  ),
  /** Of the account's transit gateways, with what EC2 answers by other calls: associations and routes. */
  TransitGatewayRouteTables: list(
    z.looseObject({
      ...named,
      TransitGatewayRouteTableId: text,
      TransitGatewayId: text,
      Associations: list(z.looseObject({ TransitGatewayAttachmentId: text, State: text.optional() })),
      Propagations: list(z.looseObject({ TransitGatewayAttachmentId: text, State: text.optional() })),
      Routes: list(
        z.looseObject({
          DestinationCidrBlock: cidr,
          State: text,
          Type: text.optional(),
          TransitGatewayAttachments: list(z.looseObject({ TransitGatewayAttachmentId: text })),
        }),
      ),
      /** As search-transit-gateway-routes: there are more than Routes has. */
      AdditionalRoutesAvailable: flag.optional(),
    }),
  ),
  VpcPeeringConnections: list(
    z.looseObject({
      ...named,
      VpcPeeringConnectionId: text,
      Status: z.looseObject({ Code: text }).optional(),
    }),
  ),
  VpcBlockPublicAccessOptions: z.looseObject({ InternetGatewayBlockMode: text.optional() }).optional(),
  VpcBlockPublicAccessExclusions: list(
    z.looseObject({ ...named, ExclusionId: text, ResourceArn: text, InternetGatewayExclusionMode: text }),
  ),
});
