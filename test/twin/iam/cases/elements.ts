// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables
/** Effect, Action, Resource and policy variables. */
import { ALLOW_ALL, BASE, type Case, deny, identity, inContext, on, policy, ROLE, SETTING } from './base.ts';

const LOGIC = 'reference_policies_evaluation-logic';
const ACTION = 'reference_policies_elements_action';
const NOT_ACTION = 'reference_policies_elements_notaction';
const RESOURCE = 'reference_policies_elements_resource';
const NOT_RESOURCE = 'reference_policies_elements_notresource';
const VARIABLES = 'reference_policies_variables';
const EFFECT = 'reference_policies_elements_effect';
const GRAMMAR = 'reference_policies_grammar';
const NONE = 'implicit-deny-identity';

const BASICS: Case[] = [
  { page: LOGIC, given: 'no policy at all', asked: {}, expected: NONE },
  { page: LOGIC, given: 'an allow that fits', asked: identity(ALLOW_ALL), expected: 'allowed' },
  {
    page: LOGIC,
    given: 'an allow and a deny in one policy',
    asked: identity(
      policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'ssm:*', Resource: '*' }),
    ),
    expected: 'explicit-deny-identity',
  },
  {
    page: LOGIC,
    given: 'the deny in another policy than the allow',
    asked: identity(deny({}), ALLOW_ALL),
    expected: 'explicit-deny-identity',
  },
  {
    page: LOGIC,
    given: 'a deny of something else',
    asked: identity(ALLOW_ALL, deny({ Action: 'ec2:*' })),
    expected: 'allowed',
  },
  {
    page: EFFECT,
    given: 'an Effect in lower case, which is case-sensitive',
    asked: identity({ Version: '2012-10-17', Statement: [{ Effect: 'allow', Action: '*', Resource: '*' }] }),
    expected: NONE,
  },
  {
    page: GRAMMAR,
    given: 'a single statement that is no list',
    asked: identity({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }),
    expected: 'allowed',
  },
];

const ACTIONS: Case[] = [
  { page: ACTION, given: 'the action by name', asked: on({ Action: BASE.action }), expected: 'allowed' },
  {
    page: ACTION,
    given: 'the action in other case',
    asked: on({ Action: 'SSM:getservicesetting' }),
    expected: 'allowed',
  },
  {
    page: ACTION,
    given: 'a list with the action',
    asked: on({ Action: ['a:b', BASE.action] }),
    expected: 'allowed',
  },
  { page: ACTION, given: 'a trailing *', asked: on({ Action: 'ssm:Get*' }), expected: 'allowed' },
  {
    page: ACTION,
    given: '* in the middle',
    asked: on({ Action: 'ssm:*ServiceSetting' }),
    expected: 'allowed',
  },
  {
    page: ACTION,
    given: '? for one character',
    asked: on({ Action: 'ssm:?etServiceSetting' }),
    expected: 'allowed',
  },
  {
    page: ACTION,
    given: '? for no character',
    asked: on({ Action: 'ssm:GetServiceSetting?' }),
    expected: NONE,
  },
  { page: ACTION, given: "another service's action", asked: on({ Action: 'ec2:*' }), expected: NONE },
  {
    page: ACTION,
    given: 'the beginning of the action only',
    asked: on({ Action: 'ssm:Get' }),
    expected: NONE,
  },
  {
    page: NOT_ACTION,
    given: 'NotAction of another service',
    asked: identity(policy({ NotAction: 'iam:*', Resource: '*' })),
    expected: 'allowed',
  },
  {
    page: NOT_ACTION,
    given: 'NotAction that names the action',
    asked: identity(policy({ NotAction: ['iam:*', 'ssm:*'], Resource: '*' })),
    expected: NONE,
  },
  {
    page: NOT_ACTION,
    given: 'a deny of all but the action',
    asked: identity(ALLOW_ALL, policy({ Effect: 'Deny', NotAction: 'ssm:*', Resource: '*' })),
    expected: 'allowed',
  },
  {
    page: NOT_ACTION,
    given: 'a deny of all but another action',
    asked: identity(ALLOW_ALL, policy({ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' })),
    expected: 'explicit-deny-identity',
  },
];

const RESOURCES: Case[] = [
  { page: RESOURCE, given: 'the resource by its ARN', asked: on({ Resource: SETTING }), expected: 'allowed' },
  {
    page: RESOURCE,
    given: 'the resource in other case',
    asked: on({ Resource: SETTING.replace('servicesetting', 'ServiceSetting') }),
    expected: NONE,
  },
  {
    page: RESOURCE,
    given: '* within a field',
    asked: on({ Resource: 'arn:aws:ssm:eu-*:*:servicesetting/ssm/*' }),
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: '* that stands for slashes',
    asked: on({ Resource: 'arn:aws:ssm:eu-west-1:111122223333:servicesetting/*/x' }),
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: '* that ends a field and runs beyond the colon',
    asked: on({ Resource: 'arn:aws:ssm:*:servicesetting/ssm/managed-instance/x' }),
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: '* that ends the ARN early',
    asked: on({ Resource: 'arn:aws:ssm:eu-west-1:*' }),
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: '* within a field, which would have to cross a colon',
    asked: on({ Resource: 'arn:aws:ssm:eu*3333:*:servicesetting/*' }),
    expected: NONE,
  },
  {
    page: RESOURCE,
    given: 'an ARN with missing fields',
    asked: on({ Resource: 'arn:aws:ssm' }),
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: 'one of several ARNs',
    asked: on({ Resource: ['arn:aws:s3:::bucket', SETTING] }),
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: 'an ARN, and an action without resources',
    asked: { ...on({ Resource: 'arn:aws:ssm:*:*:*' }), action: 'ssm:ListAssociations', resource: '*' },
    expected: NONE,
  },
  {
    page: RESOURCE,
    given: 'the example of object names under /test/',
    asked: {
      ...on({ Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*/test/*' }),
      resource: 'arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/3/object.jpg',
    },
    expected: 'allowed',
  },
  {
    page: RESOURCE,
    given: 'the example of object names, 1-test',
    asked: {
      ...on({ Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*/test/*' }),
      resource: 'arn:aws:s3:::amzn-s3-demo-bucket/1-test/object.jpg',
    },
    expected: NONE,
  },
  {
    page: RESOURCE,
    given: 'characters that mean something to regular expressions',
    asked: { ...on({ Resource: 'arn:aws:s3:::a.b+(c)' }), resource: 'arn:aws:s3:::aXb+(c)' },
    expected: NONE,
  },
  {
    page: NOT_RESOURCE,
    given: 'NotResource of another',
    asked: identity(policy({ Action: '*', NotResource: 'arn:aws:s3:::bucket' })),
    expected: 'allowed',
  },
  {
    page: NOT_RESOURCE,
    given: 'NotResource that names it',
    asked: identity(policy({ Action: '*', NotResource: ['arn:aws:s3:::bucket', 'arn:aws:ssm:*'] })),
    expected: NONE,
  },
];

const tagged = (resource: string) => ({
  ...on({ Resource: resource }),
  resource: 'arn:aws:s3:::bucket/red/x',
  context: { 'aws:PrincipalTag/team': 'red' },
});

const VARIABLES_IN_USE: Case[] = [
  {
    page: VARIABLES,
    given: 'a variable in the resource',
    asked: tagged('arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*'),
    expected: 'allowed',
  },
  {
    page: VARIABLES,
    given: 'a variable without a value',
    asked: tagged('arn:aws:s3:::bucket/${aws:username}/*'),
    expected: NONE,
  },
  {
    page: VARIABLES,
    given: 'a default for a variable without a value',
    asked: tagged("arn:aws:s3:::bucket/${aws:username, 'red'}/*"),
    expected: 'allowed',
  },
  {
    page: VARIABLES,
    given: 'a default for a variable with another value',
    asked: tagged("arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'blue'}/*"),
    expected: 'allowed',
  },
  {
    page: VARIABLES,
    given: 'a variable before the fifth colon',
    asked: {
      ...on({ Resource: 'arn:aws:ssm:eu-west-1:${aws:PrincipalAccount}:*' }),
      context: { 'aws:PrincipalAccount': '111122223333' },
    },
    expected: NONE,
  },
  {
    page: VARIABLES,
    given: '${*} for a literal asterisk, and none there',
    asked: { ...on({ Resource: 'arn:aws:s3:::bucket/${*}' }), resource: 'arn:aws:s3:::bucket/x' },
    expected: NONE,
  },
  {
    page: VARIABLES,
    given: '${*}, ${?} and ${$} for themselves',
    asked: { ...on({ Resource: 'arn:aws:s3:::bucket/${*}${?}${$}' }), resource: 'arn:aws:s3:::bucket/*?$' },
    expected: 'allowed',
  },
  {
    page: 'reference_policies_elements_version',
    given: 'a variable in a policy of version 2008-10-17, which is text there',
    asked: {
      ...tagged('*'),
      identityPolicies: [
        {
          Version: '2008-10-17',
          Statement: [
            { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*' },
          ],
        },
      ],
    },
    expected: NONE,
  },
  {
    page: VARIABLES,
    given: 'a variable in a condition',
    asked: inContext(
      { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
      { 'aws:ResourceTag/team': 'red', 'aws:PrincipalTag/team': 'red' },
    ),
    expected: 'allowed',
  },
  {
    page: VARIABLES,
    given: 'a multivalued key as a variable',
    asked: inContext({ StringEquals: { a: '${aws:TagKeys}' } }, { a: 'x', 'aws:TagKeys': ['x'] }),
    expected: NONE,
  },
  {
    page: VARIABLES,
    given: 'an ARN as the value of a variable in ArnEquals',
    asked: inContext(
      { ArnEquals: { 'aws:SourceArn': '${aws:PrincipalArn}' } },
      { 'aws:SourceArn': ROLE, 'aws:PrincipalArn': ROLE },
    ),
    expected: 'allowed',
  },
];

export const ELEMENT_CASES: Case[] = [...BASICS, ...ACTIONS, ...RESOURCES, ...VARIABLES_IN_USE];
