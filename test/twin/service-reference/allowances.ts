/** Where the twin differs from the service authorization reference, and why. A test fails where one no longer applies. */

/** `*` in `of` stands for anything. */
export interface Allowance {
  of: string;
  because: string;
}

const NEW = 'what is created has no id and no tags before it is there';
const OTHER_ENTRY = 'of web identities, SAML and other ways in; the twin has AssumeRole by roles alone';

/** Of actions. */
export const ALLOWED: readonly Allowance[] = [
  {
    of: 'ram:CreateResourceShare on *: lacks ram:*',
    because: 'what a share would allow is asked by the keys of the request; the other two are not served',
  },
  {
    of: 'ram:DeleteResourceShare on resource-share: lacks *',
    because: 'the samples hold no share: its name and tags are not there',
  },
  { of: 'route53profiles:TagResource on profile: lacks aws:resourcetag/', because: NEW },
  { of: 'organizations:* on policy: lacks aws:resourcetag/', because: NEW },
  { of: 'ram:GetResourceShares on *: lacks aws:*', because: 'a read gives no tags' },
  {
    of: 'route53profiles:*ResourceToProfile on *: lacks *',
    because: 'keys of firewall rules, zones and Resolver rules, which are not put into a Profile here',
  },
  {
    of: 'route53profiles:*ResourceFromProfile on *: lacks *',
    because: 'keys of firewall rules, zones and Resolver rules, which are not put into a Profile here',
  },
  {
    of: 'ec2:SearchTransitGatewayRoutes on transit-gateway-route-table: lacks *',
    because: 'the samples hold no transit gateway: its tags and id are not there',
  },
  { of: 'ssm:CreateAssociation on association: lacks aws:resourcetag/', because: NEW },
  {
    of: 'ssm:CreateAssociation on document: lacks *',
    because:
      'documents of AWS have no tags of the account, and the format holds neither their category nor their type',
  },
  {
    of: 'ssm:CreateAssociation on instance: lacks *resourcetag/',
    because: 'the tags of the targets are not asked for here: a policy that needs them refuses the call',
  },
  { of: 'ec2:CreateSecurityGroup on security-group: lacks ec2:securitygroupid', because: NEW },
  { of: 'ec2:CreateTags on security-group: lacks *', because: `${NEW}; asked for by CreateSecurityGroup` },
  { of: 'ec2:CreateTags on vpc-endpoint: lacks *', because: `${NEW}; asked for by CreateVpcEndpoint` },
  {
    of: 'ec2:CreateTags on *: lacks ec2:createaction',
    because: 'only where creating a resource tags it, not in CreateTags itself',
  },
  {
    of: 'ec2:CreateTags on network-interface: lacks ec2:*',
    because:
      'ec2:AuthorizedUser and ec2:Permission are of CreateNetworkInterfacePermission, which the twin lacks',
  },
  {
    of: 'ec2:* on prefix-list: lacks ec2:ipamprefixlistresolvertargetid',
    because: 'no API of the snapshot format shows it',
  },
  {
    of: 'ec2:* on vpc-endpoint: lacks ec2:vpcemultiregion',
    because:
      'endpoints of other Regions are not served; what the key says of those of one Region is not documented',
  },
  {
    of: 'ec2:CreateVpcEndpoint on vpc-endpoint: lacks ec2:vpceprivatedns*',
    because: 'of DnsOptions, which the twin refuses',
  },
  { of: 'iam:CreateRole on role: lacks *:resourcetag/', because: NEW },
  { of: 'iam:TagRole on role: lacks *:resourcetag/', because: `${NEW}; asked for by CreateRole` },
  { of: 'iam:* on role: lacks iam:roletemplatearn', because: 'role templates are not served' },
  {
    of: 'iam:PassRole on role: lacks *:resourcetag/',
    because: 'tags of a passed role are no reliable key, says the IAM user guide (id_roles_use_passrole)',
  },
  {
    of: 'iam:PassRole on role: lacks iam:associatedresourcearn',
    because: 'set by some services; that Systems Manager is one for settings is not documented',
  },
  {
    of: 'iam:ListRoles: on arn:*:role/, which is of none of its resource types',
    because:
      "AWS's denials name the path (public reports: 'iam:ListRoles on resource: arn:aws:iam::123456789012:role/')",
  },
  {
    of: 'cloudtrail:* on trail: lacks aws:resourcetag/',
    because: 'describe-trails, whose shape the format has, shows no tags',
  },
  {
    of: 'route53resolver:ListResolverEndpointIpAddresses on resolver-endpoint: lacks aws:resourcetag/',
    because: 'ListResolverEndpoints, whose shape the format has, shows no tags',
  },
  { of: 'sts:AssumeRole on role: lacks accounts.google.com:*', because: OTHER_ENTRY },
  { of: 'sts:AssumeRole on role: lacks cognito-identity.amazonaws.com:*', because: OTHER_ENTRY },
  { of: 'sts:AssumeRole on role: lacks graph.facebook.com:*', because: OTHER_ENTRY },
  { of: 'sts:AssumeRole on role: lacks www.amazon.com:*', because: OTHER_ENTRY },
  { of: 'sts:AssumeRole on role: lacks saml:*', because: OTHER_ENTRY },
  { of: 'sts:AssumeRole on role: lacks aws:requesttag/', because: 'session tags are refused' },
  { of: 'sts:AssumeRole on role: lacks aws:tagkeys', because: 'session tags are refused' },
  { of: 'sts:AssumeRole on role: lacks sts:transitivetagkeys', because: 'session tags are refused' },
  { of: 'sts:AssumeRole on role: lacks sts:sourceidentity', because: 'source identities are refused' },
];

const NO_SERVICE = 'no AWS service calls on behalf of a caller here';
const NO_ENDPOINT = 'requests come over no VPC endpoint';
const NO_INSTANCE = 'credentials are not from an instance, function or job';

/** Global condition keys that the twin does not set. */
export const ALLOWED_GLOBAL: readonly Allowance[] = [
  { of: 'aws:AssumedRoot', because: 'AssumeRoot is not served; absent otherwise' },
  { of: 'aws:CalledVia*', because: NO_SERVICE },
  { of: 'aws:ViaAWSMCPService', because: NO_SERVICE },
  { of: 'aws:IsMcpServiceAction', because: NO_SERVICE },
  { of: 'aws:PrincipalServiceName*', because: NO_SERVICE },
  { of: 'aws:SourceAccount', because: NO_SERVICE },
  { of: 'aws:SourceArn', because: NO_SERVICE },
  { of: 'aws:SourceO*', because: NO_SERVICE },
  { of: 'aws:ChatbotSourceArn', because: 'of AWS Chatbot alone' },
  { of: 'aws:Ec2InstanceSource*', because: NO_INSTANCE },
  { of: 'ec2:SourceInstanceArn', because: NO_INSTANCE },
  { of: 'ssm:SourceInstanceArn', because: NO_INSTANCE },
  { of: 'lambda:SourceFunctionArn', because: NO_INSTANCE },
  { of: 'ec2:RoleDelivery', because: NO_INSTANCE },
  { of: 'glue:*', because: NO_INSTANCE },
  { of: 'aws:FederatedProvider', because: 'of web identities and SAML alone' },
  { of: 'identitystore:UserId', because: 'of IAM Identity Center alone' },
  { of: 'aws:username', because: 'of users; the twin has roles alone' },
  { of: 'aws:MultiFactorAuthAge', because: 'absent without MFA' },
  { of: 'aws:SourceIdentity', because: 'source identities are refused' },
  { of: 'aws:SourceVpc*', because: NO_ENDPOINT },
  { of: 'aws:Vpce*', because: NO_ENDPOINT },
  { of: 'aws:VpcSourceIp', because: NO_ENDPOINT },
  { of: 'aws:RequestTag/tag-key', because: 'set by each action that takes tags' },
  { of: 'aws:TagKeys', because: 'set by each action that takes tags' },
  { of: 'aws:ResourceTag/tag-key', because: 'set by each action on a tagged resource' },
];
