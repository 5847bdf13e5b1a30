/** A small organization in which every read and write that the templates grant has an occasion. */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { addDenial, attachPolicy } from '../../twin/make/frame.ts';
import { addDhmcRole, addRole } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { setSetting } from '../../twin/make/region.ts';
import { participate } from '../reconcile/shared-network.ts';
import { MEMBER, makeCompliant, makeSmallOrganization, OPERATOR } from '../reconcile/small-organization.ts';

const memberAt = (index: number) => String(Number(MEMBER) + index);

/** Two instances without egress, DNS host names off. */
export const ISOLATED = memberAt(0);
/** Nothing is set up. */
export const FRESH = memberAt(1);

export function makeVariedOrganization(): { snapshot: Snapshot; region: string } {
  let region = '';
  let shared: AccountFile | undefined;
  const snapshot = makeSmallOrganization({
    members: 6,
    regions: 2,
    shape: (account, regions, index) => {
      region = regions[0] ?? '';
      switch (index) {
        case 0:
          return isolate(account, regions);
        case 1:
          return;
        case 2:
          return addDhmcRole(account, { trusts: 'ec2.amazonaws.com' });
        case 3:
          return connect(account, regions);
        case 4:
          makeCompliant(account, regions);
          shared = account;
          return addNetwork(account, region, { shape: 'isolated', name: 'shared', octet: 9, instances: [] });
        case 5:
          makeCompliant(account, regions);
          if (shared) participate(shared, account, region);
      }
    },
  });
  // ListAccounts that gives no paths, and an operator account whose ListRegions is denied.
  for (const account of snapshot.organization.Accounts) account.Paths = [];
  const draft = { snapshot, managementId: '100000000001', operatorId: OPERATOR };
  attachPolicy(draft, addDenial(draft, 'NoListRegions', { Action: 'account:ListRegions' }), OPERATOR);
  keepOtherOrganizationsOut(snapshot);
  return { snapshot, region };
}

/** A resource control policy as AWS's examples have it: services act in this organization for this organization alone. */
function keepOtherOrganizationsOut({ organization: { Organization, Roots, Policies } }: Snapshot): void {
  const Type = 'RESOURCE_CONTROL_POLICY';
  Roots[0]?.PolicyTypes.push({ Type, Status: 'ENABLED' });
  const guard = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sts:AssumeRole',
    Resource: '*',
    Condition: {
      StringNotEqualsIfExists: { 'aws:SourceOrgID': Organization.Id },
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
    },
  };
  Policies.push({
    PolicySummary: { Id: 'p-guard12345', Arn: 'arn:guard', Name: 'guard', Type },
    Content: JSON.stringify({ Version: '2012-10-17', Statement: [guard] }),
    Targets: [{ TargetId: Roots[0]?.Id ?? '' }],
  });
}

function isolate(account: AccountFile, regions: string[]): void {
  const region = regions[0] ?? '';
  makeCompliant(account, regions);
  const instances = ['web', 'job'].map((name) => ({ name, running: true }));
  addNetwork(account, region, { shape: 'isolated', name: 'own', octet: 9, instances });
  for (const attributes of Object.values<Piece>(account.Regions[region]?.Ec2.VpcAttributes ?? {})) {
    attributes.EnableDnsHostnames = false;
  }
}

/** Everything that a network can be read for: prefix lists, blocked public access, rules, Profiles; a foreign role. */
function connect(account: AccountFile, regions: string[]): void {
  const region = regions[0] ?? '';
  addRole(account, { name: 'Custom', path: '/ops/', trust: { Service: 'ssm.amazonaws.com' } });
  setSetting(account, region, 'ops/Custom');
  addNetwork(account, region, {
    shape: 'public',
    name: 'open',
    octet: 8,
    instances: [{ name: 'a', running: true }],
  });
  const state = account.Regions[region];
  if (!state) return;
  const { Ec2 } = state;
  const [{ VpcId }] = Ec2.Vpcs as [Piece];
  for (const piece of [...Ec2.Vpcs, ...Ec2.Subnets]) piece.BlockPublicAccessStates = undefined;
  Ec2.VpcBlockPublicAccessOptions = { InternetGatewayBlockMode: 'block-ingress', State: 'update-complete' };
  Ec2.ManagedPrefixLists = [
    {
      PrefixListId: 'pl-0a',
      PrefixListName: 'own',
      OwnerId: account.AccountId,
      AddressFamily: 'IPv4',
      State: 'create-complete',
      MaxEntries: 1,
      Version: 1,
      Entries: [{ Cidr: '192.0.2.0/24' }],
    },
  ];
  Ec2.RouteTables[0].Routes.push({
    DestinationPrefixListId: 'pl-0a',
    GatewayId: 'local',
    Origin: 'CreateRoute',
    State: 'active',
  });
  // A hybrid node, so that its activation is asked for.
  state.Ssm.InstanceInformationList.push({
    InstanceId: 'mi-0123456789abcdef0',
    PingStatus: 'ConnectionLost',
    AgentVersion: '3.3.3270.0',
    ResourceType: 'ManagedInstance',
    ActivationId: '01234567-89ab-cdef-0123-456789abcdef',
    IamRole: 'service-role/Hybrid',
    RegistrationDate: '2025-01-01T00:00:00+00:00',
  });
  state.Route53Resolver.ResolverRules = [
    { Id: 'rslvr-rr-0a', DomainName: 'corp.example.', RuleType: 'FORWARD', Status: 'COMPLETE' },
  ];
  state.Route53Resolver.ResolverRuleAssociations = [
    { Id: 'rslvr-rrassoc-0a', ResolverRuleId: 'rslvr-rr-0a', VPCId: VpcId, Status: 'COMPLETE' },
  ];
  state.Route53Profiles.ProfileAssociations = [
    { Id: 'rpassoc-0a', ProfileId: 'rp-0a', ResourceId: VpcId, Status: 'COMPLETE' },
  ];
  state.Route53Profiles.ProfileResourceAssociations = [
    {
      Id: 'rpr-0a',
      ProfileId: 'rp-0a',
      ResourceArn: `arn:aws:route53resolver:${region}:${account.AccountId}:resolver-rule/rslvr-rr-0a`,
      ResourceType: 'RESOLVER_RULE',
      Status: 'COMPLETE',
    },
    // A zone that no list of the VPC names: its own account is asked for the name.
    {
      Id: 'rpr-0b',
      ProfileId: 'rp-0a',
      ResourceArn: 'arn:aws:route53:::hostedzone/Z0CORP',
      ResourceType: 'PRIVATE_HOSTED_ZONE',
      OwnerId: account.AccountId,
      Status: 'COMPLETE',
    },
  ];
  account.Route53.HostedZones.push({
    Id: '/hostedzone/Z0CORP',
    Name: 'corp.example.',
    CallerReference: 'made',
    Config: { PrivateZone: true },
    VPCs: [],
    ResourceRecordSets: [],
  });
}
