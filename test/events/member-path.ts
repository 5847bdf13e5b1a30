/**
 * The way of an event out of a member account, through the synthesized templates: a rule of the member in the event's
 * Region, its role, the policy of the operator account's bus. From there on event-path.ts has it.
 */
import { evaluate } from '../../twin/iam/evaluate.ts';
import { OPERATOR, ofType, type Resource, resolve, type Synthesized } from '../infra/synthesize.ts';
import { matches } from './match-pattern.ts';
import type { EventBridgeEvent } from './recorded.ts';

const IAM_REGION = 'us-east-1';

interface MemberTemplate {
  Resources: Record<string, Resource & { Condition?: string }>;
}

export interface MemberPath {
  /** Regions in which the StackSet puts the rules. */
  readonly regions: string[];
  /** Rules of the member that match and may put the event on the bus. */
  forwardedBy(event: EventBridgeEvent): string[];
  /** Whether the bus takes what this role of this organization puts there. */
  takes(sender: { roleArn: string; organizationId?: string }): boolean;
}

export function openMemberPath(synthesized: Synthesized, region: string, organizationId: string): MemberPath {
  const stackSets = ofType(synthesized.memberRoles, 'AWS::CloudFormation::StackSet').map(
    ([, { Properties }]) => Properties,
  );
  const named = (name: string) => stackSets.find(({ StackSetName }) => StackSetName === name);
  const roles: MemberTemplate = JSON.parse(named('dhmc-rollout-member-roles').TemplateBody);
  const rules: MemberTemplate = JSON.parse(named('dhmc-rollout-member-events').TemplateBody);
  const { Regions: regions } = named('dhmc-rollout-member-events').StackInstancesGroup[0];
  const busArn = `arn:aws:events:${region}:${OPERATOR}:event-bus/dhmc-rollout`;
  const whereOf = (event: Pick<EventBridgeEvent, 'account' | 'region'>) => ({
    partition: 'aws',
    region: event.region,
    accountId: event.account,
    parameters: { OperatorAccountId: OPERATOR, OperatorRegion: region, OrganizationId: organizationId },
  });
  const applies = (rule: { Condition?: string }, event: EventBridgeEvent) =>
    rule.Condition === undefined || (rule.Condition === 'InIamRegion') === (event.region === IAM_REGION);

  function forwarderOf(event: EventBridgeEvent, roleArn: string) {
    const where = whereOf(event);
    const forwarder = resolve(roles.Resources.Forwarder?.Properties, where);
    const arn = `arn:aws:iam::${event.account}:role${forwarder.Path ?? '/'}${forwarder.RoleName}`;
    if (arn !== roleArn) throw new Error(`${roleArn}: the roles' template makes ${arn}`);
    return forwarder;
  }

  const takes: MemberPath['takes'] = ({ roleArn, organizationId: sender = organizationId }) => {
    const accountId = roleArn.split(':')[4] ?? '';
    const statements = ofType(synthesized.service, 'AWS::Events::EventBusPolicy').map(([, { Properties }]) =>
      resolve(Properties.Statement, {
        partition: 'aws',
        region,
        accountId: OPERATOR,
        attributes: Object.fromEntries(
          ofType(synthesized.service, 'AWS::Events::EventBus').map(([id]) => [`${id}.Arn`, busArn]),
        ),
      }),
    );
    return evaluate({
      action: 'events:PutEvents',
      resource: busArn,
      context: { 'aws:PrincipalOrgID': sender, 'aws:PrincipalArn': roleArn },
      identityPolicies: [{ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
      permissionsBoundary: null,
      sessionPolicies: [],
      serviceControlPolicies: [],
      resourcePolicy: { document: { Statement: statements }, sameAccount: accountId === OPERATOR },
      principal: {
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/forwarder/session`,
        userId: 'AROA1:session',
        roleArn,
        roleName: roleArn.split('/').at(-1) ?? '',
        sessionName: 'session',
        sessionPolicies: [],
        madeUp: false,
      },
    }).allowed;
  };

  return {
    regions,
    takes,
    forwardedBy: (event) => {
      if (!regions.includes(event.region)) return [];
      return Object.entries(rules.Resources)
        .filter(([, rule]) => applies(rule, event))
        .filter(([, { Properties }]) => matches(Properties.EventPattern, event))
        .map(([id, { Properties }]) => {
          const [target] = resolve(Properties.Targets, whereOf(event));
          const forwarder = forwarderOf(event, target.RoleArn);
          const may = (resource: string) =>
            evaluate({
              action: 'events:PutEvents',
              resource,
              context: {},
              identityPolicies: forwarder.Policies.map(
                ({ PolicyDocument }: { PolicyDocument: object }) => PolicyDocument,
              ),
              permissionsBoundary: null,
              sessionPolicies: [],
              serviceControlPolicies: [],
            }).allowed;
          if (target.Arn !== busArn || !may(busArn)) throw new Error(`${id}: its role may not forward`);
          if (may(busArn.replace('dhmc-rollout', 'default'))) throw new Error(`${id}: its role may do more`);
          if (!takes({ roleArn: target.RoleArn })) throw new Error(`${id}: the bus does not take it`);
          return id;
        });
    },
  };
}
