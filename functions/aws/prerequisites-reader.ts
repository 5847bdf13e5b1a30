/** What `dhmc doctor` asks of AWS beyond what a run needs. Only the command loads it, with separate clients. */
import { CloudFormationClient, DescribeOrganizationsAccessCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DescribeAccountCommand,
  DescribePolicyCommand,
  DescribeResourcePolicyCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedAdministrators,
  paginateListDelegatedServicesForAccount,
} from '@aws-sdk/client-organizations';
import type { AccountId, Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type { Delegation } from '../core/readiness/organization-access.ts';
import { STACK_SETS_SERVICE } from '../core/readiness/stack-sets.ts';
import type { Trail } from '../core/readiness/trail.ts';
import type { AwsConnection, SessionClients } from './client-pool.ts';
import './organization-client.ts';
import { read } from './reads.ts';

/** Services that the account administers; fails for one that administers none. */
export function readOwnServices(clients: SessionClients, accountId: AccountId): Promise<Read<string[]>> {
  return read('organizations:ListDelegatedServicesForAccount', async () => {
    const services: string[] = [];
    const pages = paginateListDelegatedServicesForAccount(
      { client: clients.organizations() },
      { AccountId: accountId },
    );
    for await (const page of pages)
      for (const { ServicePrincipal } of page.DelegatedServices ?? [])
        if (ServicePrincipal) services.push(ServicePrincipal);
    return services.sort();
  }, ['AccountNotRegisteredException']);
}

/** Every delegated administrator with its services. */
export function readDelegations(clients: SessionClients): Promise<Read<Delegation[]>> {
  return read('organizations:ListDelegatedAdministrators', async () => {
    const delegations: Delegation[] = [];
    const pages = paginateListDelegatedAdministrators({ client: clients.organizations() }, {});
    for await (const page of pages) {
      for (const { Id } of page.DelegatedAdministrators ?? []) {
        if (!Id) continue;
        const services = await readOwnServices(clients, Id);
        const named = services.kind === 'value' ? services.value : [];
        if (named.length === 0) delegations.push({ accountId: Id, service: null });
        delegations.push(...named.map((service) => ({ accountId: Id, service })));
      }
    }
    return delegations;
  });
}

/** Text of the organization's resource policy. */
export function readResourcePolicy(clients: SessionClients): Promise<Read<string>> {
  return read('organizations:DescribeResourcePolicy', async () => {
    const { ResourcePolicy } = await clients.organizations().send(new DescribeResourcePolicyCommand({}));
    return ResourcePolicy?.Content ?? '';
  }, ['ResourcePolicyNotFoundException']);
}

/** Administrators of StackSets alone. */
export function readStackSetsAdministrators(clients: SessionClients): Promise<Read<AccountId[]>> {
  return read('organizations:ListDelegatedAdministrators', async () => {
    const ids: AccountId[] = [];
    const pages = paginateListDelegatedAdministrators(
      { client: clients.organizations() },
      { ServicePrincipal: STACK_SETS_SERVICE },
    );
    for await (const page of pages)
      for (const { Id } of page.DelegatedAdministrators ?? []) if (Id) ids.push(Id);
    return ids;
  });
}

/**
 * Whether StackSets have trusted access: CloudFormation's own word where it may be asked ("by the management account or
 * the delegated administrator"), else that of Organizations, which every delegated administrator may ask.
 */
export function readStackSetsAccess(
  clients: SessionClients,
  connection: AwsConnection,
  as: 'SELF' | 'DELEGATED_ADMIN' | null,
): Promise<Read<boolean>> {
  if (as === null) {
    return read('organizations:ListAWSServiceAccessForOrganization', async () => {
      const pages = paginateListAWSServiceAccessForOrganization({ client: clients.organizations() }, {});
      for await (const page of pages) {
        const services = page.EnabledServicePrincipals ?? [];
        if (services.some(({ ServicePrincipal }) => ServicePrincipal === STACK_SETS_SERVICE)) return true;
      }
      return false;
    });
  }
  return read('cloudformation:DescribeOrganizationsAccess', () =>
    withClient(new CloudFormationClient(settingsIn(connection, connection.homeRegion)), async (client) => {
      const { Status } = await client.send(new DescribeOrganizationsAccessCommand({ CallAs: as }));
      return Status === 'ENABLED';
    }),
  );
}

/** Trails that cover the Region, each with its status. */
export function readTrails(connection: AwsConnection, region: Region): Promise<Read<Trail[]>> {
  return read('cloudtrail:DescribeTrails', () =>
    withClient(new CloudTrailClient(settingsIn(connection, region)), async (client) => {
      const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
      return Promise.all(
        trailList.map(async ({ Name = '', TrailARN = Name, IsOrganizationTrail = false }): Promise<Trail> => {
          const [status, selectors] = await Promise.all([
            client.send(new GetTrailStatusCommand({ Name: TrailARN })),
            read('cloudtrail:GetEventSelectors', () =>
              client.send(new GetEventSelectorsCommand({ TrailName: TrailARN })),
            ),
          ]);
          return {
            name: Name,
            isOrganizationTrail: IsOrganizationTrail,
            isLogging: status.IsLogging === true,
            logsManagementWrites: selectors.kind === 'value' ? logsManagementWrites(selectors.value) : null,
          };
        }),
      );
    }),
  );
}

/**
 * CloudTrail API reference, EventSelector (ReadWriteType All, ReadOnly, WriteOnly; IncludeManagementEvents) and
 * AdvancedFieldSelector (eventCategory Management; readOnly true leaves writes out). Of a selector that narrows by other
 * fields nothing is taken for granted.
 */
function logsManagementWrites({
  EventSelectors = [],
  AdvancedEventSelectors = [],
}: Pick<GetEventSelectorsCommandOutput, 'EventSelectors' | 'AdvancedEventSelectors'>): boolean {
  // A trail without any logs management events ("the default").
  if (EventSelectors.length === 0 && AdvancedEventSelectors.length === 0) return true;
  const basic = EventSelectors.some(
    ({ IncludeManagementEvents, ReadWriteType }) =>
      IncludeManagementEvents !== false && ReadWriteType !== 'ReadOnly',
  );
  return (
    basic ||
    AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
      const management = FieldSelectors.some(
        ({ Field, Equals = [] }) => Field === 'eventCategory' && Equals.includes('Management'),
      );
      const readsOnly = FieldSelectors.some(
        ({ Field, Equals = [] }) => Field === 'readOnly' && Equals.includes('true'),
      );
      return management && !readsOnly;
    })
  );
}

/** Makes each read of Organizations that the service makes once, on what every organization has. */
export async function tryOrganizationReads(
  clients: SessionClients,
  caller: AccountId,
): Promise<{ action: string; denied: boolean }[]> {
  const client = clients.organizations();
  const tried: { action: string; denied: boolean }[] = [];
  const attempt = async <T>(name: string, call: () => Promise<T>): Promise<T | null> => {
    const answer = await read(`organizations:${name}`, call);
    const denied = answer.kind === 'failed' && answer.failure.kind.startsWith('DENIED');
    tried.push({ action: `organizations:${name}`, denied });
    return answer.kind === 'value' ? answer.value : null;
  };
  const roots = await attempt('ListRoots', () => client.send(new ListRootsCommand({})));
  const ParentId = roots?.Roots?.[0]?.Id;
  if (ParentId !== undefined) {
    await attempt('ListOrganizationalUnitsForParent', () =>
      client.send(new ListOrganizationalUnitsForParentCommand({ ParentId })),
    );
    await attempt('ListAccountsForParent', () => client.send(new ListAccountsForParentCommand({ ParentId })));
  }
  await attempt('ListParents', () => client.send(new ListParentsCommand({ ChildId: caller })));
  await attempt('DescribeAccount', () => client.send(new DescribeAccountCommand({ AccountId: caller })));
  await attempt('ListTagsForResource', () =>
    client.send(new ListTagsForResourceCommand({ ResourceId: caller })),
  );
  const policies = await attempt('ListPolicies', () =>
    client.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' })),
  );
  const PolicyId = policies?.Policies?.[0]?.Id;
  if (PolicyId !== undefined) {
    await attempt('DescribePolicy', () => client.send(new DescribePolicyCommand({ PolicyId })));
    await attempt('ListTargetsForPolicy', () => client.send(new ListTargetsForPolicyCommand({ PolicyId })));
  }
  return tried;
}

function settingsIn({ endpoint, credentials }: AwsConnection, region: Region) {
  return {
    region,
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null ? {} : { credentials }),
  };
}

async function withClient<C extends { destroy(): void }, T>(
  client: C,
  work: (client: C) => Promise<T>,
): Promise<T> {
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
