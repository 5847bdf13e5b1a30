/**
 * The member accounts' side of `events.members: on`: a role that may put events on the operator account's bus, part of
 * the member roles, and a template of rules that forward to it, for each Region. Rules for IAM and for changes of an
 * account's Regions exist in the partition's IAM Region alone, which has these events, whatever `regions` says.
 */
import { iamRegion } from '../functions/core/partition.ts';
import {
  globalPatterns,
  type MemberEventPattern,
  type Named,
  regionalPatterns,
} from './member-event-patterns.ts';
import { type Sub, sub } from './member-policies/statement.ts';
import type { Template } from './member-role-templates.ts';
import { EVENT_BUS, FORWARDER_ROLE } from './operator-names.ts';

export const BUS_ARN: Sub = sub(
  `arn:\${AWS::Partition}:events:\${OperatorRegion}:\${OperatorAccountId}:event-bus/${EVENT_BUS}`,
);

export const OPERATOR_REGION = {
  Type: 'String',
  Description: 'Region of the service, which takes the events',
  AllowedPattern: '^[a-z]{2,4}(-[a-z]+)+-\\d$',
  ConstraintDescription: 'a Region, such as eu-west-1',
};

/** Any Region of each partition. */
const PARTITIONS = { aws: 'us-east-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' };

/** @param rulesInIamRegion whether the IAM Region is also a target, or only has the events of the account */
export function memberEventRules(settings: Named, rulesInIamRegion: boolean): Template {
  const rules = (patterns: Record<string, MemberEventPattern>, condition: string | null) =>
    Object.entries(patterns).map(([name, pattern]) => [name, rule(settings, name, pattern, condition)]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'dhmc-rollout: forwards what others change in this account',
    Parameters: {
      OperatorAccountId: {
        Type: 'String',
        Description: 'The account that runs dhmc-rollout',
        AllowedPattern: '^\\d{12}$',
        ConstraintDescription: 'twelve digits',
      },
      OperatorRegion: OPERATOR_REGION,
    },
    Mappings: {
      Partitions: Object.fromEntries(
        Object.entries(PARTITIONS).map(([name, region]) => [name, { IamRegion: iamRegion(region) }]),
      ),
    },
    Conditions: {
      InIamRegion: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, IAM_REGION] },
      OutsideIamRegion: { 'Fn::Not': [{ Condition: 'InIamRegion' }] },
    },
    Resources: Object.fromEntries([
      ...rules(regionalPatterns(settings), rulesInIamRegion ? null : 'OutsideIamRegion'),
      ...rules(globalPatterns(settings), 'InIamRegion'),
    ]),
    Outputs: {},
  };
}

const IAM_REGION = { 'Fn::FindInMap': ['Partitions', { Ref: 'AWS::Partition' }, 'IamRegion'] };

/** No dead-letter queue in every Region of every member: EventBridge tries for a day, and the schedule finds the rest. */
function rule({ memberRole }: Named, name: string, pattern: MemberEventPattern, condition: string | null) {
  const { source, detailType, detail } = pattern;
  return {
    Type: 'AWS::Events::Rule',
    ...(condition === null ? {} : { Condition: condition }),
    Properties: {
      Description: `dhmc-rollout: ${name}, forwarded to the account that runs the service`,
      EventPattern: { source, 'detail-type': detailType, detail },
      State: 'ENABLED',
      Targets: [
        {
          Id: 'OperatorBus',
          Arn: BUS_ARN,
          RoleArn: sub(
            `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role${memberRole.path}${FORWARDER_ROLE}`,
          ),
        },
      ],
    },
  };
}

/** May do nothing but put events on that one bus; EventBridge of this account alone assumes it. */
export function forwarderProperties() {
  return {
    RoleName: FORWARDER_ROLE,
    Description: 'dhmc-rollout forwards events about what it keeps with it; it can change nothing',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'RulesOfThisAccount',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'dhmc-rollout',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Sid: 'ForwardMemberEvents', Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS_ARN },
          ],
        },
      },
    ],
  };
}
