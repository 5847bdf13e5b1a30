/**
 * A change goes live, its answer is lost, and the read after it fails: for every kind of change that an enforce
 * makes. The journal keeps the entry open, and a rollback of all finds out and leaves nothing behind; while
 * it cannot read either, it says which change may remain.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../functions/store/contract.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { EVERYTHING, letPassEveryRole } from './everything.ts';
import { type Organization, openOrganization } from './organization.ts';

const REFUSED = { error: { code: 'AccessDeniedException', message: 'not authorized', status: 403 } };
const READS = [
  'GetRole',
  'ListAttachedRolePolicies',
  'ListRolePolicies',
  'GetServiceSetting',
  'DescribeVpcEndpoints',
  'DescribeSecurityGroups',
  'DescribeVpcAttribute',
];
const WRITES: Record<string, string> = {
  CreateDhmcRole: 'CreateRole',
  SetDhmcRoleTrust: 'UpdateAssumeRolePolicy',
  AttachDhmcRolePolicy: 'AttachRolePolicy',
  SetServiceSetting: 'UpdateServiceSetting',
  'EnableVpcDns support': 'ModifyVpcAttribute',
  'EnableVpcDns hostnames': 'ModifyVpcAttribute',
  CreateEndpointSecurityGroup: 'CreateSecurityGroup',
  AllowEndpointIngress: 'AuthorizeSecurityGroupIngress',
  CreateInterfaceEndpoint: 'CreateVpcEndpoint',
};

/** The kind; the two changes of DNS apart. */
function nameOf({ kind, action }: JournalEntry): string {
  if (action.kind !== 'EnableVpcDns') return kind;
  return `${kind} ${action.support ? 'support' : 'hostnames'}`;
}

/** Of the first snapshot: DNS is off in every VPC of one account, and another account has a role without the right trust. */
const DHMC_ROLE = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const DNS_OFF = '100000000011';
const TRUST_WRONG = '100000000020';

function widen(snapshot: Snapshot): Snapshot {
  for (const ec2 of Object.values(snapshot.accounts.get(DNS_OFF)?.Regions ?? {})) {
    for (const vpcId of Object.keys(ec2.Ec2?.VpcAttributes ?? {})) {
      ec2.Ec2.VpcAttributes[vpcId] = { EnableDnsSupport: false, EnableDnsHostnames: false };
    }
  }
  const roles: Piece[] = snapshot.accounts.get(TRUST_WRONG)?.Iam.RoleDetailList ?? [];
  const role = roles.find(({ RoleName }) => RoleName === DHMC_ROLE);
  if (role) {
    role.AssumeRolePolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
  }
  return snapshot;
}

let snapshot: Snapshot;
/** Of a quiet run: where each kind is made first. */
const places = new Map<string, JournalEntry>();

async function entriesOf({ state }: Organization): Promise<JournalEntry[]> {
  const journals = await Promise.all([...snapshot.accounts.keys()].map((id) => state.store.listJournal(id)));
  return journals.flat();
}

beforeAll(async () => {
  snapshot = widen(letPassEveryRole(await readSnapshot('test/fixtures/snapshots/first')));
  const organization = await openOrganization(snapshot);
  await organization.run({}, EVERYTHING);
  for (const entry of await entriesOf(organization)) {
    if (!places.has(nameOf(entry))) places.set(nameOf(entry), entry);
  }
  await organization.close();
}, 60_000);

/** Replaces the faults that were injected before. */
async function inject(organization: Organization, faults: unknown[]): Promise<void> {
  const answer = await fetch(`${organization.twin.url}/_twin/faults`, {
    method: 'POST',
    body: JSON.stringify({ seed: 1, faults }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function loseAnswer(organization: Organization, entry: JournalEntry): Promise<void> {
  const { accountId } = entry;
  const operation = WRITES[nameOf(entry)];
  const faults = [
    { match: { account: accountId, operation, nth: 1 }, effect: { drop: 'after' }, times: 1 },
    // The first read comes before the write, the second one after the lost answer.
    ...READS.map((read) => ({
      // One read of both DNS attributes is two calls.
      match: { account: accountId, operation: read, nth: read === 'DescribeVpcAttribute' ? 3 : 2 },
      effect: REFUSED,
      times: 1,
    })),
  ];
  await inject(organization, faults);
}

describe('Given a change whose answer is lost and whose next read fails', () => {
  it('When every kind was tried, Then none that an enforce makes was left out', () => {
    expect([...places.keys()].sort()).toEqual(Object.keys(WRITES).sort());
  });

  it.each(Object.keys(WRITES))(
    'When %s is rolled back with all others, Then nothing differs from before',
    async (kind) => {
      const entry = places.get(kind);
      if (!entry) throw new Error(`${kind} is not made`);
      const scope = { accounts: [entry.accountId] };
      const organization = await openOrganization(snapshot);
      try {
        const before = organization.twin.takeSnapshot();
        const { store } = organization.state;
        const { putJournal } = store;
        let struck = false;
        store.putJournal = async (written) => {
          await putJournal(written);
          if (nameOf(written) !== kind || struck) return;
          struck = true;
          await loseAnswer(organization, written);
        };
        // One pass: a settle pass would find out by itself.
        await organization.run({ scope }, { ...EVERYTHING, settle: { passes: 0, waitSeconds: [] } });
        const open = (await entriesOf(organization)).filter(({ status }) => status === 'PENDING');
        expect(open.map(nameOf)).toEqual([kind]);

        const rollback = () => organization.run({ mode: 'rollback', rollbackOf: 'all', scope }, EVERYTHING);
        await inject(
          organization,
          READS.map((operation) => ({ match: { account: entry.accountId, operation }, effect: REFUSED })),
        );
        const blind = await rollback();
        const said = [...blind.accounts, ...blind.targets].flatMap(({ findings }) =>
          findings.map(({ sentence }) => sentence),
        );
        expect(said).toContainEqual(expect.stringMatching(`Whether ${entry.kind} of .* cannot be seen`));
        await inject(organization, []);
        await rollback();
        expect(diffSnapshots(before, organization.twin.takeSnapshot())).toEqual([]);
        expect((await entriesOf(organization)).filter(({ status }) => status === 'PENDING')).toEqual([]);
      } finally {
        await organization.close();
      }
    },
    60_000,
  );
});
