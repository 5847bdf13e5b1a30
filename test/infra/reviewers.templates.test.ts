/** What others say of the templates: cfn-lint, parliament and the service authorization reference. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { managementRoleTemplate, memberRoleTemplate } from '../../infra/member-role-templates.ts';
import type { Piece } from '../../twin/contract.ts';
import { referenceFindings } from './service-reference.ts';
import { EVENTS, MANAGEMENT, OPERATOR, ofType, type Synthesized, synthesize } from './synthesize.ts';
import { policiesOf, type TemplatePolicy } from './template-policies.ts';

jest.setTimeout(120_000);
const run = promisify(execFile);

const EVERYTHING = `
managementAccount: enforce
memberRole: {externalId: "an/external:id"}
restorableRoleArns: ["arn:aws:iam::*:role/ops/*", "arn:aws:iam::111122223333:role/one"]
dhmcRole:
  extraPolicies: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]
  permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary"
`;

/** Errors that cfn-lint finds, one line each; warnings are not asked for. */
async function errorsOf(files: string[]): Promise<string[]> {
  const { stdout } = await run('cfn-lint', [
    '--format',
    'parseable',
    '--non-zero-exit-code',
    'none',
    ...files,
  ]);
  return stdout.split('\n').filter((line) => /:E\d{4}:/.test(line));
}

let folder: string;
let synthesized: Synthesized;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-lint-'));
  synthesized = await synthesize({ ...EVENTS, config: 'test/infra/enforcing.yaml' });
});
afterAll(async () => {
  await synthesized?.remove();
  await rm(folder, { recursive: true });
});

describe('Given cfn-lint', () => {
  it('When a template is wrong, Then it says so', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'Resources: {Role: {Type: "AWS::IAM::Role", Properties: {RoleNam: x}}}');
    expect(await errorsOf([file])).not.toEqual([]);
  });

  it('When all stacks are checked, Then there is no error', async () => {
    const { service, memberRoles, events } = synthesized;
    expect(await errorsOf([service, memberRoles, ...events].map(({ file }) => file))).toEqual([]);
  });

  it('When the templates to hand out are checked, Then there is no error', async () => {
    const files: string[] = [];
    for (const [name, yaml] of Object.entries({ defaults: '', everything: EVERYTHING })) {
      const configuration = parseConfiguration(yaml, name);
      for (const [kind, write] of Object.entries({ memberRoleTemplate, managementRoleTemplate })) {
        const file = join(folder, `${name}-${kind}.yaml`);
        await writeFile(file, write({ configuration, operatorAccountId: '111122223333' }));
        files.push(file);
      }
    }
    expect(await errorsOf(files)).toEqual([]);
  });

  it('When the state machine is checked, Then a break is found and the file as it is has none', async () => {
    const write = async (name: string, change: (definition: Piece) => void) => {
      const file = join(folder, `${name}.json`);
      const Definition = readDefinition();
      change(Definition);
      const Properties = { RoleArn: `arn:aws:iam::${OPERATOR}:role/states`, Definition };
      const Machine = { Type: 'AWS::StepFunctions::StateMachine', Properties };
      await writeFile(file, JSON.stringify({ Resources: { Machine } }));
      return file;
    };
    const files = [
      await write('as-it-is', () => {}),
      await write('no-start', (definition) => delete definition.StartAt),
      await write('no-time', ({ States }) => Object.assign(States.StartRun, { TimeoutSeconds: 'soon' })),
    ];
    const errors = (await errorsOf(files)).sort();
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatch(/no-start\.json:.*E3601:'StartAt' is a required property/);
    expect(errors[1]).toMatch(/no-time\.json:.*E3601:'soon' is not of type 'number'/);
  });
});

/** The file with its placeholders filled, as an object: in a template's text cfn-lint does not look for states. */
function readDefinition(): Piece {
  const text = readFileSync('statemachine/rollout.asl.json', 'utf8');
  const filled = text.replace(/\$\{(\w+)\}/g, (_, name: string) =>
    name === 'partition'
      ? 'aws'
      : name === 'childExecutionType'
        ? 'EXPRESS'
        : name.endsWith('Function')
          ? `arn:aws:lambda:eu-west-1:${OPERATOR}:function:${name}`
          : name,
  );
  return JSON.parse(filled);
}

/** All templates that are deployed: those of the stacks, and what the StackSet puts into members. */
function allPolicies(): Map<string, TemplatePolicy> {
  const { service, memberRoles, events } = synthesized;
  const [[, stackSet] = ['', undefined]] = ofType(memberRoles, 'AWS::CloudFormation::StackSet');
  const member = JSON.parse(stackSet?.Properties.TemplateBody);
  const parameters = { OperatorAccountId: OPERATOR, OrganizationId: EVENTS.organizationId };
  const place = (accountId: string, region = 'eu-west-1') => ({
    partition: 'aws',
    region,
    accountId,
    parameters,
  });
  const named = (template: string, policies: TemplatePolicy[]) =>
    policies.map((policy): [string, TemplatePolicy] => [`${template} ${policy.name}`, policy]);
  return new Map([
    ...named('service', policiesOf(service, place(OPERATOR))),
    ...events.flatMap((each, index) =>
      named(`events ${index}`, policiesOf(each, place(MANAGEMENT, each.region ?? 'us-east-1'))),
    ),
    ...named('management', policiesOf(memberRoles, place(MANAGEMENT))),
    ...named('member', policiesOf(member, place('100000000011'))),
  ]);
}

describe('Given every policy of every template', () => {
  it('When each statement is held against the reference, Then actions, resource types and keys are its own', async () => {
    const policies = allPolicies();
    const findings: string[] = [];
    for (const [name, { document }] of policies) {
      for (const statement of document.Statement)
        findings.push(...(await referenceFindings(name, statement)));
    }
    expect(findings).toEqual([]);
    expect([...policies.values()].filter(({ identity }) => identity).length).toBeGreaterThan(15);
    expect([...policies.values()].filter(({ identity }) => !identity).length).toBeGreaterThan(4);
  });

  it('When parliament reads those of roles, Then its findings are those with a reason, and no more', () => {
    const identity = [...allPolicies()].filter(([, policy]) => policy.identity);
    const found = readByParliament(
      Object.fromEntries(identity.map(([name, { document }]) => [name, document])),
    );
    const unused = new Set(ACCEPTED);
    const unexpected = Object.entries(found).flatMap(([name, findings]) =>
      findings
        .filter(([, issue, detail]) => {
          const accepted = ACCEPTED.filter(
            (each) => each.issue === issue && each.where.test(name) && each.detail.test(detail),
          );
          for (const each of accepted) unused.delete(each);
          return accepted.length === 0;
        })
        .map((finding) => `${name}: ${finding.join(' ')}`),
    );
    expect(unexpected).toEqual([]);
    expect([...unused]).toEqual([]);
  });

  it('When a policy grants what does not exist, Then parliament finds it', () => {
    const Statement = [{ Effect: 'Allow', Action: 's3:GetObjekt', Resource: '*' }];
    const { wrong = [] } = readByParliament({ wrong: { Version: '2012-10-17', Statement } });
    expect(wrong.map(([, issue]) => issue)).toEqual(['UNKNOWN_ACTION']);
  });
});

/** What parliament finds and why it is right as it is. */
const ACCEPTED = [
  {
    issue: 'RESOURCE_STAR',
    where: /Reader/,
    detail: /^\['ec2:DescribeVpcAttribute', 'ec2:GetManagedPrefixListEntries'\]$|^\['route53:\w+'\]$/,
    because:
      'Every VPC, prefix list and zone of the account is read; an ARN with a wildcard for each is the same.',
  },
  {
    issue: 'RESOURCE_STAR',
    where: /StartRun/,
    detail: /organizations:Describe/,
    because:
      'The whole organization is read, whose accounts and policies are not known when the stack is deployed.',
  },
  {
    issue: 'UNKNOWN_CONDITION_FOR_ACTION',
    where: /Writer/,
    detail: /iam:ResourceTag\/dhmc-rollout:managed for action iam:\w+$/,
    because: 'The reference has iam:ResourceTag on the type role, and parliament does not look there for it.',
  },
  {
    issue: 'RESOURCE_MISMATCH',
    where: /Writer/,
    detail: /ec2:/,
    because:
      'EC2 asks for every type of resource that a call touches; the types have a statement each, for their conditions.',
  },
  {
    issue: 'RESOURCE_MISMATCH',
    where: /Writer/,
    detail: /ssm:CreateAssociation.*document/,
    because: 'The ARN of a document of AWS has no account, which parliament wants in the format.',
  },
  {
    issue: 'RESOURCE_MISMATCH',
    where: /service (Assess|Enforce)(StartRun)?Role/,
    detail: /states:DescribeExecution.*express/,
    because: 'Executions of the standard machine are described, and those of its map runs.',
  },
];

/** Severity, issue and detail of each finding, by policy. */
function readByParliament(policies: Record<string, object>): Record<string, [string, string, string][]> {
  const { stdout, stderr, status } = spawnSync('python3', ['test/infra/review_policies.py'], {
    input: JSON.stringify(policies),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
