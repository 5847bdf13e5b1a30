/** organization.json of a made organization: root, organizational units, accounts, service control policies. */
import type { AccountFile, OrganizationFile, Piece, Snapshot } from '../contract.ts';
import { completeAccount } from '../snapshot/defaults.ts';
import { makeUnitId } from './ids.ts';

export const CAPTURED_AT = '2026-11-20T00:00:00Z';
const ORGANIZATION_ID = 'o-q8k3v5m2xz';
const ROOT_ID = 'r-x7k2';

export interface Draft {
  snapshot: Snapshot;
  managementId: string;
  operatorId: string;
}

/** An organization without accounts; SCPs are enabled and FullAWSAccess is attached to the root. */
export function startOrganization(managementId: string, operatorId: string): Draft {
  const scp = [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }];
  const arn = (rest: string) => `arn:aws:organizations::${managementId}:${rest}`;
  const organization: OrganizationFile = {
    FormatVersion: 1,
    Organization: {
      Id: ORGANIZATION_ID,
      Arn: arn(`organization/${ORGANIZATION_ID}`),
      FeatureSet: 'ALL',
      MasterAccountArn: arn(`account/${ORGANIZATION_ID}/${managementId}`),
      MasterAccountId: managementId,
      MasterAccountEmail: 'management@example.com',
      AvailablePolicyTypes: scp,
    },
    OperatorAccountId: operatorId,
    CapturedAt: CAPTURED_AT,
    Roots: [{ Id: ROOT_ID, Arn: arn(`root/${ORGANIZATION_ID}/${ROOT_ID}`), Name: 'Root', PolicyTypes: scp }],
    OrganizationalUnits: [],
    Accounts: [],
    Policies: [],
    DelegatedAdministrators: [{ Id: operatorId, ServicePrincipal: 'ssm.amazonaws.com' }],
  };
  const draft = { snapshot: { organization, accounts: new Map() }, managementId, operatorId };
  organization.Policies.push({
    PolicySummary: {
      Id: 'p-FullAWSAccess',
      Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      Name: 'FullAWSAccess',
      Type: 'SERVICE_CONTROL_POLICY',
      AwsManaged: true,
    },
    Content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    }),
    Targets: [],
  });
  attachPolicy(draft, 'p-FullAWSAccess', ROOT_ID);
  return draft;
}

/** Makes an organizational unit below another, or below the root; returns its id. */
export function addUnit(draft: Draft, name: string, parentId: string = ROOT_ID): string {
  const { organization } = draft.snapshot;
  const Id = makeUnitId(ROOT_ID, parentId, name, String(organization.OrganizationalUnits.length));
  const Arn = `arn:aws:organizations::${draft.managementId}:ou/${ORGANIZATION_ID}/${Id}`;
  organization.OrganizationalUnits.push({ Id, Arn, Name: name, ParentId: parentId, Tags: [] });
  attachPolicy(draft, 'p-FullAWSAccess', Id);
  return Id;
}

export interface NewAccount {
  id: string;
  name: string;
  /** The root where it is left out. */
  parentId?: string;
  state?: string;
  joinedAt?: string;
  tags?: Record<string, string>;
}

/** Makes a member account with empty state; returns its file. */
export function addAccount(draft: Draft, account: NewAccount): AccountFile {
  const { id, name, state = 'ACTIVE', joinedAt = '2024-01-10T00:00:00+00:00' } = account;
  draft.snapshot.organization.Accounts.push({
    Id: id,
    Arn: `arn:aws:organizations::${draft.managementId}:account/${ORGANIZATION_ID}/${id}`,
    Email: `${name}@example.com`,
    Name: name,
    State: state,
    // retired in September 2026, still there for older clients; it knows no CLOSED
    Status: state === 'CLOSED' ? 'SUSPENDED' : state,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: joinedAt,
    ParentId: account.parentId ?? ROOT_ID,
    Tags: Object.entries(account.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  });
  attachPolicy(draft, 'p-FullAWSAccess', id);
  const file = completeAccount({ FormatVersion: 1, AccountId: id });
  draft.snapshot.accounts.set(id, file);
  return file;
}

/** Makes a service control policy of one Deny statement; returns its id. */
export function addDenial(draft: Draft, name: string, statement: Piece): string {
  const Id = `p-${slug(name)}`;
  const arn = `arn:aws:organizations::${draft.managementId}:policy/${ORGANIZATION_ID}`;
  draft.snapshot.organization.Policies.push({
    PolicySummary: {
      Id,
      Arn: `${arn}/service_control_policy/${Id}`,
      Name: name,
      Type: 'SERVICE_CONTROL_POLICY',
      AwsManaged: false,
    },
    Content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Resource: '*', ...statement }],
    }),
    Targets: [],
  });
  return Id;
}

export function attachPolicy(draft: Draft, policyId: string, targetId: string): void {
  const { Policies } = draft.snapshot.organization;
  const policy = Policies.find((each) => each.PolicySummary.Id === policyId);
  const Type = targetId === ROOT_ID ? 'ROOT' : targetId.startsWith('ou-') ? 'ORGANIZATIONAL_UNIT' : 'ACCOUNT';
  policy?.Targets.push({ TargetId: targetId, Type });
}

/** Denies every Region but `regions`, sparing global services; `spares` names more. */
export function regionDenial(regions: string[], spares: string[]): Piece {
  return {
    NotAction: ['iam:*', 'sts:*', 'organizations:*', 'route53:*', 'support:*', ...spares],
    Condition: { StringNotEquals: { 'aws:RequestedRegion': regions } },
  };
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}
