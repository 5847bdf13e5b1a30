/** The deployed service in short; `npm run emulator` runs it over the whole organization too. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  isSignedBy,
  MANIFEST_FILE,
  parseManifest,
  parsePublicKey,
  parseSignature,
  SIGNATURE_FILE,
} from '../../functions/report/manifest.ts';
import { accountCreated, unrelated } from '../events/recorded.ts';
import { type Synthesized, synthesize } from '../infra/synthesize.ts';
import { sha256 } from './outcome.ts';
import { CONTEXT, type EmulatedService, openEmulatedService } from './service.ts';

let synthesized: Synthesized;
let service: EmulatedService;
beforeAll(async () => {
  synthesized = await synthesize(CONTEXT);
  service = await openEmulatedService(synthesized);
}, 120_000);
afterAll(async () => {
  await service?.close();
  await synthesized?.remove();
});

const textOf = (files: Map<string, Uint8Array>, name: string) =>
  Buffer.from(files.get(name) ?? []).toString();

describe("Given the synthesized templates deployed in moto, and the twin's organization", () => {
  it('When they are deployed, Then every stack is complete', () => {
    const stacks = [...service.stacks].map(([name, { status, lacking }]) => ({ name, status, lacking }));
    expect(stacks).toHaveLength(4);
    for (const stack of stacks) expect(stack).toMatchObject({ status: 'CREATE_COMPLETE', lacking: [] });
  });

  it('When an event is about something else, Then the deployed rules start nothing', async () => {
    for (const event of unrelated()) expect(await service.startByEvent(event)).toEqual([]);
  });

  it('When an account is created, Then the deployed service enforces there, leaves its signed report and imports its findings', async () => {
    const started = await service.startByEvent(accountCreated(CONTEXT.managementAccount));
    expect(started).toHaveLength(1);
    const run = await service.finish(started[0] ?? '');
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      states: { StartRun: 1, ReconcileAccounts: 1, FinishRun: 1 },
      output: { coverage: { accounts: 1, targets: 3, compliant: 2, skipped: 1, error: 0 } },
    });
    expect(await service.recorded()).toEqual({ accounts: 1, targets: 3 });
    const files = await service.reportOf(run.output.runId);
    const manifest = textOf(files, MANIFEST_FILE);
    const named = parseManifest(manifest).files;
    expect(named.map(({ name }) => name)).toContain('report.html');
    for (const file of named) expect(sha256(files.get(file.name) ?? new Uint8Array())).toBe(file.sha256);
    const key = parsePublicKey(await service.publicKey());
    expect(isSignedBy(manifest, parseSignature(textOf(files, SIGNATURE_FILE)), key)).toBe(true);
    expect(await service.deliverReports(run.output.runId)).toEqual([{ accepted: 3 }]);
    expect(service.functions.log.filter((line) => /"level":"(WARN|ERROR)"/.test(line))).toEqual([]);
  }, 120_000);
});
