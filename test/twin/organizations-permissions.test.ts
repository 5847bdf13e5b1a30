/** Reads of Organizations are authorized on what they name (service authorization reference, AWS Organizations). */
import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribePolicyCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const OPERATOR = '100000000002';
const [DENIED_ACCOUNT, OTHER_ACCOUNT, TAGGED_ACCOUNT] = ['100000000012', '100000000018', '100000000020'];
const SCP = 'SERVICE_CONTROL_POLICY';
const arn = (path: string) => `arn:aws:organizations::100000000001:${path}`;
const statements: Piece[] = [
  { Effect: 'Allow', Action: 'organizations:*', Resource: '*' },
  {
    Effect: 'Deny',
    Action: 'organizations:*',
    Resource: [
      arn(`account/o-exampleorg1/${DENIED_ACCOUNT}`),
      arn('ou/o-exampleorg1/ou-lab'),
      arn('policy/o-exampleorg1/service_control_policy/p-onlytokyo'),
    ],
  },
  {
    Effect: 'Deny',
    Action: 'organizations:*',
    Resource: '*',
    Condition: { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } },
  },
  {
    Effect: 'Deny',
    Action: 'organizations:*',
    Resource: '*',
    Condition: { StringEquals: { 'organizations:ServicePrincipal': 'config.amazonaws.com' } },
  },
  {
    Effect: 'Deny',
    Action: 'organizations:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
  },
];

let twin: Twin;
let client: OrganizationsClient;
beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ organization, accounts }) => {
      const tagged = organization.Accounts.find(({ Id }) => Id === TAGGED_ACCOUNT);
      Object.assign(tagged ?? {}, { Tags: [{ Key: 'stage', Value: 'prod' }] });
      accounts.get(OPERATOR)?.Iam.RoleDetailList.push({
        Path: '/',
        RoleName: 'Auditor',
        RoleId: 'AROAAUDITORAUDITOR123',
        Arn: `arn:aws:iam::${OPERATOR}:role/Auditor`,
        CreateDate: '2024-01-10T00:00:00Z',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: OPERATOR }, Action: 'sts:AssumeRole' }],
        },
        RolePolicyList: [],
        AttachedManagedPolicies: [
          { PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        ],
      });
    },
  });
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const credentials = await enter(twin, OPERATOR, { role: 'Auditor', Policy });
  client = new OrganizationsClient(configuration(twin, 'us-east-1', credentials));
});
afterAll(async () => {
  client?.destroy();
  await twin?.close();
});

const paths: Record<string, string> = {
  [DENIED_ACCOUNT]: arn(`account/o-exampleorg1/${DENIED_ACCOUNT}`),
  [TAGGED_ACCOUNT]: arn(`account/o-exampleorg1/${TAGGED_ACCOUNT}`),
  'ou-lab': arn('ou/o-exampleorg1/ou-lab'),
};

describe('Given a Deny on the ARN of a resource, or on a condition key of the action', () => {
  type Read = (id: string) => unknown;
  const byAccount: [string, Read][] = [
    ['DescribeAccount', (AccountId) => new DescribeAccountCommand({ AccountId })],
    ['ListParents', (ChildId) => new ListParentsCommand({ ChildId })],
    ['ListTagsForResource', (ResourceId) => new ListTagsForResourceCommand({ ResourceId })],
    ['ListPoliciesForTarget', (TargetId) => new ListPoliciesForTargetCommand({ TargetId, Filter: SCP })],
    [
      'ListDelegatedServicesForAccount',
      (AccountId) => new ListDelegatedServicesForAccountCommand({ AccountId }),
    ],
  ];
  const byUnit: [string, Read][] = [
    [
      'DescribeOrganizationalUnit',
      (OrganizationalUnitId) => new DescribeOrganizationalUnitCommand({ OrganizationalUnitId }),
    ],
    [
      'ListOrganizationalUnitsForParent',
      (ParentId) => new ListOrganizationalUnitsForParentCommand({ ParentId }),
    ],
    ['ListAccountsForParent', (ParentId) => new ListAccountsForParentCommand({ ParentId })],
    ['ListChildren', (ParentId) => new ListChildrenCommand({ ParentId, ChildType: 'ACCOUNT' })],
  ];
  const byPolicy: [string, Read][] = [
    ['DescribePolicy', (PolicyId) => new DescribePolicyCommand({ PolicyId })],
    ['ListTargetsForPolicy', (PolicyId) => new ListTargetsForPolicyCommand({ PolicyId })],
  ];
  const cases = [
    ...byAccount.map(([name, read]) => [name, read, DENIED_ACCOUNT, OTHER_ACCOUNT] as const),
    ...byAccount.map(([name, read]) => [name, read, TAGGED_ACCOUNT, OTHER_ACCOUNT] as const),
    ...byUnit.map(([name, read]) => [name, read, 'ou-lab', 'ou-prod'] as const),
    ...byPolicy.map(([name, read]) => [name, read, 'p-onlytokyo', 'p-FullAWSAccess'] as const),
    [
      'ListPolicies',
      (Filter: string) => new ListPoliciesCommand({ Filter } as never),
      'TAG_POLICY',
      SCP,
    ] as const,
    [
      'ListDelegatedAdministrators',
      (ServicePrincipal: string) => new ListDelegatedAdministratorsCommand({ ServicePrincipal }),
      'config.amazonaws.com',
      'ssm.amazonaws.com',
    ] as const,
  ];

  it.each(cases)(
    'When %s names it, Then it is denied on that ARN, and allowed on others',
    async (name, read, denied, other) => {
      // the union of commands has no common overload
      const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
      await expect(send(read(denied))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(
          `not authorized to perform: organizations:${name} on resource: ${paths[denied] ?? ''}`,
        ),
      });
      const answer = await send(read(other)).catch((error: Error) => error.name);
      expect(answer).not.toBe('AccessDeniedException');
    },
  );
});
