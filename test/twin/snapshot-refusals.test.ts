import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { SnapshotError } from '../../twin/snapshot/error.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { FIRST } from './snapshot-fixture.ts';

const ORGANIZATION = 'organization.json';
const ISOLATED = 'accounts/100000000012.json';
const PASTE = 'paste the shape that the AWS CLI prints';

interface Refusal {
  given: string;
  file: string;
  edit: (content: Piece) => void;
  says: string;
}

const inTokyo = (account: Piece): Piece => account.Regions['ap-northeast-1'];

const REFUSALS: Refusal[] = [
  {
    given: 'a number for a string deep inside an account',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).Ec2.Vpcs[0].CidrBlock = 10;
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.Vpcs[0].CidrBlock: expected a string, found a number; ${PASTE}`,
  },
  {
    given: 'a CIDR block that is none',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).Ec2.Vpcs[0].CidrBlock = 'ten';
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.Vpcs[0].CidrBlock: expected an IPv4 CIDR block such as 10.0.0.0/16, found "ten"; ${PASTE}`,
  },
  {
    given: 'an object for a list',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).Ssm.ServiceSettings = {};
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ssm.ServiceSettings: expected a list, found an object; ${PASTE}`,
  },
  {
    given: 'a key that is left out where AWS always has it',
    file: ISOLATED,
    edit: (account) => {
      delete inTokyo(account).Ec2.Instances[0].InstanceId;
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.Instances[0].InstanceId: expected a string, found nothing; ${PASTE}`,
  },
  {
    given: 'a Region opt status that AWS does not have',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).RegionOptStatus = 'ON';
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].RegionOptStatus: expected one of ENABLED, ENABLING, DISABLING, DISABLED, ENABLED_BY_DEFAULT, found "ON"; ${PASTE}`,
  },
  {
    given: 'a Region name that cannot be one',
    file: ISOLATED,
    edit: (account) => {
      account.Regions.tokyo = account.Regions['us-east-1'];
    },
    says: `${ISOLATED}: $.Regions.tokyo: expected a Region's name such as eu-west-1, found "tokyo"; use the name that account list-regions gives`,
  },
  {
    given: 'epoch seconds, as version 1 of the AWS CLI prints times',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).Ec2.Instances[0].LaunchTime = 1790000000;
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.Instances[0].LaunchTime: expected an ISO 8601 time, found 1790000000; use version 2 of the AWS CLI, which prints times that way`,
  },
  {
    given: 'a time without its offset',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.CapturedAt = '2026-11-20T00:00:00';
    },
    says: `${ORGANIZATION}: $.CapturedAt: expected an ISO 8601 time with its offset such as 2026-11-20T00:00:00Z, found "2026-11-20T00:00:00"; correct the time`,
  },
  {
    given: 'a month that does not exist',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Accounts[2].JoinedTimestamp = '2024-13-10T00:00:00+00:00';
    },
    says: `${ORGANIZATION}: $.Accounts[2].JoinedTimestamp: expected an ISO 8601 time with its offset such as 2026-11-20T00:00:00Z, found "2024-13-10T00:00:00+00:00"; correct the time`,
  },
  {
    given: 'a transit gateway attachment without its gateway',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).Ec2.TransitGatewayVpcAttachments = [
        { TransitGatewayAttachmentId: 'tgw-attach-0123456789abcdef0', VpcId: 'vpc-1', State: 'available' },
      ];
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.TransitGatewayVpcAttachments[0].TransitGatewayId: expected a string, found nothing; ${PASTE}`,
  },
  {
    given: 'a route of a transit gateway that is no block',
    file: ISOLATED,
    edit: (account) => {
      inTokyo(account).Ec2.TransitGatewayRouteTables = [
        {
          TransitGatewayRouteTableId: 'tgw-rtb-0123456789abcdef0',
          TransitGatewayId: 'tgw-0123456789abcdef0',
          Routes: [{ DestinationCidrBlock: '10.0.0.0', State: 'active' }],
        },
      ];
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.TransitGatewayRouteTables[0].Routes[0].DestinationCidrBlock: expected an IPv4 CIDR block such as 10.0.0.0/16, found "10.0.0.0"; ${PASTE}`,
  },
  {
    given: 'another format version',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.FormatVersion = 2;
    },
    says: `${ORGANIZATION}: $.FormatVersion: expected 1, found 2; this version of dhmc reads format version 1; take the snapshot again with it`,
  },
  {
    given: 'an account id of eleven digits',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Accounts[3].Id = '10000000012';
    },
    says: `${ORGANIZATION}: $.Accounts[3].Id: expected an account id of 12 digits, found "10000000012"; write the id as a string of 12 digits`,
  },
  {
    given: 'an account state that AWS does not have',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Accounts[3].State = 'GONE';
    },
    says: `${ORGANIZATION}: $.Accounts[3].State: expected one of PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED, found "GONE"; ${PASTE}`,
  },
  {
    given: 'an account with neither State nor a Status that AWS has',
    file: ORGANIZATION,
    edit: (organization) => {
      delete organization.Accounts[3].State;
      organization.Accounts[3].Status = 'GONE';
    },
    says: `${ORGANIZATION}: $.Accounts[3].State: expected State, or a Status of ACTIVE, SUSPENDED or PENDING_CLOSURE, found nothing; paste Accounts of organizations list-accounts`,
  },
  {
    given: 'an account twice',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Accounts.push(organization.Accounts[0]);
    },
    says: `${ORGANIZATION}: $.Accounts[12].Id: "100000000001" is here twice; remove one`,
  },
  {
    given: 'a parent that is not there',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Accounts[3].ParentId = 'ou-gone';
    },
    says: `${ORGANIZATION}: $.Accounts[3].ParentId: no root or organizational unit has the id "ou-gone"; add it or correct the id`,
  },
  {
    given: 'organizational units in a circle',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.OrganizationalUnits[0].ParentId = 'ou-prod';
      organization.OrganizationalUnits[1].ParentId = 'ou-core';
    },
    says: `${ORGANIZATION}: $.OrganizationalUnits[0].ParentId: "ou-core" is below itself; correct the parent`,
  },
  {
    given: 'a policy attached to nothing that is there',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Policies[1].Targets[0].TargetId = '100000000099';
    },
    says: `${ORGANIZATION}: $.Policies[1].Targets[0].TargetId: no root, organizational unit or account has the id "100000000099"; add it or correct the id`,
  },
  {
    given: 'a service control policy that is no policy document',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Policies[1].Content = '{';
    },
    says: `${ORGANIZATION}: $.Policies[1].Content: expected a policy document as a JSON string, found "{"; paste Policy.Content of organizations describe-policy`,
  },
  {
    given: 'an operator account outside the organization',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.OperatorAccountId = '100000000099';
    },
    says: `${ORGANIZATION}: $.OperatorAccountId: account 100000000099 is not in Accounts; add it or correct the id`,
  },
  {
    given: 'two roots',
    file: ORGANIZATION,
    edit: (organization) => {
      organization.Roots.push(organization.Roots[0]);
    },
    says: `${ORGANIZATION}: $.Roots: expected exactly one root, found a list; paste Roots of organizations list-roots`,
  },
  {
    given: "a file that holds another account's state",
    file: ISOLATED,
    edit: (account) => {
      account.AccountId = '100000000013';
    },
    says: `${ISOLATED}: $.AccountId: "100000000013" is not the file's name; correct one of the two`,
  },
  {
    given: 'a role of another account',
    file: ISOLATED,
    edit: (account) => {
      account.Iam.RoleDetailList[0].Arn = 'arn:aws:iam::100000000013:role/DhmcRolloutReader';
    },
    says: `${ISOLATED}: $.Iam.RoleDetailList[0].Arn: "arn:aws:iam::100000000013:role/DhmcRolloutReader" does not end with ":iam::100000000012:role/DhmcRolloutReader"; correct the ARN, path or name`,
  },
  {
    given: 'a trust policy as URL-encoded text that is cut off',
    file: ISOLATED,
    edit: (account) => {
      account.Iam.RoleDetailList[0].AssumeRolePolicyDocument = '%7B%22Version%22';
    },
    says: `${ISOLATED}: $.Iam.RoleDetailList[0].AssumeRolePolicyDocument: expected an object, found a string; ${PASTE}`,
  },
  {
    given: "a customer's policy attached without its text",
    file: ISOLATED,
    edit: (account) => {
      account.Iam.RoleDetailList[0].AttachedManagedPolicies[0].PolicyArn =
        'arn:aws:iam::100000000012:policy/Own';
    },
    says: `${ISOLATED}: $.Iam.RoleDetailList[0].AttachedManagedPolicies[0].PolicyArn: "arn:aws:iam::100000000012:policy/Own" is not in Iam.Policies; add it with its document`,
  },
  {
    given: 'a subnet twice',
    file: ISOLATED,
    edit: (account) => {
      const { Subnets } = inTokyo(account).Ec2;
      Subnets.push(Subnets[0]);
    },
    says: `${ISOLATED}: $.Regions["ap-northeast-1"].Ec2.Subnets[2].SubnetId: "subnet-2415f79398ee155a5" is here twice; remove one`,
  },
];

describe('a snapshot that does not fit', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
    await cp(FIRST, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const refusal = async (of = folder): Promise<SnapshotError> => {
    const error = await readSnapshot(of).then(
      () => new Error('was read'),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SnapshotError);
    return error as SnapshotError;
  };

  it.each(REFUSALS)('Given $given, When it is read, Then one line says where and what to do', async (row) => {
    const path = join(folder, row.file);
    const content: Piece = JSON.parse(await readFile(path, 'utf8'));
    row.edit(content);
    await writeFile(path, JSON.stringify(content));
    expect((await refusal()).message).toBe(row.says);
  });

  it.each([
    ['{\n "FormatVersion": 1,\n "AccountId" "100000000012"\n}', '3:14'],
    ['{"a": x}', '1:7'],
    ['{"a": 1,}', '1:9'],
    ['[1, 2', '1:6'],
    ['{"a": "\n"}', '1:7'],
    ['{} {}', '1:4'],
    ['', '1:1'],
  ])('Given the invalid JSON %j, When it is read, Then line and column %s are named', async (text, at) => {
    await writeFile(join(folder, ISOLATED), text);
    expect((await refusal()).message).toBe(
      `${ISOLATED}:${at}: not valid JSON; correct it there, or take the snapshot again`,
    );
  });

  it('Given a file of an account outside the organization, Then it is refused', async () => {
    await writeFile(join(folder, 'accounts/100000000099.json'), '{}');
    expect((await refusal()).message).toBe(
      'accounts/100000000099.json: account 100000000099 is not in Accounts of organization.json; add it there or remove the file',
    );
  });

  it('Given a stray file among the accounts, Then it is refused', async () => {
    await writeFile(join(folder, 'accounts/notes.txt'), '');
    expect((await refusal()).message).toBe(
      'accounts/notes.txt: expected files named <12 digits>.json alone; remove it',
    );
  });

  it('Given a folder without a snapshot, or none at all, Then the folder is named', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const reason =
      'no snapshot here (organization.json is missing); name a folder that dhmc snapshot or npm run twin:make has written, and finish a snapshot that was begun by the same command';
    expect((await refusal(empty)).message).toBe(`${empty}: ${reason}`);
    expect((await refusal(join(folder, 'gone'))).message).toBe(`${join(folder, 'gone')}: ${reason}`);
  });
});
