import { describe, expect, it } from '@jest/globals';
import { loggingGaps } from '../../../functions/core/instances/logging-gaps.ts';
import {
  judgeSessionLogging,
  type LoggingService,
  parseSessionPreferences,
  servicesOf,
  wantedGrants,
} from '../../../functions/core/instances/session-logging.ts';
import { joinNetwork } from '../../../functions/core/network/network.ts';
import { observe } from '../network/observe.ts';
import { edit, endpoints, instance, route, vpcIs, withNat, world, zonesFor } from '../network/steps.ts';
import { MAIN, OWNER, type Step, SUBNET_A, SUBNET_PUBLIC, serviceName, VPC } from '../network/world.ts';

const PLACE = { partition: 'aws', region: 'ap-northeast-1', accountId: '111122223333' };
const ROLE = 'arn:aws:iam::111122223333:role/service-role/DhmcRole';

function preferencesOf(inputs: Record<string, unknown>) {
  const preferences = parseSessionPreferences(
    JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs }),
  );
  if (!preferences) throw new Error('no session document');
  return preferences;
}
const EVERYTHING = preferencesOf({
  s3BucketName: 'session-logs',
  s3KeyPrefix: 'prod/',
  s3EncryptionEnabled: true,
  cloudWatchLogGroupName: '/ssm/sessions',
  cloudWatchEncryptionEnabled: true,
  cloudWatchStreamingEnabled: true,
  kmsKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
});

describe('Given session preferences', () => {
  it('When they name bucket, log group and key, Then each action is wanted on its concrete resource', () => {
    expect(servicesOf(EVERYTHING)).toEqual(['s3', 'logs', 'kms']);
    const grants = wantedGrants(EVERYTHING, PLACE).map(({ action, resource }) => `${action} ${resource}`);
    const group = 'arn:aws:logs:ap-northeast-1:111122223333:log-group';
    expect(grants).toEqual([
      's3:PutObject arn:aws:s3:::session-logs/prod/session.log',
      's3:GetEncryptionConfiguration arn:aws:s3:::session-logs',
      `logs:DescribeLogGroups ${group}::log-stream:`,
      `logs:DescribeLogStreams ${group}:/ssm/sessions:log-stream:`,
      `logs:CreateLogStream ${group}:/ssm/sessions:log-stream:session`,
      `logs:PutLogEvents ${group}:/ssm/sessions:log-stream:session`,
      'kms:Decrypt arn:aws:kms:ap-northeast-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ]);
  });

  it.each([
    [{}, []],
    [{ s3BucketName: '', cloudWatchLogGroupName: '', kmsKeyId: '' }, []],
    [{ s3BucketName: 'b', s3EncryptionEnabled: false }, ['s3:PutObject']],
    [{ kmsKeyId: 'alias/sessions' }, []],
    [{ kmsKeyId: 'arn:aws:kms:us-east-1:444455556666:alias/sessions' }, []],
    [{ kmsKeyId: 'arn:aws:kms:us-east-1:444455556666:key/k' }, ['kms:Decrypt']],
  ])('When the inputs are %j, Then %j is asked of the role', (inputs, actions) => {
    expect(wantedGrants(preferencesOf(inputs), PLACE).map(({ action }) => action)).toEqual(actions);
  });

  it.each(['', 'null', '[]', '{"mainSteps":[]}', '{"inputs":null}', 'schemaVersion: 1.0'])(
    'When the document is %j, Then it has no preferences',
    (content) => expect(parseSessionPreferences(content)).toBeNull(),
  );
});

describe('Given a role', () => {
  const wanted = wantedGrants(EVERYTHING, PLACE);
  const judge = (granted: typeof wanted) =>
    judgeSessionLogging(
      { preferences: EVERYTHING, roleArn: ROLE, granted: { kind: 'value', value: granted } },
      PLACE,
      [],
    );

  it('When it has every grant, Then nothing blocks', () => {
    expect(judge(wanted)).toEqual({
      asked: [
        'S3 bucket session-logs, below prod/',
        'log group /ssm/sessions, streamed',
        'encryption with key 1234abcd-12ab-34cd-56ef-1234567890ab',
      ],
      blocked: [],
      open: [],
    });
  });

  it('When it has none, as the managed policy of DHMC, Then each service has its sentence', () => {
    const { blocked } = judge([]);
    expect(blocked).toHaveLength(3);
    expect(blocked[0]).toMatch(/^DhmcRole lacks s3:PutObject, s3:GetEncryptionConfiguration on .*bucket\.$/);
    expect(blocked[2]).toMatch(/lacks kms:Decrypt .* sessions do not start/);
  });

  it('When one action is missing, Then only that one is named', () => {
    const { blocked } = judge(wanted.filter(({ action }) => action !== 'logs:PutLogEvents'));
    expect(blocked).toEqual([expect.stringMatching(/lacks logs:PutLogEvents on /)]);
  });
});

describe('Given a VPC', () => {
  const gapsOf = (services: LoggingService[], ...steps: Step[]) =>
    loggingGaps(joinNetwork(observe(world(...steps))), services).map(
      ({ subnetId, service }) => `${subnetId} ${service}`,
    );
  const ALL: LoggingService[] = ['s3', 'logs', 'kms'];
  const gateway: Step = (made) => {
    made.Ec2.VpcEndpoints.push({
      VpcEndpointId: 'vpce-0000000000000s3gw',
      VpcEndpointType: 'Gateway',
      VpcId: VPC,
      ServiceName: serviceName('s3'),
      State: 'Available' as never,
      RouteTableIds: [MAIN],
    });
    route('pl-61a54008', { GatewayId: 'vpce-0000000000000s3gw' })(made);
  };

  it('When it has no egress but endpoints of Systems Manager, Then all three services are out of reach', () => {
    expect(gapsOf(ALL, endpoints(['ssm', 'ssmmessages']))).toEqual(ALL.map((name) => `${SUBNET_A} ${name}`));
  });

  it('When it has a NAT gateway, Then none is', () => {
    expect(gapsOf(ALL, withNat)).toEqual([]);
  });

  it('When it has endpoints for logs and kms and the S3 gateway, Then none is', () => {
    expect(gapsOf(ALL, endpoints(['logs', 'kms']), gateway)).toEqual([]);
  });

  it('When the S3 gateway is routed in another table, Then S3 is out of reach', () => {
    const elsewhere: Step = (made) => {
      gateway(made);
      edit((ec2) => {
        for (const table of ec2.RouteTables) {
          table.Routes = table.Routes?.filter(({ DestinationPrefixListId }) => !DestinationPrefixListId);
        }
      })(made);
    };
    expect(gapsOf(['s3'], elsewhere)).toEqual([`${SUBNET_A} s3`]);
  });

  it('When private DNS of the endpoint is off, Then its service is out of reach', () => {
    expect(gapsOf(['logs'], endpoints(['logs'], { privateDns: false }))).toEqual([`${SUBNET_A} logs`]);
  });

  it('When a central zone answers for the name, Then nothing is held against it', () => {
    expect(gapsOf(['logs', 'kms'], zonesFor('logs'))).toEqual([`${SUBNET_A} kms`]);
  });

  it('When it is shared from another account, Then nothing is said, since its endpoints are not seen', () => {
    expect(gapsOf(ALL, vpcIs({ OwnerId: OWNER }))).toEqual([]);
  });

  it('When one instance has a public address and another has none, Then only the latter lacks a way', () => {
    const bastion = instance({ id: 'i-000000000000000ff', subnet: SUBNET_PUBLIC, publicIp: true });
    expect(gapsOf(['logs'], bastion)).toEqual([`${SUBNET_A} logs`]);
  });

  it('When the gap is explained, Then it names the cure and whether central endpoints were looked for', () => {
    const observed = observe(world());
    const gaps = loggingGaps(joinNetwork({ ...observed, hostedZones: {} }), ['s3']);
    const { blocked } = judgeSessionLogging(
      { preferences: EVERYTHING, roleArn: ROLE, granted: { kind: 'absent' } },
      PLACE,
      gaps,
    );
    expect(blocked).toEqual([
      expect.stringMatching(/S3 gateway endpoint .*\(central endpoints were not looked for\)\.$/),
    ]);
  });
});
