/** A state machine of the one definition file (statemachine/rollout.asl.json), its role and its log. */
import { readFileSync } from 'node:fs';
import { ArnFormat, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { LOG_RETENTION, sendTraces } from './functions.ts';
import { type Lane, STATE_MACHINES } from './operator-names.ts';

const DEFINITION = new URL('../statemachine/rollout.asl.json', import.meta.url);

export interface StateMachineSettings {
  lane: Lane;
  functions: {
    startRunFunction: IFunction;
    nextBatchFunction: IFunction;
    reconcileAccountFunction: IFunction;
    finishRunFunction: IFunction;
  };
  table: { name: string; arn: string };
  bucketArn: string;
  childExecutionType: 'EXPRESS' | 'STANDARD';
}

export function createStateMachine(scope: Construct, settings: StateMachineSettings): CfnStateMachine {
  const { lane, functions, table, bucketArn, childExecutionType } = settings;
  const id = lane === 'assess' ? 'Assess' : 'Enforce';
  const name = STATE_MACHINES[lane];
  const stack = Stack.of(scope);
  const arnOf = (resource: string, resourceName: string) =>
    stack.formatArn({
      service: 'states',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const log = new LogGroup(scope, `${id}Log`, {
    // The prefix keeps the account's CloudWatch resource policy short (Step Functions guide, "Logging").
    logGroupName: `/aws/vendedlogs/states/${name}`,
    retention: LOG_RETENTION,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const invoked = Object.values(functions).map((each) => each.functionArn);
  const role = new Role(scope, `${id}Role`, {
    description: `dhmc-rollout: state machine ${name}`,
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: {
      'dhmc-rollout': new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'InvokeFunctions',
            actions: ['lambda:InvokeFunction'],
            resources: invoked,
          }),
          // Step Functions guide, "IAM policies for using Distributed Map states".
          new PolicyStatement({
            sid: 'StartChildren',
            actions: ['states:StartExecution'],
            resources: [arnOf('stateMachine', name)],
          }),
          new PolicyStatement({
            sid: 'FollowChildren',
            actions: ['states:DescribeExecution', 'states:StopExecution'],
            // Executions of a map run are named behind its label; the guide names both forms.
            resources: [arnOf('execution', `${name}:*`), arnOf('execution', `${name}/Accounts:*`)],
          }),
          new PolicyStatement({
            sid: 'ReadManifests',
            actions: ['s3:GetObject'],
            resources: [`${bucketArn}/runs/*/manifests/*`],
          }),
          new PolicyStatement({
            sid: 'RecordCrash',
            actions: ['dynamodb:UpdateItem'],
            resources: [table.arn],
            conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
          }),
          ...observability(),
        ],
      }),
    },
  });
  return new CfnStateMachine(scope, id, {
    stateMachineName: name,
    stateMachineType: 'STANDARD',
    roleArn: role.roleArn,
    definitionString: readDefinition(),
    definitionSubstitutions: {
      ...Object.fromEntries(Object.entries(functions).map(([key, each]) => [key, each.functionArn])),
      childExecutionType,
      tableName: table.name,
    },
    // Inputs and results are account ids, names and tags: nothing secret, and a failed run needs them.
    loggingConfiguration: {
      level: 'ALL',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
    },
    tracingConfiguration: { enabled: true },
  });
}

/**
 * The partition is put in here, the rest by CloudFormation (DefinitionSubstitutions): cfn-lint judges the ARNs
 * of the integrations only when they are whole.
 */
function readDefinition(): string {
  const definition = JSON.stringify(JSON.parse(readFileSync(DEFINITION, 'utf8')));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the definition
  return definition.replaceAll('${partition}', Aws.PARTITION);
}

/** Neither knows resources (Step Functions guide, "Logging in CloudWatch Logs" and "X-Ray"). */
function observability(): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'DeliverLog',
      actions: [
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
      ],
      resources: ['*'],
    }),
    sendTraces(['xray:GetSamplingRules', 'xray:GetSamplingTargets']),
  ];
}
