/**
 * The templates in moto's CloudFormation. moto checks what its models know (names, references, attributes), not what
 * AWS would refuse; cfn-lint and the other reviewers do that.
 */
import type { Piece } from '../../twin/contract.ts';
import { ofType, type Resource, resolve } from '../infra/synthesize.ts';
import { ask, type Place, send } from './call.ts';

/** What moto 5 has no model of: left out, and what refers to it gets a text. */
const UNMODELLED = new Set([
  'AWS::CloudFormation::StackSet',
  'AWS::CloudWatch::Alarm',
  'AWS::Events::EventBusPolicy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
]);

/** Custom resources too: they call a function of the CDK, and moto has no container to run it in. */
export const isLeftOut = ({ Type }: Resource): boolean => UNMODELLED.has(Type) || Type.startsWith('Custom::');

export interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, { Default?: string; Type?: string }>;
}

export interface Stack {
  status: string;
  /** Physical by logical id. */
  made: ReadonlyMap<string, string>;
  /** Logical ids that moto has a model of and did not make. */
  lacking: string[];
  /** Types that moto has no model of, each with its number. */
  leftOut: string[];
  /** A part of the template with the physical ids and ARNs of what was made. */
  valueOf(part: Piece): Piece;
}

export async function deploy(
  place: Place,
  name: string,
  template: Template,
  given: Record<string, string> = {},
): Promise<Stack> {
  const adapted = adapt(template);
  await putAssets(place, template, given);
  const values = Object.entries(given).flatMap(([key, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  await query(place, {
    Action: 'CreateStack',
    StackName: name,
    TemplateBody: JSON.stringify({ ...adapted, Outputs: attributeOutputs(adapted) }),
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    ...Object.fromEntries(values),
  });
  const described = await query(place, { Action: 'DescribeStacks', StackName: name });
  const listed = await query(place, { Action: 'DescribeStackResources', StackName: name });
  const made = new Map(membersOf(listed, 'LogicalResourceId', 'PhysicalResourceId'));
  const attributes = new Map(membersOf(described, 'OutputKey', 'OutputValue'));
  const without = Object.values(template.Resources).filter(isLeftOut);
  const counted = Object.entries(Object.groupBy(without, ({ Type }) => Type));
  const deployment = {
    partition: 'aws',
    region: place.region,
    accountId: place.accountId,
    parameters: { ...given, ...Object.fromEntries(made) },
    attributes: Object.fromEntries(
      [...attributedOf(adapted)].map(([key, output]) => [key, attributes.get(output) ?? `<${key}>`]),
    ),
  };
  return {
    status: /<StackStatus>(.*?)<\/StackStatus>/.exec(described)?.[1] ?? 'none',
    made,
    lacking: Object.keys(adapted.Resources).filter((id) => !made.has(id)),
    leftOut: counted.map(([type, all = []]) => `${all.length} ${type}`),
    valueOf: (part) => resolve(part, deployment),
  };
}

/** One call of CloudFormation's Query protocol; the answer's XML. */
function query(place: Place, parameters: Record<string, string>): Promise<string> {
  return ask(place, 'cloudformation', {
    method: 'POST',
    body: new URLSearchParams({ Version: '2010-05-15', ...parameters }),
  });
}

function membersOf(xml: string, key: string, value: string): [string, string][] {
  return [...xml.matchAll(/<member>([\s\S]*?)<\/member>/g)].map(([, text = '']) => [
    new RegExp(`<${key}>(.*?)<`).exec(text)?.[1] ?? '',
    new RegExp(`<${value}>(.*?)<`).exec(text)?.[1] ?? '',
  ]);
}

/** Attributes that the template asks for, each as an output, so that moto says what it made of them. */
function attributeOutputs(template: Template): Record<string, { Value: Piece }> {
  return Object.fromEntries(
    [...attributedOf(template)].map(([key, output]) => [
      output,
      { Value: { 'Fn::GetAtt': [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)] } },
    ]),
  );
}

/** `LogicalId.Attribute` to the name of its output. */
function attributedOf({ Resources }: Template): Map<string, string> {
  const keys = [
    ...JSON.stringify(Resources).matchAll(/"Fn::GetAtt":\["(\w+)","([\w.]+)"\]/g),
    ...ofType({ Resources }, 'AWS::Lambda::Function').map(([id]) => ['', id, 'Arn']),
  ].map(([, id, attribute]) => `${id}.${attribute}`);
  return new Map([...new Set(keys)].map((key, index) => [key, `Attribute${index}`]));
}

/** Something where CDK's bootstrap or an upload would have put the functions' code: moto keeps it and never runs it. */
async function putAssets(place: Place, template: Template, given: Record<string, string>): Promise<void> {
  const bucket = given.CodeBucket ?? `cdk-hnb659fds-assets-${place.accountId}-${place.region}`;
  const where = { partition: 'aws', region: place.region, accountId: place.accountId, parameters: given };
  const keys = ofType(template, 'AWS::Lambda::Function').flatMap(([, { Properties }]) => {
    const key = resolve(Properties.Code?.S3Key, where);
    return typeof key === 'string' ? [key] : [];
  });
  if (keys.length === 0) return;
  await send(place, 's3', { method: 'PUT', path: `/${bucket}` });
  for (const key of new Set(keys)) {
    await ask(place, 's3', { method: 'PUT', path: `/${bucket}/${key}`, body: 'code' });
  }
}

/**
 * Parameters and resources as moto can take them: without what it has no model of, without the bootstrap's version, a
 * bus by its name (a reference gives moto an object), keys without tags (moto reads KMS's own form of them).
 */
function adapt({ Resources, Parameters = {} }: Template): Template {
  const { BootstrapVersion: _bootstrap, ...parameters } = Parameters;
  const names = new Map<string, string>(
    ofType({ Resources }, 'AWS::Events::EventBus').map(([id, bus]): [string, string] => [
      id,
      bus.Properties.Name,
    ]),
  );
  // biome-ignore lint/suspicious/noExplicitAny: any part of a template
  const within = (part: any): any => {
    if (Array.isArray(part)) return part.map(within);
    if (typeof part !== 'object' || part === null) return part;
    const target = part.Ref ?? [part['Fn::GetAtt']].flat()[0];
    if (names.has(part.Ref)) return names.get(part.Ref);
    const resource = typeof target === 'string' ? Resources[target] : undefined;
    if (resource && isLeftOut(resource)) return `left-out-${target}`;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, within(each)]));
  };
  const kept = Object.entries(Resources).filter(([, resource]) => !isLeftOut(resource));
  return {
    Parameters: parameters,
    Resources: Object.fromEntries(
      kept.map(([id, resource]): [string, Resource] => {
        const { DependsOn: _order, ...made } = within(resource) as Resource;
        if (made.Type === 'AWS::KMS::Key') made.Properties.Tags = undefined;
        if (made.Type === 'AWS::StepFunctions::StateMachine') {
          const { DefinitionString, DefinitionSubstitutions } = made.Properties;
          made.Properties.DefinitionString = substitute(DefinitionString, DefinitionSubstitutions);
        }
        return [id, made];
      }),
    ),
  };
}

/**
 * A definition with its substitutions joined in: moto knows no DefinitionSubstitutions, and its Fn::Sub makes `$` of
 * each `$$`, with which a path into the context object begins.
 */
function substitute(definition: string | { 'Fn::Join': [string, Piece[]] }, values: Piece): Piece {
  const parts = typeof definition === 'string' ? [definition] : definition['Fn::Join'][1];
  const joined = parts.flatMap((part) =>
    typeof part === 'string'
      ? part.split(/\$\{(\w+)\}/).map((each, index) => (index % 2 === 1 ? values[each] : each))
      : [part],
  );
  return { 'Fn::Join': ['', joined] };
}
