/** AWS Organizations: its reads, and writes of policies and accounts. Names, shapes and errors: Organizations API reference. */
import { AwsError, type Call, type Operations, type Piece } from '../contract.ts';
import { paginate } from '../pages.ts';
import { notInSnapshot } from './not-in-snapshot.ts';
import { ACCOUNT_WRITES } from './organizations/account-writes.ts';
import {
  ACCOUNT_NOT_FOUND,
  findDelegations,
  organizationOf,
  PAGE,
  PARENT_NOT_FOUND,
  readable,
  showAccount,
  typeOf,
} from './organizations/organization.ts';
import { onResource, withKey } from './organizations/permissions.ts';
import { POLICY_OPERATIONS } from './organizations/policies.ts';
import { POLICY_WRITES } from './organizations/policy-writes.ts';

/** "AccountNotRegisteredException: The account ... is not a registered delegated administrator". */
const NOT_REGISTERED = (): AwsError =>
  new AwsError(
    'AccountNotRegisteredException',
    'The specified account is not a delegated administrator for this AWS service.',
  );

export const operations: Operations = {
  DescribeOrganization: {
    honours: [],
    mutates: false,
    // "can be called from any account in a organization"
    permissions: () => [{ action: 'organizations:DescribeOrganization', resource: '*' }],
    handle: (_input, call) => ({ Organization: organizationOf(call).Organization }),
  },
  ListAccounts: readable('ListAccounts', PAGE, (input, call) => {
    const { items, token } = page(organizationOf(call).Accounts, input, call);
    return { Accounts: items.map((account) => showAccount(account, call)), NextToken: token };
  }),
  DescribeAccount: readable(
    'DescribeAccount',
    ['AccountId'],
    (input, call) => {
      const account = call.state.member(input.AccountId);
      if (!account) throw ACCOUNT_NOT_FOUND();
      return { Account: showAccount(account, call) };
    },
    onResource('AccountId'),
  ),
  ListRoots: readable('ListRoots', PAGE, (input, call) => {
    const { items, token } = page(organizationOf(call).Roots, input, call);
    return { Roots: items, NextToken: token };
  }),
  ListOrganizationalUnitsForParent: readable(
    'ListOrganizationalUnitsForParent',
    [...PAGE, 'ParentId'],
    (input, call) => {
      const { items, token } = page(unitsBelow(parentIn(input, call), call), input, call);
      return { OrganizationalUnits: items, NextToken: token };
    },
    onResource('ParentId'),
  ),
  ListAccountsForParent: readable(
    'ListAccountsForParent',
    [...PAGE, 'ParentId'],
    (input, call) => {
      const { items, token } = page(accountsBelow(parentIn(input, call), call), input, call);
      return { Accounts: items.map((account) => showAccount(account, call)), NextToken: token };
    },
    onResource('ParentId'),
  ),
  ListParents: readable(
    'ListParents',
    [...PAGE, 'ChildId'],
    (input, call) => {
      const child = findChild(input.ChildId, call);
      if (!child) {
        throw new AwsError(
          'ChildNotFoundException',
          "You provided a child that doesn't exist in the organization.",
        );
      }
      const type = child.ParentId === organizationOf(call).Roots[0]?.Id ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
      const { items, token } = page([{ Id: child.ParentId, Type: type }], input, call);
      return { Parents: items, NextToken: token };
    },
    onResource('ChildId'),
  ),
  ListChildren: readable(
    'ListChildren',
    [...PAGE, 'ParentId', 'ChildType'],
    listChildren,
    onResource('ParentId'),
  ),
  DescribeOrganizationalUnit: readable(
    'DescribeOrganizationalUnit',
    ['OrganizationalUnitId'],
    (input, call) => {
      const unit = organizationOf(call).OrganizationalUnits.find(
        ({ Id }) => Id === input.OrganizationalUnitId,
      );
      if (unit) return { OrganizationalUnit: unit };
      throw new AwsError(
        'OrganizationalUnitNotFoundException',
        "You specified an organizational unit that doesn't exist.",
      );
    },
    onResource('OrganizationalUnitId'),
  ),
  ListTagsForResource: readable(
    'ListTagsForResource',
    ['ResourceId', 'NextToken'],
    (input, call) => {
      if (!typeOf(input.ResourceId, call)) {
        throw new AwsError('TargetNotFoundException', "You specified a target that doesn't exist.");
      }
      const { Roots, Policies } = organizationOf(call);
      const tagged = [...Roots, ...Policies.map((policy) => ({ ...policy, Id: policy.PolicySummary.Id }))];
      const resource: Piece | undefined =
        findChild(input.ResourceId, call) ?? tagged.find(({ Id }) => Id === input.ResourceId);
      const { items, token } = paginate<Piece>(resource?.Tags ?? [], input.NextToken, undefined, call, {
        aws: 50,
      });
      return { Tags: items, NextToken: token };
    },
    onResource('ResourceId'),
  ),
  ListDelegatedAdministrators: readable(
    'ListDelegatedAdministrators',
    [...PAGE, 'ServicePrincipal'],
    listDelegatedAdministrators,
    withKey('organizations:ServicePrincipal', 'ServicePrincipal'),
  ),
  ListDelegatedServicesForAccount: readable(
    'ListDelegatedServicesForAccount',
    [...PAGE, 'AccountId'],
    (input, call) => {
      if (!call.state.member(input.AccountId)) throw ACCOUNT_NOT_FOUND();
      const services = findDelegations(call).filter(({ accountId }) => accountId === input.AccountId);
      if (services.length === 0) throw NOT_REGISTERED();
      const shown = services.flatMap(({ service, since }) =>
        service === undefined ? [] : [{ ServicePrincipal: service, DelegationEnabledDate: since }],
      );
      const { items, token } = page(shown, input, call);
      return { DelegatedServices: items, NextToken: token };
    },
    onResource('AccountId'),
  ),
  ListAWSServiceAccessForOrganization: readable(
    'ListAWSServiceAccessForOrganization',
    PAGE,
    (input, call) => {
      const { items, token } = page(enabledServices(call), input, call);
      return { EnabledServicePrincipals: items, NextToken: token };
    },
  ),
  DescribeResourcePolicy: readable('DescribeResourcePolicy', [], (_input, call) => {
    const { ResourcePolicy } = organizationOf(call);
    if (ResourcePolicy === undefined) throw notInSnapshot('organization.json: ResourcePolicy');
    if (ResourcePolicy === null) {
      throw new AwsError(
        'ResourcePolicyNotFoundException',
        "We can't find a resource policy request with the parameter that you specified.",
      );
    }
    return { ResourcePolicy };
  }),
  ...POLICY_OPERATIONS,
  ...POLICY_WRITES,
  ...ACCOUNT_WRITES,
};

/** Services with trusted access. */
export function enabledServices(call: Call): Piece[] {
  const enabled: Piece[] | undefined = organizationOf(call).EnabledServicePrincipals;
  if (enabled === undefined) throw notInSnapshot('organization.json: EnabledServicePrincipals');
  return enabled;
}

function page<T>(items: T[], input: Piece, call: Call): { items: T[]; token: string | undefined } {
  return paginate(items, input.NextToken, input.MaxResults, call, { aws: 20, most: 20 });
}

function parentIn({ ParentId }: Piece, call: Call): string {
  const type = typeOf(ParentId, call);
  if (type !== 'ROOT' && type !== 'ORGANIZATIONAL_UNIT') throw PARENT_NOT_FOUND();
  return ParentId;
}

function unitsBelow(parentId: string, call: Call): Piece[] {
  return organizationOf(call).OrganizationalUnits.filter(({ ParentId }) => ParentId === parentId);
}

function accountsBelow(parentId: string, call: Call): Piece[] {
  return organizationOf(call).Accounts.filter(({ ParentId }) => ParentId === parentId);
}

function findChild(id: string, call: Call): Piece | undefined {
  return call.state.member(id) ?? organizationOf(call).OrganizationalUnits.find((unit) => unit.Id === id);
}

function listChildren(input: Piece, call: Call): Piece {
  const parentId = parentIn(input, call);
  const type: string = input.ChildType;
  if (type !== 'ACCOUNT' && type !== 'ORGANIZATIONAL_UNIT') {
    throw new AwsError(
      'InvalidInputException',
      'You specified an invalid value for ChildType; expected ACCOUNT or ORGANIZATIONAL_UNIT.',
    );
  }
  const children = type === 'ACCOUNT' ? accountsBelow(parentId, call) : unitsBelow(parentId, call);
  const { items, token } = page(children, input, call);
  return { Children: items.map(({ Id }) => ({ Id, Type: type })), NextToken: token };
}

/** One entry an account, however many services are delegated to it. */
function listDelegatedAdministrators(input: Piece, call: Call): Piece {
  const wanted: string | undefined = input.ServicePrincipal;
  const delegations = findDelegations(call).filter(
    ({ service }) => wanted === undefined || service === wanted,
  );
  const since = new Map<string, unknown>();
  for (const delegation of delegations) {
    if (!since.has(delegation.accountId)) since.set(delegation.accountId, delegation.since);
  }
  const shown = [...since].map(([accountId, date]) => ({
    ...showAccount(call.state.member(accountId) ?? { Id: accountId }, call),
    DelegationEnabledDate: date,
  }));
  const { items, token } = page(shown, input, call);
  return { DelegatedAdministrators: items, NextToken: token };
}
