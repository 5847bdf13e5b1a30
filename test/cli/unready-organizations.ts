/** One organization that has what a deployment needs, and each kind of one that lacks something. */
import type { AccountFile, Piece, RegionState, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { FIRST } from './run-command.ts';

export const MANAGEMENT = '100000000001';
export const OPERATOR = '100000000002';
const OTHER = '100000000011';
const HOME = 'ap-northeast-1';
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

/** What the deployment file holds: account events on. */
export const DEPLOYMENT = `managementAccount: "${MANAGEMENT}"\norganizationId: o-exampleorg1\noperatorAccount: "${OPERATOR}"\n`;
/** The one account of the fixture without roles. */
export const CONFIGURATION = 'exclude: {accounts: ["100000000019"]}\n';

export function accountOf(snapshot: Snapshot, accountId: string): AccountFile {
  const account = snapshot.accounts.get(accountId);
  if (!account) throw new Error(`no account ${accountId}`);
  return account;
}

function regionOf(snapshot: Snapshot, accountId: string, name = HOME): RegionState {
  const region = accountOf(snapshot, accountId).Regions[name];
  if (!region) throw new Error(`no Region ${name}`);
  return region;
}

const trail = (more: Piece = {}): Piece => ({
  Name: 'organization',
  TrailARN: `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/organization`,
  HomeRegion: 'us-east-1',
  IsMultiRegionTrail: true,
  IsOrganizationTrail: true,
  Status: { IsLogging: true },
  EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }],
  ...more,
});

const trails = (snapshot: Snapshot, ...trailList: Piece[]): void => {
  accountOf(snapshot, MANAGEMENT).CloudTrail = { trailList };
};

export async function readyOrganization(): Promise<Snapshot> {
  const snapshot = structuredClone(await readSnapshot(FIRST));
  Object.assign(snapshot.organization, {
    EnabledServicePrincipals: [{ ServicePrincipal: 'ssm.amazonaws.com' }, { ServicePrincipal: STACK_SETS }],
    ResourcePolicy: null,
  });
  trails(snapshot, trail());
  regionOf(snapshot, OPERATOR).Lambda = { AccountLimit: { UnreservedConcurrentExecutions: 1000 } };
  return snapshot;
}

/** By its resource policy the operator may do these. */
function policyFor(...actions: string[]): Piece {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${OPERATOR}:root` },
    Action: actions,
    Resource: '*',
  };
  return { Content: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
}

const delegate = (snapshot: Snapshot, ...entries: Piece[]): void => {
  snapshot.organization.DelegatedAdministrators = entries;
};

export interface Unready {
  kind: string;
  as: 'operator' | 'management';
  lacks(snapshot: Snapshot): void;
  /** More lines of the deployment file. */
  deployment?: string;
  check: string;
  found: RegExp;
  fix: RegExp;
}

export const UNREADY: readonly Unready[] = [
  {
    kind: 'no trail',
    as: 'management',
    lacks: (snapshot) => trails(snapshot),
    check: 'trail',
    found: /None logs management events of us-east-1/,
    fix: /create a trail/,
  },
  {
    kind: 'a trail that does not log',
    as: 'management',
    lacks: (snapshot) => trails(snapshot, trail({ Status: { IsLogging: false } })),
    check: 'trail',
    found: /organization is not logging/,
    fix: /Start it/,
  },
  {
    kind: 'a trail of reads alone',
    as: 'management',
    lacks: (snapshot) =>
      trails(
        snapshot,
        trail({
          EventSelectors: undefined,
          AdvancedEventSelectors: [
            {
              FieldSelectors: [
                { Field: 'eventCategory', Equals: ['Management'] },
                { Field: 'readOnly', Equals: ['true'] },
              ],
            },
          ],
        }),
      ),
    check: 'trail',
    found: /does not log management events, writes included/,
    fix: /create a trail/,
  },
  {
    kind: 'a trail of another Region alone',
    as: 'management',
    lacks: (snapshot) => trails(snapshot, trail({ HomeRegion: HOME, IsMultiRegionTrail: false })),
    check: 'trail',
    found: /None logs management events of us-east-1/,
    fix: /create a trail/,
  },
  {
    kind: 'a Lambda quota of 10',
    as: 'operator',
    lacks: (snapshot) => {
      regionOf(snapshot, OPERATOR).Lambda = { AccountLimit: { UnreservedConcurrentExecutions: 10 } };
    },
    check: 'Lambda concurrency',
    found: /10 functions may run at once.*takes 8 accounts at once instead of 100/,
    fix: /Request the quota/,
  },
  {
    kind: "Explorer's delegated administrator elsewhere",
    as: 'management',
    lacks: (snapshot) => delegate(snapshot, { Id: OTHER, ServicePrincipal: 'ssm.amazonaws.com' }),
    check: 'delegated administrator',
    found: /ssm\.amazonaws\.com .* has 100000000011 already/,
    fix: /Leave that registration.*resource policy/,
  },
  {
    kind: 'no delegated administrator, seen by the operator',
    as: 'operator',
    lacks: (snapshot) => delegate(snapshot),
    check: 'delegated administrator',
    found: /AccessDenied/,
    fix: /register.*delegation-policy/s,
  },
  {
    kind: 'no delegated administrator, seen by the management account',
    as: 'management',
    lacks: (snapshot) => delegate(snapshot),
    check: 'delegated administrator',
    found: /100000000002 is delegated administrator of no service/,
    fix: /Register it/,
  },
  {
    kind: 'a resource policy that lacks reads, seen by the operator',
    as: 'operator',
    lacks: (snapshot) => {
      delegate(snapshot);
      snapshot.organization.ResourcePolicy = policyFor(
        'organizations:Describe*',
        'organizations:ListAccounts',
      );
    },
    check: 'organization reads',
    found: /Denied: organizations:ListRoots/,
    fix: /add these actions/,
  },
  {
    kind: 'a resource policy that lacks reads, seen by the management account',
    as: 'management',
    lacks: (snapshot) => {
      delegate(snapshot);
      snapshot.organization.ResourcePolicy = policyFor(
        'organizations:Describe*',
        'organizations:ListAccounts',
      );
    },
    check: 'delegated administrator',
    found: /but for organizations:ListAccountsForParent/,
    fix: /Add the missing actions/,
  },
  {
    kind: 'no StackSets access',
    as: 'management',
    lacks: (snapshot) => {
      snapshot.organization.EnabledServicePrincipals = [];
    },
    check: 'StackSets',
    found: /no trusted access/,
    fix: /activate trusted access/,
  },
  {
    kind: 'StackSets of a delegated administrator that does not exist',
    as: 'management',
    lacks: () => {},
    deployment: 'stackSetCaller: DELEGATED_ADMIN\n',
    check: 'StackSets',
    found: /have no delegated administrator/,
    fix: /register the account/,
  },
  {
    kind: 'an opt-in home Region',
    as: 'operator',
    lacks: (snapshot) => {
      for (const { Regions } of snapshot.accounts.values()) {
        const region = Regions[HOME];
        if (region) region.RegionOptStatus = 'ENABLED';
      }
    },
    check: 'home Region',
    found: /ap-northeast-1 is an opt-in Region/,
    fix: /on by default/,
  },
  {
    kind: 'consolidated billing alone',
    as: 'management',
    lacks: (snapshot) => {
      snapshot.organization.Organization.FeatureSet = 'CONSOLIDATED_BILLING';
    },
    check: 'organization',
    found: /consolidated billing alone/,
    fix: /enable all features/,
  },
  {
    kind: 'a deployment file of another organization',
    as: 'operator',
    lacks: (snapshot) => {
      snapshot.organization.Organization.Id = 'o-another0001';
    },
    check: 'deployment file',
    found: /organizationId is o-exampleorg1, and this organization has o-another0001/,
    fix: /Correct/,
  },
];
