/** What ties the parts of a snapshot together. Where it doesn't hold, the twin would answer what is not so. */
import type { AccountFile, OrganizationFile, Piece } from '../contract.ts';
import { formatPath, SnapshotError } from './error.ts';

const FILE = 'organization.json';

function refuse(file: string, path: PropertyKey[], reason: string): never {
  throw new SnapshotError(file, formatPath(path), reason);
}

/** Refuses the second entry of a list with the same key. */
function refuseTwins(file: string, path: PropertyKey[], entries: Piece[], keyPath: string[]): void {
  const seen = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    const key = keyPath.reduce<unknown>((at, name) => (at as Piece)[name], entry);
    if (seen.has(key))
      refuse(file, [...path, index, ...keyPath], `${JSON.stringify(key)} is here twice; remove one`);
    seen.add(key);
  }
}

export function checkOrganization(organization: OrganizationFile): void {
  const { Roots, OrganizationalUnits, Accounts, Policies } = organization;
  refuseTwins(FILE, ['OrganizationalUnits'], OrganizationalUnits, ['Id']);
  refuseTwins(FILE, ['Accounts'], Accounts, ['Id']);
  refuseTwins(FILE, ['Policies'], Policies, ['PolicySummary', 'Id']);
  const parents = new Set([...Roots, ...OrganizationalUnits].map((entry) => entry.Id));
  for (const [name, entries] of Object.entries({ OrganizationalUnits, Accounts })) {
    for (const [index, entry] of entries.entries()) {
      if (!parents.has(entry.ParentId)) {
        const id = JSON.stringify(entry.ParentId);
        refuse(
          FILE,
          [name, index, 'ParentId'],
          `no root or organizational unit has the id ${id}; add it or correct the id`,
        );
      }
    }
  }
  refuseCircles(OrganizationalUnits);
  checkMembers(organization);
  checkPolicyTargets(organization, parents);
}

function refuseCircles(units: Piece[]): void {
  const parentOf = new Map(units.map((unit) => [unit.Id, unit.ParentId]));
  for (const [index, unit] of units.entries()) {
    const above = new Set<unknown>();
    for (let id: unknown = unit.Id; id !== undefined; id = parentOf.get(id)) {
      if (above.has(id)) {
        refuse(
          FILE,
          ['OrganizationalUnits', index, 'ParentId'],
          `${JSON.stringify(unit.Id)} is below itself; correct the parent`,
        );
      }
      above.add(id);
    }
  }
}

function checkMembers({
  Organization,
  OperatorAccountId,
  DelegatedAdministrators,
  Accounts,
}: OrganizationFile): void {
  const members = new Set(Accounts.map((account) => account.Id));
  const named: [PropertyKey[], string][] = [
    [['Organization', 'MasterAccountId'], Organization.MasterAccountId],
    [['OperatorAccountId'], OperatorAccountId],
    ...DelegatedAdministrators.map((entry, index): [PropertyKey[], string] => [
      ['DelegatedAdministrators', index, 'Id'],
      entry.Id,
    ]),
  ];
  for (const [path, id] of named) {
    if (!members.has(id)) refuse(FILE, path, `account ${id} is not in Accounts; add it or correct the id`);
  }
}

function checkPolicyTargets({ Policies, Accounts }: OrganizationFile, parents: Set<string>): void {
  const known = new Set([...parents, ...Accounts.map((account) => account.Id)]);
  for (const [index, policy] of Policies.entries()) {
    for (const [at, target] of ((policy.Targets ?? []) as Piece[]).entries()) {
      if (known.has(target.TargetId)) continue;
      const id = JSON.stringify(target.TargetId);
      refuse(
        FILE,
        ['Policies', index, 'Targets', at, 'TargetId'],
        `no root, organizational unit or account has the id ${id}; add it or correct the id`,
      );
    }
  }
}

/** Keys by which AWS identifies the resources of a Region. */
const RESOURCE_IDS: Record<string, string> = {
  Vpcs: 'VpcId',
  Subnets: 'SubnetId',
  RouteTables: 'RouteTableId',
  NatGateways: 'NatGatewayId',
  InternetGateways: 'InternetGatewayId',
  VpcEndpoints: 'VpcEndpointId',
  SecurityGroups: 'GroupId',
  NetworkAcls: 'NetworkAclId',
  DhcpOptions: 'DhcpOptionsId',
  ManagedPrefixLists: 'PrefixListId',
  NetworkInterfaces: 'NetworkInterfaceId',
  Instances: 'InstanceId',
  InstanceStatuses: 'InstanceId',
  TransitGatewayVpcAttachments: 'TransitGatewayAttachmentId',
  TransitGatewayRouteTables: 'TransitGatewayRouteTableId',
  VpcPeeringConnections: 'VpcPeeringConnectionId',
};

export function checkAccount(account: AccountFile, file: string): void {
  const roles: Piece[] = account.Iam.RoleDetailList;
  refuseTwins(file, ['Iam', 'RoleDetailList'], roles, ['RoleName']);
  refuseTwins(file, ['Iam', 'Policies'], account.Iam.Policies, ['Arn']);
  for (const [index, role] of roles.entries())
    checkRole(account, role, ['Iam', 'RoleDetailList', index], file);
  for (const [index, policy] of (account.Iam.Policies as Piece[]).entries()) {
    const versions: Piece[] = policy.PolicyVersionList;
    if (versions.some((version) => version.VersionId === policy.DefaultVersionId)) continue;
    const version = JSON.stringify(policy.DefaultVersionId);
    refuse(
      file,
      ['Iam', 'Policies', index, 'PolicyVersionList'],
      `version ${version}, the default, is missing; add its document`,
    );
  }
  for (const [name, region] of Object.entries(account.Regions)) {
    refuseTwins(file, ['Regions', name, 'Ssm', 'ServiceSettings'], region.Ssm.ServiceSettings, ['SettingId']);
    refuseTwins(
      file,
      ['Regions', name, 'Ssm', 'InstanceInformationList'],
      region.Ssm.InstanceInformationList,
      ['InstanceId'],
    );
    for (const [list, key] of Object.entries(RESOURCE_IDS)) {
      refuseTwins(file, ['Regions', name, 'Ec2', list], region.Ec2[list] ?? [], [key]);
    }
  }
}

function checkRole(account: AccountFile, role: Piece, path: PropertyKey[], file: string): void {
  const end = `:iam::${account.AccountId}:role${role.Path}${role.RoleName}`;
  if (!String(role.Arn).endsWith(end)) {
    refuse(
      file,
      [...path, 'Arn'],
      `${JSON.stringify(role.Arn)} does not end with ${JSON.stringify(end)}; correct the ARN, path or name`,
    );
  }
  const known = new Set((account.Iam.Policies as Piece[]).map((policy) => policy.Arn));
  for (const [index, attached] of ((role.AttachedManagedPolicies ?? []) as Piece[]).entries()) {
    const arn = String(attached.PolicyArn);
    if (known.has(arn) || arn.includes(':iam::aws:policy/')) continue;
    refuse(
      file,
      [...path, 'AttachedManagedPolicies', index, 'PolicyArn'],
      `${JSON.stringify(arn)} is not in Iam.Policies; add it with its document`,
    );
  }
}
