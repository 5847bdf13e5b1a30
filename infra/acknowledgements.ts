/**
 * Findings of cdk-nag's AwsSolutions that are accepted, each with its reason. One finding on one construct: a new
 * wildcard anywhere else is an error of `cdk synth`. docs/permissions.md says the same by statement.
 */
import { CfnElement, type Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { UPDATE_DOCUMENT } from '../functions/core/agent-updates.ts';
import type { EventsStack } from './events-stack.ts';
import { keysOfTopic } from './function-policies.ts';
import { mayUpdateAgents } from './member-policies/agent-updates.ts';
import { mayEnableDns, mayProvision, optionalServices } from './member-policies/endpoints.ts';
import { madeHubs } from './member-policies/hub-profiles.ts';
import { zoneHubs } from './member-policies/hub-zones.ts';
import type { Sub } from './member-policies/statement.ts';
import { restorable } from './member-policies/writer.ts';
import type { MemberRolesStack } from './member-roles-stack.ts';
import { STATE_MACHINES } from './operator-names.ts';
import { FINDINGS_FILE } from './reports.ts';
import type { ServiceStack } from './service-stack.ts';

export interface Acknowledgement {
  scope: IConstruct;
  id: string;
  reason: string;
}

const EACH_RUN = 'A run has an id that is not known at deployment; only the part that is the run differs.';
const NO_RESOURCE_TYPE =
  'These actions know no resource (Service Authorization Reference); they only read, or deliver logs and traces.';
const EVERY_MEMBER =
  'The role has this name in every member account; aws:ResourceOrgID keeps it to the own organization.';
const EVERY_EXECUTION =
  "Executions of the machine's own map runs; Step Functions names them (guide, Distributed Map policies).";

/** Which function touches which artifacts (function-policies.ts). */
const ARTIFACTS: Record<string, string[]> = {
  NextBatchRole: ['configuration.json', 'manifests/*', 'accounts/*', 'after/*'],
  FinishRunRole: [
    'configuration.json',
    'manifests/*',
    'accounts/*',
    'after/*',
    'result.json',
    'summary.json',
  ],
  AssessStartRunRole: [
    'account-tags.json',
    'unit-names.json',
    'configuration.json',
    'resource-controls.json',
    'manifests/*',
    'plans/*',
  ],
  EnforceStartRunRole: [
    'account-tags.json',
    'unit-names.json',
    'configuration.json',
    'resource-controls.json',
    'manifests/*',
    'accounts/*',
    'plans/*',
  ],
  AssessReconcileRole: [
    'configuration.json',
    'resource-controls.json',
    'manifests/*',
    'accounts/*',
    'plans/*',
  ],
  EnforceReconcileRole: [
    'configuration.json',
    'resource-controls.json',
    'manifests/*',
    'accounts/*',
    'plans/*',
    'before/*',
    'after/*',
  ],
  AssessRole: ['manifests/*'],
  EnforceRole: ['manifests/*'],
};

/** Everything that sends traces; start-run also reads the organization, the machines deliver logs. */
const TRACING = [...Object.keys(ARTIFACTS), 'OnAccountEventRole', 'ImportFindingsRole'];

export function acknowledgements(
  service: ServiceStack,
  memberRoles: MemberRolesStack,
  events: readonly EventsStack[],
): Acknowledgement[] {
  return [
    ...ofService(service),
    ...ofMemberRoles(memberRoles),
    ...[service, ...events].flatMap(ofDeadLetters),
  ];
}

/** Dead-letter queues, used by rules and by Lambda's on-failure destination, which cdk-nag does not follow. */
function ofDeadLetters(stack: Stack): Acknowledgement[] {
  // Behind another queue cdk-nag knows it for what it is.
  if (stack.node.tryFindChild('AccountEventQueue')) return [];
  const scope = stack.node.tryFindChild('DeadLetters');
  const reason =
    'This is the dead-letter queue itself, of rules and of an on-failure destination; an alarm watches it.';
  return scope ? [{ scope, id: 'AwsSolutions-SQS3', reason }] : [];
}

function ofService(stack: ServiceStack): Acknowledgement[] {
  const { reader, writer } = stack.memberRoleNames;
  const bucket = logicalId(stack, stack.node.findChild('Artifacts'));
  const member = (role: string) => wildcard(`arn:<AWS::Partition>:iam::*:role/${role}`);
  const on = (path: string, id: string, reason: string) => ({
    scope: stack.node.findChild(path),
    id,
    reason,
  });
  const execution = (name: string) =>
    wildcard(`arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`);
  return [
    on(
      'Artifacts',
      'AwsSolutions-S1',
      'Only the functions of this stack read and write it; every version is kept, and object-level CloudTrail events say more than access logs.',
    ),
    ...Object.entries(ARTIFACTS).flatMap(([role, keys]) =>
      keys.map((key) => on(role, wildcard(`<${bucket}.Arn>/runs/*/${key}`), EACH_RUN)),
    ),
    ...(stack.recordsFleet
      ? ['AssessReconcileRole', 'EnforceReconcileRole'].map((role) =>
          on(role, wildcard(`<${bucket}.Arn>/fleet/*`), EACH_RUN),
        )
      : []),
    on('FinishRunRole', wildcard(`<${bucket}.Arn>/reports/*`), EACH_RUN),
    ...(stack.foreignTopicArn === null
      ? []
      : [
          on(
            'FinishRunRole',
            wildcard(keysOfTopic(stack.foreignTopicArn)),
            "The ARN of a topic does not name its key; the key is used through SNS and for that topic's messages alone.",
          ),
        ]),
    ...(stack.node.tryFindChild('ImportFindingsRole')
      ? [on('ImportFindingsRole', wildcard(`<${bucket}.Arn>/reports/*/${FINDINGS_FILE}`), EACH_RUN)]
      : []),
    on(
      'EnforceStartRunRole',
      wildcard(`<${bucket}.Arn>/plans/*`),
      'A plan that people put there to be applied has a name that is not known at deployment.',
    ),
    ...TRACING.filter((role) => stack.node.tryFindChild(role)).map((role) =>
      on(role, wildcard('*'), NO_RESOURCE_TYPE),
    ),
    ...(stack.node.tryFindChild('RunWatch')
      ? [
          on(
            'ConfigurationRole',
            wildcard('*'),
            'cloudwatch:PutMetricData knows no resource (Service Authorization Reference); the condition keeps it to the namespace of the service.',
          ),
        ]
      : []),
    on('AssessReconcileRole', member(reader), EVERY_MEMBER),
    on('EnforceReconcileRole', member(reader), EVERY_MEMBER),
    on('EnforceReconcileRole', member(writer), EVERY_MEMBER),
    on(
      'EnforceStartRunRole',
      execution(`${STATE_MACHINES.enforce}:*`),
      'The execution that holds the enforce lease has a name that is not known at deployment; it is only described.',
    ),
    on('AssessRole', execution(`${STATE_MACHINES.assess}:*`), EVERY_EXECUTION),
    on('AssessRole', execution(`${STATE_MACHINES.assess}/Accounts:*`), EVERY_EXECUTION),
    on('EnforceRole', execution(`${STATE_MACHINES.enforce}:*`), EVERY_EXECUTION),
    on('EnforceRole', execution(`${STATE_MACHINES.enforce}/Accounts:*`), EVERY_EXECUTION),
  ];
}

const EVERY_REGION = 'One service setting by its exact id, in every Region: it is Regional, the role is not.';

/** The management account's own roles. The members' are a template inside a string, which cdk-nag can't see. */
function ofMemberRoles(stack: MemberRolesStack): Acknowledgement[] {
  const roles = stack.node.findChild('ManagementRoles');
  const settings = wildcard(
    'arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:servicesetting/ssm/managed-instance/default-ec2-instance-management-role',
  );
  const own = (path: string) => wildcard(`arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${path}`);
  const { dhmcRole, restorableRoleArns } = stack.configuration;
  const ofReader: [string, string][] = [
    [wildcard('*'), NO_RESOURCE_TYPE],
    [
      own('*'),
      'A service setting may name any role of the account, and the service has to say whether it is fit.',
    ],
    [
      wildcard('arn:<AWS::Partition>:iam::<AWS::AccountId>:instance-profile/*'),
      'A running instance may have any instance profile of the account; its role is what is read.',
    ],
    [own(`*/${dhmcRole.name}`), "The DHMC role is found by its name; another team's may have another path."],
    [settings, EVERY_REGION],
    [
      wildcard('arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:document/SSM-SessionManagerRunShell'),
      'One document by its exact name, in every Region.',
    ],
  ];
  const on = (id: string, findings: [string, string][]) => {
    const scope = roles.node.tryFindChild(id);
    return scope ? findings.map(([finding, reason]) => ({ scope, id: finding, reason })) : [];
  };
  const ofWriter = restorableRoleArns
    .map((pattern) => shown(restorable(pattern)))
    .filter((resource) => resource.includes('*'))
    .map((resource): [string, string] => [
      wildcard(resource),
      'restorableRoleArns of the configuration: roles that a rollback must be able to set again.',
    ]);
  return [
    ...on('Reader', [...ofReader, ...ofHubZones(stack.configuration)]),
    ...on('Writer', [
      [settings, EVERY_REGION],
      ...ofWriter,
      ...ofNetworks(stack.configuration),
      ...ofAgentUpdates(stack.configuration),
    ]),
  ];
}

const HUB_ZONES =
  'Ids of hosted zones are not known at deployment; accounts, VPCs and records are limited by conditions.';

const OWN_NETWORK =
  'made with our tag, changed and deleted only where they carry it; ids are not known at deployment.';

/** What the writer may do in EC2, where the configuration wants endpoints or DNS attributes. */
function ofNetworks(configuration: MemberRolesStack['configuration']): [string, string][] {
  const every = (type: string) => wildcard(`arn:<AWS::Partition>:ec2:*:<AWS::AccountId>:${type}/*`);
  const vpc: [string, string] = [
    every('vpc'),
    'VPCs that lack a path to Systems Manager are found at run time.',
  ];
  if (!mayProvision(configuration)) return mayEnableDns(configuration) ? [vpc] : [];
  const hubs: [string, string][] =
    madeHubs(configuration).length === 0
      ? []
      : [
          [
            wildcard('arn:<AWS::Partition>:route53profiles:*:<AWS::AccountId>:profile/*'),
            `Profiles of hubs: ${OWN_NETWORK}`,
          ],
          [
            wildcard('arn:<AWS::Partition>:ram:*:<AWS::AccountId>:resource-share/*'),
            `Shares of hubs: ${OWN_NETWORK}`,
          ],
        ];
  return [
    vpc,
    ...hubs,
    ...ofHubZones(configuration),
    [
      every('subnet'),
      'EC2 authorizes the subnets that an endpoint is placed in; they are chosen at run time.',
    ],
    ...(optionalServices(configuration).includes('s3')
      ? [
          [
            every('route-table'),
            'EC2 authorizes the route tables that a gateway endpoint for S3 gets; they are found at run time.',
          ] satisfies [string, string],
        ]
      : []),
    [every('security-group'), `Security groups: ${OWN_NETWORK}`],
    [every('vpc-endpoint'), `Interface endpoints: ${OWN_NETWORK}`],
    [wildcard('*'), "route53:AssociateVPCWithHostedZone for private DNS: the zone is AWS's own."],
  ];
}

/** Zones of a hub, where one gives its names by them. */
function ofHubZones(configuration: MemberRolesStack['configuration']): [string, string][] {
  return zoneHubs(configuration).length === 0
    ? []
    : [[wildcard('arn:<AWS::Partition>:route53:::hostedzone/*'), HUB_ZONES]];
}

/** The association that updates agents, where the configuration wants one. */
function ofAgentUpdates(configuration: MemberRolesStack['configuration']): [string, string][] {
  if (!mayUpdateAgents(configuration)) return [];
  return [
    [
      wildcard(`arn:<AWS::Partition>:ssm:*::document/${UPDATE_DOCUMENT}`),
      'One document of AWS by its exact name, in every Region.',
    ],
    [
      wildcard('arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:association/*'),
      'An association has no id beforehand; it is created with our tag, and deleted only where it carries it.',
    ],
    [
      wildcard('arn:<AWS::Partition>:ec2:*:<AWS::AccountId>:instance/*'),
      'Nodes that the association names are found at run time.',
    ],
  ];
}

/** As cdk-nag writes a resource with substitutions. */
function shown({ 'Fn::Sub': text }: Sub): string {
  return text.replace(/\$\{(?!!)([^}]+)\}/g, '<$1>');
}

function wildcard(resource: string): string {
  return `AwsSolutions-IAM5[Resource::${resource}]`;
}

function logicalId(stack: Stack, construct: IConstruct): string {
  const { defaultChild } = (construct as Construct).node;
  if (!CfnElement.isCfnElement(defaultChild)) throw new TypeError(`${construct.node.path} is no resource`);
  return stack.getLogicalId(defaultChild);
}
