import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { ConfigurationError, defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import type { configurationSchema } from '../../functions/inputs/configuration-schema.ts';
import { configurationVersion } from '../../functions/inputs/configuration-version.ts';

/** The type of the model and of the schema are one: `satisfies` there holds the one way, this the other. */
const modelFitsSchema = (model: Configuration): z.output<typeof configurationSchema> => model;

function problemOf(text: string): string {
  try {
    parseConfiguration(text, 'dhmc.config.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

/** A text that is refused, and what its only line says after the file's name. */
type Refused = [text: string, reason: string];

function refuses(cases: Refused[]): void {
  it.each(cases)('Given %j, When parsed, Then it is refused with %j', (text, reason) => {
    expect(problemOf(text)).toBe(`dhmc.config.yaml: ${reason}`);
  });
}

describe('defaults', () => {
  it('Given the example of the documentation, When parsed, Then it is the default in every field', () => {
    const example = readFileSync(new URL('../../docs/dhmc.config.example.yaml', import.meta.url), 'utf8');
    expect(parseConfiguration(example, 'dhmc.config.example.yaml')).toEqual(defaultConfiguration());
    for (const key of Object.keys(defaultConfiguration()))
      expect(example).toMatch(new RegExp(`^${key}:`, 'm'));
  });

  it('Given the schema, When a field is left out, Then these are the defaults', () => {
    expect(modelFitsSchema(defaultConfiguration())).toEqual({
      regions: 'all',
      exclude: { accounts: [], organizationalUnits: [], regions: [], tags: {} },
      managementAccount: 'assess',
      ownerTag: null,
      operationsContact: false,
      memberRole: {
        reader: 'DhmcRolloutReader',
        writer: 'DhmcRolloutWriter',
        externalId: null,
        path: '/',
        permissionsBoundary: null,
        tags: {},
        snapshots: false,
      },
      dhmcRole: {
        name: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
        path: '/service-role/',
        extraPolicies: [],
        inlinePolicies: [],
        permissionsBoundary: null,
      },
      existingRole: 'keep',
      existingSetting: 'keep',
      allowIrreversible: false,
      restorableRoleArns: [],
      requireAssociationAck: false,
      acknowledgedAssociations: [],
      agentUpdates: 'off',
      endpoints: 'report',
      endpointZones: 'affected',
      endpointsInDnsHubs: false,
      ec2messages: 'auto',
      unknownEgress: 'report',
      path: 'any',
      endpointPolicy: 'full',
      endpointServices: [],
      enableVpcDns: false,
      prune: false,
      pruneAfterDays: 14,
      maxMonthlyUsdPerVpc: 150,
      maxMonthlyUsd: 5000,
      prices: {},
      hubs: {},
      resourceTags: {},
      instancesCount: true,
      namedInstances: 200,
      waves: [],
      maxFailurePercent: 5,
      concurrency: 100,
      settle: { passes: 4, waitSeconds: [60, 300, 900, 1800] },
      waivers: [],
      freeze: [],
      fleet: 'off',
      events: { members: 'off' },
      notifications: {
        topicArn: null,
        on: ['failed', 'stopped', 'regressed', 'ready', 'not-ready', 'drift'],
      },
      schedule: 'rate(1 day)',
      ownTags: { managed: 'dhmc-rollout:managed', change: 'dhmc-rollout:change', earlier: [] },
      overrides: [],
    });
  });

  it.each(['', '# only a comment\n', '{}', '\uFEFF{}'])(
    'Given %j, When parsed, Then the defaults',
    (text) => {
      expect(parseConfiguration(text, 'x')).toEqual(defaultConfiguration());
    },
  );

  it('Given a part of an object, When parsed, Then the rest keeps its default', () => {
    const { memberRole } = parseConfiguration('memberRole: {reader: Audit}', 'x');
    expect(memberRole).toEqual({
      reader: 'Audit',
      writer: 'DhmcRolloutWriter',
      externalId: null,
      path: '/',
      permissionsBoundary: null,
      tags: {},
      snapshots: false,
    });
  });

  it('Given one configuration, When it is changed, Then the next one has the defaults', () => {
    defaultConfiguration().exclude.accounts.push('111122223333');
    defaultConfiguration().settle.waitSeconds.push(1);
    expect(defaultConfiguration().exclude.accounts).toEqual([]);
    expect(defaultConfiguration().settle.waitSeconds).toHaveLength(4);
  });
});

describe('what is accepted', () => {
  const cases: string[] = [
    'regions: [eu-west-1, us-gov-west-1, cn-north-1, ap-southeast-7, eusc-de-east-1, us-isob-east-1]',
    'exclude: {accounts: ["012345678901"], organizationalUnits: [ou-core, r-root, ou-ab12-cd34ef56]}',
    'exclude: {tags: {power: off, "cost center": "4711"}}',
    '{\n\t"concurrency": 5,\n\t"regions": ["eu-west-1"]\n}',
    'memberRole: {externalId: "a+b=c,d.e@f:g/h-i"}',
    'dhmcRole: {path: /, extraPolicies: ["arn:aws-cn:iam::aws:policy/CloudWatchAgentServerPolicy"]}',
    'dhmcRole: {permissionsBoundary: "arn:aws:iam::111122223333:policy/edge/boundary"}',
    'restorableRoleArns: ["arn:aws:iam::*:role/ops/*", "arn:*:iam::111122223333:role/x"]',
    'waves: [{name: canary, accounts: ["111122223333"], soakSeconds: 3600}, {name: rest}]',
    'waves: [{name: a, percentage: 5}, {name: b, tags: {ring: "1"}}, {name: c, organizationalUnits: [ou-lab]}]',
    'settle: {passes: 4, waitSeconds: []}',
    'settle: {passes: 1}',
    'waivers: [{code: AGENT_SILENT, account: "111122223333", owner: team, why: appliance, until: 2027-03-31}]',
    'waivers: [{code: ENDPOINT_SG_BLOCKS_443, vpc: vpc-0ab, region: eu-west-1, owner: a, why: b, until: "2028-02-29"}]',
    'waivers: [{code: SETTING_NOT_SET, organizationalUnit: ou-lab, instance: i-0a, tag: x, ami: ami-1, owner: a, why: b, until: 2027-01-01}]',
    'freeze: [{from: 2026-12-20, until: 2026-12-20}]',
    'notifications: {topicArn: "arn:aws:sns:eu-west-1:111122223333:rollout", on: []}',
    'schedule: rate(12 hours)',
    'schedule: rate(1 minute)',
    'schedule: cron(0 3 * * ? *)',
    'schedule: cron(15 10 ? * 6L 2026-2030)',
    'overrides: [{organizationalUnits: [ou-lab], existingSetting: replace, resourceTags: {a: b}}]',
    'prices: {ap-northeast-1: {endpointAzHour: 0.014}}',
    'pruneAfterDays: 14\nconcurrency: 1000\nmaxFailurePercent: 0\nmaxMonthlyUsd: 0.5',
  ];
  it.each(cases)('Given %j, When parsed, Then it is accepted', (text) => {
    expect(problemOf(text)).toBe('accepted');
  });

  it('Given an override with one setting, When parsed, Then the others stay open', () => {
    const { overrides } = parseConfiguration('overrides: [{accounts: ["111122223333"], prune: true}]', 'x');
    expect(overrides).toEqual([{ accounts: ['111122223333'], organizationalUnits: [], prune: true }]);
  });
});

describe('unknown keys', () => {
  refuses([
    ['endpoint: report', 'endpoint: unknown key; did you mean "endpoints"?'],
    ['Regions: all', 'Regions: unknown key; did you mean "regions"?'],
    ['memberRole: {raeder: x}', 'memberRole.raeder: unknown key; did you mean "reader"?'],
    ['exclude: {ous: []}', 'exclude.ous: unknown key'],
    ['waves: [{name: a, percent: 5}]', 'waves[0].percent: unknown key; did you mean "percentage"?'],
    [
      'prices: {eu-west-1: {endpointHour: 1}}',
      'prices.eu-west-1.endpointHour: unknown key; did you mean "endpointAzHour"?',
    ],
    [
      'overrides: [{accounts: ["111122223333"], waves: []}]',
      "overrides[0].waves: applies to the whole organization and can't be overridden; set it at the top",
    ],
    [
      'overrides: [{accounts: ["111122223333"], endpoint: off}]',
      'overrides[0].endpoint: unknown key; did you mean "endpoints"?',
    ],
    [
      'overrides: [{account: ["111122223333"]}]',
      'overrides[0].account: unknown key; did you mean "accounts"?',
    ],
    ['constructor: 1', 'constructor: unknown key'],
    ['"two words": 1', '"two words": unknown key'],
  ]);

  it('Given a key of each kind that overrides lack, When overridden, Then each is said to be organization-wide', () => {
    const overridable = Object.keys(parseConfiguration('', 'x')).filter(
      (key) =>
        !problemOf(`overrides: [{accounts: ["111122223333"], ${key}: 0}]`).includes('whole organization'),
    );
    expect(overridable.toSorted()).toEqual([
      'acknowledgedAssociations',
      'agentUpdates',
      'allowIrreversible',
      'ec2messages',
      'enableVpcDns',
      'endpointPolicy',
      'endpointServices',
      'endpointZones',
      'endpoints',
      'endpointsInDnsHubs',
      'exclude',
      'existingRole',
      'existingSetting',
      'instancesCount',
      'maxMonthlyUsdPerVpc',
      'namedInstances',
      'path',
      'prune',
      'pruneAfterDays',
      'regions',
      'requireAssociationAck',
      'resourceTags',
      'unknownEgress',
    ]);
  });
});

describe('endpointPolicy', () => {
  const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

  it('Given a policy that lets agents through, When parsed, Then it is kept as it is', () => {
    const own = policy({ ...all, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-x' } } });
    expect(parseConfiguration(JSON.stringify({ endpointPolicy: own }), 'x').endpointPolicy).toEqual(own);
  });

  refuses([
    [
      'endpointPolicy: open',
      'endpointPolicy: "open" is not known here; use full, organization, or a policy with Version and Statement',
    ],
    ['endpointPolicy: {Statement: []}', 'endpointPolicy: has no Statement; name at least one'],
    [
      'endpointPolicy: {Statements: {}}',
      'endpointPolicy: Statements is no element of a policy; there are Version, Id and Statement',
    ],
    [
      `endpointPolicy: ${JSON.stringify(policy({ ...all, Action: 'ssm:*' }))}`,
      'endpointPolicy: allows no instance to be managed through the endpoint of ssmmessages, ec2messages; allow Principal "*" the actions of Systems Manager',
    ],
  ]);
});

describe('endpointServices', () => {
  const agents = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: '*', Resource: '*', Action: ['ssm*:*', 'ec2messages:*'] },
  });
  refuses([
    ['endpointServices: s3', 'endpointServices: must be a list'],
    [
      'endpointServices: [dynamodb]',
      'endpointServices[0]: "dynamodb" is not known here; use one of "s3", "kms", "logs"',
    ],
    [
      'endpointServices: [S3]',
      'endpointServices[0]: "S3" is not known here; did you mean "s3"? Use one of "s3", "kms", "logs"',
    ],
    ['endpointServices: [s3, logs, s3]', 'endpointServices[2]: "s3" is there twice; remove one'],
    [
      `endpointServices: [kms]\nendpointPolicy: ${agents}`,
      'endpointServices: endpointPolicy allows no kms:Decrypt, so an endpoint for kms would be of no use; allow it there, or remove kms here',
    ],
    [
      `endpointPolicy: ${agents}\noverrides: [{accounts: ["111122223333"], endpointServices: [s3, logs]}]`,
      'overrides[0].endpointServices: endpointPolicy allows no logs:PutLogEvents, so an endpoint for logs would be of no use; allow it there, or remove logs here',
    ],
  ]);
});

describe('wrong values', () => {
  const ACCOUNT = 'is not an account id (twelve digits, e.g. "111122223333")';
  refuses([
    ['exclude: {accounts: ["12345678901"]}', `exclude.accounts[0]: "12345678901" ${ACCOUNT}`],
    [
      'exclude: {accounts: [111122223333]}',
      'exclude.accounts[0]: 111122223333 must be text: put it in quotes, leading zeros included',
    ],
    ['exclude:', 'exclude: has no value; give it one or remove the key'],
    ['concurrency:', 'concurrency: has no value; give a number or remove the key'],
    ['regions: [eu-west-1, eu-west]', 'regions[1]: "eu-west" is not a Region name (e.g. "eu-west-1")'],
    ['regions: []', 'regions: is empty; name at least one, or remove the key'],
    ['regions: eu-west-1', 'regions: "eu-west-1" is not known here; use "all" or a list of Regions'],
    [
      'exclude: {organizationalUnits: [Lab]}',
      'exclude.organizationalUnits[0]: "Lab" is not the id of an organizational unit or root (e.g. "ou-ab12-cd34ef56", "r-ab12")',
    ],
    [
      'endpoints: of',
      'endpoints: "of" is not known here; did you mean "off"? Use one of "off", "report", "provision", "central", "auto"',
    ],
    ['prune: yes', 'prune: "yes" is neither true nor false'],
    [
      'resourceTags: {cost: 5}',
      'resourceTags.cost: 5 must be text: put it in quotes, leading zeros included',
    ],
    ['concurrency: 0', 'concurrency: 0 is out of range; give between 1 and 1000 accounts at once'],
    ['concurrency: 1001', 'concurrency: 1001 is out of range; give between 1 and 1000 accounts at once'],
    ['concurrency: .nan', 'concurrency: NaN is not a number'],
    ['pruneAfterDays: 13', 'pruneAfterDays: 13 is out of range; give between 14 and 3650 days'],
    ['maxFailurePercent: 101', 'maxFailurePercent: 101 is out of range; give between 0 and 100 percent'],
    ['maxMonthlyUsd: -1', 'maxMonthlyUsd: -1 is out of range; give 0 or more US dollars'],
    ['settle: {passes: 1.5}', 'settle.passes: 1.5 is not a whole number'],
    ['settle: {waitSeconds: 60}', 'settle.waitSeconds: must be a list'],
    [
      'prices: {eu-west-1: {endpointAzHour: 0}}',
      'prices.eu-west-1.endpointAzHour: 0 is not a price; give US dollars above 0',
    ],
    ['endpoints: auto', 'endpoints: "central" and "auto" need the hub of at least one Region in hubs'],
    ['endpoints: central', 'endpoints: "central" and "auto" need the hub of at least one Region in hubs'],
    [
      'hubs: {eu-west-1: {account: "111122223333", vpc: vpc-0abc, profile: rp-0abc, way: zones}}',
      'hubs.eu-west-1.way: is called "names": profile or zones',
    ],
    [
      'hubs: {eu-west-1: {account: "111122223333", vpc: vpc-0abc, names: records}}',
      'hubs.eu-west-1.names: "records" is not known here; use one of "profile", "zones"',
    ],
    [
      'hubs: {eu-west-1: {account: "111122223333", vpc: vpc-0abc, profile: rp-0abc, names: zones}}',
      'hubs.eu-west-1.names: "zones" uses no Profile; leave "profile" out',
    ],
    ['prices: {europe: {}}', 'prices.europe: "europe" is not a Region name (e.g. "eu-west-1")'],
    [
      'memberRole: {externalId: x}',
      'memberRole.externalId: "x" is not an external id (2 to 1224 of A-Z a-z 0-9 + = , . @ : / _ -)',
    ],
    [
      'memberRole: {reader: ops/Reader}',
      'memberRole.reader: "ops/Reader" is not a role name without path (1 to 64 of A-Z a-z 0-9 + = , . @ _ -)',
    ],
    [
      'memberRole: {path: /teams/*/}',
      'memberRole.path: "/teams/*/" is not a path without wildcards that begins and ends with "/" (e.g. "/teams/")',
    ],
    [
      'memberRole: {permissionsBoundary: OrgBoundary}',
      'memberRole.permissionsBoundary: "OrgBoundary" is not an IAM policy without wildcards: its ARN, or its name with its path, which means that policy in each account (e.g. "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "/teams/OrgBoundary")',
    ],
    [
      'dhmcRole: {path: service-role}',
      'dhmcRole.path: "service-role" is not a path that begins and ends with "/" (e.g. "/service-role/")',
    ],
    [
      'dhmcRole: {extraPolicies: [AmazonS3ReadOnlyAccess]}',
      'dhmcRole.extraPolicies[0]: "AmazonS3ReadOnlyAccess" is not an IAM policy without wildcards: its ARN, or its name with its path, which means that policy in each account (e.g. "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "/teams/OrgBoundary")',
    ],
    [
      'dhmcRole: {extraPolicies: ["arn:aws:iam::aws:policy/*"]}',
      'dhmcRole.extraPolicies[0]: "arn:aws:iam::aws:policy/*" is not an IAM policy without wildcards: its ARN, or its name with its path, which means that policy in each account (e.g. "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "/teams/OrgBoundary")',
    ],
    [
      'dhmcRole: {extraPolicies: [/*]}',
      'dhmcRole.extraPolicies[0]: "/*" is not an IAM policy without wildcards: its ARN, or its name with its path, which means that policy in each account (e.g. "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "/teams/OrgBoundary")',
    ],
    [
      'dhmcRole: {permissionsBoundary: "/t?ams/Org*"}',
      'dhmcRole.permissionsBoundary: "/t?ams/Org*" is not an IAM policy without wildcards: its ARN, or its name with its path, which means that policy in each account (e.g. "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "/teams/OrgBoundary")',
    ],
    [
      'dhmcRole: {extraPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"]}',
      'dhmcRole.extraPolicies[0]: "arn:aws:iam::aws:policy/AdministratorAccess" would make every process on every instance an administrator; allow only what session logs need',
    ],
    [
      'memberRole: {writer: dhmcrolloutreader}',
      'memberRole.writer: "dhmcrolloutreader" is the reader as well; name two roles',
    ],
    [
      'restorableRoleArns: [CustomSsm]',
      'restorableRoleArns[0]: "CustomSsm" is not the ARN of a role, "*" allowed in it (e.g. "arn:aws:iam::*:role/ops/*")',
    ],
    [
      'overrides: [{endpoints: off}]',
      'overrides[0]: applies to nothing; give accounts or organizationalUnits',
    ],
    [
      'freeze: [{from: 2027-01-02, until: 2027-01-01}]',
      'freeze[0].until: lies before "from"; swap the two days',
    ],
    [
      'freeze: [{from: 2027-02-30, until: 2027-03-01}]',
      'freeze[0].from: "2027-02-30" is not in the calendar; give a day as "YYYY-MM-DD"',
    ],
    ['freeze: [{from: 2027-01-01}]', 'freeze[0].until: is missing; give a day as "YYYY-MM-DD"'],
    [
      'waivers: [{code: AGENT_SILEN, owner: a, why: b, until: 2027-01-01}]',
      'waivers[0].code: "AGENT_SILEN" is no reason that can be waived; did you mean "AGENT_SILENT"?',
    ],
    [
      'waivers: [{code: EGRESS_UNKNOWN, owner: a, why: b, until: 2027-01-01}]',
      'waivers[0].code: "EGRESS_UNKNOWN" is no reason that can be waived',
    ],
    [
      'waivers: [{code: EXCLUDED, owner: a, why: b, until: 2027-01-01}]',
      'waivers[0].code: "EXCLUDED" is no reason that can be waived',
    ],
    [
      'waivers: [{code: IPV6_ONLY, owner: a, why: b}]',
      'waivers[0].until: is missing; give a day as "YYYY-MM-DD"',
    ],
    ['- a', 'must be an object (key: value)'],
    ['just a text', 'must be an object (key: value)'],
  ]);

  it.each([
    'daily',
    'rate(1 days)',
    'rate(2 day)',
    'rate(0 days)',
    'cron(0 3 * * *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
  ])('Given schedule %s, When parsed, Then it is refused as EventBridge would', (schedule) => {
    expect(problemOf(`schedule: ${schedule}`)).toMatch(/^dhmc\.config\.yaml: schedule: .*"rate\(1 day\)"/);
  });

  it.each(['aws:owner', 'AWS:owner', 'dhmc-rollout', 'dhmc-rollout:managed'])(
    'Given the reserved tag %s, When it is to be put on resources, Then it is refused',
    (key) => {
      expect(problemOf(`resourceTags: {"${key}": x}`)).toContain('is not a tag key that is free to use');
    },
  );
});

describe('keys of our own mark', () => {
  refuses([
    [
      'ownTags: {managed: "aws:mine"}',
      'ownTags.managed: "aws:mine" is not a tag key (1 to 128 letters, digits, spaces or _ . : / = + - @, not beginning with "aws:")',
    ],
    ['ownTags: {mangaed: a}', 'ownTags.mangaed: unknown key; did you mean "managed"?'],
    ['ownTags: {managed: a, change: a}', 'ownTags.change: "a" is the key of "managed"; choose another'],
    [
      'ownTags: {managed: a, change: b, earlier: [{managed: A, change: c}]}',
      'ownTags.earlier[0].managed: "A" and "a" are one key to IAM; write them alike',
    ],
    [
      'ownTags: {managed: a, change: b, earlier: [{managed: b, change: c}]}',
      'ownTags.earlier[0].managed: "b" is the key of "change"; choose another',
    ],
    [
      'ownTags: {managed: Team}\nresourceTags: {team: ops}',
      'resourceTags.team: is a key of our own mark (ownTags); choose another',
    ],
    [
      'ownTags: {managed: a}\noverrides: [{accounts: ["111122223333"], resourceTags: {a: ops}}]',
      'overrides[0].resourceTags.a: is a key of our own mark (ownTags); choose another',
    ],
    [
      `ownTags: {earlier: [${['a', 'b', 'c', 'd'].map((key) => `{managed: ${key}, change: x}`).join(', ')}]}`,
      "ownTags.earlier: has more than 3 pairs; the writer's policy has no room for more",
    ],
  ]);
});

describe('waves', () => {
  refuses([
    [
      'waves: [{percentage: 1}]',
      'waves[0].name: is missing; give a name (up to 64 letters, digits, spaces or _ . -)',
    ],
    [
      'waves: [{name: a, percentage: 101}]',
      'waves[0].percentage: 101 is out of range; give between 0 and 100 percent',
    ],
    [
      'waves: [{name: a}, {name: b, percentage: 5}]',
      'waves[0]: selects nothing, so it takes all that is left; put it last, or give it accounts, organizationalUnits, tags or percentage',
    ],
    [
      'waves: [{name: a, percentage: 5}, {name: a}]',
      'waves[1].name: "a" is there twice; give each wave its own name',
    ],
    [
      'waves: [{name: rest, percentage: 5}]',
      'waves[0].name: "rest" is the name of what no wave selects; choose another',
    ],
    ['waves: [{name: a, accounts: []}]', 'waves[0].accounts: is empty; name at least one, or remove the key'],
    ['waves: [{name: a, tags: {}}]', 'waves[0].tags: is empty; name at least one tag, or remove the key'],
  ]);
});

describe('files that are no YAML', () => {
  refuses([
    [
      'a: 1\nregions: [',
      'line 2, column 11: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['prune: true\nprune: false', 'line 2, column 1: Map keys must be unique'],
    ['regions: all\n---\nregions: all', 'holds several documents; keep one, without "---" after it'],
    ['regions: !sub x', 'line 1, column 10: Unresolved tag: !sub'],
    ['regions: &a [*a]', 'line 1, column 14: the alias *a is inside its own anchor'],
    ['regions: *x', 'Unresolved alias (the anchor must be set before the alias): x'],
  ]);

  it('Given brackets deeper than the stack, When parsed, Then one line says so and none has a call stack', () => {
    expect(problemOf(`regions: ${'['.repeat(10_000)}`)).toBe(
      'dhmc.config.yaml: is nested too deeply; no setting has more than a few levels',
    );
  });
});

describe('several problems', () => {
  it('Given an unknown key after other problems, When parsed, Then it comes first, then each of the rest', () => {
    const text = 'concurrency: 0\nmemberRole: {reader: 5}\nendpoint: off\n';
    expect(problemOf(text)).toBe(
      [
        'endpoint: unknown key; did you mean "endpoints"?',
        'memberRole.reader: 5 must be text: put it in quotes, leading zeros included',
        'concurrency: 0 is out of range; give between 1 and 1000 accounts at once',
      ]
        .map((problem) => `dhmc.config.yaml: ${problem}`)
        .join('\n'),
    );
  });

  it('Given them all, When asked, Then the error holds each and its cause', () => {
    let thrown: unknown;
    try {
      parseConfiguration('endpoint: off\nregion: all\nconcurrency: 0', 'x');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: 'ConfigurationError',
      problems: [
        'endpoint: unknown key; did you mean "endpoints"?',
        'region: unknown key; did you mean "regions"?',
        'concurrency: 0 is out of range; give between 1 and 1000 accounts at once',
      ],
      cause: expect.objectContaining({ name: '$ZodError' }),
    });
  });

  it('Given a long value over several lines, When shown, Then the message stays one short line', () => {
    const message = problemOf(`endpoints: "${'a\\nb'.repeat(500)}"`);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(200);
  });
});

describe('configurationVersion', () => {
  it('Given the same settings in another order, When hashed, Then the same version', () => {
    const a = parseConfiguration('prune: true\nexclude: {tags: {a: "1", b: "2"}}', 'x');
    const b = parseConfiguration('exclude: {tags: {b: "2", a: "1"}}\nprune: true', 'x');
    expect(configurationVersion(a)).toBe(configurationVersion(b));
    expect(configurationVersion(a)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('Given a nested setting or the order of a list changed, When hashed, Then another version', () => {
    const texts = [
      '',
      'settle: {passes: 3}',
      'regions: [eu-west-1, us-east-1]',
      'regions: [us-east-1, eu-west-1]',
    ];
    const versions = texts.map((text) => configurationVersion(parseConfiguration(text, 'x')));
    expect(new Set(versions).size).toBe(texts.length);
  });
});

describe('Given a value that is no text and cannot be made one', () => {
  it.each(['endpoints', 'managementAccount', 'existingRole', 'fleet'])(
    'When it is given for %s, Then the line says so, and nothing is thrown besides',
    (key) => {
      expect(() => parseConfiguration(`${key}: {toString: 1}\n`, 'c.yaml')).toThrow(
        expect.objectContaining({ name: 'ConfigurationError' }),
      );
    },
  );
});
