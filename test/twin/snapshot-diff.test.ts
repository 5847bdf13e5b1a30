import { describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { completeAccount } from '../../twin/snapshot/defaults.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin } from '../../twin/start.ts';
import { runCommand } from '../cli/run-command.ts';

const FIRST = 'test/fixtures/snapshots/first';
const SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';
/** Has VPC, groups and roles. */
const ACCOUNT = '100000000012';
const TOKYO = 'ap-northeast-1';

async function changed(change: (account: Piece, snapshot: Snapshot) => void, all = false) {
  const before = await readSnapshot(FIRST);
  const after = await readSnapshot(FIRST);
  change(after.accounts.get(ACCOUNT) as Piece, after);
  return diffSnapshots(before, after, { all });
}

describe('given two snapshots of one organization', () => {
  it('when nothing happened in between but time, then nothing differs', async () => {
    const before = await readSnapshot(FIRST);
    const twin = await startTwin({ snapshot: before, pages: 'aws' });
    twin.state.clock.advance(3_600);
    const after = twin.takeSnapshot();
    await twin.close();
    expect(diffSnapshots(before, after)).toEqual([]);
    expect(diffSnapshots(before, after, { all: true }).map(({ list }) => list)).toContain('CapturedAt');
  });

  it('when a role and a setting came, then each is added by its name', async () => {
    const differences = await changed((account) => {
      account.Iam.RoleDetailList.push({ RoleName: 'New', Path: '/' });
      account.Regions[TOKYO].Ssm.ServiceSettings.push({ SettingId: SETTING, SettingValue: 'ops/New' });
    });
    expect(differences.map(({ kind, region, list, id }) => [kind, region, list, id])).toEqual([
      ['added', TOKYO, 'Ssm.ServiceSettings', SETTING],
      ['added', null, 'Iam.RoleDetailList', 'New'],
    ]);
  });

  it('when a role went and a group lost a rule, then the one is removed, the other changed in that member', async () => {
    const differences = await changed((account) => {
      account.Iam.RoleDetailList.shift();
      account.Regions[TOKYO].Ec2.SecurityGroups[0].GroupName = 'renamed';
    });
    expect(differences.map(({ kind }) => kind).sort()).toEqual(['changed', 'removed']);
    const members = differences.flatMap((difference) => difference.members);
    expect(members).toEqual([{ member: 'GroupName', before: expect.any(String), after: 'renamed' }]);
  });

  it('when lists only changed their order or a setting is at its default, then nothing differs', async () => {
    const differences = await changed((account) => {
      account.Iam.RoleDetailList.reverse();
      account.Regions[TOKYO].Ssm.ServiceSettings.push({ SettingId: SETTING, SettingValue: '$None' });
    });
    expect(differences).toEqual([]);
  });

  it('when one of two endpoint services of a name went, then that one is removed', async () => {
    const services = ['Gateway', 'Interface'].map((ServiceType) => ({
      ServiceName: 'com.amazonaws.ap-northeast-1.s3',
      ServiceType: [{ ServiceType }],
    }));
    const before = await readSnapshot(FIRST);
    const after = await readSnapshot(FIRST);
    before.accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2.VpcEndpointServices.push(...services);
    after.accounts.get(ACCOUNT)?.Regions[TOKYO]?.Ec2.VpcEndpointServices.push(services[1]);
    expect(diffSnapshots(before, after).map(({ kind, id }) => [kind, id])).toEqual([
      ['removed', 'com.amazonaws.ap-northeast-1.s3 Gateway'],
    ]);
  });

  it('when one has a file for an account that holds nothing, and the other has none, then nothing differs', async () => {
    const before = await readSnapshot(FIRST);
    const after = await readSnapshot(FIRST);
    before.accounts.set('100000000099', completeAccount({ FormatVersion: 1, AccountId: '100000000099' }));
    expect(diffSnapshots(before, after)).toEqual([]);
    expect(diffSnapshots(after, before)).toEqual([]);
  });

  it.each([
    ['at the status that leaving it out says', 'ENABLED_BY_DEFAULT', []],
    ['at another', 'DISABLING', ['added']],
  ])(
    'when one names a Region %s and the other leaves it out, then that shows only as far as it differs',
    async (_, status, kinds) => {
      const before = await readSnapshot(FIRST);
      const after = await readSnapshot(FIRST);
      for (const { accounts } of [before, after]) {
        (accounts.get('100000000013') as Piece).Regions['eu-west-9'] = {
          RegionOptStatus: 'ENABLED_BY_DEFAULT',
        };
      }
      (after.accounts.get(ACCOUNT) as Piece).Regions['eu-west-9'] = { RegionOptStatus: status };
      expect(diffSnapshots(before, after).map(({ kind }) => kind)).toEqual(kinds);
    },
  );

  it.each([['free addresses', (ec2: Piece) => (ec2.Subnets[0].AvailableIpAddressCount -= 1), 'Ec2.Subnets']])(
    'when only %s changed, then it shows with --all alone',
    async (_, change, list) => {
      const edit = (account: Piece) => void change(account.Regions[TOKYO].Ec2);
      expect(await changed(edit)).toEqual([]);
      expect((await changed(edit, true)).map((difference) => difference.list)).toEqual([list]);
    },
  );
});

describe('given dhmc diff', () => {
  it('when a snapshot is compared with itself, then it says so', async () => {
    const { stdout, code } = await runCommand(['diff', FIRST, FIRST, '--detailed-exitcode'], {
      cwd: process.cwd(),
    });
    expect([code, stdout]).toEqual([0, 'no difference\n']);
  });

  it('when a folder is no snapshot, then one line names it and the exit code is 2', async () => {
    const { stderr, code } = await runCommand(['diff', FIRST, 'no/such/folder'], { cwd: process.cwd() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^dhmc: no\/such\/folder.*\n$/);
  });
});
