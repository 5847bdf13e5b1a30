/** EventBridge user guide, "Creating event patterns" and "Comparison operators". */
export const EVENT = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  region: 'us-east-1',
  resources: [
    'arn:aws:ec2:us-east-1:123456789012:instance/i-1',
    'arn:aws:ec2:us-east-1:123456789012:instance/i-2',
  ],
  detail: { state: 'terminated', 'c-count': 5, 'd-count': 3, empty: '', nothing: null, deep: { er: true } },
};

export const CASES: [pattern: Record<string, unknown>, matched: boolean][] = [
  [{ source: ['aws.ec2'] }, true],
  [{ source: ['aws.ec2', 'aws.s3'], region: ['us-east-1'] }, true],
  [{ source: ['aws.ec2'], region: ['us-west-2'] }, false],
  [{ source: ['AWS.EC2'] }, false],
  [{ nowhere: ['aws.ec2'] }, false],
  [{ resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-2'] }, true],
  [{ detail: { state: ['terminated'], 'c-count': [5] } }, true],
  [{ detail: { state: ['terminated'], 'c-count': ['5'] } }, false],
  [{ detail: { deep: { er: [true] } } }, true],
  [{ detail: { empty: [''] } }, true],
  [{ detail: { nothing: [null] } }, true],
  [{ detail: { state: [{ prefix: 'term' }] } }, true],
  [{ detail: { state: [{ prefix: 'erm' }] } }, false],
  [{ detail: { state: [{ suffix: 'ted' }] } }, true],
  [{ detail: { state: [{ wildcard: 't*min*d' }] } }, true],
  [{ detail: { state: [{ wildcard: 't*min' }] } }, false],
  [{ detail: { state: [{ 'equals-ignore-case': 'TERMINATED' }] } }, true],
  [{ detail: { state: [{ 'anything-but': 'initializing' }] } }, true],
  [{ detail: { state: [{ 'anything-but': ['terminated', 'stopped'] }] } }, false],
  [{ detail: { 'c-count': [{ numeric: ['>', 0, '<=', 5] }], 'd-count': [{ numeric: ['<', 10] }] } }, true],
  [{ detail: { 'c-count': [{ numeric: ['=', 3] }] } }, false],
  [{ detail: { 'c-count': [{ exists: true }], errorCode: [{ exists: false }] } }, true],
  [{ detail: { state: [{ exists: false }] } }, false],
  [{ $or: [{ source: ['aws.s3'] }, { detail: { 'd-count': [3] } }] }, true],
  [{ $or: [{ source: ['aws.s3'] }, { detail: { 'd-count': [4] } }] }, false],
];
