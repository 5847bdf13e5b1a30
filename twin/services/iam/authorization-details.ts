/** GetAccountAuthorizationDetails: what the snapshot holds of IAM, in pages. Source: IAM API reference. */
import type { Call, Operation, Piece } from '../../contract.ts';
import { encodeDocument } from './documents.ts';
import { iamOf } from './entities.ts';
import { iamPage, PAGE_INPUT } from './pages.ts';

type Section = 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies';

interface Entry {
  section: Section;
  /** As the Filter input names it. */
  type: string;
  detail: Piece;
}

export const GetAccountAuthorizationDetails: Operation = {
  honours: ['Filter', ...PAGE_INPUT],
  mutates: false,
  permissions: () => [{ action: 'iam:GetAccountAuthorizationDetails', resource: '*' }],
  handle: (input, call) => {
    const filter: string[] = input.Filter ?? [];
    const entries = entriesOf(call).filter(({ type }) => filter.length === 0 || filter.includes(type));
    const page = iamPage(entries, input, call);
    const answer: Record<Section, Piece[]> = {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [],
      Policies: [],
    };
    for (const { section, detail } of page.items) answer[section].push(show(detail));
    return { ...answer, ...page.rest };
  },
};

function entriesOf(call: Call): Entry[] {
  const iam = iamOf(call);
  const section = (name: Section, typeOf: (detail: Piece) => string): Entry[] =>
    (iam[name] ?? []).map((detail: Piece) => ({ section: name, type: typeOf(detail), detail }));
  return [
    ...section('UserDetailList', () => 'User'),
    ...section('GroupDetailList', () => 'Group'),
    ...section('RoleDetailList', () => 'Role'),
    ...section('Policies', ({ Arn }) =>
      String(Arn).includes(':iam::aws:') ? 'AWSManagedPolicy' : 'LocalManagedPolicy',
    ),
  ];
}

const DOCUMENTS = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Document']);

/** Documents URL-encoded, at every depth. */
function show(detail: Piece): Piece {
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      DOCUMENTS.has(key) ? encodeDocument(value) : inside(value),
    ]),
  );
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return typeof value === 'object' && value !== null ? show(value) : value;
}
