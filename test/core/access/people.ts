/** What Systems Manager asks IAM when a person connects, put to the twin's evaluator. */
import { documentOf, type ReasonedStatement } from '../../../functions/core/access/policy-document.ts';
import { evaluate } from '../../../twin/iam/evaluate.ts';

export interface Place {
  partition: string;
  region: string;
}

/** A Region of each partition. */
export const PLACES: Place[] = [
  { partition: 'aws', region: 'eu-west-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
];

export const ACCOUNT = '111122223333';
export const NAMED = 'i-0a1b2c3d4e5f60718';
export const NEXT = 'i-0a1b2c3d4e5f60719';

/** As STS names a role session, IAM Identity Center's included: the role's id, then the session's name. */
export const ANN = 'AROAPERMISSIONSETEXAM:ann';
export const BOB = 'AROAPERMISSIONSETEXAM:bob';

export class Person {
  readonly #policy: ReturnType<typeof documentOf>;
  readonly #place: Place;
  readonly #userId: string;

  constructor(statements: ReasonedStatement[], place: Place, userId = ANN) {
    this.#policy = documentOf(statements);
    this.#place = place;
    this.#userId = userId;
  }

  may(action: string, resource: string, context: Record<string, string | string[]> = {}): boolean {
    return evaluate({
      action,
      resource,
      context: { 'aws:userid': this.#userId, 'aws:PrincipalAccount': ACCOUNT, ...context },
      identityPolicies: [this.#policy],
      permissionsBoundary: null,
      sessionPolicies: [],
      serviceControlPolicies: [],
    }).allowed;
  }

  /** StartSession is authorized on the instance and on the document (Service Authorization Reference, ssm). */
  mayStart(
    instanceId: string,
    document: string,
    { tags = {}, via = [] as string[], accountId = ACCOUNT } = {},
  ): boolean {
    const { partition, region } = this.#place;
    const owner = document.startsWith('AWS-') ? '' : accountId;
    const asked = {
      'ssm:SessionDocumentAccessCheck': 'true',
      ...(via.length > 0 ? { 'aws:CalledVia': via } : {}),
    };
    const onInstance = Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`ssm:resourceTag/${key}`, String(value)]),
    );
    return (
      this.may('ssm:StartSession', `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`, {
        ...asked,
        ...onInstance,
      }) &&
      this.may('ssm:StartSession', `arn:${partition}:ssm:${region}:${owner}:document/${document}`, asked)
    );
  }

  /** By the tag that Session Manager puts on a session, where it does. */
  mayEnd(sessionId: string, owner?: string, action = 'ssm:TerminateSession'): boolean {
    const { partition, region } = this.#place;
    const context: Record<string, string> = owner
      ? { 'ssm:resourceTag/aws:ssmmessages:session-id': owner }
      : {};
    return this.may(action, `arn:${partition}:ssm:${region}:${ACCOUNT}:session/${sessionId}`, context);
  }
}
