import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Moto, startMoto } from '../statemachine/moto/server.ts';
import { type Compared, compare } from './compare.ts';

/** As moto 5 is: it has no service settings and no default host management, checks no bounds, and lets anyone assume any role. */
const KNOWN: Record<string, 'DIFFERENT' | 'NOT_COMPARED'> = {
  'account-states': 'DIFFERENT',
  'region-states': 'DIFFERENT',
  'endpoint-services': 'DIFFERENT',
  'nodes-page-size': 'DIFFERENT',
  'nodes-unknown-id': 'DIFFERENT',
  'assume-missing-role': 'DIFFERENT',
  'setting-unset': 'DIFFERENT',
  'setting-unknown': 'DIFFERENT',
  'setting-value': 'NOT_COMPARED',
  'fresh-role': 'NOT_COMPARED',
  reset: 'NOT_COMPARED',
  register: 'NOT_COMPARED',
  'register-another': 'NOT_COMPARED',
  deregister: 'NOT_COMPARED',
  'endpoint-without-vpc': 'NOT_COMPARED',
};

describe('Given moto in the place of AWS', () => {
  let moto: Moto;
  let compared: Compared;
  beforeAll(async () => {
    moto = await startMoto(async () => ({}));
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test', sessionToken: 'test' };
    compared = await compare(
      { homeRegion: 'us-east-1', endpoint: moto.url, credentials },
      'us-east-1',
      async () => {},
    );
  }, 120_000);
  afterAll(() => moto?.close());

  it('When the probes run, Then they differ from the twin where moto is known to', () => {
    const differing = Object.entries(compared.verdicts).filter(([, verdict]) => verdict !== 'SAME');
    expect(Object.fromEntries(differing)).toEqual(KNOWN);
  });
});
