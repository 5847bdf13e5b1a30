import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { makeOrganization } from '../../twin/make/varied.ts';
import { anonymizeSnapshot } from '../../twin/snapshot/anonymize.ts';
import { Pseudonyms } from '../../twin/snapshot/pseudonyms.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { formatJson } from '../../twin/snapshot/write.ts';
import { EVERYTHING } from '../reconcile/everything.ts';
import { openOrganization } from '../reconcile/organization.ts';

const textOf = ({ organization, accounts }: Snapshot) =>
  [organization, ...accounts.values()].map((file) => formatJson(file)).join('\n');

async function enforce(snapshot: Snapshot): Promise<RunResult> {
  const organization = await openOrganization(snapshot);
  try {
    return await organization.run({}, { ...EVERYTHING, managementAccount: 'enforce' });
  } finally {
    await organization.close();
  }
}

/** Everything but names; results are in the order of account ids, which pseudonyms keep. */
function comparable({ accounts, targets, coverage, monthlyCostUsd }: RunResult) {
  const changes = (list: RunResult['targets'][number]['changes']) =>
    list.map(({ kind, outcome, monthlyCostUsd: usd }) => [kind, outcome, usd]);
  return {
    coverage,
    monthlyCostUsd,
    accounts: accounts.map((one) => [one.status, one.reasons, one.role.state, changes(one.changes)]),
    targets: targets.map(({ region, status, reasons, notes, vpcs, instances, ...rest }) => ({
      verdict: [region, status, reasons, notes],
      vpcs: vpcs.map(({ path, reasons: why }) => [path, why]),
      instances: [instances.running, instances.stopped, instances.managed],
      changes: changes(rest.changes),
    })),
  };
}

/** Names that a person of the organization chose, and ids that AWS gave it. */
function originalsOf({ organization, accounts }: Snapshot): string[] {
  const found = new Set<string>();
  const own = /^(DhmcRollout|AWSSystemsManagerDefault|service-role)/;
  const add = (...texts: unknown[]) => {
    for (const text of texts)
      if (typeof text === 'string' && text.length > 2 && !own.test(text)) found.add(text);
  };
  for (const account of organization.Accounts) {
    add(account.Id, account.Name, account.Email);
    for (const { Value } of account.Tags ?? []) add(Value);
  }
  for (const unit of organization.OrganizationalUnits) add(unit.Id, unit.Name);
  add(organization.Organization.Id);
  for (const { Iam, Regions } of accounts.values()) {
    for (const role of Iam.RoleDetailList as Piece[]) {
      add(
        role.RoleName,
        role.RoleId,
        ...(role.InstanceProfileList as Piece[]).map((one) => one.InstanceProfileName),
      );
    }
    for (const { Ec2 } of Object.values(Regions)) {
      for (const { InstanceId, VpcId, Tags = [] } of [
        ...(Ec2.Instances ?? []),
        ...(Ec2.Vpcs ?? []),
      ] as Piece[]) {
        add(InstanceId, VpcId);
        for (const { Key, Value } of Tags as Piece[]) if (!/^dhmc-rollout/.test(Key)) add(Value);
      }
    }
  }
  return [...found];
}

/** AWS's own texts that hold such words. */
const AWS_TEXTS = /servicesetting.*|\/ssm\/managed-instance\/[\w-]+/g;

/** Every value, and every run of letters, digits and hyphens in one. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const own = value.replace(AWS_TEXTS, '');
    return [own, ...own.split(/[^\w-]+/), ...own.split(/[^A-Za-z0-9]+/)];
  }
  if (typeof value !== 'object' || value === null) return [];
  // Texts and policies of AWS are public.
  if ('PolicyVersionList' in value && 'Arn' in value && String(value.Arn).includes(':iam::aws:')) return [];
  return Object.values(value).flatMap(wordsIn);
}

/** As snapshots of real organizations hold things: names in policies, settings, documents and tags. */
function withNames(snapshot: Snapshot): Snapshot {
  const [account] = [...snapshot.accounts.values()].slice(-1) as [
    Snapshot['accounts'] extends Map<string, infer A> ? A : never,
  ];
  const arn = (rest: string) => `arn:aws:iam::${account.AccountId}:${rest}`;
  account.Iam.RoleDetailList.push({
    Path: '/payroll/',
    RoleName: 'PayrollApp-web',
    RoleId: 'AROAPAYROLLPAYROLL123',
    Arn: arn('role/payroll/PayrollApp-web'),
    CreateDate: '2025-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: arn('root') },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:PrincipalTag/Squad': 'payroll', 'aws:RequestedRegion': 'eu-west-1' },
          },
        },
      ],
    },
    InstanceProfileList: [],
    RolePolicyList: [
      {
        PolicyName: 'payroll-files',
        PolicyDocument: {
          Statement: [
            {
              Sid: 'Payroll',
              Effect: 'Allow',
              Action: ['s3:GetObject'],
              Resource: [`arn:aws:s3:::payroll-files/\${aws:username}/*`, arn('role/payroll/PayrollApp-*')],
            },
          ],
        },
      },
    ],
    AttachedManagedPolicies: [],
    Tags: [
      { Key: 'Squad', Value: 'payroll' },
      { Key: 'Name', Value: 'Payroll 42' },
    ],
  });
  return snapshot;
}

describe.each([
  ['the first snapshot', () => readSnapshot('test/fixtures/snapshots/first')],
  ['a made one', async () => makeOrganization({ accounts: 40, regions: 2, seed: 11 })],
])('Given %s', (_name, open) => {
  let original: Snapshot;
  let anonymous: Snapshot;
  beforeAll(async () => {
    original = withNames(await open());
    anonymous = anonymizeSnapshot(original, 'a secret');
  });

  it('When it is anonymized, Then no id, name, address or value of a tag of it is left', () => {
    const words = wordsIn([anonymous.organization, ...anonymous.accounts.values()]);
    const originals = [...originalsOf(original), 'payroll', 'Payroll', 'Squad', 'example.com'];
    expect(originals.length).toBeGreaterThan(50);
    expect(originals.filter((one) => words.includes(one))).toEqual([]);
    // Ids and addresses nowhere at all, not in the names of members either.
    const text = textOf(anonymous);
    const exact = originals.filter((one) => /\d{4}|@/.test(one));
    expect(exact.length).toBeGreaterThan(20);
    expect(exact.filter((one) => text.includes(one))).toEqual([]);
  });

  it('When enforce is rehearsed on both, Then verdicts, changes and prices are the same', async () => {
    const [here, there] = await Promise.all([enforce(original), enforce(anonymous)]);
    expect(here.targets.some(({ changes }) => changes.length > 0)).toBe(true);
    expect(comparable(there)).toEqual(comparable(here));
  }, 60_000);

  it('When it is done again, Then the same secret gives the same, and another one something else', () => {
    expect(textOf(anonymizeSnapshot(original, 'a secret'))).toBe(textOf(anonymous));
    expect(textOf(anonymizeSnapshot(original, 'another'))).not.toBe(textOf(anonymous));
  });

  it('When a policy names roles by the beginning of their names, Then it still does', () => {
    const roles: Piece[] = [...anonymous.accounts.values()].at(-1)?.Iam.RoleDetailList;
    const role = roles.at(-1) as Piece;
    const [statement] = role.RolePolicyList[0].PolicyDocument.Statement;
    expect(statement.Resource[0]).toMatch(/^arn:aws:s3:::x\w{9}-x\w{9}\/\$\{aws:username\}\/\*$/);
    expect(`${role.Arn.slice(0, -10)}*`).toBe(statement.Resource[1]);
    const { StringEquals } = role.AssumeRolePolicyDocument.Statement[0].Condition;
    expect(StringEquals['aws:RequestedRegion']).toBe('eu-west-1');
    expect(Object.keys(StringEquals).sort()[0]).toMatch(/^aws:PrincipalTag\/x\w{9}$/);
  });
});

describe('Given a resource control policy', () => {
  it('When it gets pseudonyms, Then its kind, keys and operators stay, and names do not', async () => {
    const snapshot = await readSnapshot('test/fixtures/snapshots/first');
    const kind = 'resource_control_policy';
    const condition = {
      StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' },
      ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::100000000002:role/acme_policy-*' },
    };
    const denial = { Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*', Condition: condition };
    snapshot.organization.Policies.push({
      PolicySummary: {
        Id: 'p-perimeter1',
        Arn: `arn:aws:organizations::100000000001:policy/o-exampleorg1/${kind}/p-perimeter1`,
        Name: 'Perimeter',
        Type: 'RESOURCE_CONTROL_POLICY',
      },
      Content: JSON.stringify({ Version: '2012-10-17', Statement: [denial] }),
      Targets: [{ TargetId: 'r-root' }],
    });
    const { organization } = anonymizeSnapshot(snapshot, 'a secret');
    const { PolicySummary, Content } = organization.Policies.at(-1) ?? {};
    expect(PolicySummary.Arn).toMatch(new RegExp(`:policy/o-[a-z0-9]{10}/${kind}/p-[a-z0-9]{8}$`));
    const { Condition, ...rest } = JSON.parse(Content).Statement[0];
    expect(rest).toEqual({ Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*' });
    expect(Condition.StringNotEqualsIfExists['aws:PrincipalOrgID']).toBe(organization.Organization.Id);
    expect(Condition.ArnNotLike['aws:PrincipalArn']).toMatch(/^arn:aws:iam::\d{12}:role\/\w+-\*$/);
    expect(Content).not.toMatch(/acme|100000000002/);
  });
});

describe('Given addresses', () => {
  const pseudonyms = new Pseudonyms('a secret', '');

  it('When they lie in a block, Then their pseudonyms lie in its pseudonym', () => {
    expect(pseudonyms.address('10.20.3.4').split('.').slice(0, 2)).toEqual(
      pseudonyms.address('10.20.0.0', 16).split('.').slice(0, 2),
    );
    expect(pseudonyms.address('10.20.0.2')).toBe(pseudonyms.address('10.20.0.0', 16).replace(/0$/, '2'));
    expect(pseudonyms.address('10.0.0.0', 8)).toBe('10.0.0.0');
    expect(pseudonyms.address('203.0.113.77').split('.')[0]).toBe('203');
    expect(pseudonyms.address('203.0.113.77')).not.toBe('203.0.113.77');
  });

  it.each(['0.0.0.0', '128.0.0.0', '169.254.169.253', '127.0.0.1', '192.168.1.1'])(
    'When %s stands for something, Then it stays',
    (one) => {
      expect(pseudonyms.address(one)).toBe(one);
    },
  );

  it('When they are private or not, Then they stay so', () => {
    for (const one of ['172.16.5.5', '172.31.0.1'])
      expect(pseudonyms.address(one)).toMatch(/^172\.(1[6-9]|2\d|3[01])\./);
    expect(pseudonyms.address('172.32.1.1')).toMatch(/^172\.32\./);
    expect(pseudonyms.address('10.1.2.3')).toMatch(/^10\./);
  });
});
