import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Manifest } from '../../functions/core/model/report-manifest.ts';
import { manifestText, sha256Of } from '../../functions/report/manifest.ts';
import { runCommand } from './run-command.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const FILES = { 'targets.csv': 'a,b\r\n1,2\r\n', 'report.html': '<p>ok</p>' };

let folder: string;
let reports: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-verify-'));
  reports = join(folder, 'reports');
  await mkdir(reports);
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(reports, name), text);
  await writeManifest({
    schemaVersion: 1,
    runId: 'run-1',
    organizationId: 'o-exampleorgid',
    createdAt: '2026-11-19T22:10:00.000Z',
    files: Object.entries(FILES).map(([name, text]) => ({
      name,
      bytes: Buffer.byteLength(text),
      sha256: sha256Of(text),
    })),
  });
  await writeFile(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(
    join(folder, 'key.b64'),
    `${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}\n`,
  );
  await writeFile(join(folder, 'other.pem'), stranger.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeManifest(manifest: Manifest): Promise<void> {
  const text = manifestText(manifest);
  await writeFile(join(reports, 'manifest.json'), text);
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'der' });
  const signed = {
    algorithm: 'ECDSA_SHA_256',
    keyId: 'alias/reports',
    signature: signature.toString('base64'),
  };
  await writeFile(join(reports, 'manifest.signature.json'), JSON.stringify(signed));
}

const verify = (...flags: string[]) => runCommand(['report', 'verify', reports, ...flags], { cwd: folder });

describe('dhmc report verify', () => {
  it.each(['key.pem', 'key.b64'])(
    'Given untouched reports and %s, Then they are intact, exit 0',
    async (key) => {
      const { code, stdout } = await verify('--public-key', join(folder, key), '--output', 'json');
      expect(JSON.parse(stdout)).toMatchObject({ signature: 'VALID', intact: true, unlisted: [] });
      expect(code).toBe(0);
    },
  );

  it('Given a changed, a missing and an added file, Then each is named, exit 1', async () => {
    await writeFile(join(reports, 'targets.csv'), 'a,b\r\n1,3\r\n');
    await rm(join(reports, 'report.html'));
    await writeFile(join(reports, 'extra.txt'), '');
    const { code, stdout } = await verify();
    expect(stdout).toContain('CHANGED   targets.csv');
    expect(stdout).toContain('MISSING   report.html');
    expect(stdout).toContain('UNLISTED  extra.txt');
    expect(code).toBe(1);
  });

  it("Given a manifest made to fit changed reports, When the key is given, Then the signature doesn't fit", async () => {
    await writeFile(
      join(reports, 'manifest.json'),
      manifestText({ ...manifestOf({ 'report.html': 'forged' }) }),
    );
    await writeFile(join(reports, 'report.html'), 'forged');
    const { code, stdout } = await verify('--public-key', join(folder, 'key.pem'));
    expect(stdout).toContain('INTACT    report.html');
    expect(stdout).toContain('NOT of the key');
    expect(code).toBe(1);
  });

  it("Given someone else's key, Then the signature is not that key's, exit 1", async () => {
    const { code } = await verify('--public-key', join(folder, 'other.pem'));
    expect(code).toBe(1);
  });

  it.each([
    ['no manifest', () => rm(join(reports, 'manifest.json')), /manifest\.json: no manifest/],
    ['a broken manifest', () => writeFile(join(reports, 'manifest.json'), '{'), /manifest\.json: /],
    [
      'a manifest that leads out of the folder',
      () => writeFile(join(reports, 'manifest.json'), manifestText(manifestOf({ '../../etc/passwd': '' }))),
      /files\[0\]\.name leads out of the folder/,
    ],
  ])('Given %s, Then one line says so, exit 2', async (_what, spoil, message) => {
    await spoil();
    const { code, stderr } = await verify();
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

function manifestOf(files: Record<string, string>): Manifest {
  return {
    schemaVersion: 1,
    runId: 'run-1',
    organizationId: 'o-exampleorgid',
    createdAt: '2026-11-19T22:10:00.000Z',
    files: Object.entries(files).map(([name, text]) => ({
      name,
      bytes: text.length,
      sha256: sha256Of(text),
    })),
  };
}
