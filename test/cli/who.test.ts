import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { environmentOf, runHere } from './in-process.ts';
import { FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();
const TAGGED = '100000000011';
const MAILED = '100000000012';
const CONTACTS = [
  { AlternateContactType: 'SECURITY', Name: 'Sec', EmailAddress: 'sec@example.com' },
  {
    AlternateContactType: 'OPERATIONS',
    Name: 'Robin Vega',
    Title: 'Operations',
    EmailAddress: 'ops@example.com',
    PhoneNumber: '+1 555 0100',
  },
];
let twin: Twin;
beforeAll(async () => {
  const snapshot = await readSnapshot(FIRST);
  for (const account of snapshot.organization.Accounts) {
    const file = snapshot.accounts.get(account.Id);
    if (file) file.AlternateContacts = account.Id === MAILED ? CONTACTS : [];
    account.Email = `${account.Name}@example.com`;
    account.Tags = account.Id === TAGGED ? [{ Key: 'owner', Value: 'Team Blue' }] : [];
  }
  twin = await startTwin({ snapshot });
  await writeFile(join(folder, 'owner.yaml'), 'ownerTag: owner\n');
  await writeFile(join(folder, 'contact.yaml'), 'ownerTag: owner\noperationsContact: true\n');
});
afterAll(() => twin.close());

const dhmc = (...words: string[]) => runHere(words, { cwd: folder, env: environmentOf(twin) });
const assess = async (...words: string[]): Promise<RunResult> =>
  JSON.parse(
    (await dhmc('run', '--local', '--mode', 'assess', '--no-settle', '--output', 'json', ...words)).stdout,
  );
const walks = () =>
  twin.calls().calls.filter(({ operation }) => operation === 'ListOrganizationalUnitsForParent');

describe('Given accounts with e-mail addresses, one with a tag that names its owner', () => {
  it('When a run reads them, Then units have names, and the owner is that of the tag, else of the address', async () => {
    const run = await assess('--config', 'owner.yaml');
    const of = (id: string) => run.accounts.find(({ accountId }) => accountId === id);
    expect(of(TAGGED)).toMatchObject({
      organizationPath: ['r-root', 'ou-prod'],
      unitNames: ['Root', 'Prod'],
      owner: { name: 'Team Blue', from: 'TAG' },
    });
    expect(of(MAILED)?.owner).toEqual({ name: `${of(MAILED)?.name}@example.com`, from: 'EMAIL' });
    expect(run.accounts.filter(({ owner, unitNames }) => !owner || !unitNames)).toEqual([]);
  });

  it('When a run of one account follows, Then the names of the full run are used, without another walk', async () => {
    const before = walks();
    const run = await assess('--accounts', MAILED);
    expect(walks()).toEqual(before);
    expect(run.accounts.map(({ owner }) => owner?.from)).toEqual(['EMAIL']);
  });

  it('When accounts are listed by owner and by unit, Then names are what is looked for', async () => {
    const list = async (...words: string[]) =>
      JSON.parse((await dhmc('accounts', '--output', 'json', ...words)).stdout).accounts as {
        accountId: string;
      }[];
    expect((await list('--owner', 'blue')).map(({ accountId }) => accountId)).toEqual([TAGGED]);
    expect((await list('--unit', 'Root / Prod')).length).toBeGreaterThan(1);
    expect(await list('--unit', 'Root / Prod', '--owner', 'no one here')).toEqual([]);
  });

  it.each([
    ['csv', 'Team Blue,TAG'],
    ['asff', '"dhmc-rollout/Owner":"Team Blue"'],
    ['ocsf', '"owner":{"name":"Team Blue"}'],
    ['ocsf', '"ou_name":"Prod"'],
    ['html', 'Team Blue'],
  ])('When the run is written as %s, Then it has %s', async (format, text) => {
    expect((await dhmc('report', '--format', format)).stdout).toContain(text);
  });
});

describe('Given that operations contacts are switched on', () => {
  const asked = () =>
    twin
      .calls()
      .calls.filter(({ operation }) => operation === 'GetAlternateContact')
      .map(({ account, count }) => `${account} ${count}`)
      .sort();

  it('When runs follow, Then accounts with findings and without a tag are asked, once', async () => {
    expect(asked()).toEqual([]);
    const run = await assess('--config', 'contact.yaml');
    const ofId = (id: string) => run.accounts.find(({ accountId }) => accountId === id);
    expect(ofId(MAILED)?.owner).toEqual({ name: 'Robin Vega <ops@example.com>', from: 'CONTACT' });
    expect(ofId(TAGGED)?.owner?.from).toBe('TAG');
    const wanted = run.accounts.filter(
      ({ owner, status, reasons }) =>
        owner?.from !== 'TAG' &&
        (status === 'NON_COMPLIANT' || status === 'ERROR') &&
        !reasons.includes('ROLE_NOT_ASSUMABLE'),
    );
    expect(asked()).toEqual(wanted.map(({ accountId }) => `${accountId} 1`).sort());
    const again = await assess('--config', 'contact.yaml', '--accounts', MAILED);
    expect(again.accounts.map(({ owner }) => owner?.from)).toEqual(['CONTACT']);
    expect(asked()).toContain(`${MAILED} 1`);
  });

  it.each([
    ['csv', 'Robin Vega <ops@example.com>,CONTACT'],
    ['json', '"from":"CONTACT"'],
    ['asff', '"dhmc-rollout/Owner":"Robin Vega <ops@example.com>"'],
    ['ocsf', '"owner":{"name":"Robin Vega","email_addr":"ops@example.com"}'],
    ['html', 'Robin Vega'],
  ])(
    'When the run is written as %s, Then it has the contact, without its telephone number',
    async (format, text) => {
      const { stdout } = await dhmc('report', '--format', format);
      expect(stdout).toContain(text);
      expect(stdout).not.toContain('555 0100');
    },
  );

  it('When it is switched off again, Then the address is the owner, and nothing of the contact is kept', async () => {
    const run = await assess('--accounts', MAILED);
    expect(run.accounts.map(({ owner }) => owner?.from)).toEqual(['EMAIL']);
    await assess('--config', 'contact.yaml', '--accounts', MAILED);
    expect(asked()).toContain(`${MAILED} 2`);
  });
});
