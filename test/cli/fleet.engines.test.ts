/** `dhmc fleet --bucket` reads the fleet from moto's S3, an engine that is not ours. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createS3Artifacts } from '../../functions/store/artifacts-s3.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { makeSmallOrganization } from '../reconcile/small-organization.ts';
import { type Moto, startMoto } from '../statemachine/moto/server.ts';
import { runCommand } from './run-command.ts';

const BUCKET = 'artifacts-bucket';

describe('Given a run with its fleet in S3', () => {
  let moto: Moto;
  let organization: Organization;
  let folder: string;
  let client: S3Client;
  const lists = async (...words: string[]) => {
    const { code, stdout, stderr } = await runCommand(
      ['fleet', '--bucket', BUCKET, '--region', 'us-east-1', ...words],
      {
        cwd: folder,
        env: { AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dhmc-fleet-'));
    moto = await startMoto(() => Promise.reject(new Error('no functions here')));
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    client = new S3Client({ endpoint: moto.url, region: 'us-east-1', credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    organization = await openOrganization(
      makeSmallOrganization({
        members: 2,
        regions: 1,
        shape: (account, regions) => {
          const instances = ['a', 'b', 'c'].map((name) => ({ name, running: true }));
          addNetwork(account, regions[0] ?? '', { shape: 'nat', name: 'web', octet: 7, instances });
        },
      }),
    );
    await organization.run({ mode: 'assess' }, { fleet: 'record' });
    const { artifacts } = organization.state;
    const bucket = createS3Artifacts({ client, bucket: BUCKET });
    for (const key of await artifacts.list(''))
      await bucket.putText(key, (await artifacts.getText(key)) ?? '');
  }, 60_000);
  afterAll(async () => {
    client?.destroy();
    await organization?.close();
    await moto?.close();
    await rm(folder, { recursive: true });
  });

  it('When it is listed from the bucket, Then it is the one that the run recorded', async () => {
    const { instances, complete, total } = JSON.parse(await lists('--output', 'json'));
    expect([instances.length, complete, total]).toEqual([6, true, 6]);
    const csv = await lists('--output', 'csv', '--platform', 'linux');
    expect(csv.trimEnd().split('\n')).toHaveLength(7);
    expect(await lists('--by', 'verdict')).toContain('6 instances');
  });
});
