/**
 * The way of an event, through the synthesized templates: a rule of the management account's default bus, its role
 * and the policy of the operator account's bus, a rule of that bus, the queue and the function behind it. What AWS does between
 * them is written here; each decision is the template's.
 */
import { evaluate } from '../../twin/iam/evaluate.ts';
import {
  MANAGEMENT,
  OPERATOR,
  ofType,
  type Resource,
  resolve,
  type Synthesized,
  type SynthesizedTemplate,
} from '../infra/synthesize.ts';
import { matches } from './match-pattern.ts';
import type { EventBridgeEvent } from './recorded.ts';

export interface Sender {
  accountId?: string;
  organizationId?: string;
}

export interface EventPath {
  /** Region of the service; part of the ARN of the bus. */
  readonly busArn: string;
  /** Event rules of the management account that match, by template; forwarded or not. */
  forwardedBy(event: EventBridgeEvent): string[];
  /** Whether the bus takes an event from there. */
  takes(sender: Sender): boolean;
  /** Handlers that get what is on the bus, one entry a rule that matches. */
  received(event: EventBridgeEvent): string[];
  /** Handlers that get it, one entry a rule that matches. */
  deliver(event: EventBridgeEvent): string[];
}

export function openEventPath(synthesized: Synthesized, region: string, organizationId: string): EventPath {
  const busArn = `arn:aws:events:${region}:${OPERATOR}:event-bus/dhmc-rollout`;
  const { service, events } = synthesized;
  const [[busId] = ['']] = ofType(service, 'AWS::Events::EventBus');
  const inOperator = {
    partition: 'aws',
    region,
    accountId: OPERATOR,
    attributes: { [`${busId}.Arn`]: busArn },
  };
  const [[, busPolicy] = ['', undefined]] = ofType(service, 'AWS::Events::EventBusPolicy');

  const rulesOf = (template: SynthesizedTemplate) => ofType(template, 'AWS::Events::Rule');
  const patternOf = (rule: Resource, where: typeof inOperator) =>
    resolve(rule.Properties.EventPattern, where) as Record<string, unknown>;

  const forwardedBy = (event: EventBridgeEvent): string[] =>
    events.flatMap((template) => {
      // A rule sees what happens in its own Region.
      if (template.region !== event.region || event.account !== MANAGEMENT) return [];
      const where = { ...inOperator, region: event.region, accountId: MANAGEMENT };
      return rulesOf(template)
        .filter(([, rule]) => matches(patternOf(rule, where), event))
        .map(([id, rule]) => {
          const [target, ...more] = rule.Properties.Targets;
          if (more.length > 0 || resolve(target.Arn, where) !== busArn)
            throw new Error(`${id}: another target`);
          if (!mayForward(template, rule, where)) throw new Error(`${id}: its role may not`);
          return id;
        });
    });

  function mayForward(template: SynthesizedTemplate, rule: Resource, where: typeof inOperator): boolean {
    const [target] = rule.Properties.Targets;
    const role = template.Resources[target.RoleArn['Fn::GetAtt'][0]];
    const [policy] = resolve(role?.Properties.Policies, where);
    return evaluate({
      action: 'events:PutEvents',
      resource: busArn,
      context: {},
      identityPolicies: [policy.PolicyDocument],
      permissionsBoundary: null,
      sessionPolicies: [],
      serviceControlPolicies: [],
    }).allowed;
  }

  function takes({ accountId = MANAGEMENT, organizationId: sender = organizationId }: Sender): boolean {
    const roleArn = `arn:aws:iam::${accountId}:role/forwarder`;
    return evaluate({
      action: 'events:PutEvents',
      resource: busArn,
      context: { 'aws:PrincipalOrgID': sender, 'aws:PrincipalArn': roleArn },
      identityPolicies: [{ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
      permissionsBoundary: null,
      sessionPolicies: [],
      serviceControlPolicies: [],
      resourcePolicy: {
        document: { Statement: [resolve(busPolicy?.Properties.Statement, inOperator)] },
        sameAccount: false,
      },
      principal: {
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/forwarder/session`,
        userId: 'AROA1:session',
        roleArn,
        roleName: 'forwarder',
        sessionName: 'session',
        sessionPolicies: [],
        madeUp: false,
      },
    }).allowed;
  }

  /** Functions that take the messages of a queue to which EventBridge may send. */
  function handlersOf(queueId: string): string[] {
    const maySend = ofType(service, 'AWS::SQS::QueuePolicy').some(
      ([, { Properties }]) =>
        Properties.Queues.some(({ Ref }: { Ref: string }) => Ref === queueId) &&
        JSON.stringify(Properties.PolicyDocument).includes('events.amazonaws.com'),
    );
    return ofType(service, 'AWS::Lambda::EventSourceMapping')
      .filter(([, { Properties }]) => maySend && Properties.EventSourceArn['Fn::GetAtt'][0] === queueId)
      .map(([, { Properties }]) => service.Resources[Properties.FunctionName.Ref]?.Properties.Handler);
  }

  /** An event on the bus, however it got there. */
  const received = (event: EventBridgeEvent): string[] =>
    rulesOf(service)
      .filter(([, rule]) => rule.Properties.EventBusName?.Ref === busId)
      .filter(([, rule]) => matches(patternOf(rule, inOperator), event))
      .flatMap(([, rule]) => rule.Properties.Targets)
      .flatMap((target) => handlersOf(target.Arn['Fn::GetAtt'][0]));

  return {
    busArn,
    forwardedBy,
    takes,
    received,
    deliver: (event) => {
      const forwarded = event.account === MANAGEMENT ? forwardedBy(event) : [''];
      return takes({ accountId: event.account }) ? forwarded.flatMap(() => received(event)) : [];
    },
  };
}
