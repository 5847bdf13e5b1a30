import { describe, expect, it } from '@jest/globals';
import {
  describeOwnAccess,
  judgeAccessFromManagement,
  judgeReads,
  type ManagementView,
} from '../../../functions/core/readiness/organization-access.ts';

const OPERATOR = '100000000002';
const READS = ['organizations:DescribeOrganization', 'organizations:ListAccounts'];

const view = (given: Partial<ManagementView> = {}): ManagementView => ({
  operatorAccountId: OPERATOR,
  delegations: [],
  resourcePolicy: null,
  reads: READS,
  ...given,
});
const statement = (given: Record<string, unknown> = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${OPERATOR}:root` },
  Action: 'organizations:*',
  Resource: '*',
  ...given,
});
const policy = (...Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });

describe('Given the registrations of delegated administrators', () => {
  it('When the operator administers services, Then they are named', () => {
    const delegations = [
      { accountId: OPERATOR, service: 'ssm.amazonaws.com' },
      { accountId: '100000000009', service: 'guardduty.amazonaws.com' },
      { accountId: OPERATOR, service: 'config.amazonaws.com' },
    ];
    expect(judgeAccessFromManagement(view({ delegations }))).toEqual({
      check: 'delegated administrator',
      status: 'ok',
      found: `${OPERATOR} administers ssm.amazonaws.com, config.amazonaws.com.`,
      fix: null,
    });
  });

  it('When a snapshot names no service, Then the registration counts all the same', () => {
    const delegations = [{ accountId: OPERATOR, service: null }];
    expect(judgeAccessFromManagement(view({ delegations }))).toMatchObject({
      status: 'ok',
      found: `${OPERATOR} administers a service.`,
    });
  });

  it('When only another account administers something, Then the registration to paste is the one of Systems Manager', () => {
    const delegations = [{ accountId: '100000000009', service: 'guardduty.amazonaws.com' }];
    const finding = judgeAccessFromManagement(view({ delegations }));
    expect(finding.status).toBe('failed');
    expect(finding.command).toBe(
      `aws organizations register-delegated-administrator --account-id ${OPERATOR} --service-principal ssm.amazonaws.com`,
    );
    expect(finding.fix).not.toContain('merge');
  });

  it('When Explorer has its only administrator already, Then the fix is the resource policy and leaves it there', () => {
    const delegations = [
      { accountId: '100000000008', service: 'guardduty.amazonaws.com' },
      { accountId: '100000000009', service: 'ssm.amazonaws.com' },
    ];
    const finding = judgeAccessFromManagement(view({ delegations }));
    expect(finding.status).toBe('failed');
    expect(finding.found).toContain('ssm.amazonaws.com (Explorer, Quick Setup) has 100000000009 already');
    expect(finding.command).toBe(`dhmc template delegation-policy --operator-account ${OPERATOR}`);
  });
});

describe('Given a resource policy of the organization', () => {
  it.each([
    ['names the account by its ARN', statement()],
    ['names the account by its number', statement({ Principal: { AWS: OPERATOR } })],
    ['names it in another partition', statement({ Principal: { AWS: `arn:aws-cn:iam::${OPERATOR}:root` } })],
    ['names it among others', statement({ Principal: { AWS: ['100000000009', OPERATOR] } })],
    ['names every principal', statement({ Principal: '*' })],
    ['names every account', statement({ Principal: { AWS: '*' } })],
    ['lists the actions', statement({ Action: READS })],
    [
      'spells the actions its own way',
      statement({ Action: ['ORGANIZATIONS:describe*', 'organizations:listaccounts'] }),
    ],
    [
      'lists resources, everything among them',
      statement({ Resource: ['arn:aws:organizations::1:root/*', '*'] }),
    ],
  ])('When it %s, Then the operator may read', (_what, each) => {
    expect(judgeAccessFromManagement(view({ resourcePolicy: policy(each) }))).toMatchObject({
      status: 'ok',
      found: `The organization's resource policy lets ${OPERATOR} read the organization.`,
    });
  });

  it('When its statement is no list, Then it is read as well', () => {
    const resourcePolicy = JSON.stringify({ Statement: statement() });
    expect(judgeAccessFromManagement(view({ resourcePolicy })).status).toBe('ok');
  });

  it.each([
    ['has a condition', policy(statement({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))],
    ['is for some resources only', policy(statement({ Resource: 'arn:aws:organizations::1:account/*' }))],
    ['has no resource', policy(statement({ Resource: undefined }))],
    ['names another account', policy(statement({ Principal: { AWS: '100000000009' } }))],
    [
      'names a role of the account',
      policy(statement({ Principal: { AWS: `arn:aws:iam::${OPERATOR}:role/x` } })),
    ],
    [
      'has the account inside a longer ARN',
      policy(statement({ Principal: { AWS: `xarn:aws:iam::${OPERATOR}:root` } })),
    ],
    ['has more behind the ARN', policy(statement({ Principal: { AWS: `arn:aws:iam::${OPERATOR}:roots` } }))],
    ['names a service', policy(statement({ Principal: { Service: 'ssm.amazonaws.com' } }))],
    ['names no principal', policy(statement({ Principal: null }))],
    ['has a principal that is no principal', policy(statement({ Principal: OPERATOR }))],
    ['has no principal', policy(statement({ Principal: undefined }))],
    ['only denies', policy(statement({ Effect: 'Deny' }))],
    ['has no effect', policy(statement({ Effect: undefined }))],
    ['allows other actions', policy(statement({ Action: 'organizations:ListRoots' }))],
    ['has an action that is no text', policy(statement({ Action: 7 }))],
    ['holds statements that are none', policy('x', null, 7)],
    ['has no statement', '{}'],
    ['is null', 'null'],
    ['is a text', '"Statement"'],
    ['is no JSON', '{'],
  ])(
    'When it %s, Then it grants nothing, and the fix says to merge into what exists',
    (_what, resourcePolicy) => {
      const finding = judgeAccessFromManagement(view({ resourcePolicy }));
      expect(finding.status).toBe('failed');
      expect(finding.found).toMatch(/delegated administrator of no service, and no resource policy/);
      expect(finding.fix).toContain('(merge the statement into the policy that exists)');
    },
  );

  it('When one action lacks, Then it is the one that is named', () => {
    const resourcePolicy = policy(statement({ Action: READS[0] }));
    expect(judgeAccessFromManagement(view({ resourcePolicy }))).toEqual({
      check: 'delegated administrator',
      status: 'failed',
      found: `The organization's resource policy lets ${OPERATOR} read the organization but for organizations:ListAccounts.`,
      fix: 'Add the missing actions to its statement in the resource policy.',
      command: `dhmc template delegation-policy --operator-account ${OPERATOR}`,
    });
  });

  it('When another statement denies an action, Then that one is not granted, whatever the condition', () => {
    const denied = statement({ Effect: 'Deny', Action: 'organizations:list*', Condition: { Bool: {} } });
    const finding = judgeAccessFromManagement(view({ resourcePolicy: policy(statement(), denied) }));
    expect(finding.status).toBe('failed');
    expect(finding.found).toContain('but for organizations:ListAccounts.');
  });

  it.each([
    [
      'everything but other actions',
      { Action: undefined, NotAction: 'organizations:ListA*' },
      'organizations:DescribeOrganization',
    ],
    [
      'a role of the account',
      { Principal: { AWS: `arn:aws:iam::${OPERATOR}:role/Reader` } },
      'organizations:ListAccounts',
    ],
    [
      'all but some principals',
      { Principal: undefined, NotPrincipal: { AWS: '100000000009' } },
      'organizations:ListAccounts',
    ],
  ])('When a Deny is for %s, Then what it may take is not granted', (_what, given, missing) => {
    const denied = statement({ Effect: 'Deny', Action: 'organizations:ListAccounts', ...given });
    const finding = judgeAccessFromManagement(view({ resourcePolicy: policy(statement(), denied) }));
    expect(finding.status).toBe('failed');
    expect(finding.found).toContain(`but for ${missing}.`);
  });

  it('When the actions are spread over statements, Then they add up', () => {
    const each = READS.map((Action) => statement({ Action }));
    expect(judgeAccessFromManagement(view({ resourcePolicy: policy(...each) })).status).toBe('ok');
  });

  it('When a Deny is for another account, Then it takes nothing', () => {
    const other = statement({ Effect: 'Deny', Principal: { AWS: '100000000009' } });
    expect(judgeAccessFromManagement(view({ resourcePolicy: policy(statement(), other) })).status).toBe('ok');
  });
});

describe('Given the reads as tried from the operator account', () => {
  it('When all were answered, Then the check is ok', () => {
    const tried = READS.map((action) => ({ action, denied: false }));
    expect(judgeReads(tried, OPERATOR)).toMatchObject({
      check: 'organization reads',
      status: 'ok',
      fix: null,
    });
  });

  it('When some were denied, Then they are named, with the policy that allows them', () => {
    const tried = [...READS, 'organizations:ListRoots'].map((action, index) => ({
      action,
      denied: index > 0,
    }));
    const finding = judgeReads(tried, OPERATOR);
    expect(finding).toMatchObject({
      status: 'failed',
      found: 'Denied: organizations:ListAccounts, organizations:ListRoots.',
      command: `dhmc template delegation-policy --operator-account ${OPERATOR}`,
    });
  });

  it.each([
    [null, 'by the resource policy or a service that cannot be named from here'],
    [[], 'by the resource policy'],
    [['a.amazonaws.com', 'b.amazonaws.com'], 'as administrator of a.amazonaws.com, b.amazonaws.com'],
  ])('When the own registrations are %j, Then it reads %s', (services, how) => {
    expect(describeOwnAccess(services)).toBe(how);
  });
});
