/**
 * The whole service, deployed from its templates into moto and run there against the twin. moto has the stacks'
 * resources: state machines (and executes them), functions, table, bucket, buses, rules, queues, topic and key. The
 * functions run from their bundle (functions.ts), with the deployed environment and the template's own roles, which the
 * twin authorizes. What starts a run is taken from the templates: an event passes through the deployed rules into the
 * deployed queue, a schedule has the target and the input of its resource.
 *
 * Done here, as AWS would: the CDK's custom resources, EventBridge Scheduler, Lambda's polling of the queue, and the
 * delivery of S3's events to a function.
 */
import { dirname, join } from 'node:path';
import type { Piece } from '../../twin/contract.ts';
import { sessionsOf } from '../../twin/sessions.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin } from '../../twin/start.ts';
import { matches } from '../events/match-pattern.ts';
import type { EventBridgeEvent } from '../events/recorded.ts';
import { ofType, type Synthesized } from '../infra/synthesize.ts';
import { deployInto, placeOf, readDeployment } from '../permissions/deployment.ts';
import { startMoto } from '../statemachine/moto/server.ts';
import { ask, askJson, type Place } from './call.ts';
import { type DeployedFunction, type Functions, openFunctions } from './functions.ts';
import { type Outcome, openOutcome } from './outcome.ts';
import { deploy, type Stack } from './stacks.ts';

export const SNAPSHOT = 'test/fixtures/snapshots/first';
export const REGION = 'us-east-1';
/** Context of the stacks for SNAPSHOT. */
export const CONTEXT = {
  config: 'test/emulated/dhmc.config.yaml',
  managementAccount: '100000000001',
  operatorAccount: '100000000002',
  organizationId: 'o-exampleorg1',
  operatorRegion: REGION,
  controlTowerRegion: 'eu-central-1',
  scheduledMode: 'enforce',
  accountEventMode: 'enforce',
  signReports: 'on',
  securityHub: 'on',
  // moto's Step Functions knows no other children.
  childExecutionType: 'STANDARD',
};
const KEYS = { accessKeyId: 'EMULATED', secretAccessKey: 'emulated' };
const SESSION_SECONDS = 3_600;

interface StateMachine {
  name: string;
  definition: string;
}

export interface EmulatedService extends Outcome {
  stacks: ReadonlyMap<string, Stack>;
  functions: Functions;
  /** As EventBridge Scheduler does; the execution's ARN. */
  startBySchedule(): Promise<string>;
  /** As an event of the management account does; ARNs of the executions that it started. */
  startByEvent(event: EventBridgeEvent): Promise<string[]>;
  /** As S3 reports each file of a run through the deployed rules; what their targets answered. */
  deliverReports(runId: string): Promise<unknown[]>;
  stateMachines(): Promise<StateMachine[]>;
  /** The template that the StackSet puts into an account. */
  deployMember(accountId: string): Promise<Stack>;
  /** Of the key that signs reports, as `aws kms get-public-key` prints it. */
  publicKey(): Promise<string>;
  close(): Promise<void>;
}

/** How it is deployed where not by the CDK. */
interface Plain {
  /** Folder of the functions. */
  code: string;
  /** Parameters of service and events. */
  parameters: Record<string, string>;
}

export async function openEmulatedService(
  synthesized: Synthesized,
  plain: Plain | null = null,
): Promise<EmulatedService> {
  const snapshot = await readSnapshot(SNAPSHOT);
  const where = placeOf(snapshot, REGION);
  const roles = readDeployment(synthesized, where);
  const twin = await startTwin({ snapshot: deployInto(snapshot, roles), pages: 'aws' });
  let functions: Functions | null = null;
  const moto = await startMoto(
    (name, payload) => functions?.invoke(name, payload) ?? Promise.reject(new Error('not deployed')),
    where.operatorId,
  );
  const operator: Place = { url: moto.url, accountId: where.operatorId, region: REGION };
  const management: Place = { ...operator, accountId: where.managementId };
  const opened: { destroy(): void }[] = [];
  const close = async () => {
    await functions?.close();
    for (const each of opened) each.destroy();
    await moto.close();
    await twin.close();
  };
  try {
    const stacks = new Map<string, Stack>();
    const givenTo = ({ Parameters }: { Parameters?: object }) =>
      Object.fromEntries(
        Object.entries(plain?.parameters ?? {}).filter(([name]) => Object.hasOwn(Parameters ?? {}, name)),
      );
    const { service, memberRoles, events } = synthesized;
    const own = await deploy(operator, 'DhmcRolloutService', service, givenTo(service));
    stacks.set('DhmcRolloutService', own);
    for (const template of events) {
      const region = template.region ?? REGION;
      const name = `DhmcRolloutEvents-${region}`;
      stacks.set(name, await deploy({ ...management, region }, name, template, givenTo(template)));
    }
    const trusted = { OperatorAccountId: where.operatorId, OrganizationId: where.organizationId };
    stacks.set(
      'DhmcRolloutMemberRoles',
      await deploy(management, 'DhmcRolloutMemberRoles', memberRoles, {
        ...trusted,
        OrganizationalUnitIds: 'r-ab12',
      }),
    );
    await runCustomResources();

    functions = openFunctions({
      describe: async (name) => JSON.parse(await askLambda('GET', `functions/${name}`)).Configuration,
      code: plain?.code ?? codeOf(synthesized),
      environmentOf,
      endpoint: twin.url,
      pass: (milliseconds) => twin.state.clock.advance(milliseconds / 1_000),
    });
    const started = functions;

    /** What the CDK's function does for `Custom::` resources: the calls that they describe. */
    async function runCustomResources() {
      for (const { Type, Properties } of Object.values(service.Resources)) {
        if (!Type.startsWith('Custom::')) continue;
        const { Create } = own.valueOf(Properties);
        if (typeof Create !== 'string') continue;
        const { service: called, action, parameters } = JSON.parse(Create);
        if (`${called}.${action}` === 'S3.putObject') {
          const { Bucket, Key, Body } = parameters;
          await ask(operator, 's3', { method: 'PUT', path: `/${Bucket}/${Key}`, body: Body });
        } else if (`${called}.${action}` === 'DynamoDB.updateTable') {
          await askJson(operator, 'dynamodb', 'DynamoDB_20120810.UpdateTable', parameters);
        } else if (`${called}.${action}` !== 'CloudWatch.putMetricData')
          throw new Error(`${Type} calls ${called}.${action}, which is not known here`);
      }
    }

    function environmentOf({ Role }: DeployedFunction): Record<string, string> {
      const physical = Role.split('/').at(-1);
      const [logicalId = ''] = [...own.made].find(([, id]) => id === physical) ?? [];
      const role = roles.operator.get(logicalId.replace(/Role[0-9A-F]{8}$/, ''))?.entry;
      if (!role) throw new Error(`the template has no role ${Role}`);
      const { accessKeyId, secretAccessKey, sessionToken } = sessionsOf(twin.state).create(
        {
          accountId: where.operatorId,
          arn: `arn:aws:sts::${where.operatorId}:assumed-role/${role.RoleName}/function`,
          userId: `${role.RoleId}:function`,
          roleArn: role.Arn,
          roleName: role.RoleName,
          sessionName: 'function',
          sessionPolicies: [],
          madeUp: false,
        },
        SESSION_SECONDS,
        twin.state.clock.now(),
      );
      return {
        AWS_REGION: REGION,
        AWS_LAMBDA_FUNCTION_NAME: 'emulated',
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_ENDPOINT_URL: twin.url,
        AWS_ENDPOINT_URL_DYNAMODB: moto.url,
        AWS_ENDPOINT_URL_KMS: moto.url,
        AWS_ENDPOINT_URL_S3: moto.url,
        AWS_ENDPOINT_URL_SECURITYHUB: moto.url,
        AWS_ENDPOINT_URL_SFN: moto.url,
        AWS_ENDPOINT_URL_SNS: moto.url,
      };
    }

    function askLambda(method: 'GET' | 'PUT', path: string, body?: object): Promise<string> {
      const text = body === undefined ? {} : { body: JSON.stringify(body) };
      return ask(operator, 'lambda', { method, path: `/2015-03-31/${path}`, ...text });
    }

    // moto's own polling would run the function in a container.
    const { EventSourceMappings: mappings } = JSON.parse(await askLambda('GET', 'event-source-mappings/'));
    for (const { UUID } of mappings) {
      await askLambda('PUT', `event-source-mappings/${UUID}`, { Enabled: false });
    }

    /** As Lambda polls for a function: messages that it doesn't name as failed are deleted. */
    async function poll({ EventSourceArn, FunctionArn, BatchSize }: Piece): Promise<number> {
      const [, , , region, accountId, name] = String(EventSourceArn).split(':');
      const QueueUrl = `${moto.url}/${accountId}/${name}`;
      const sqs = <T>(operation: string, input: object) =>
        askJson<T>({ ...operator, region: region ?? REGION }, 'sqs', `AmazonSQS.${operation}`, {
          QueueUrl,
          ...input,
        });
      const MaxNumberOfMessages = Math.min(Number(BatchSize), 10);
      const { Messages: messages = [] } = await sqs<{ Messages?: Piece[] }>('ReceiveMessage', {
        MaxNumberOfMessages,
      });
      if (messages.length === 0) return 0;
      const Records = messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
      const answer = (await started.invoke(String(FunctionArn).split(':').at(-1) ?? '', { Records })) as {
        batchItemFailures: { itemIdentifier: string }[];
      };
      const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      for (const { MessageId, ReceiptHandle } of messages) {
        if (!failed.includes(MessageId)) await sqs('DeleteMessage', { ReceiptHandle });
      }
      return messages.length;
    }

    const executionsOf = async (stateMachineArn: string): Promise<string[]> => {
      const { executions } = await askJson<{ executions: { executionArn: string }[] }>(
        operator,
        'states',
        'AWSStepFunctions.ListExecutions',
        { stateMachineArn },
      );
      return executions.map(({ executionArn }) => executionArn);
    };
    const machines = ofType(service, 'AWS::StepFunctions::StateMachine').map(([id]) =>
      String(own.made.get(id)),
    );
    const allExecutions = async () => (await Promise.all(machines.map(executionsOf))).flat();

    const bucket = String(own.made.get(ofType(service, 'AWS::S3::Bucket')[0]?.[0] ?? ''));
    const outcome = openOutcome({
      client: { endpoint: moto.url, region: REGION, credentials: KEYS },
      table: String(own.made.get('Table')),
      bucket,
      opened,
    });
    return {
      stacks,
      functions: started,
      async startBySchedule() {
        const [[, schedule] = ['', undefined]] = ofType(service, 'AWS::Scheduler::Schedule');
        const { Arn, Input } = own.valueOf(schedule?.Properties.Target);
        const { executionArn } = await askJson<{ executionArn: string }>(
          operator,
          'states',
          'AWSStepFunctions.StartExecution',
          // Scheduler names no execution; moto leaves the name of the context empty then.
          { stateMachineArn: Arn, input: Input, name: 'scheduled' },
        );
        return executionArn;
      },
      async startByEvent(event) {
        const before = await allExecutions();
        await askJson(
          { ...management, region: event.region },
          'events',
          'AWSEvents.PutEvents',
          {
            Entries: [
              {
                Source: event.source,
                DetailType: event['detail-type'],
                Detail: JSON.stringify(event.detail),
              },
            ],
          },
          '1.1',
        );
        for (const mapping of mappings) while ((await poll(mapping)) > 0);
        return (await allExecutions()).filter((arn) => !before.includes(arn));
      },
      async deliverReports(runId) {
        const answers: unknown[] = [];
        const rules = ofType(service, 'AWS::Events::Rule').filter(
          ([, { Properties }]) => !Properties.EventBusName,
        );
        for (const name of (await outcome.reportOf(runId)).keys()) {
          // S3 user guide, "EventBridge" (ev-events): Object Created.
          const detail = { bucket: { name: bucket }, object: { key: `reports/${runId}/${name}` } };
          const event = {
            source: 'aws.s3',
            'detail-type': 'Object Created',
            account: where.operatorId,
            detail,
          };
          for (const [, { Properties }] of rules) {
            if (!matches(own.valueOf(Properties.EventPattern), event)) continue;
            for (const { Arn } of own.valueOf(Properties.Targets) as Piece[])
              answers.push(await started.invoke(String(Arn).split(':').at(-1) ?? '', event));
          }
        }
        return answers;
      },
      async stateMachines() {
        return Promise.all(
          machines.map((stateMachineArn) =>
            askJson<StateMachine>(operator, 'states', 'AWSStepFunctions.DescribeStateMachine', {
              stateMachineArn,
            }),
          ),
        );
      },
      deployMember: async (accountId) => {
        const [[, stackSet] = ['', undefined]] = ofType(memberRoles, 'AWS::CloudFormation::StackSet');
        const template = JSON.parse(stackSet?.Properties.TemplateBody);
        return deploy({ ...operator, accountId }, 'MemberAccount', template, trusted);
      },
      async publicKey() {
        const [[id = ''] = []] = ofType(service, 'AWS::KMS::Key');
        const KeyId = own.made.get(id);
        const target = 'TrentService.GetPublicKey';
        const { PublicKey } = await askJson<{ PublicKey: string }>(operator, 'kms', target, { KeyId }, '1.1');
        return PublicKey;
      },
      ...outcome,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where the CDK left the functions' code: what it would zip and upload. */
function codeOf({ service }: Synthesized): string {
  const keys = ofType(service, 'AWS::Lambda::Function')
    .filter(([, { Properties }]) => String(Properties.Handler).startsWith('start-run.'))
    .map(([, { Properties }]) => String(Properties.Code.S3Key));
  return join(dirname(service.file), `asset.${keys[0]?.replace(/\.zip$/, '')}`);
}
