/**
 * Deploys the synthesised templates in moto's CloudFormation: service, events, the management account's roles and
 * the members' template. Says what was made, what moto has no model for, and looks at what matters.
 *
 *   npm run emulator                     (needs moto[server] 5)
 *
 * moto checks what its models know (names, references, attributes), not what AWS would refuse; cfn-lint and
 * cdk-nag do that. Left out: custom resources (they call a function, and moto has no container to run it in).
 */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { EVENTS, ofType, type Resource, synthesize } from '../test/infra/synthesize.ts';
import { startMoto } from '../test/statemachine/moto/server.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const KEYS = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };
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
const leavesOut = ({ Type }: Resource) => UNMODELLED.has(Type) || Type.startsWith('Custom::');

interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, { Default?: string; Type?: string }>;
}

const problems: string[] = [];
const check = (holds: boolean, what: string) => {
  console.log(`  ${holds ? 'right' : 'WRONG'}: ${what}`);
  if (!holds) problems.push(what);
};

const began = performance.now();
const synthesized = await synthesize({ ...EVENTS, config: 'test/permissions/everything.yaml' });
const moto = await startMoto(() => Promise.reject(new Error('nothing is invoked here')));
// Executions are not wanted here, and moto keeps the machines of CloudFormation with those that don't run.
await fetch(`${moto.url}/moto-api/config`, {
  method: 'POST',
  body: JSON.stringify({ stepfunctions: { execute_state_machine: false } }),
});
const client = { endpoint: moto.url, region: REGION, credentials: KEYS };
const clients = {
  s3: new S3Client({ ...client, forcePathStyle: true }),
  iam: new IAMClient(client),
  table: new DynamoDBClient(client),
  states: new SFNClient(client),
};

/** One call of CloudFormation's Query protocol; the answer's XML. */
async function cloudFormation(parameters: Record<string, string>): Promise<string> {
  const answer = await fetch(moto.url, {
    method: 'POST',
    body: new URLSearchParams({ Version: '2010-05-15', ...parameters }),
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${KEYS.accessKeyId}/20261120/${REGION}/cloudformation/aws4_request, SignedHeaders=host, Signature=none`,
    },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${text.slice(0, 400)}`);
  return text;
}

/** Functions' code where CDK's bootstrap would have put it. */
async function putAssets(template: Template): Promise<void> {
  const Bucket = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
  await clients.s3.send(new CreateBucketCommand({ Bucket })).catch(() => undefined);
  for (const [, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
    const Key = Properties.Code?.S3Key;
    if (Key) await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'code' }));
  }
}

/**
 * The template as moto can take it: without what it has no model of, without the bootstrap's version, a bus by
 * its name (a reference gives moto an object), keys without tags (moto reads KMS's own form of them).
 */
function adapt({
  Resources,
  Parameters = {},
  Rules: _rules,
  ...rest
}: Template & { Rules?: unknown }): Template {
  const { BootstrapVersion: _bootstrap, ...parameters } = Parameters;
  const names = new Map(
    ofType({ Resources }, 'AWS::Events::EventBus').map(([id, bus]) => [id, bus.Properties.Name]),
  );
  // biome-ignore lint/suspicious/noExplicitAny: any part of a template
  const within = (part: any): any => {
    if (Array.isArray(part)) return part.map(within);
    if (typeof part !== 'object' || part === null) return part;
    const target = part.Ref ?? [part['Fn::GetAtt']].flat()[0];
    if (names.has(part.Ref)) return names.get(part.Ref);
    const resource = typeof target === 'string' ? Resources[target] : undefined;
    if (resource && leavesOut(resource)) return `left-out-${target}`;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, within(each)]));
  };
  const kept = Object.entries(Resources).filter(([, resource]) => !leavesOut(resource));
  return {
    ...within(rest),
    Parameters: parameters,
    Resources: Object.fromEntries(
      kept.map(([id, resource]) => {
        const { DependsOn: _order, ...made } = within(resource);
        if (made.Type === 'AWS::KMS::Key') made.Properties.Tags = undefined;
        if (made.Type === 'AWS::StepFunctions::StateMachine') {
          const { DefinitionString, DefinitionSubstitutions } = made.Properties;
          made.Properties.DefinitionString = {
            'Fn::Sub': [textOf(DefinitionString), DefinitionSubstitutions],
          };
        }
        return [id, made];
      }),
    ),
  };
}

/** A definition with its substitutions as CloudFormation's own: moto knows no DefinitionSubstitutions. */
function textOf(definition: string | { 'Fn::Join': [string, (string | { Ref: string })[]] }): string {
  if (typeof definition === 'string') return definition;
  const [separator, parts] = definition['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : `\${${part.Ref}}`)).join(separator);
}

/** Deploys one stack; what moto made by logical id. */
async function deploy(name: string, template: Template, given: Record<string, string> = {}) {
  const adapted = adapt(template);
  await putAssets(template);
  const values = Object.entries(given).flatMap(([key, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  await cloudFormation({
    Action: 'CreateStack',
    StackName: name,
    TemplateBody: JSON.stringify(adapted),
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    ...Object.fromEntries(values),
  });
  const stack = await cloudFormation({ Action: 'DescribeStacks', StackName: name });
  const status = /<StackStatus>(.*?)<\/StackStatus>/.exec(stack)?.[1];
  const listed = await cloudFormation({ Action: 'DescribeStackResources', StackName: name });
  const made = new Map(
    [...listed.matchAll(/<member>([\s\S]*?)<\/member>/g)].map(([, text = '']) => [
      /<LogicalResourceId>(.*?)</.exec(text)?.[1] ?? '',
      /<PhysicalResourceId>(.*?)</.exec(text)?.[1] ?? '',
    ]),
  );
  const without = Object.values(template.Resources).filter(leavesOut);
  const counted = Object.entries(Object.groupBy(without, ({ Type }) => Type));
  const count = Object.keys(template.Resources).length;
  console.log(
    `${name}: ${status}, ${made.size} of ${count} resources made; left out: ${counted.map(([type, all = []]) => `${all.length} ${type}`).join(', ') || 'none'}`,
  );
  const lacking = Object.keys(adapted.Resources).filter((id) => !made.has(id));
  check(
    lacking.length === 0,
    `${name} has every resource that moto has a model of ${lacking.join(', ')}`.trim(),
  );
  check(status === 'CREATE_COMPLETE', `${name} is complete`);
  return made;
}

try {
  const { service, memberRoles, events } = synthesized;
  const made = await deploy('DhmcRolloutService', service);
  const enforce = await clients.iam.send(new GetRoleCommand({ RoleName: 'DhmcRolloutEnforceReconcile' }));
  check(enforce.Role?.Path === '/', 'the enforce function has the role that members trust by name');
  const { PolicyDocument = '' } = await clients.iam.send(
    new GetRolePolicyCommand({ RoleName: 'DhmcRolloutAssessReconcile', PolicyName: 'dhmc-rollout' }),
  );
  check(
    !decodeURIComponent(PolicyDocument).includes('DhmcRolloutWriter'),
    'the assess function names no writer',
  );
  const { Table } = await clients.table.send(
    new DescribeTableCommand({ TableName: made.get('Table') ?? '' }),
  );
  check(
    Table?.KeySchema?.map(({ AttributeName }) => AttributeName).join() === 'pk,sk',
    'the table has its keys',
  );
  const { stateMachines = [] } = await clients.states.send(new ListStateMachinesCommand({}));
  const names = stateMachines
    .map(({ name }) => name)
    .sort()
    .join();
  check(names === 'dhmc-rollout-assess,dhmc-rollout-enforce', `the state machines are there: ${names}`);
  for (const { stateMachineArn, name } of stateMachines) {
    const { definition = '' } = await clients.states.send(
      new DescribeStateMachineCommand({ stateMachineArn }),
    );
    check(!/\$\{\w+\}/.test(definition), `${name} has no placeholder left`);
  }

  const trusted = { OperatorAccountId: ACCOUNT, OrganizationId: 'o-own1234567' };
  for (const [index, template] of events.entries()) await deploy(`DhmcRolloutEvents${index}`, template);
  await deploy('DhmcRolloutMemberRoles', memberRoles, { ...trusted, OrganizationalUnitIds: 'r-ab12' });
  const writer = await clients.iam.send(new GetRoleCommand({ RoleName: 'DhmcRolloutWriter' }));
  const trust = decodeURIComponent(writer.Role?.AssumeRolePolicyDocument ?? '');
  check(
    trust.includes(`arn:aws:iam::${ACCOUNT}:role/DhmcRolloutEnforceReconcile`),
    'the management account’s writer trusts the enforce function',
  );
  await cloudFormation({ Action: 'DeleteStack', StackName: 'DhmcRolloutMemberRoles' });
  const [[, stackSet] = ['', undefined]] = ofType(memberRoles, 'AWS::CloudFormation::StackSet');
  await deploy('MemberAccount', JSON.parse(stackSet?.Properties.TemplateBody), trusted);
} finally {
  for (const each of Object.values(clients)) each.destroy();
  await moto.close();
  await synthesized.remove();
}
console.log(`${((performance.now() - began) / 1000).toFixed(1)} s, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
