import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { Failure } from '../core/model/reads.ts';
import { iamRoleArn } from '../core/partition.ts';
import type { OwnTags } from '../core/tags.ts';
import type { ClientPool, SessionClients } from './client-pool.ts';
import './member-clients.ts';
import { failureOf } from './reads.ts';

export interface MemberRole {
  partition: string;
  accountId: string;
  /** Name, with a path in front where it has one (`ops/DhmcRolloutReader`). */
  roleName: string;
  externalId: string | null;
  /** The run's id: it shows in CloudTrail and in `LastModifiedUser`. */
  sessionName: string;
  /** Narrows the session below what the role may do. */
  sessionPolicy?: string;
  /** Keys of our mark, where something is judged or created. */
  ownTags?: OwnTags;
}

/** The shortest that STS grants (AssumeRole, DurationSeconds); an invocation is shorter. */
const SESSION_SECONDS = 900;

/**
 * Assumes a member role through the home Region's endpoint: a token of a regional endpoint is valid in
 * every Region, opt-in ones included, so one session serves the whole account.
 * Source: IAM user guide, "Manage AWS STS in an AWS Region".
 */
export async function assumeMemberRole(
  pool: ClientPool,
  role: MemberRole,
): Promise<{ kind: 'session'; clients: SessionClients } | { kind: 'failed'; failure: Failure }> {
  const [path, name] = splitRoleName(role.roleName);
  try {
    const answer = await pool.operator.sts(pool.connection.homeRegion).send(
      new AssumeRoleCommand({
        RoleArn: iamRoleArn(role.partition, role.accountId, path, name),
        RoleSessionName: role.sessionName,
        DurationSeconds: SESSION_SECONDS,
        ...(role.sessionPolicy === undefined ? {} : { Policy: role.sessionPolicy }),
        ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
      return {
        kind: 'failed',
        failure: {
          kind: 'UNEXPECTED',
          action: 'sts:AssumeRole',
          code: 'NoCredentials',
          message: 'AssumeRole answered without credentials',
        },
      };
    }
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration ? { expiration: Expiration } : {}),
    };
    const clients = pool.session(credentials, role.ownTags);
    return { kind: 'session', clients };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error, 'sts:AssumeRole') };
  }
}

function splitRoleName(roleName: string): [path: string, name: string] {
  const parts = roleName.replace(/^\//, '').split('/');
  const name = parts.pop() ?? '';
  return [parts.length === 0 ? '/' : `/${parts.join('/')}/`, name];
}
