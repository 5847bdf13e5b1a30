/** organization.json: the organization as Organizations' describe and list calls show it. */
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  type PolicyType,
  paginateListAccountsForParent,
  paginateListDelegatedAdministrators,
  paginateListOrganizationalUnitsForParent,
  paginateListPolicies,
  paginateListRoots,
  paginateListTagsForResource,
  paginateListTargetsForPolicy,
} from '@aws-sdk/client-organizations';
import { runTogether } from '../../platform/run-together.ts';
import type { SessionClients } from '../client-pool.ts';
import '../organization-client.ts';
import { Gathering, itemsOf, type Piece, plain, type Unread } from './gather.ts';

/** Organizations takes 5 to 8 requests a second of these. */
const AT_ONCE = 4;

export interface OrganizationTree {
  Organization: Piece;
  Roots: Piece[];
  OrganizationalUnits: Piece[];
  Accounts: Piece[];
}

/**
 * Root, organizational units and accounts, sorted by id, each with its `ParentId`. Without these there is no
 * snapshot, so that a failure is thrown.
 */
export async function readTree(clients: SessionClients): Promise<OrganizationTree> {
  const client = clients.organizations();
  const { Organization } = await client.send(new DescribeOrganizationCommand({}));
  const Roots = await itemsOf(paginateListRoots({ client }, {}), (page) => page.Roots);
  const units: Piece[] = [];
  const accounts: Piece[] = [];
  const pending = Roots.map(({ Id }) => String(Id));
  for (let parent = pending.shift(); parent !== undefined; parent = pending.shift()) {
    const ParentId = parent;
    const below = async (pages: Promise<Piece[]>) => (await pages).map((piece) => ({ ...piece, ParentId }));
    accounts.push(
      ...(await below(
        itemsOf(paginateListAccountsForParent({ client }, { ParentId }), (page) => page.Accounts),
      )),
    );
    const children = await below(
      itemsOf(
        paginateListOrganizationalUnitsForParent({ client }, { ParentId }),
        (page) => page.OrganizationalUnits,
      ),
    );
    units.push(...children);
    pending.push(...children.map((unit) => String((unit as Piece).Id)));
  }
  const byId = (a: Piece, b: Piece) => String(a.Id).localeCompare(String(b.Id));
  return {
    Organization: plain(Organization ?? {}) as Piece,
    Roots,
    OrganizationalUnits: units.sort(byId),
    Accounts: accounts.sort(byId),
  };
}

export interface OrganizationRest {
  Policies: Piece[];
  DelegatedAdministrators: Piece[];
}

/** Tags (put into the tree), service and resource control policies, and delegated administrators, as far as they can be read. */
export async function readRest(
  clients: SessionClients,
  tree: OrganizationTree,
  operatorAccountId: string,
  unread: Unread[],
): Promise<OrganizationRest> {
  const gathering = new Gathering(null, null, unread);
  await readTags(clients, [...tree.OrganizationalUnits, ...tree.Accounts], gathering);
  const Policies: Piece[] = [];
  for (const type of readablePolicyTypes(tree)) {
    const policies = await gathering.read('organizations:ListPolicies', () => readPolicies(clients, type));
    Policies.push(...(policies ?? []));
  }
  const administrators = await gathering.read('organizations:ListDelegatedAdministrators', () =>
    itemsOf(
      paginateListDelegatedAdministrators({ client: clients.organizations() }, {}),
      (page) => page.DelegatedAdministrators,
    ),
  );
  return {
    Policies,
    DelegatedAdministrators: administrators ?? inferDelegation(tree, operatorAccountId),
  };
}

/** Who may list accounts and is not the management account is a delegated administrator (Organizations API reference). */
function inferDelegation({ Organization, Accounts }: OrganizationTree, operatorAccountId: string): Piece[] {
  if (Organization.MasterAccountId === operatorAccountId) return [];
  return Accounts.filter(({ Id }) => Id === operatorAccountId).map(({ Id, JoinedTimestamp }) => ({
    Id,
    ...(JoinedTimestamp === undefined ? {} : { JoinedTimestamp }),
  }));
}

/** One denial is enough: the others would be denied alike. */
async function readTags(clients: SessionClients, pieces: Piece[], gathering: Gathering): Promise<void> {
  const client = clients.organizations();
  let denied = false;
  await runTogether(
    AT_ONCE,
    pieces.map((piece) => async () => {
      if (denied) return;
      const tags = await gathering.read('organizations:ListTagsForResource', () =>
        itemsOf(
          paginateListTagsForResource({ client }, { ResourceId: String(piece.Id) }),
          (page) => page.Tags,
        ),
      );
      if (tags) piece.Tags = tags;
      else denied = true;
    }),
  );
}

/**
 * The types that the twin evaluates. Resource control policies are asked for where the root has enabled them: elsewhere
 * they have no effect.
 */
function readablePolicyTypes({ Roots }: OrganizationTree): PolicyType[] {
  const types = (Roots[0]?.PolicyTypes as Piece[] | undefined) ?? [];
  const enabled = types.some(
    ({ Type, Status }) => Type === 'RESOURCE_CONTROL_POLICY' && Status === 'ENABLED',
  );
  return enabled ? ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] : ['SERVICE_CONTROL_POLICY'];
}

async function readPolicies(clients: SessionClients, Filter: PolicyType): Promise<Piece[]> {
  const client = clients.organizations();
  const summaries = await itemsOf(paginateListPolicies({ client }, { Filter }), (page) => page.Policies);
  return runTogether(
    AT_ONCE,
    summaries.map(({ Id }) => async () => {
      const PolicyId = String(Id);
      const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId }));
      const targets = paginateListTargetsForPolicy({ client }, { PolicyId });
      return { ...(plain(Policy ?? {}) as Piece), Targets: await itemsOf(targets, (page) => page.Targets) };
    }),
  );
}
