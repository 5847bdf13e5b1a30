/**
 * What goes wrong around the runs of one seed: faults of AWS, a process that ends, another administrator at work, accounts
 * that are suspended, Regions that are opted in. Drawn beforehand from the seed; when it strikes hangs on how far the run is.
 */
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import type { Fault, FaultFile } from '../../twin/faults-file.ts';
import { addRole, DHMC_ROLE } from '../../twin/make/iam.ts';
import type { Random } from '../../twin/make/random.ts';
import { DHMC_SETTING } from '../../twin/make/region.ts';
import type { Twin } from '../../twin/start.ts';

/** Roles and groups of another team in every account: nothing of a run may change them. */
const FOREIGN_ROLE = 'OtherTeam';
const FOREIGN_GROUP = 'other-team';

export function addForeignResources(snapshot: Snapshot): void {
  for (const account of snapshot.accounts.values()) {
    addRole(account, { name: FOREIGN_ROLE, path: '/ops/', trust: { Service: 'ssm.amazonaws.com' } });
    for (const { Ec2 } of Object.values(account.Regions)) {
      const [group] = (Ec2.SecurityGroups ?? []) as Piece[];
      if (group === undefined) continue;
      const copy = structuredClone(group);
      Ec2.SecurityGroups.push({
        ...copy,
        GroupId: `${String(group.GroupId).slice(0, -4)}f0f0`,
        GroupName: FOREIGN_GROUP,
        Tags: [{ Key: 'team', Value: 'other' }],
      });
    }
  }
}

/** As JSON, to be compared: what belongs to another team, account by account. */
export function foreignResources(snapshot: Snapshot): Map<string, string> {
  return new Map(
    [...snapshot.accounts].map(([accountId, account]) => [
      accountId,
      JSON.stringify([
        account.Iam.RoleDetailList.filter(({ RoleName }: Piece) => RoleName === FOREIGN_ROLE),
        Object.values(account.Regions).flatMap(({ Ec2 }) =>
          (Ec2.SecurityGroups ?? []).filter(({ GroupName }: Piece) => GroupName === FOREIGN_GROUP),
        ),
      ]),
    ]),
  );
}

const OPERATIONS = [
  'AssumeRole',
  'GetServiceSetting',
  'UpdateServiceSetting',
  'CreateRole',
  'GetRole',
  'AttachRolePolicy',
  'ListAttachedRolePolicies',
  'DescribeVpcs',
  'DescribeVpcEndpoints',
  'CreateVpcEndpoint',
  'CreateSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'ModifyVpcAttribute',
  'ListRegions',
  'DescribeInstances',
] as const;

/** Few strikes each: the SDK waits between its retries on the wall's clock. */
export function drawFaults(random: Random, seed: number): FaultFile {
  const effects: readonly [Fault['effect'], ...Fault['effect'][]] = [
    { drop: 'before' },
    { drop: 'after' },
    { error: { code: 'AccessDenied', message: 'User is not authorized to perform this', status: 403 } },
    { error: { code: 'InternalError', message: 'An internal error has occurred', status: 500 } },
    { error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } },
    { error: { code: 'ExpiredTokenException', message: 'The security token is expired', status: 400 } },
  ];
  const faults = Array.from(
    { length: 1 + random.below(6) },
    (): Fault => ({
      match: { operation: random.pick(OPERATIONS), nth: 1 + random.below(4), probability: 0.5 },
      effect: random.pick(effects),
      times: 1 + random.below(2),
    }),
  );
  return { seed, faults };
}

/** What another administrator does to one account; the answer says what. */
export function interfere(random: Random, account: AccountFile, member: Piece): string {
  const regions = Object.entries(account.Regions);
  const [region, state] = regions[random.below(regions.length)] ?? ['', undefined];
  const roles: Piece[] = account.Iam.RoleDetailList;
  const dhmc = roles.find(({ RoleName }) => RoleName === DHMC_ROLE);
  switch (random.below(6)) {
    case 0: {
      const setting = state?.Ssm.ServiceSettings.find(({ SettingId }: Piece) => SettingId === DHMC_SETTING);
      if (setting) Object.assign(setting, { SettingValue: `ops/${FOREIGN_ROLE}`, LastModifiedUser: 'admin' });
      return `sets the service setting in ${region}`;
    }
    case 1:
      if (dhmc) dhmc.AttachedManagedPolicies = [];
      return 'detaches the policies of the DHMC role';
    case 2:
      if (dhmc) dhmc.Tags = [{ Key: 'team', Value: 'other' }];
      return 'takes our tags from the DHMC role';
    case 3:
      if (state) deleteEndpoints(state.Ec2);
      return `deletes the endpoints in ${region}`;
    case 4:
      Object.assign(member, { State: 'SUSPENDED', Status: 'SUSPENDED' });
      return 'suspends it';
    default: {
      const [off] = regions.filter(([, { RegionOptStatus }]) => RegionOptStatus === 'DISABLED');
      if (off) off[1].RegionOptStatus = 'ENABLED';
      return off ? `opts in to ${off[0]}` : 'looks around';
    }
  }
}

/** With their interfaces, as EC2 does. */
function deleteEndpoints(ec2: Piece): void {
  const endpoints: Piece[] = ec2.VpcEndpoints ?? [];
  const gone = new Set(endpoints.flatMap(({ NetworkInterfaceIds = [] }) => NetworkInterfaceIds as string[]));
  const interfaces: Piece[] = ec2.NetworkInterfaces ?? [];
  ec2.VpcEndpoints = [];
  ec2.NetworkInterfaces = interfaces.filter(({ NetworkInterfaceId }) => !gone.has(NetworkInterfaceId));
}

/** Some accounts have a Region that is off, to be opted in later. */
export function turnRegionsOff(random: Random, snapshot: Snapshot): void {
  for (const account of snapshot.accounts.values()) {
    const names = Object.keys(account.Regions);
    const state = account.Regions[names.at(-1) ?? ''];
    if (names.length > 1 && state && random.chance(0.3)) state.RegionOptStatus = 'DISABLED';
  }
}

export function accountsOf(twin: Twin): string[] {
  return twin.state.snapshot.organization.Accounts.map(({ Id }) => String(Id)).sort();
}
