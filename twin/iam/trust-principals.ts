/**
 * Principals of a trust policy: IAM refuses one that does not exist. Source: IAM user guide,
 * reference_policies_elements_principal and troubleshoot_iam-trust-policies; the message from users' reports.
 */
import type { Piece, TwinState } from '../contract.ts';
import { SERVICE_PRINCIPAL_LABELS } from '../data/service-prefixes.ts';

/** Identity providers that have no ARN. */
const PROVIDERS = new Set([
  'cognito-identity.amazonaws.com',
  'www.amazon.com',
  'graph.facebook.com',
  'accounts.google.com',
]);

/** The first principal that does not exist, in IAM's words; undefined: all do. */
export function faultOfPrincipals(document: Piece, state: TwinState): string | undefined {
  for (const statement of [document.Statement].flat() as Piece[]) {
    const { Principal } = statement;
    if (Principal === '*') continue;
    if (typeof Principal !== 'object' || Principal === null || Object.keys(Principal).length === 0) {
      return 'Invalid principal in policy.';
    }
    for (const [type, names] of Object.entries(Principal)) {
      const listed = [names].flat();
      if (listed.length === 0) return 'Syntax errors in policy.';
      const unknown = listed.find((name) => typeof name !== 'string' || !exists(type, name, state));
      if (unknown !== undefined) return `Invalid principal in policy: "${shownType(type)}":"${unknown}"`;
    }
  }
  return undefined;
}

function shownType(type: string): string {
  return type === 'AWS' ? type : type.toUpperCase();
}

function exists(type: string, name: string, state: TwinState): boolean {
  switch (type) {
    case 'AWS':
      return name === '*' || existsInAws(name, state);
    case 'Service':
      return isServicePrincipal(name);
    case 'Federated':
      return PROVIDERS.has(name) || isProviderArn(name, state);
    default:
      return false;
  }
}

/** Accounts outside the organization are not in a snapshot: they may well exist, with their roles and users. */
function existsInAws(name: string, state: TwinState): boolean {
  if (/^\d{12}$/.test(name)) return true;
  if (/^A(?:ROA|IDA)[A-Z0-9]{12,}$/.test(name)) return hasUniqueId(name, state);
  const [, partition, service, accountId = '', resource = ''] =
    /^arn:([\w-]+):(iam|sts)::(\d{12}):([^*?]+)$/.exec(name) ?? [];
  if (partition !== state.partition) return false;
  if (service === 'sts') return /^(?:assumed-role\/[^/]+\/[^/]+|federated-user\/[^/]+)$/.test(resource);
  if (resource === 'root') return true;
  const kind = /^(role|user)\/.+/.exec(resource)?.[1];
  if (kind === undefined) return false;
  if (!state.member(accountId)) return true;
  return entitiesOf(state, accountId, kind === 'role' ? 'RoleDetailList' : 'UserDetailList').some(
    ({ Arn }) => Arn === name,
  );
}

function hasUniqueId(id: string, state: TwinState): boolean {
  return [...state.snapshot.accounts.keys()].some((accountId) =>
    [
      ...entitiesOf(state, accountId, 'RoleDetailList'),
      ...entitiesOf(state, accountId, 'UserDetailList'),
    ].some(({ RoleId, UserId }) => RoleId === id || UserId === id),
  );
}

function entitiesOf(state: TwinState, accountId: string, list: string): Piece[] {
  return state.account(accountId)?.Iam[list] ?? [];
}

/** `ec2.amazonaws.com`, with the Region or the partition's suffix where a service wants it. */
function isServicePrincipal(name: string): boolean {
  const [, labels = ''] =
    /^([a-z0-9.-]+)\.(?:amazonaws\.com(?:\.cn)?|aws\.internal|amazon\.com)$/.exec(name) ?? [];
  return labels.split('.').some((label) => SERVICE_PRINCIPAL_LABELS.has(label));
}

function isProviderArn(name: string, { partition }: TwinState): boolean {
  return new RegExp(`^arn:${partition}:iam::\\d{12}:(?:saml-provider|oidc-provider)/[^*?]+$`).test(name);
}
