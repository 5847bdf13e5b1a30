/** Every policy of a template (of roles, and of what has one itself), with ARNs as CloudFormation would make them. */
import type { Piece } from '../../twin/contract.ts';
import { type Resource, resolve } from './synthesize.ts';

export interface TemplatePolicy {
  /** Logical id and, of a role, the policy's name. */
  name: string;
  /** Whether it is a role's: one of a resource names principals. */
  identity: boolean;
  document: { Version: string; Statement: Piece[] };
}

interface Where {
  partition: string;
  region: string;
  accountId: string;
  parameters?: Record<string, string>;
}

export function policiesOf(
  { Resources }: { Resources: Record<string, Resource> },
  where: Where,
): TemplatePolicy[] {
  const ids = Object.entries(Resources);
  const deployment = {
    ...where,
    parameters: {
      ...Object.fromEntries(ids.map(([id, each]) => [id, arnOf(id, each, where)])),
      ...where.parameters,
    },
    attributes: Object.fromEntries(ids.map(([id, each]) => [`${id}.Arn`, arnOf(id, each, where)])),
  };
  return ids.flatMap(([id, { Type, Properties }]) => {
    const properties = resolve(Properties, deployment);
    const own = (document: Piece) => [
      { name: id, identity: false, document: document as TemplatePolicy['document'] },
    ];
    switch (Type) {
      case 'AWS::IAM::Role':
        return (properties.Policies ?? []).map(({ PolicyName, PolicyDocument }: Piece) => ({
          name: `${id} ${PolicyName}`,
          identity: true,
          document: PolicyDocument,
        }));
      case 'AWS::S3::BucketPolicy':
      case 'AWS::SNS::TopicPolicy':
      case 'AWS::SQS::QueuePolicy':
        return own(properties.PolicyDocument);
      case 'AWS::KMS::Key':
        return own(properties.KeyPolicy);
      case 'AWS::Events::EventBusPolicy':
        return own({
          Version: '2012-10-17',
          Statement: [{ Sid: properties.StatementId, ...properties.Statement }],
        });
      default:
        if (/Polic(y|ies)$/.test(Type)) throw new Error(`${id}: policies of ${Type} are not read here`);
        return [];
    }
  });
}

/** What `Fn::GetAtt Arn` gives, and `Ref` where that is the ARN. */
function arnOf(id: string, { Type, Properties }: Resource, { partition, region, accountId }: Where): string {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return arn('dynamodb', `table/${id}`);
    case 'AWS::Events::EventBus':
      return arn('events', `event-bus/${Properties.Name}`);
    case 'AWS::Events::Rule':
      return arn('events', `rule/${id}`);
    case 'AWS::KMS::Key':
      return arn('kms', 'key/11111111-2222-3333-4444-555555555555');
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${id}`);
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${id}:*`);
    case 'AWS::S3::Bucket':
      return `arn:${partition}:s3:::${id.toLowerCase()}`;
    case 'AWS::SNS::Topic':
      return arn('sns', id);
    case 'AWS::SQS::Queue':
      return arn('sqs', id);
    case 'AWS::StepFunctions::StateMachine':
      return arn('states', `stateMachine:${Properties.StateMachineName}`);
    default:
      return `<${id}>`;
  }
}
