import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStateFolder } from '../../cli/state-folder.ts';
import { aRun } from '../store/embedded.ts';
import { refusal } from './refusal.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'dhmc-state-'));
  folder = join(parent, 'state');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe('a state folder', () => {
  it('Given a new folder, When it is closed and opened again, Then runs and artifacts are still there', async () => {
    const first = await openStateFolder(folder);
    await first.bindOrganization('o-1');
    await first.store.createRun(aRun());
    await first.artifacts.putText('runs/run-1/result.json', '{}');
    await first.close();

    const second = await openStateFolder(folder);
    try {
      await second.bindOrganization('o-1');
      expect(await second.store.getRun('run-1')).toEqual(aRun());
      expect(await second.artifacts.getText('runs/run-1/result.json')).toBe('{}');
    } finally {
      await second.close();
    }
    expect((await readdir(folder)).sort()).toEqual([
      'artifacts',
      'organization.json',
      'table',
      'table.sequence',
    ]);
  });

  it('Given an open folder, When the table is used, Then no port is open: no other process can reach the table', async () => {
    const ports = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
    const before = ports();
    const state = await openStateFolder(folder);
    try {
      await state.store.createRun(aRun());
      expect(ports()).toBe(before);
    } finally {
      await state.close();
    }
  });

  it('Given a process that was killed with kill -9, When its folder is opened, Then the stale lock is taken over and nothing acknowledged is lost', async () => {
    const script = join(import.meta.dirname, 'write-and-hang.ts');
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');

    expect(await refusal(folder)).toBe(
      `state folder ${folder} is in use by process ${child.pid}; wait until it has ended, or give another one with --state`,
    );
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(existsSync(join(folder, 'lock.1.json'))).toBe(true);

    const state = await openStateFolder(folder);
    try {
      expect(await state.store.listRuns(100)).toHaveLength(50);
      expect(await state.artifacts.list('')).toEqual(['runs/run-0/result.json']);
      await expect(state.bindOrganization('o-other')).rejects.toThrow('o-killed');
    } finally {
      await state.close();
    }
  });

  it('Given a lock whose pid was given to another process since, When the folder is opened, Then the lock is taken over', async () => {
    await mkdir(folder);
    await writeFile(
      join(folder, 'lock.1.json'),
      JSON.stringify({
        pid: process.pid,
        processStart: '1',
        lockedAt: '2020-01-01T00:00:00.000Z',
        id: 'old',
      }),
    );

    const state = await openStateFolder(folder);

    expect((await readdir(folder)).filter((name) => name.startsWith('lock'))).toEqual(['lock.2.json']);
    await state.close();
  });

  it('Given a holder that has ended and that its parent has not asked for (a zombie), When the folder is opened, Then the lock is taken over', async () => {
    // The shell becomes Node, which never waits for the child that it inherited. The child ends after that only.
    const shell = '(read line <&3) & echo $!; exec "$0" -e "setTimeout(() => {}, 60000)" 3<&-';
    const parentOfZombie = spawn('sh', ['-c', shell, process.execPath], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    try {
      const [line] = await once(parentOfZombie.stdio[1] as Readable, 'data');
      const pid = Number(String(line));
      const comm = `/proc/${parentOfZombie.pid}/comm`;
      while ((await readFile(comm, 'utf8')) === 'sh\n') await setTimeout(5);
      parentOfZombie.stdio[3]?.destroy();
      while (!(await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z ')) await setTimeout(5);
      await mkdir(folder);
      await writeFile(join(folder, 'lock.1.json'), JSON.stringify({ pid, processStart: null, lockedAt: '' }));

      const state = await openStateFolder(folder);

      expect((await readdir(folder)).filter((name) => name.startsWith('lock'))).toEqual(['lock.2.json']);
      await state.close();
    } finally {
      parentOfZombie.kill();
    }
  });

  it('Given a lease that a process held when it was killed, When the next one wants the account, Then it has it at once', async () => {
    const account = '111122223333';
    const [now, until] = [new Date('2026-11-01T10:00:00Z'), new Date('2026-11-01T10:05:00Z')];
    const first = await openStateFolder(folder);
    await first.store.takeLease(account, 'local-4711-of-a-process-that-ended-1', now, until);
    await first.store.takeLease('222233334444', `${first.leaseOwner}run-1-1`, now, until);

    expect(await first.store.takeLease(account, `${first.leaseOwner}run-1-2`, now, until)).toBe(true);
    // Another invocation of this very process is at work.
    expect(await first.store.takeLease('222233334444', `${first.leaseOwner}run-1-2`, now, until)).toBe(false);
    await first.close();
  });

  it('Given a stale lock, When eight want the folder at once, Then one has it and the others learn which process', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'lock.1.json'), 'half a lo');

    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => openStateFolder(folder)));

    const opened = attempts.filter((attempt) => attempt.status === 'fulfilled');
    await Promise.all(opened.map((attempt) => attempt.value.close()));
    expect(opened).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected')
        expect(attempt.reason.message).toContain(`in use by process ${process.pid}`);
    }
    expect((await readdir(folder)).sort()).toEqual(['table', 'table.sequence']);
  });

  it('Given the folder of one organization, When another binds it, Then it is refused naming both, and nothing is changed', async () => {
    const state = await openStateFolder(folder);
    try {
      await state.bindOrganization('o-first');
      const before = await readFile(join(folder, 'organization.json'), 'utf8');

      await expect(state.bindOrganization('o-second')).rejects.toMatchObject({
        name: 'StateFolderError',
        message: `state folder ${folder} belongs to organization o-first, not to o-second; give another one with --state`,
      });

      expect(await readFile(join(folder, 'organization.json'), 'utf8')).toBe(before);
    } finally {
      await state.close();
    }
  });

  it.each([
    [
      '{"formatVersion":99,"organizationId":"o-first"}',
      /organization\.json is of format version 99, and this is/,
    ],
    ['{"formatVersion":1}', /organization\.json names no organizationId; give another/],
    ['null', /organization\.json is not JSON/],
    ['{"formatVersion":1,"organizationId":"o-fi', /organization\.json is not JSON/],
  ])(
    'Given an organization.json of %s, When an organization is bound, Then it is refused with its path',
    async (text, words) => {
      const state = await openStateFolder(folder);
      try {
        await writeFile(join(folder, 'organization.json'), text);
        await expect(state.bindOrganization('o-first')).rejects.toThrow(words);
      } finally {
        await state.close();
      }
    },
  );

  it('Given a folder that holds something else, When it is opened, Then it is refused by name and left as it was', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'thesis.doc'), 'mine');

    expect(await refusal(folder)).toBe(
      `${folder} is not a state folder: it holds "thesis.doc"; give an empty or new folder with --state`,
    );

    expect(await readdir(folder)).toEqual(['thesis.doc']);
  });

  it('Given a path below a file, or the file itself, When it is opened, Then it is refused with the reason', async () => {
    await writeFile(folder, 'a file');

    expect(await refusal(folder)).toMatch(
      /^state folder .*state cannot be read: ENOTDIR: not a directory; give another one/,
    );
    expect(await refusal(join(folder, 'below'))).toMatch(
      /ENOTDIR: not a directory; give another one with --state$/,
    );
  });

  it('Given a place that is not writable, When it is opened, Then it is refused with the reason', async () => {
    expect(await refusal('/proc/dhmc-state')).toMatch(
      /^state folder \/proc\/dhmc-state is not writable: E\w+: .*; give another one/,
    );
  });

  it('Given a table that is damaged, When it is opened, Then it is refused in one line, and the lock is given back', async () => {
    await mkdir(join(folder, 'table'), { recursive: true });
    await writeFile(join(folder, 'table', 'CURRENT'), 'not a manifest');

    expect(await refusal(folder)).toMatch(
      /cannot be opened: its table is damaged or locked \(Corruption: .*\); restore a backup/,
    );

    expect(existsSync(join(folder, 'lock.1.json'))).toBe(false);
  });

  it('Given no folder, When the state is closed, Then its throw-away folder is gone', async () => {
    const state = await openStateFolder(null);
    await state.store.createRun(aRun());
    expect(existsSync(state.folder)).toBe(true);

    await state.close();

    expect(existsSync(state.folder)).toBe(false);
  });

  it('Given an environment that sends clients elsewhere, When the table is used, Then no request leaves for there', async () => {
    let strayRequests = 0;
    const elsewhere = createServer((_request, response) => {
      strayRequests += 1;
      response.end();
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const hostile = {
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_PROFILE: 'no-such-profile',
      AWS_REGION: 'eu-north-1',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
      AWS_MAX_ATTEMPTS: 'many',
      AWS_RETRY_MODE: 'none',
    };
    const former = { ...process.env };
    Object.assign(process.env, hostile);
    try {
      const state = await openStateFolder(null);
      await state.store.createRun(aRun());
      expect(await state.store.getRun('run-1')).toEqual(aRun());
      await state.close();
    } finally {
      for (const name of Object.keys(hostile)) {
        if (former[name] === undefined) delete process.env[name];
        else process.env[name] = former[name];
      }
      elsewhere.close();
    }
    expect(strayRequests).toBe(0);
  });
});
