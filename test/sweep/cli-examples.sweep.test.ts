/** What the AWS CLI's reference shows as output can be pasted into a snapshot, and is read back as it was. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { credentialsOf } from '../twin/first-organization.ts';
import { runPython } from './run-python.ts';

jest.setTimeout(120_000);

/** The account of the examples of IAM. */
const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

interface Example {
  page: string;
  /** List of the output. */
  from: string;
  /** List of the snapshot, below the Region where nothing else is said. */
  to: string;
  /** What identifies a piece. */
  id: string;
  operation: string;
  input?: Piece;
}

const EXAMPLES: Example[] = [
  ...[
    ['describe-vpcs', 'Vpcs', 'VpcId', 'DescribeVpcs'],
    ['describe-subnets', 'Subnets', 'SubnetId', 'DescribeSubnets'],
    ['describe-route-tables', 'RouteTables', 'RouteTableId', 'DescribeRouteTables'],
    ['describe-nat-gateways', 'NatGateways', 'NatGatewayId', 'DescribeNatGateways'],
    ['describe-internet-gateways', 'InternetGateways', 'InternetGatewayId', 'DescribeInternetGateways'],
    [
      'describe-egress-only-internet-gateways',
      'EgressOnlyInternetGateways',
      'EgressOnlyInternetGatewayId',
      'DescribeEgressOnlyInternetGateways',
    ],
    ['describe-vpc-endpoints', 'VpcEndpoints', 'VpcEndpointId', 'DescribeVpcEndpoints'],
    ['describe-security-groups', 'SecurityGroups', 'GroupId', 'DescribeSecurityGroups'],
    ['describe-network-acls', 'NetworkAcls', 'NetworkAclId', 'DescribeNetworkAcls'],
    ['describe-dhcp-options', 'DhcpOptions', 'DhcpOptionsId', 'DescribeDhcpOptions'],
    ['describe-instance-status', 'InstanceStatuses', 'InstanceId', 'DescribeInstanceStatus'],
    ['describe-network-interfaces', 'NetworkInterfaces', 'NetworkInterfaceId', 'DescribeNetworkInterfaces'],
  ].map(([page = '', list = '', id = '', operation = '']) => ({
    page: `ec2/${page}`,
    from: list,
    to: `Ec2.${list}`,
    id,
    operation,
  })),
  {
    page: 'ec2/describe-vpc-endpoint-services',
    from: 'ServiceDetails',
    to: 'Ec2.VpcEndpointServices',
    id: 'ServiceName',
    operation: 'DescribeVpcEndpointServices',
  },
  {
    page: 'ec2/describe-managed-prefix-lists',
    from: 'PrefixLists',
    to: 'Ec2.ManagedPrefixLists',
    id: 'PrefixListId',
    operation: 'DescribeManagedPrefixLists',
  },
  {
    page: 'ec2/describe-instances',
    from: 'Reservations.Instances',
    to: 'Ec2.Instances',
    id: 'InstanceId',
    operation: 'DescribeInstances',
  },
  {
    page: 'ssm/get-service-setting',
    from: 'ServiceSetting',
    to: 'Ssm.ServiceSettings',
    id: 'SettingId',
    operation: 'GetServiceSetting',
    input: { SettingId: '/ssm/parameter-store/high-throughput-enabled' },
  },
  {
    page: 'ssm/describe-instance-information',
    from: 'InstanceInformationList',
    to: 'Ssm.InstanceInformationList',
    id: 'InstanceId',
    operation: 'DescribeInstanceInformation',
  },
  {
    page: 'ssm/list-associations',
    from: 'Associations',
    to: 'Ssm.Associations',
    id: 'AssociationId',
    operation: 'ListAssociations',
  },
  ...[
    ['list-resolver-endpoints', 'ResolverEndpoints', 'ListResolverEndpoints'],
    ['list-resolver-rules', 'ResolverRules', 'ListResolverRules'],
    ['list-resolver-rule-associations', 'ResolverRuleAssociations', 'ListResolverRuleAssociations'],
  ].map(([page = '', list = '', operation = '']) => ({
    page: `route53resolver/${page}`,
    from: list,
    to: `Route53Resolver.${list}`,
    id: 'Id',
    operation,
  })),
  {
    page: 'route53profiles/list-profile-associations',
    from: 'ProfileAssociations',
    to: 'Route53Profiles.ProfileAssociations',
    id: 'Id',
    operation: 'ListProfileAssociations',
  },
  {
    page: 'route53profiles/list-profile-resource-associations',
    from: 'ProfileResourceAssociations',
    to: 'Route53Profiles.ProfileResourceAssociations',
    id: 'Id',
    operation: 'ListProfileResourceAssociations',
    input: { ProfileId: 'rp-4987774726example' },
  },
  ...[
    ['RoleDetailList', 'RoleName'],
    ['Policies', 'Arn'],
    ['UserDetailList', 'UserName'],
    ['GroupDetailList', 'GroupName'],
  ].map(([list = '', id = '']) => ({
    page: 'iam/get-account-authorization-details',
    from: list,
    to: `account.Iam.${list}`,
    id,
    operation: 'GetAccountAuthorizationDetails',
  })),
  {
    page: 'organizations/list-accounts',
    from: 'Accounts',
    to: 'organization.Accounts',
    id: 'Id',
    operation: 'ListAccounts',
  },
  {
    page: 'organizations/list-roots',
    from: 'Roots',
    to: 'organization.Roots',
    id: 'Id',
    operation: 'ListRoots',
  },
];

interface Counts {
  pages: number;
  outputs: number;
  unreadable: number;
  pieces: number;
  epochTimes: number;
}

const counts: Counts = { pages: 0, outputs: 0, unreadable: 0, pieces: 0, epochTimes: 0 };
const loaded = new Map<Example, Piece[]>();
let answers: Piece[][];
let folder: string;
let twin: Twin;

/** Slips of the pages, which a snapshot refuses, and what they must mean. */
const SLIPS: Record<string, string> = {
  // ec2/describe-subnets: 13 digits
  '1111222233333': '111122223333',
};

/** Lists that a page shows as their one entry: GroupDetailList of iam/get-account-authorization-details. */
const LISTS = new Set(['AttachedManagedPolicies']);

/** Version 1 of the CLI printed epoch seconds, which a snapshot refuses: version 2 prints ISO 8601. */
function modernize(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && /(Date|Time|Timestamp)$/.test(key)) {
    counts.epochTimes += 1;
    return new Date(value * 1000).toISOString().replace('Z', '+00:00');
  }
  if (typeof value === 'string') return SLIPS[value] ?? value;
  if (Array.isArray(value)) return value.map((inner) => modernize(inner));
  if (typeof value !== 'object' || value === null) return value;
  const read = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, modernize(inner, name)]),
  );
  return LISTS.has(key) ? [read] : read;
}

function piecesOf(output: Piece, path: string): Piece[] {
  return path.split('.').reduce<Piece[]>((at, name) => at.flatMap((one) => one[name] ?? []), [output]);
}

function put(owner: Piece, path: string, pieces: Piece[]): void {
  const names = path.split('.');
  const list = names.pop() ?? '';
  let at = owner;
  for (const name of names) {
    at[name] ??= {};
    at = at[name];
  }
  at[list] = [...(at[list] ?? []), ...pieces];
}

beforeAll(async () => {
  const pages = [...new Set(EXAMPLES.map(({ page }) => page))];
  type Page = { outputs: Piece[]; unreadable: number };
  const read = await runPython<Record<string, Page>>('test/sweep/cli_examples.py', pages);
  counts.pages = pages.length;
  for (const { outputs, unreadable } of Object.values(read)) {
    counts.outputs += outputs.length;
    counts.unreadable += unreadable;
  }
  const organization: Piece = {
    FormatVersion: 1,
    Organization: {
      Id: 'o-exampleorgid',
      Arn: 'arn:aws:organizations::111111111111:organization/o-exampleorgid',
      FeatureSet: 'ALL',
      MasterAccountId: ACCOUNT,
    },
    OperatorAccountId: ACCOUNT,
    CapturedAt: '2026-11-20T00:00:00Z',
  };
  const account: Piece = { FormatVersion: 1, AccountId: ACCOUNT };
  const region: Piece = { RegionOptStatus: 'ENABLED_BY_DEFAULT' };
  for (const example of EXAMPLES) {
    const pieces = new Map<string, Piece>();
    for (const output of read[example.page]?.outputs ?? []) {
      for (const piece of piecesOf(modernize(output) as Piece, example.from)) {
        if (piece[example.id] !== undefined && !pieces.has(piece[example.id]))
          pieces.set(piece[example.id], piece);
      }
    }
    loaded.set(example, [...pieces.values()]);
    counts.pieces += pieces.size;
    const [owner, path] = example.to.startsWith('account.')
      ? [account, example.to.slice('account.'.length)]
      : example.to.startsWith('organization.')
        ? [organization, example.to.slice('organization.'.length)]
        : [region, example.to];
    put(owner, path, structuredClone([...pieces.values()]));
  }
  account.Regions = { [REGION]: region };
  // What the format has besides the outputs: parents, and the account of the examples of IAM.
  const [root] = organization.Roots;
  organization.Accounts.push({
    Id: ACCOUNT,
    Arn: `arn:aws:organizations::${ACCOUNT}:account/x`,
    Name: 'x',
    State: 'ACTIVE',
  });
  for (const member of organization.Accounts) member.ParentId = root.Id;
  folder = await mkdtemp(join(tmpdir(), 'cli-examples-'));
  await mkdir(join(folder, 'accounts'));
  await writeFile(join(folder, 'organization.json'), JSON.stringify(organization));
  await writeFile(join(folder, 'accounts', `${ACCOUNT}.json`), JSON.stringify(account));
  twin = await startTwin({ snapshot: await readSnapshot(folder) });
  answers = await runPython<Piece[][]>('test/sweep/read_back.py', {
    url: twin.url,
    region: REGION,
    credentials: credentialsOf(twin.operator),
    reads: EXAMPLES.map(({ page, operation, from, input = {} }) => ({
      service: page.split('/')[0],
      operation,
      list: from,
      input,
    })),
  });
  process.stdout.write(`examples of the AWS CLI: ${JSON.stringify(counts)}\n`);
});
afterAll(async () => {
  await twin?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Times as numbers, since they are printed in several ways. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+/.test(value)) return Date.parse(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}

describe('Given the documented example outputs of the AWS CLI as pieces of a snapshot', () => {
  it.each(EXAMPLES.map((example) => [example.page, example.from, example] as const))(
    'When %s %s is asked of the twin, Then the pieces are there, nothing of them lost',
    (_page, _from, example) => {
      const pieces = loaded.get(example) ?? [];
      expect(pieces.length).toBeGreaterThan(0);
      const answered = answers[EXAMPLES.indexOf(example)] ?? [];
      for (const piece of pieces) {
        const found = answered.find((one) => one[example.id] === piece[example.id]);
        expect(comparable(found)).toMatchObject(comparable(piece) as Piece);
      }
    },
  );

  it('When they are counted, Then few pages show what is no JSON', () => {
    expect(counts.pieces).toBeGreaterThan(40);
    expect(counts.unreadable).toBeLessThan(10);
  });
});
