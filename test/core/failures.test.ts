import { describe, expect, it } from '@jest/globals';
import {
  classifyFailure,
  denyingPolicy,
  describeFailure,
  mayHaveHappened,
} from '../../functions/core/failures.ts';

const cases: [name: string, message: string, status: number | null, kind: string][] = [
  [
    'AccessDeniedException',
    'User: x is not authorized to perform: ssm:GetServiceSetting with an explicit deny in a service control policy',
    400,
    'DENIED_BY_SCP',
  ],
  [
    'AccessDeniedException',
    'x because no service control policy allows the ssm:GetServiceSetting action',
    400,
    'DENIED_BY_SCP',
  ],
  [
    'UnauthorizedOperation',
    'You are not authorized. User: x with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o/service_control_policy/p',
    403,
    'DENIED_BY_SCP',
  ],
  ['AccessDenied', 'User: x is not authorized to perform: ssm:GetServiceSetting', 403, 'DENIED'],
  [
    'UnauthorizedOperation',
    'You are not authorized to perform this operation. Encoded authorization failure message: abc',
    403,
    'DENIED',
  ],
  ['OptInRequired', 'You are not subscribed to this service', 403, 'NOT_READY'],
  ['PendingVerification', 'Your account is currently being verified', 400, 'NOT_READY'],
  [
    'SubscriptionRequiredException',
    'The AWS Access Key Id needs a subscription for the service',
    403,
    'NOT_READY',
  ],
  ['InvalidClientTokenId', 'The security token included in the request is invalid', 403, 'NOT_READY'],
  ['UnrecognizedClientException', 'The security token included in the request is invalid', 400, 'NOT_READY'],
  ['AuthFailure', 'AWS was not able to validate the provided access credentials', 401, 'NOT_READY'],
  ['RegionDisabledException', 'STS is not activated in this region', 403, 'REGION_DISABLED'],
  ['ServiceSettingNotFound', 'Setting not found', 400, 'UNSUPPORTED_IN_REGION'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND ssm.xx-west-1.amazonaws.com', null, 'UNSUPPORTED_IN_REGION'],
  ['ThrottlingException', 'Rate exceeded', 400, 'THROTTLED'],
  ['RequestLimitExceeded', 'Request limit exceeded.', 503, 'THROTTLED'],
  ['TooManyUpdates', 'There are concurrent updates for a resource', 400, 'THROTTLED'],
  ['SomethingNew', 'slow down', 429, 'THROTTLED'],
  ['InternalServerError', 'An error occurred on the server side', 500, 'UNAVAILABLE'],
  ['ECONNRESET', 'socket hang up', null, 'UNAVAILABLE'],
  ['ExpiredTokenException', 'The security token included in the request is expired', 400, 'UNAVAILABLE'],
  ['RequestTimeTooSkewed', 'The difference is too large.', 403, 'UNAVAILABLE'],
  ['Unheard', 'of', 503, 'UNAVAILABLE'],
  ['EntityAlreadyExists', 'Role with name x already exists.', 409, 'CONFLICT'],
  [
    'ValidationException',
    'Nonexistent role or missing ssm service principal in trust policy',
    400,
    'INVALID',
  ],
  ['Unheard', 'of', 400, 'UNEXPECTED'],
];

describe('an error of AWS is classified once', () => {
  it.each(cases)('given %s "%s" (%s), then %s', (name, message, status, kind) => {
    expect(classifyFailure({ name, message, status }, 'ssm:GetServiceSetting')).toEqual({
      kind,
      action: 'ssm:GetServiceSetting',
      code: name,
      message,
    });
  });

  it.each([
    [
      'User: arn:aws:sts::1:assumed-role/W/r is not authorized to perform: iam:TagRole on resource: arn:aws:iam::1:role/x with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p',
      'iam:TagRole',
      'SCP',
    ],
    [
      'User: x is not authorized to perform: iam:PassRole on resource: r because no permissions boundary allows the iam:PassRole action',
      'iam:PassRole',
      'BOUNDARY',
    ],
    [
      'User: x is not authorized to perform: sts:AssumeRole on resource: r with an explicit deny in a resource control policy',
      'sts:AssumeRole',
      'RCP',
    ],
    [
      'You are not authorized to perform this operation. User: x is not authorized to perform: ec2:CreateTags on resource: r because no identity-based policy allows the ec2:CreateTags action',
      'ec2:CreateTags',
      'IDENTITY',
    ],
    [
      'You are not authorized to perform this operation. Encoded authorization failure message: abc',
      'iam:CreateRole',
      null,
    ],
  ])('given a denial "%s", then its action is %s and its policy %s', (message, action, policy) => {
    const failure = classifyFailure({ name: 'AccessDenied', message, status: 403 }, 'iam:CreateRole');
    expect([failure.action, denyingPolicy(failure)]).toEqual([action, policy]);
  });

  it('given a quota of IAM, then it is no throttle', () => {
    const message = 'Cannot exceed quota for RolesPerAccount: 1000';
    const quota = { name: 'LimitExceededException', message, status: 409 };
    expect(classifyFailure(quota, 'iam:CreateRole').kind).toBe('INVALID');
    expect(classifyFailure({ ...quota, status: 400 }, 'iam:CreateRole').kind).toBe('THROTTLED');
  });

  it('given a message with a period, then its sentence has one', () => {
    const failure = {
      kind: 'UNEXPECTED' as const,
      action: 'sts:GetCallerIdentity',
      code: 'X',
      message: 'It is\n invalid.',
    };
    expect(describeFailure(failure)).toBe('sts:GetCallerIdentity: X: It is invalid');
  });

  it('given a lost answer, then the change may have happened; given a throttled call, then it has not', () => {
    const lost = classifyFailure(
      { name: 'ECONNRESET', message: '', status: null },
      'ssm:UpdateServiceSetting',
    );
    const throttled = classifyFailure(
      { name: 'ThrottlingException', message: '', status: 400 },
      'ssm:UpdateServiceSetting',
    );
    expect([mayHaveHappened(lost), mayHaveHappened(throttled)]).toEqual([true, false]);
  });
});
