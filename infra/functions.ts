/** The Lambda functions: one asset for all, a role and a log group for each. */
import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  type Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionStatements, type Resources } from './function-policies.ts';
import type { HandlerName } from './handlers.ts';
import type { Lane } from './operator-names.ts';

export const LOG_RETENTION = RetentionDays.THREE_MONTHS;

/**
 * Seconds and MB. A function ends before its state stops waiting for it (statemachine/rollout.asl.json); that of
 * reconcile-account, 240 s, stays below the five minutes of an Express child. Memory is CPU too: 17 Regions
 * side by side are 17 TLS handshakes.
 */
export const SIZES: Record<HandlerName, { seconds: number; memory: number }> = {
  'start-run': { seconds: 900, memory: 1024 },
  'next-batch': { seconds: 290, memory: 1024 },
  'reconcile-account': { seconds: 240, memory: 1024 },
  'finish-run': { seconds: 900, memory: 2048 },
  'on-account-event': { seconds: 60, memory: 512 },
  'import-findings': { seconds: 900, memory: 512 },
};

export interface FunctionSettings {
  id: string;
  handler: HandlerName;
  lane: Lane | 'both';
  /** Set where others rely on the role's name. */
  roleName?: string;
  code: Code;
  resources: Resources;
  environment: Record<string, string>;
}

export function createFunction(scope: Construct, settings: FunctionSettings): LambdaFunction {
  const { id, handler, lane, roleName } = settings;
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: LOG_RETENTION,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, {
    ...(roleName === undefined ? {} : { roleName }),
    description: `dhmc-rollout: ${handler}${lane === 'both' ? '' : ` of the ${lane} state machine`}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      'dhmc-rollout': new PolicyDocument({
        statements: [
          ...functionStatements(handler, lane, settings.resources),
          writeLog(logGroup),
          sendTraces(),
        ],
      }),
    },
  });
  const { seconds, memory } = SIZES[handler];
  const made = new LambdaFunction(scope, id, {
    description: `dhmc-rollout: ${handler}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: settings.code,
    handler: `${handler}.handler`,
    role,
    logGroup,
    timeout: Duration.seconds(seconds),
    memorySize: memory,
    environment: settings.environment,
  });
  // By the property itself: the construct's would add another policy to the role.
  if (made.node.defaultChild instanceof CfnFunction)
    made.node.defaultChild.tracingConfig = { mode: 'Active' };
  return made;
}

/**
 * AWS X-Ray knows no resource for them (Service Authorization Reference). A function writes (Lambda guide,
 * "Visualize Lambda function invocations using AWS X-Ray"); Step Functions asks for sampling rules as well
 * (Step Functions guide, "X-Ray").
 */
export function sendTraces(more: readonly string[] = []): PolicyStatement {
  return new PolicyStatement({
    sid: 'SendTraces',
    actions: [...more, 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    resources: ['*'],
  });
}

/** The ARN of a log group ends in `:*`, which is its streams. */
export function writeLog(logGroup: LogGroup): PolicyStatement {
  return new PolicyStatement({
    sid: 'WriteLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
}

export function output(scope: Construct, id: string, description: string, value: string): void {
  new CfnOutput(scope, id, { description, value });
}
