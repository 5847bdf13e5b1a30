/** Endpoints of this service, and the DNS attributes of VPCs that private DNS needs. */
import {
  OPTIONAL_SERVICES,
  type OptionalService,
  SERVICE_NAMES,
} from '../../functions/core/network/needed-names.ts';
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import { VPC_DNS_ATTRIBUTES } from '../../functions/core/network/vpc-dns-attributes.ts';
import { ec2Arn, type MemberSettings, onOurs, type Statement, tagsOfOurs } from './statement.ts';

/**
 * Interface endpoints and their security group: made with our tag, changed and deleted only where they carry
 * it. Granted only where some account's configuration says `endpoints: provision`.
 */
export function endpointStatements(settings: MemberSettings): Statement[] {
  const ourTags = tagsOfOurs(settings);
  return [
    {
      Sid: 'CreateEndpointSecurityGroup',
      Effect: 'Allow',
      Action: 'ec2:CreateSecurityGroup',
      Resource: ec2Arn('security-group'),
      Condition: ourTags,
    },
    {
      Sid: 'CreateSystemsManagerEndpoint',
      Effect: 'Allow',
      Action: 'ec2:CreateVpcEndpoint',
      Resource: ec2Arn('vpc-endpoint'),
      // The key exists on CreateVpcEndpoint's endpoint alone (Amazon VPC user guide, policies for endpoints).
      Condition: { ...ourTags, StringLike: { 'ec2:VpceServiceName': serviceNamePatterns(settings) } },
    },
    {
      // The VPC, subnets and route tables of a new group or endpoint are authorized too, and carry no tag of ours.
      Sid: 'PlaceEndpointResources',
      Effect: 'Allow',
      Action: ['ec2:CreateSecurityGroup', 'ec2:CreateVpcEndpoint', 'ec2:ModifyVpcEndpoint'],
      Resource: ['vpc', 'subnet', ...(optionalServices(settings).includes('s3') ? ['route-table'] : [])].map(
        ec2Arn,
      ),
    },
    ...onOurs(settings, 'aws', {
      Sid: 'UseOwnSecurityGroup',
      Effect: 'Allow',
      Action: 'ec2:CreateVpcEndpoint',
      Resource: ec2Arn('security-group'),
    }),
    {
      Sid: 'TagWhileCreating',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: [ec2Arn('security-group'), ec2Arn('vpc-endpoint')],
      Condition: {
        ...ourTags,
        StringEquals: {
          ...ourTags.StringEquals,
          'ec2:CreateAction': ['CreateSecurityGroup', 'CreateVpcEndpoint'],
        },
      },
    },
    ...onOurs(settings, 'aws', {
      Sid: 'ChangeOwnEndpointResources',
      Effect: 'Allow',
      Action: [
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteVpcEndpoints',
        'ec2:ModifyVpcEndpoint',
        'ec2:RevokeSecurityGroupIngress',
      ],
      Resource: [ec2Arn('security-group'), ec2Arn('vpc-endpoint')],
    }),
    {
      // Private DNS of an endpoint needs it (Service Authorization Reference, ec2:CreateVpcEndpoint, dependent actions).
      Sid: 'AssociatePrivateDns',
      Effect: 'Allow',
      Action: 'route53:AssociateVPCWithHostedZone',
      Resource: '*',
      ...vpcsOfRegions(settings),
    },
  ];
}

/** `com.amazonaws.eu-west-1.ssm`, in China with `cn.` in front. Names of endpoint services of others end in their id. */
function serviceNamePatterns(settings: MemberSettings): string[] {
  const services = [...SERVICE_NAMES, ...optionalServices(settings)];
  return ['com', 'cn.com'].flatMap((prefix) => services.map((service) => `${prefix}.amazonaws.*.${service}`));
}

/** Services of `endpointServices` of any account. */
export function optionalServices({ endpointServices, overrides }: MemberSettings): OptionalService[] {
  const configured = [...endpointServices, ...overrides.flatMap((one) => one.endpointServices ?? [])];
  return OPTIONAL_SERVICES.filter((service) => configured.includes(service));
}

/**
 * The key limits the VPC and not the zone (Route 53 developer guide, "Using IAM policy conditions"), so there is
 * something to limit only where Regions are configured. Whether EC2's own call carries the key could not be
 * verified: the set operator holds without it.
 */
function vpcsOfRegions({ regions, overrides }: MemberSettings): Pick<Statement, 'Condition'> {
  const lists = [regions, ...overrides.flatMap((override) => override.regions ?? [])];
  if (lists.includes('all')) return {};
  const names = [...new Set(lists.flat())].sort();
  return {
    Condition: {
      'ForAllValues:StringLike': {
        'route53:VPCs': names.map((region) => `VPCId=vpc-*,VPCRegion=${region}`),
      },
    },
  };
}

export function mayProvision(settings: MemberSettings): boolean {
  const { endpoints, overrides } = settings;
  return (
    // A move to a hub turns private DNS of own endpoints off and deletes them.
    mayUseHubs(settings) ||
    [endpoints, ...overrides.map((override) => override.endpoints)].some(
      (setting) => setting === 'provision' || setting === 'auto',
    )
  );
}

/**
 * The one change of what is not ours, and only where `enableVpcDns` is on somewhere: DNS support and DNS host names,
 * no other attribute. `false` is for rollbacks; the session of an enforce run is without it (session-policy.ts).
 * Key and values: Service Authorization Reference, ec2:ModifyVpcAttribute, `ec2:Attribute/${AttributeName}`.
 */
export function dnsStatements(): Statement[] {
  return VPC_DNS_ATTRIBUTES.map((attribute) => ({
    Sid: `Set${attribute.replace('Enable', 'Vpc')}`,
    Effect: 'Allow',
    Action: 'ec2:ModifyVpcAttribute',
    Resource: ec2Arn('vpc'),
    Condition: { StringEqualsIgnoreCase: { [`ec2:Attribute/${attribute}`]: ['true', 'false'] } },
  }));
}

export function mayEnableDns({ enableVpcDns, overrides }: MemberSettings): boolean {
  return enableVpcDns || overrides.some((override) => override.enableVpcDns === true);
}
