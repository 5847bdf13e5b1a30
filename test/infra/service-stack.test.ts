import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableDefinition } from '../../functions/store/table-definition.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';
import { ofType, type Resource, resolve, type Synthesized, synthesize } from './synthesize.ts';

const OPERATOR = '100000000002';
const DEPLOYMENT = { partition: 'aws-cn', region: 'cn-north-1', accountId: OPERATOR };

interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: string | string[];
}

describe('Given the stack of the operator account', () => {
  let synthesized: Synthesized;
  beforeAll(async () => {
    synthesized = await synthesize();
  }, 60_000);
  afterAll(() => synthesized?.remove());

  const only = (type: string): Resource => {
    const [first, ...more] = ofType(synthesized.service, type);
    if (!first || more.length > 0) throw new Error(`expected one ${type}`);
    return first[1];
  };
  const machine = (name: string): Resource => {
    const found = ofType(synthesized.service, 'AWS::StepFunctions::StateMachine').find(
      ([, { Properties }]) => Properties.StateMachineName === name,
    );
    if (!found) throw new Error(`no state machine ${name}`);
    return found[1];
  };
  const behind = (part: { 'Fn::GetAtt': [string, string] }): Resource => {
    const resource = synthesized.service.Resources[part['Fn::GetAtt'][0]];
    if (!resource) throw new Error(`no resource ${part['Fn::GetAtt'][0]}`);
    return resource;
  };
  const policyOf = (role: Resource) => {
    const [policy, ...more] = role.Properties.Policies;
    expect(more).toEqual([]);
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    return resolve(policy.PolicyDocument, DEPLOYMENT);
  };
  const functionOf = (name: string, placeholder: string): Resource =>
    behind(machine(name).Properties.DefinitionSubstitutions[placeholder]);

  describe('When its state machines are looked at', () => {
    const machines = ['dhmc-rollout-assess', 'dhmc-rollout-enforce'];

    it('Then both hold the one definition file, with every placeholder filled', () => {
      const file = readFileSync(new URL('../../statemachine/rollout.asl.json', import.meta.url), 'utf8');
      const placeholders = [...new Set([...file.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))].sort();
      for (const name of machines) {
        const { DefinitionString, DefinitionSubstitutions } = machine(name).Properties;
        const definition = JSON.parse(resolve(DefinitionString, DEPLOYMENT));
        expect(definition).toEqual(JSON.parse(file.replaceAll(`\${partition}`, 'aws-cn')));
        expect([...Object.keys(DefinitionSubstitutions), 'partition'].sort()).toEqual(placeholders);
        expect(DefinitionSubstitutions.childExecutionType).toBe('EXPRESS');
      }
    });

    it('Then each logs everything and sends traces', () => {
      for (const name of machines) {
        const { LoggingConfiguration, TracingConfiguration } = machine(name).Properties;
        expect(LoggingConfiguration.Level).toBe('ALL');
        expect(TracingConfiguration).toEqual({ Enabled: true });
      }
    });

    it('Then each may invoke exactly its four functions and start nothing but itself', () => {
      for (const name of machines) {
        const { RoleArn, DefinitionSubstitutions } = machine(name).Properties;
        const statements: Statement[] = policyOf(behind(RoleArn)).Statement;
        const of = (sid: string) => statements.find((statement) => statement.Sid === sid);
        const functions = Object.entries(DefinitionSubstitutions)
          .filter(([key]) => key.endsWith('Function'))
          .map(([, arn]) => resolve(arn, DEPLOYMENT));
        expect(functions).toHaveLength(4);
        expect(of('InvokeFunctions')).toMatchObject({ Action: 'lambda:InvokeFunction', Resource: functions });
        const own = (kind: string, rest: string) =>
          `arn:aws-cn:states:cn-north-1:${OPERATOR}:${kind}:${name}${rest}`;
        expect(of('StartChildren')).toMatchObject({
          Action: 'states:StartExecution',
          Resource: own('stateMachine', ''),
        });
        expect(of('FollowChildren')).toMatchObject({
          Action: ['states:DescribeExecution', 'states:StopExecution'],
          Resource: [own('execution', ':*'), own('execution', '/Accounts:*')],
        });
        expect(of('ReadManifests')?.Resource).toMatch(/\/runs\/\*\/manifests\/\*$/);
        expect(of('RecordCrash')).toMatchObject({
          Action: 'dynamodb:UpdateItem',
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
        });
      }
    });

    it('Then they share nothing that knows the mode', () => {
      const [assess, enforce] = machines.map((name) => machine(name).Properties.DefinitionSubstitutions);
      expect(assess.startRunFunction).not.toEqual(enforce.startRunFunction);
      expect(assess.reconcileAccountFunction).not.toEqual(enforce.reconcileAccountFunction);
      const modes = (name: string) =>
        functionOf(name, 'startRunFunction').Properties.Environment.Variables.ALLOWED_MODES;
      expect(modes('dhmc-rollout-assess')).toBe('assess');
      expect(modes('dhmc-rollout-enforce')).toBe('assess,enforce,rollback');
    });
  });

  describe('When the reconcile functions enter a member', () => {
    const mayEnter = (lane: string, role: string, organization = 'o-own') => {
      const reconcile = functionOf(`dhmc-rollout-${lane}`, 'reconcileAccountFunction');
      return evaluate({
        action: 'sts:AssumeRole',
        resource: `arn:aws-cn:iam::100000000011:role/${role}`,
        context: { 'aws:ResourceOrgID': organization, 'aws:PrincipalOrgID': 'o-own' },
        identityPolicies: [policyOf(behind(reconcile.Properties.Role))],
        permissionsBoundary: null,
        sessionPolicies: [],
        serviceControlPolicies: [],
      }).allowed;
    };

    it('Then the assess one may be reader and never writer', () => {
      expect(mayEnter('assess', 'DhmcRolloutReader')).toBe(true);
      expect(mayEnter('assess', 'DhmcRolloutWriter')).toBe(false);
    });

    it('Then the enforce one may be both, and no one else', () => {
      expect(mayEnter('enforce', 'DhmcRolloutReader')).toBe(true);
      expect(mayEnter('enforce', 'DhmcRolloutWriter')).toBe(true);
      expect(mayEnter('enforce', 'OrganizationAccountAccessRole')).toBe(false);
    });

    it('Then neither may in another organization', () => {
      expect(mayEnter('enforce', 'DhmcRolloutWriter', 'o-other')).toBe(false);
      expect(mayEnter('assess', 'DhmcRolloutReader', 'o-other')).toBe(false);
    });
  });

  it('When its functions are looked at, Then all run one asset on Node.js 24 on arm64, 240 s for an account', () => {
    const functions = ofType(synthesized.service, 'AWS::Lambda::Function')
      .map(([, { Properties }]) => Properties)
      .filter(({ Handler }) => HANDLERS.some((name) => Handler === `${name}.handler`));
    expect(functions).toHaveLength(6);
    expect(new Set(functions.map(({ Code }) => JSON.stringify(Code))).size).toBe(1);
    for (const { Runtime, Architectures, Timeout, Handler, LoggingConfig } of functions) {
      expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      // Each ends before its state stops waiting for it, so that none is at work behind a closed run.
      const limits: Record<string, number> = { 'reconcile-account.handler': 240, 'next-batch.handler': 290 };
      expect(Timeout).toBe(limits[Handler] ?? 900);
      expect(LoggingConfig.LogGroup).toBeDefined();
    }
  });

  it('When the roles of the reconcile functions are made, Then under the names that the members trust', () => {
    const names = ofType(synthesized.service, 'AWS::IAM::Role').map(
      ([, { Properties }]) => Properties.RoleName,
    );
    expect(names.filter((name) => name !== undefined).sort()).toEqual([
      'DhmcRolloutAssessReconcile',
      'DhmcRolloutEnforceReconcile',
    ]);
  });

  it('When the table is made, Then it is the one of the store, encrypted, restorable and kept', () => {
    const { Properties, DeletionPolicy } = only('AWS::DynamoDB::Table');
    const { TableName: _name, ...definition } = tableDefinition('any');
    expect(Properties).toMatchObject(definition);
    expect(Properties).toMatchObject({
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  it('When the stack is created, Then the table is protected and the bucket filled only after all that could fail', () => {
    const configuration = only('Custom::DhmcConfiguration');
    const protection = only('Custom::DhmcTableProtection');
    expect(JSON.stringify(protection.Properties.Create)).toContain('DeletionProtectionEnabled');
    expect(protection.Properties.Update).toBeUndefined();
    const [[protectionId]] = ofType(synthesized.service, 'Custom::DhmcTableProtection') as [
      [string, unknown],
    ];
    expect(configuration.DependsOn).toContain(protectionId);
    const others = [
      'AWS::Lambda::Function',
      'AWS::StepFunctions::StateMachine',
      'AWS::CloudWatch::Alarm',
    ].flatMap((type) => ofType(synthesized.service, type).map(([id]) => id));
    // The function that carries out the steps itself is not one of them.
    const missing = others.filter((id) => !protection.DependsOn?.includes(id) && !id.startsWith('AWS'));
    expect([others.length > 10, missing]).toEqual([true, []]);
  });

  it('When the stacks are deployed, Then service and member roles are protected against deletion', () => {
    expect(synthesized.service.terminationProtection).toBe(true);
    expect(synthesized.memberRoles.terminationProtection).toBe(true);
  });

  it('When the bucket is made, Then it is private, versioned, encrypted, kept, and speaks TLS only', () => {
    const { Properties, DeletionPolicy } = only('AWS::S3::Bucket');
    expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(JSON.stringify(Properties.BucketEncryption)).toContain('AES256');
    expect(Properties.LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({ Prefix: 'runs/', ExpirationInDays: 400 }),
    );
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(only('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('When a log group is made, Then its lines do not stay for ever', () => {
    for (const [, { Properties }] of ofType(synthesized.service, 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(90);
    }
  });

  it('When nothing was said about the schedule, Then it assesses, daily', () => {
    const { ScheduleExpression, Target } = only('AWS::Scheduler::Schedule').Properties;
    expect(ScheduleExpression).toBe('rate(1 day)');
    expect(JSON.parse(Target.Input)).toEqual({ mode: 'assess', trigger: 'schedule' });
    expect(synthesized.service.Resources[Target.Arn.Ref]?.Properties.StateMachineName).toBe(
      'dhmc-rollout-assess',
    );
  });

  it('When the configuration is put into the bucket, Then by a role that may put that one object', () => {
    const roles = ofType(synthesized.service, 'AWS::IAM::Role').map(([, role]) => role);
    const putting = roles.filter(({ Properties }) =>
      JSON.stringify(Properties.Policies).includes('PutConfiguration'),
    );
    expect(putting).toHaveLength(1);
    for (const role of putting) {
      const [put, protect, log] = policyOf(role).Statement as Statement[];
      expect(protect).toMatchObject({ Sid: 'ProtectTable', Action: 'dynamodb:UpdateTable' });
      expect(put?.Resource).toMatch(/\/configuration\/dhmc\.config\.yaml$/);
      expect(log?.Sid).toBe('WriteLog');
    }
  });

  it('When table and bucket are imported, Then each is whole without the rest, under the name that docs/day-two.md gives', () => {
    const page = readFileSync(new URL('../../docs/day-two.md', import.meta.url), 'utf8');
    const [, table = '', bucket = ''] = /\.Resources \| \{(\w+), (\w+)\}/.exec(page) ?? [];
    for (const [id, type] of [
      [table, 'AWS::DynamoDB::Table'],
      [bucket, 'AWS::S3::Bucket'],
    ] as const) {
      const resource = synthesized.service.Resources[id];
      expect(resource?.Type).toBe(type);
      expect(resource?.DeletionPolicy).toBe('RetainExceptOnCreate');
      expect(page).toContain(`"ResourceType": "${type}", "LogicalResourceId": "${id}"`);
      expect(JSON.stringify({ ...resource, Metadata: undefined })).not.toMatch(/"Ref"|"Fn::|"DependsOn"/);
    }
  });

  it('When it is new, Then a sample without a run comes before the alarm for a missing one', () => {
    const [[watchId, watch] = ['', undefined], ...others] = ofType(
      synthesized.service,
      'Custom::DhmcRunWatch',
    );
    expect(others).toEqual([]);
    const call = JSON.parse(resolve(watch?.Properties.Create, DEPLOYMENT));
    expect(call).toMatchObject({
      action: 'putMetricData',
      parameters: { Namespace: 'DhmcRollout', MetricData: [{ MetricName: 'FullRunsEnded', Value: 0 }] },
      physicalResourceId: { id: 'watch rate(1 day)' },
    });
    expect(watch?.Properties.Update).toEqual(watch?.Properties.Create);
    const [[, missing] = ['', undefined]] = ofType(synthesized.service, 'AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.AlarmName === 'dhmc-rollout-run-missing',
    );
    expect(missing?.DependsOn).toContain(watchId);
    // A sample of 0 is no missing one, a run is one of 1.
    expect(missing?.Properties).toMatchObject({ MetricName: 'FullRunsEnded', Statistic: 'SampleCount' });
  });

  it('When it goes to another partition, Then no ARN names the first one', () => {
    for (const { text } of [synthesized.service, synthesized.memberRoles])
      expect(text).not.toContain('arn:aws:');
  });
});

describe('Given a configuration with its own schedule', () => {
  it('When enforce is scheduled, Then the enforce machine is started at that time', async () => {
    const synthesized = await synthesize({ config: 'test/infra/enforcing.yaml', scheduledMode: 'enforce' });
    try {
      const [[, schedule] = ['', undefined]] = ofType(synthesized.service, 'AWS::Scheduler::Schedule');
      expect(schedule?.Properties.ScheduleExpression).toBe('cron(0 3 * * ? *)');
      expect(JSON.parse(schedule?.Properties.Target.Input).mode).toBe('enforce');
    } finally {
      await synthesized.remove();
    }
  });

  it('When the schedule is switched off, Then there is none', async () => {
    const synthesized = await synthesize({ scheduledMode: 'off' });
    expect(ofType(synthesized.service, 'AWS::Scheduler::Schedule')).toEqual([]);
    await synthesized.remove();
  });

  it.each([
    [{ scheduledMode: 'rollback' }, 'context scheduledMode rollback: unknown (one of assess, enforce, off)'],
    [{ operatorAccount: '12' }, 'context operatorAccount 12: not such an id'],
    [{ config: 'no-such-file.yaml' }, 'context config no-such-file.yaml: no such file'],
  ])('When the context %j cannot be right, Then the synthesis says so', async (context, message) => {
    await expect(synthesize(context)).rejects.toThrow(message);
  });
});
