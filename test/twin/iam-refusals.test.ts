/** Documents, names, tags and sizes that IAM refuses: the twin refuses them in the same words. */
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { configuration, startFirst } from './first-organization.ts';

const SERVICE = { Service: 'ec2.amazonaws.com' };
const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const trust = (principal: unknown, more: object = {}) =>
  document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more });
const allow = (more: object) => ({ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*', ...more });
const managed = (index: number) => `arn:aws:iam::100000000002:policy/p${index}`;

let twin: Twin;
let iam: IAMClient;
beforeAll(async () => {
  twin = await startFirst({
    change(snapshot) {
      const account = snapshot.accounts.get('100000000002');
      if (!account) throw new Error('the operator account is missing');
      for (let index = 0; index <= 10; index++) {
        account.Iam.Policies.push({
          PolicyName: `p${index}`,
          PolicyId: `ANPA${index}`,
          Arn: managed(index),
          Path: '/',
          DefaultVersionId: 'v1',
          AttachmentCount: 0,
          PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: {} }],
        });
      }
      account.Iam.RoleDetailList.push({
        Path: '/aws-service-role/ssm.amazonaws.com/',
        RoleName: 'AWSServiceRoleForAmazonSSM',
        RoleId: 'AROASERVICELINKED0001',
        Arn: 'arn:aws:iam::100000000002:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM',
        AssumeRolePolicyDocument: JSON.parse(trust(SERVICE)),
      });
    },
  });
  iam = new IAMClient(configuration(twin));
  await create({ RoleName: 'Subject' });
});
afterAll(async () => {
  iam?.destroy();
  await twin?.close();
});

let made = 0;
function create(input: Partial<ConstructorParameters<typeof CreateRoleCommand>[0]> = {}) {
  const RoleName = `Made${made++}`;
  return iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(SERVICE), ...input }));
}
const put = (PolicyDocument: string, PolicyName = 'inline') =>
  iam.send(new PutRolePolicyCommand({ RoleName: 'Subject', PolicyName, PolicyDocument }));
const tags = (count: number, key = (index: number) => `key${index}`) =>
  Array.from({ length: count }, (_, index) => ({ Key: key(index), Value: 'v' }));

describe('Given a trust policy', () => {
  it.each([
    [
      'a role that does not exist',
      trust({ AWS: 'arn:aws:iam::100000000012:role/Missing' }),
      /^Invalid principal in policy: "AWS":"arn:aws:iam::100000000012:role\/Missing"$/,
    ],
    [
      'a user that does not exist',
      trust({ AWS: 'arn:aws:iam::100000000012:user/missing' }),
      /^Invalid principal/,
    ],
    ['a wildcard in an ARN', trust({ AWS: 'arn:aws:iam::100000000012:role/*' }), /^Invalid principal/],
    ['another partition', trust({ AWS: 'arn:aws-cn:iam::100000000012:root' }), /^Invalid principal/],
    ['an account of 11 digits', trust({ AWS: '10000000001' }), /^Invalid principal/],
    ['a unique id that no role has', trust({ AWS: 'AROAAAAAAAAAAAAAAAAAA' }), /^Invalid principal/],
    [
      'an unknown service',
      trust({ Service: 'nonsense.amazonaws.com' }),
      /^Invalid principal in policy: "SERVICE":"nonsense.amazonaws.com"$/,
    ],
    ['an unknown principal type', trust({ Aws: '100000000012' }), /^Invalid principal/],
    ['no principal in the list', trust({ AWS: [] }), /^Syntax errors in policy\.$/],
    [
      'NotPrincipal',
      document({ Effect: 'Allow', NotPrincipal: SERVICE, Action: 'sts:AssumeRole' }),
      /NotPrincipal/,
    ],
    ['an action of another service', trust(SERVICE, { Action: 's3:GetObject' }), /STS AssumeRole actions/],
    [
      'an operator in lower camel that is none',
      trust(SERVICE, { Condition: { StringEqual: { 'aws:SourceAccount': '1' } } }),
      /^Syntax errors/,
    ],
    ['an operator without keys', trust(SERVICE, { Condition: { StringEquals: 'x' } }), /^Syntax errors/],
  ])('When it has %s, Then MalformedPolicyDocument', async (_what, text, message) => {
    const refused = { name: 'MalformedPolicyDocumentException', message: expect.stringMatching(message) };
    await expect(create({ AssumeRolePolicyDocument: text })).rejects.toMatchObject(refused);
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Subject', PolicyDocument: text })),
    ).rejects.toMatchObject(refused);
  });

  it.each([
    ['an account of the organization', { AWS: 'arn:aws:iam::100000000012:root' }],
    ['an account outside', { AWS: '999999999999' }],
    ['a role that exists', { AWS: 'arn:aws:iam::100000000012:role/DhmcRolloutWriter' }],
    ['everyone', '*'],
    ['a regional service', { Service: 'ssm.us-east-1.amazonaws.com' }],
    ['a SAML provider', { Federated: 'arn:aws:iam::100000000002:saml-provider/idp' }],
  ])('When it names %s, Then it is taken', async (_what, principal) => {
    await expect(create({ AssumeRolePolicyDocument: trust(principal) })).resolves.toBeDefined();
  });
});

describe('Given a permissions policy', () => {
  it.each([
    ['an effect in lower case', document(allow({ Effect: 'allow' })), 'Syntax errors in policy.'],
    ['an unknown element', document(allow({ Actions: 'x' })), 'Syntax errors in policy.'],
    [
      'an unknown element beside Statement',
      '{"Version":"2012-10-17","Statements":[]}',
      'Syntax errors in policy.',
    ],
    ['Action and NotAction', document(allow({ NotAction: 'ssm:*' })), 'Syntax errors in policy.'],
    ['no action', document(allow({ Action: [] })), 'Policy statement must contain actions.'],
    ['no resource', document(allow({ Resource: [] })), 'Policy statement must contain resources.'],
    ['a principal', document(allow({ Principal: '*' })), 'Policy document should not specify a principal.'],
    [
      'an action without a service',
      document(allow({ Action: 'GetParameter' })),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'an action of two colons',
      document(allow({ Action: 'ssm:Get:Parameter' })),
      'Actions/Condition can contain only one colon.',
    ],
    ['an unknown service', document(allow({ Action: 'nonsense:Get' })), 'Vendor nonsense is not valid'],
    [
      'a resource that is no ARN',
      document(allow({ Resource: 'bucket' })),
      'Resource bucket must be in ARN format or "*".',
    ],
    [
      'two equal Sids',
      document(allow({ Sid: 'A' }), allow({ Sid: 'A' })),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      'a condition key without a service',
      document(allow({ Condition: { Bool: { secure: 'true' } } })),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'NullIfExists',
      document(allow({ Condition: { NullIfExists: { 'aws:TagKeys': 'true' } } })),
      'Syntax errors in policy.',
    ],
  ])('When it has %s, Then MalformedPolicyDocument', async (_what, text, message) => {
    await expect(put(text)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message });
  });
});

describe('Given names, tags and sizes beyond what IAM takes', () => {
  const long = (length: number) => 'x'.repeat(length);
  const CASES: [what: string, call: () => Promise<unknown>, name: string, message: RegExp][] = [
    [
      'a trust policy of more than 2,048 characters',
      () =>
        create({
          AssumeRolePolicyDocument: trust(SERVICE, {
            Condition: { StringLike: { 'aws:SourceArn': long(2048) } },
          }),
        }),
      'LimitExceededException',
      /^Cannot exceed quota for ACLSizePerRole: 2048$/,
    ],
    ['51 tags', () => create({ Tags: tags(51) }), 'ValidationError', /less than or equal to 50/],
    [
      'a tag key of 129 characters',
      () => create({ Tags: tags(1, () => long(129)) }),
      'ValidationError',
      /less than or equal to 128/,
    ],
    [
      'a tag value of 257 characters',
      () => create({ Tags: [{ Key: 'k', Value: long(257) }] }),
      'ValidationError',
      /less than or equal to 256/,
    ],
    [
      'a character that no tag may have',
      () => create({ Tags: tags(1, () => 'a?') }),
      'ValidationError',
      /regular expression/,
    ],
    [
      'a reserved prefix',
      () => create({ Tags: tags(1, () => 'aws:mine') }),
      'InvalidInputException',
      /reserved/,
    ],
    [
      'two tags of one key',
      () =>
        create({
          Tags: [
            { Key: 'a', Value: '' },
            { Key: 'A', Value: '' },
          ],
        }),
      'InvalidInputException',
      /^Duplicate tag keys/,
    ],
    [
      'a role name of 65 characters',
      () => create({ RoleName: long(65) }),
      'ValidationError',
      /less than or equal to 64/,
    ],
    ['a reserved path', () => create({ Path: '/aws-service-role/x/' }), 'InvalidInputException', /reserved/],
    [
      "Identity Center's path",
      () => create({ Path: '/aws-reserved/sso/' }),
      'InvalidInputException',
      /reserved/,
    ],
    [
      'a description of 1,001 characters',
      () => create({ Description: long(1001) }),
      'ValidationError',
      /1000/,
    ],
    ['a policy name with a space', () => put(document(allow({})), 'a b'), 'ValidationError', /policyName/],
    [
      'a change of a service-linked role',
      () => iam.send(new TagRoleCommand({ RoleName: 'AWSServiceRoleForAmazonSSM', Tags: tags(1) })),
      'UnmodifiableEntityException',
      /only modifiable by AWS/,
    ],
  ];
  it.each(CASES)('When a request has %s, Then it is refused', async (_what, call, name, message) => {
    await expect(call()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('When inline policies sum to more than 10,240 characters, Then LimitExceeded', async () => {
    const half = document(allow({ Resource: `arn:aws:s3:::${long(5200)}` }));
    await put(half, 'one');
    await put(half, 'one');
    await expect(put(half, 'two')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Maximum policy size of 10240 bytes exceeded for role Subject',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('When tags are added to a role that has 50, Then LimitExceeded', async () => {
    const tag = (Tags: ReturnType<typeof tags>) =>
      iam.send(new TagRoleCommand({ RoleName: 'Subject', Tags }));
    await tag(tags(50));
    await tag(tags(50));
    await expect(tag([{ Key: 'other', Value: '' }])).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  it('When an 11th policy is attached, Then LimitExceeded, unless the snapshot raises the quota', async () => {
    const attach = (index: number) =>
      iam.send(new AttachRolePolicyCommand({ RoleName: 'Subject', PolicyArn: managed(index) }));
    for (let index = 0; index < 10; index++) await attach(index);
    await attach(9);
    await expect(attach(10)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    });
    const account = twin.state.account('100000000002');
    if (account) account.Iam.SummaryMap = { AttachedPoliciesPerRoleQuota: 20, RolesQuota: 1 };
    await attach(10);
    await expect(create()).rejects.toMatchObject({ message: 'Cannot exceed quota for RolesPerAccount: 1' });
  });
});
