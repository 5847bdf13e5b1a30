/**
 * Models of services whose SDK packages the project doesn't have: operations of Route 53 Profiles and Route 53 Resolver, after botocore's models route53profiles 2018-05-10 and route53resolver 2018-04-01.
 */
import type { OperationModel, ServiceModel } from './models.ts';
import type { Member, Shape, StructureShape } from './shapes.ts';

const text: Shape = { kind: 'string' };
const number: Shape = { kind: 'number' };
const flag: Shape = { kind: 'boolean' };
const time: Shape = { kind: 'timestamp', format: 'default' };

type Binding = { query: string } | { label: true };

function member(name: string, shape: Shape, required: boolean, binding?: Binding): Member {
  return {
    name,
    shape,
    required,
    jsonName: name,
    xmlName: name,
    queryName: name,
    ec2Name: name,
    flattened: false,
    attribute: false,
    httpQuery: binding && 'query' in binding ? binding.query : undefined,
    httpHeader: undefined,
    httpLabel: binding !== undefined && 'label' in binding,
  };
}

/** `required` and `bindings` by the member's name. */
function structure(
  name: string,
  members: Record<string, Shape>,
  required: readonly string[] = [],
  bindings: Record<string, Binding> = {},
): StructureShape {
  const made = Object.entries(members).map(([key, shape]) =>
    member(key, shape, required.includes(key), bindings[key]),
  );
  return { kind: 'structure', name, members: made, byName: new Map(made.map((each) => [each.name, each])) };
}

function listOf(item: Shape): Shape {
  return { kind: 'list', item, itemName: undefined };
}

function all(shape: Shape, ...names: string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

const PROFILE_PAGES: Record<string, Binding> = {
  MaxResults: { query: 'maxResults' },
  NextToken: { query: 'nextToken' },
};

const profileAssociation = structure('ProfileAssociation', {
  Priority: number,
  ...all(time, 'CreationTime', 'ModificationTime'),
  ...all(text, 'Id', 'Name', 'OwnerId', 'ProfileId', 'ResourceId', 'Status', 'StatusMessage'),
});

const profileResourceAssociation = structure('ProfileResourceAssociation', {
  ...all(time, 'CreationTime', 'ModificationTime'),
  ...all(text, 'Id', 'Name', 'OwnerId', 'ProfileId', 'ResourceArn', 'ResourceProperties', 'ResourceType'),
  ...all(text, 'Status', 'StatusMessage'),
});

function profileOperation(
  name: string,
  pattern: RegExp,
  labels: string[],
  input: Shape,
  item: Shape,
): OperationModel {
  const output = structure(`${name}Response`, {
    NextToken: text,
    [name.replace('List', '')]: listOf(item),
  });
  return { name, input, output, route: { method: 'GET', pattern, labels } };
}

const PROFILES: OperationModel[] = [
  profileOperation(
    'ListProfileAssociations',
    /^\/profileassociations\/?$/,
    [],
    structure(
      'ListProfileAssociationsRequest',
      { MaxResults: number, ...all(text, 'NextToken', 'ProfileId', 'ResourceId') },
      [],
      { ...PROFILE_PAGES, ProfileId: { query: 'profileId' }, ResourceId: { query: 'resourceId' } },
    ),
    profileAssociation,
  ),
  profileOperation(
    'ListProfileResourceAssociations',
    /^\/profileresourceassociations\/profileid\/([^/]+)\/?$/,
    ['ProfileId'],
    structure(
      'ListProfileResourceAssociationsRequest',
      { MaxResults: number, ...all(text, 'NextToken', 'ProfileId', 'ResourceArn', 'ResourceType') },
      ['ProfileId'],
      {
        ...PROFILE_PAGES,
        ProfileId: { label: true },
        ResourceArn: { query: 'resourceArn' },
        ResourceType: { query: 'resourceType' },
      },
    ),
    profileResourceAssociation,
  ),
];

const TAGS = listOf(structure('Tag', all(text, 'Key', 'Value')));

const PROFILE_WRITES: OperationModel[] = [
  {
    name: 'AssociateProfile',
    input: structure(
      'AssociateProfileRequest',
      { ...all(text, 'ProfileId', 'ResourceId', 'Name'), Priority: number, Tags: TAGS },
      ['ProfileId', 'ResourceId', 'Name'],
    ),
    output: structure('AssociateProfileResponse', { ProfileAssociation: profileAssociation }),
    route: { method: 'POST', pattern: /^\/profileassociation\/?$/, labels: [] },
  },
  {
    name: 'DisassociateProfile',
    input: structure(
      'DisassociateProfileRequest',
      all(text, 'ProfileId', 'ResourceId'),
      ['ProfileId', 'ResourceId'],
      { ProfileId: { label: true }, ResourceId: { label: true } },
    ),
    output: structure('DisassociateProfileResponse', { ProfileAssociation: profileAssociation }),
    route: {
      method: 'DELETE',
      pattern: /^\/profileassociation\/Profileid\/([^/]+)\/resourceid\/([^/]+)\/?$/,
      labels: ['ProfileId', 'ResourceId'],
    },
  },
];

const profile = structure('Profile', {
  ...all(time, 'CreationTime', 'ModificationTime'),
  ...all(text, 'Id', 'Arn', 'Name', 'OwnerId', 'Status', 'StatusMessage', 'ShareStatus', 'ClientToken'),
});

const HUB_PROFILES: OperationModel[] = [
  {
    name: 'ListProfiles',
    input: structure('ListProfilesRequest', { MaxResults: number, NextToken: text }, [], PROFILE_PAGES),
    output: structure('ListProfilesResponse', {
      NextToken: text,
      ProfileSummaries: listOf(structure('ProfileSummary', all(text, 'Id', 'Arn', 'Name', 'ShareStatus'))),
    }),
    route: { method: 'GET', pattern: /^\/profiles\/?$/, labels: [] },
  },
  {
    name: 'ListTagsForResource',
    input: structure('ListTagsForResourceRequest', all(text, 'ResourceArn'), ['ResourceArn'], {
      ResourceArn: { label: true },
    }),
    output: structure('ListTagsForResourceResponse', {
      Tags: { kind: 'map', value: text, keyName: undefined, valueName: undefined },
    }),
    route: { method: 'GET', pattern: /^\/tags\/([^/]+)\/?$/, labels: ['ResourceArn'] },
  },
  {
    name: 'CreateProfile',
    input: structure('CreateProfileRequest', { ...all(text, 'Name', 'ClientToken'), Tags: TAGS }, [
      'Name',
      'ClientToken',
    ]),
    output: structure('CreateProfileResponse', { Profile: profile }),
    route: { method: 'POST', pattern: /^\/profile\/?$/, labels: [] },
  },
  {
    name: 'DeleteProfile',
    input: structure('DeleteProfileRequest', all(text, 'ProfileId'), ['ProfileId'], {
      ProfileId: { label: true },
    }),
    output: structure('DeleteProfileResponse', { Profile: profile }),
    route: { method: 'DELETE', pattern: /^\/profile\/([^/]+)\/?$/, labels: ['ProfileId'] },
  },
  {
    name: 'AssociateResourceToProfile',
    input: structure(
      'AssociateResourceToProfileRequest',
      all(text, 'ProfileId', 'ResourceArn', 'Name', 'ResourceProperties'),
      ['ProfileId', 'ResourceArn', 'Name'],
    ),
    output: structure('AssociateResourceToProfileResponse', {
      ProfileResourceAssociation: profileResourceAssociation,
    }),
    route: { method: 'POST', pattern: /^\/profileresourceassociation\/?$/, labels: [] },
  },
  {
    name: 'DisassociateResourceFromProfile',
    input: structure(
      'DisassociateResourceFromProfileRequest',
      all(text, 'ProfileId', 'ResourceArn'),
      ['ProfileId', 'ResourceArn'],
      { ProfileId: { label: true }, ResourceArn: { label: true } },
    ),
    output: structure('DisassociateResourceFromProfileResponse', {
      ProfileResourceAssociation: profileResourceAssociation,
    }),
    route: {
      method: 'DELETE',
      pattern: /^\/profileresourceassociation\/profileid\/([^/]+)\/resourcearn\/([^/]+)\/?$/,
      labels: ['ProfileId', 'ResourceArn'],
    },
  },
];

const ramTags = listOf(structure('Tag', all(text, 'key', 'value')));

const resourceShare = structure('ResourceShare', {
  ...all(text, 'resourceShareArn', 'name', 'owningAccountId', 'status', 'statusMessage', 'featureSet'),
  ...all(time, 'creationTime', 'lastUpdatedTime'),
  allowExternalPrincipals: flag,
  tags: ramTags,
});

const RAM: OperationModel[] = [
  {
    name: 'CreateResourceShare',
    input: structure(
      'CreateResourceShareRequest',
      {
        ...all(text, 'name', 'clientToken'),
        ...all(listOf(text), 'resourceArns', 'principals'),
        allowExternalPrincipals: flag,
        tags: ramTags,
      },
      ['name'],
    ),
    output: structure('CreateResourceShareResponse', { resourceShare, clientToken: text }),
    route: { method: 'POST', pattern: /^\/createresourceshare\/?$/, labels: [] },
  },
  {
    name: 'GetResourceShares',
    input: structure(
      'GetResourceSharesRequest',
      {
        ...all(text, 'resourceOwner', 'name', 'resourceShareStatus', 'nextToken'),
        resourceShareArns: listOf(text),
        maxResults: number,
      },
      ['resourceOwner'],
    ),
    output: structure('GetResourceSharesResponse', {
      resourceShares: listOf(resourceShare),
      nextToken: text,
    }),
    route: { method: 'POST', pattern: /^\/getresourceshares\/?$/, labels: [] },
  },
  {
    name: 'GetResourceShareAssociations',
    input: structure(
      'GetResourceShareAssociationsRequest',
      { ...all(text, 'associationType', 'nextToken'), resourceShareArns: listOf(text), maxResults: number },
      ['associationType'],
    ),
    output: structure('GetResourceShareAssociationsResponse', {
      resourceShareAssociations: listOf(
        structure('ResourceShareAssociation', {
          ...all(text, 'resourceShareArn', 'resourceShareName', 'associatedEntity', 'associationType'),
          ...all(text, 'status', 'statusMessage'),
          ...all(time, 'creationTime', 'lastUpdatedTime'),
          external: flag,
        }),
      ),
      nextToken: text,
    }),
    route: { method: 'POST', pattern: /^\/getresourceshareassociations\/?$/, labels: [] },
  },
  {
    name: 'DeleteResourceShare',
    input: structure(
      'DeleteResourceShareRequest',
      all(text, 'resourceShareArn', 'clientToken'),
      ['resourceShareArn'],
      { resourceShareArn: { query: 'resourceShareArn' }, clientToken: { query: 'clientToken' } },
    ),
    output: structure('DeleteResourceShareResponse', { returnValue: flag, clientToken: text }),
    route: { method: 'DELETE', pattern: /^\/deleteresourceshare\/?$/, labels: [] },
  },
];

const filters = listOf(structure('Filter', { Name: text, Values: listOf(text) }));

function resolverOperation(
  name: string,
  list: string,
  item: Shape,
  input: Record<string, Shape>,
  required: string[] = [],
): OperationModel {
  return {
    name,
    input: structure(`${name}Request`, { MaxResults: number, NextToken: text, ...input }, required),
    output: structure(`${name}Response`, { NextToken: text, MaxResults: number, [list]: listOf(item) }),
    route: undefined,
  };
}

const RESOLVER: OperationModel[] = [
  resolverOperation(
    'ListResolverEndpoints',
    'ResolverEndpoints',
    structure('ResolverEndpoint', {
      ...all(text, 'Id', 'CreatorRequestId', 'Arn', 'Name', 'Direction', 'HostVPCId', 'Status'),
      ...all(text, 'StatusMessage', 'CreationTime', 'ModificationTime', 'OutpostArn'),
      ...all(text, 'PreferredInstanceType', 'ResolverEndpointType'),
      ...all(listOf(text), 'SecurityGroupIds', 'Protocols'),
      ...all(flag, 'RniEnhancedMetricsEnabled', 'TargetNameServerMetricsEnabled'),
      ...all(flag, 'Dns64Enabled', 'Ipv6InternetAccessEnabled'),
      IpAddressCount: number,
    }),
    { Filters: filters },
  ),
  resolverOperation(
    'ListResolverEndpointIpAddresses',
    'IpAddresses',
    structure('IpAddressResponse', {
      ...all(text, 'IpId', 'SubnetId', 'Ip', 'Ipv6', 'Status', 'StatusMessage'),
      ...all(text, 'CreationTime', 'ModificationTime'),
    }),
    { ResolverEndpointId: text },
    ['ResolverEndpointId'],
  ),
  resolverOperation(
    'ListResolverRules',
    'ResolverRules',
    structure('ResolverRule', {
      ...all(text, 'Id', 'CreatorRequestId', 'Arn', 'DomainName', 'Status', 'StatusMessage', 'RuleType'),
      ...all(text, 'Name', 'ResolverEndpointId', 'OwnerId', 'ShareStatus', 'CreationTime'),
      ...all(text, 'ModificationTime', 'DelegationRecord'),
      TargetIps: listOf(
        structure('TargetAddress', {
          ...all(text, 'Ip', 'Ipv6', 'Protocol', 'ServerNameIndication'),
          Port: number,
        }),
      ),
    }),
    { Filters: filters },
  ),
  resolverOperation(
    'ListResolverRuleAssociations',
    'ResolverRuleAssociations',
    structure('ResolverRuleAssociation', {
      ...all(text, 'Id', 'ResolverRuleId', 'Name', 'VPCId', 'Status', 'StatusMessage'),
    }),
    { Filters: filters },
  ),
];

/** All have status 400 in the API references. */
const ERRORS = [
  'AccessDeniedException',
  'ConflictException',
  'OperationNotPermittedException',
  'UnknownResourceException',
  'InvalidNextTokenException',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceExistsException',
  'ResourceNotFoundException',
  'ValidationException',
];

function model(
  service: string,
  protocol: ServiceModel['protocol'],
  version: string,
  operations: OperationModel[],
  denied: number,
): ServiceModel {
  return {
    service,
    protocol,
    version,
    xmlNamespace: '',
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    errors: new Map(
      ERRORS.map((code) => [code, { code, status: code === 'AccessDeniedException' ? denied : 400 }]),
    ),
  };
}

export const HAND_WRITTEN: Record<string, ServiceModel> = {
  route53profiles: model(
    'route53profiles',
    'restJson1',
    '2018-05-10',
    [...PROFILES, ...PROFILE_WRITES, ...HUB_PROFILES],
    403,
  ),
  ram: model('ram', 'restJson1', '2018-01-04', RAM, 403),
  route53resolver: model('route53resolver', 'awsJson1_1', '2018-04-01', RESOLVER, 400),
};
