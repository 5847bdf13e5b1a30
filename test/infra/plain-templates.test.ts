import { describe, expect, it } from '@jest/globals';
import { allFeatures, featuresOf, keyOf } from '../../infra/plain/features.ts';
import { fillService } from '../../infra/plain/fill.ts';
import { type Replacement, replaceStandIns, withoutCdkMetadata } from '../../infra/plain/plain-template.ts';
import { VALUES } from '../../infra/plain/stand-ins.ts';
import { readSettings } from '../../infra/settings.ts';

const account: Replacement = { standIn: 'STAND_IN', by: { Ref: 'Account' } };
const name: Replacement = { standIn: 'NAME', by: 'own' };

describe('Given a template with stand-ins', () => {
  it.each([
    ['a whole text', 'STAND_IN', { Ref: 'Account' }],
    ['a part of a text', 'iam::STAND_IN:root', { 'Fn::Join': ['', ['iam::', { Ref: 'Account' }, ':root']] }],
    ['a text for a text', ['role/NAME'], ['role/own']],
    [
      'a part of a join',
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::STAND_IN:role/', 'NAME']] },
      {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'Account' }, ':role/own']],
      },
    ],
    ['numbers and switches', { a: 1, b: true, c: null }, { a: 1, b: true, c: null }],
  ])(
    'When %s is replaced, Then it is a reference or a text, as the CDK would have written it',
    (_, part, replaced) => {
      expect(replaceStandIns(part, [account, name])).toEqual(replaced);
    },
  );

  it('When it is made plain, Then only the metadata of the CDK is gone', () => {
    const skip = { checkov: { skip: [{ id: 'CKV_AWS_1', comment: 'because' }] } };
    const made = withoutCdkMetadata({
      Resources: {
        CDKMetadata: { Type: 'AWS::CDK::Metadata' },
        A: { Type: 'AWS::SQS::Queue', Metadata: { 'aws:cdk:path': 'a', ...skip } },
        B: { Type: 'AWS::SQS::Queue', Metadata: { 'aws:cdk:path': 'b' } },
      },
    });
    expect(made.Resources).toEqual({
      A: { Type: 'AWS::SQS::Queue', Metadata: skip },
      B: { Type: 'AWS::SQS::Queue' },
    });
  });

  it('When it is filled, Then code has parameters, the configuration is a text within its call, and the alarm its hours', () => {
    const settings = {
      ...readSettings(() => undefined),
      configurationText: 'a: "b"\n# DHMC_READER_ROLE\n',
      organizationId: 'o-own1234567',
    };
    const { Parameters, Resources } = fillService(
      {
        Resources: {
          Start: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'start-run.handler', Code: {} } },
          Custom: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'index.handler', Code: {} } },
          Put: { Type: 'Custom::Put', Properties: { Create: `{"Body":"${VALUES.configuration}"}` } },
          Missing: {
            Type: 'AWS::CloudWatch::Alarm',
            Properties: { AlarmDescription: 'for 103 hours', EvaluationPeriods: 103, DatapointsToAlarm: 103 },
          },
          Policy: { Type: 'AWS::IAM::Policy', Properties: { Organization: 'DHMC_ORGANIZATION' } },
        },
      },
      settings,
      { handlers: 'functions-1.zip', customResources: 'custom-1.zip' },
    );
    expect(Object.keys(Parameters)).toEqual(['CodeBucket', 'CodePrefix', 'OrganizationId']);
    expect(Parameters.OrganizationId?.Default).toBe('o-own1234567');
    const keyOfCode = (file: string) => ({ 'Fn::Join': ['', [{ Ref: 'CodePrefix' }, file]] });
    expect(Resources.Start.Properties.Code.S3Key).toEqual(keyOfCode('functions-1.zip'));
    expect(Resources.Custom.Properties.Code.S3Key).toEqual(keyOfCode('custom-1.zip'));
    expect(JSON.parse(Resources.Put.Properties.Create).Body).toBe(settings.configurationText);
    expect(Resources.Missing.Properties).toEqual({
      AlarmDescription: 'for 30 hours',
      EvaluationPeriods: 30,
      DatapointsToAlarm: 30,
    });
  });
});

describe('Given the features of a deployment', () => {
  it('When all of them are listed, Then each has its own key, and that of the usual settings is among them', () => {
    const keys = allFeatures().map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain(keyOf(featuresOf(readSettings(() => undefined))));
  });
});
