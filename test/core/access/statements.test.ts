import { describe, expect, it } from '@jest/globals';
import {
  documentArn,
  type Nodes,
  PolicyTooLargeError,
} from '../../../functions/core/access/access-request.ts';
import { countCharacters, documentOf } from '../../../functions/core/access/policy-document.ts';
import { rdpPolicy } from '../../../functions/core/access/rdp-policy.ts';
import { DEFAULT_SESSION_DOCUMENT, sessionPolicy } from '../../../functions/core/access/session-policy.ts';
import { ACCOUNT } from './people.ts';

const place = { partition: 'aws', region: 'eu-west-1', accountId: ACCOUNT };
const byId = (...instanceIds: string[]): Nodes => ({ kind: 'instances', instanceIds });
const byTag: Nodes = { kind: 'tags', tags: { Role: ['desk', 'lab'], Team: ['a'] } };
const documents = [DEFAULT_SESSION_DOCUMENT, 'AWS-StartSSHSession'];
const NODE = `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance`;
const SESSION = `arn:aws:ssm:eu-west-1:${ACCOUNT}:session`;
const CHECKED = { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } };
const VIA = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'ssm-guiconnect.amazonaws.com' } };
const USER = '$' + '{aws:userid}';

/** By Sid: what it allows, on what, when. */
const granted = (statements: ReturnType<typeof sessionPolicy>) =>
  Object.fromEntries(
    documentOf(statements).Statement.map(({ Sid, Effect, ...rest }) => {
      expect(Effect).toBe('Allow');
      return [Sid, rest];
    }),
  );
const OWN = {
  OpenOwnSessions: { Action: ['ssmmessages:OpenDataChannel'], Resource: [`${SESSION}/${USER}-*`] },
  EndAndResumeOwnSessions: {
    Action: ['ssm:TerminateSession', 'ssm:ResumeSession'],
    Resource: [`${SESSION}/${USER}-*`],
  },
  EndAndResumeOwnTaggedSessions: {
    Action: ['ssm:TerminateSession', 'ssm:ResumeSession'],
    Resource: [`${SESSION}/*`],
    Condition: { StringEquals: { 'ssm:resourceTag/aws:ssmmessages:session-id': USER } },
  },
};
const byKey = (prefix: string) => ({
  StringEquals: { [`${prefix}Role`]: ['desk', 'lab'], [`${prefix}Team`]: ['a'] },
});

describe.each([
  ['by id', byId('i-1', 'i-2'), [`${NODE}/i-1`, `${NODE}/i-2`], {}, {}],
  ['by tag', byTag, [`${NODE}/*`], byKey('ssm:resourceTag/'), byKey('aws:ResourceTag/')],
] as const)('Given instances %s', (_how, nodes, Resource, tagged, taggedInEc2) => {
  const unlessEmpty = (Condition: object) => (Object.keys(Condition).length > 0 ? { Condition } : {});

  it('When a person gets sessions, Then the policy grants them on these alone, with these documents', () => {
    expect(granted(sessionPolicy({ ...place, nodes, documents }))).toEqual({
      StartSessionsOnNodes: { Action: ['ssm:StartSession'], Resource, Condition: { ...tagged, ...CHECKED } },
      UseSessionDocuments: {
        Action: ['ssm:StartSession'],
        Resource: [
          `arn:aws:ssm:eu-west-1:${ACCOUNT}:document/${DEFAULT_SESSION_DOCUMENT}`,
          'arn:aws:ssm:eu-west-1::document/AWS-StartSSHSession',
        ],
        Condition: CHECKED,
      },
      ...OWN,
      SeeWhetherNodesAnswer: { Action: ['ssm:GetConnectionStatus'], Resource, ...unlessEmpty(tagged) },
      ListForConsole: {
        Action: ['ssm:DescribeSessions', 'ssm:DescribeInstanceProperties', 'ec2:DescribeInstances'],
        Resource: ['*'],
      },
    });
  });

  it('When a person gets Remote Desktop, Then it is through Fleet Manager alone', () => {
    expect(granted(rdpPolicy({ ...place, nodes }))).toEqual({
      StartRemoteDesktopOnNodes: {
        Action: ['ssm:StartSession'],
        Resource,
        Condition: { ...tagged, ...VIA, ...CHECKED },
      },
      UsePortForwardingDocument: {
        Action: ['ssm:StartSession'],
        Resource: ['arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSession'],
        Condition: { ...VIA, ...CHECKED },
      },
      ConnectInFleetManager: {
        Action: ['StartConnection', 'GetConnection', 'CancelConnection'].map(
          (name) => `ssm-guiconnect:${name}`,
        ),
        Resource: ['*'],
      },
      ...OWN,
      ReadWindowsPassword: { Action: ['ec2:GetPasswordData'], Resource, ...unlessEmpty(taggedInEc2) },
      ListForConsole: {
        Action: ['ssm:DescribeInstanceProperties', 'ec2:DescribeInstances'],
        Resource: ['*'],
      },
    });
  });

  it('When an auditor asks, Then each statement has its reason and source', () => {
    for (const { reason, source } of [
      ...sessionPolicy({ ...place, nodes, documents }),
      ...rdpPolicy({ ...place, nodes }),
    ]) {
      expect(reason).not.toBe('');
      expect(source).toContain('Systems Manager user guide');
    }
  });
});

describe('Given the name of a document', () => {
  it.each([
    ['AWS-StartSSHSession', ''],
    ['AWSFleetManager-X', ''],
    ['AmazonCloudWatch-X', ''],
    ['SSM-SessionManagerRunShell', ACCOUNT],
    ['MyAWS-Document', ACCOUNT],
    ['AWSomeDocument', ACCOUNT],
  ])('When it is %s, Then its ARN has account "%s"', (name, account) => {
    expect(documentArn({ ...place, nodes: byId() }, name)).toBe(
      `arn:aws:ssm:eu-west-1:${account}:document/${name}`,
    );
  });
});

describe('Given more instances than a policy holds', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`);
  const refusal = (nodes: Nodes, named = documents) => {
    try {
      return documentOf(sessionPolicy({ ...place, nodes, documents: named }));
    } catch (error) {
      if (error instanceof PolicyTooLargeError) return error.message;
      throw error;
    }
  };

  it('When it is refused, Then it says how many fit, and just as many do', () => {
    const message = String(refusal(byId(...ids(60))));
    const most = Number(/60 instances are too many, (\d+) of them fit/.exec(message)?.[1]);
    expect(most).toBeGreaterThan(10);
    expect(refusal(byId(...ids(most)))).toHaveProperty('Statement');
    expect(refusal(byId(...ids(most + 1)))).toMatch(new RegExp(`${most} of them fit`));
  });

  it('When the policy has exactly as many characters as IAM takes, Then it is made; one more is refused', () => {
    const size = (name: string) => {
      const made = refusal(byId('i-1'), [name]);
      return typeof made === 'string' ? made : countCharacters(made);
    };
    const rest = 6_144 - Number(size('d'));
    expect(size('d'.repeat(rest + 1))).toBe(6_144);
    expect(size('d'.repeat(rest + 2))).toMatch(
      /would have 6,145 characters, IAM takes 6,144: 1 instances are too many, 0 of them fit/,
    );
  });

  it('When there is no instance and it is the documents, Then none is said to fit', () => {
    expect(refusal(byId('i-1', 'i-2'), ['d'.repeat(6_144)])).toMatch(
      /2 instances are too many, 0 of them fit/,
    );
  });

  it('When they are named by tags, Then fewer of these are asked for', () => {
    const tags = Object.fromEntries(ids(100).map((id) => [id, ['x'.repeat(60)]]));
    expect(refusal({ kind: 'tags', tags })).toMatch(/name fewer tags or documents$/);
  });
});
