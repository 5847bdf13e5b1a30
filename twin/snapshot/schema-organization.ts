/** organization.json (docs/spec/twin.md, "organization.json"): shapes of Organizations' describe and list calls. */
import { z } from 'zod';
import { accountId, list, tags, text, time } from './fields.ts';
import { policyMisfit } from './policy-misfit.ts';

export const formatVersion = z.literal(1, {
  error: '1 | this version of dhmc reads format version 1; take the snapshot again with it',
});

const policyTypes = list(z.looseObject({ Type: text, Status: text }));

/** `Content` is a string in the API's answer, too; it must hold a JSON object with statements. */
const policyContent = text.refine(holdsPolicy, {
  error: 'a policy document as a JSON string | paste Policy.Content of organizations describe-policy',
});

function holdsPolicy(content: string): boolean {
  try {
    const document: unknown = JSON.parse(content);
    return (
      typeof document === 'object' &&
      document !== null &&
      'Statement' in document &&
      policyMisfit(document.Statement) === null
    );
  } catch {
    return false;
  }
}

const state = z.enum(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);

/** What clients older than State print alone (Organizations API reference, Account). */
const STATUSES = new Set(['ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE']);

const account = z
  .looseObject({
    Id: accountId,
    Arn: text,
    Name: text,
    Email: text.optional(),
    State: state.optional(),
    Status: text.optional(),
    JoinedMethod: text.optional(),
    JoinedTimestamp: time.optional(),
    ParentId: text,
    Tags: tags.optional(),
  })
  .refine(({ State, Status }) => State !== undefined || STATUSES.has(Status ?? ''), {
    path: ['State'],
    error:
      'State, or a Status of ACTIVE, SUSPENDED or PENDING_CLOSURE | paste Accounts of organizations list-accounts',
  });

export const organizationFile = z.looseObject({
  FormatVersion: formatVersion,
  Organization: z.looseObject({
    Id: text,
    Arn: text,
    FeatureSet: text.optional(),
    MasterAccountId: accountId,
    MasterAccountArn: text.optional(),
    MasterAccountEmail: text.optional(),
    AvailablePolicyTypes: policyTypes,
  }),
  OperatorAccountId: accountId,
  CapturedAt: time,
  Roots: z
    .array(z.looseObject({ Id: text, Arn: text, Name: text, PolicyTypes: policyTypes }))
    .length(1, { error: 'exactly one root | paste Roots of organizations list-roots' }),
  OrganizationalUnits: list(
    z.looseObject({ Id: text, Arn: text, Name: text, ParentId: text, Tags: tags.optional() }),
  ),
  Accounts: z.array(account),
  Policies: list(
    z.looseObject({
      PolicySummary: z.looseObject({
        Id: text,
        Arn: text,
        Name: text,
        Type: text,
        AwsManaged: z.boolean().optional(),
      }),
      Content: policyContent,
      Targets: list(z.looseObject({ TargetId: text, Type: text.optional() })),
    }),
  ),
  DelegatedAdministrators: list(
    z.looseObject({
      Id: accountId,
      JoinedTimestamp: time.optional(),
      DelegationEnabledDate: time.optional(),
    }),
  ),
  /** Left out: not known. An empty list says that there is none. */
  EnabledServicePrincipals: list(z.looseObject({ ServicePrincipal: text, DateEnabled: time.optional() })),
  /** null: there is none; left out: not known. */
  ResourcePolicy: z.looseObject({ Content: policyContent }).nullable().optional(),
});
