import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { makeAssets } from '../../functions/report/html/write-assets.ts';

describe('Given the script and style of the page', () => {
  it('When made anew, Then they are those committed (else run functions/report/html/write-assets.ts)', async () => {
    const committed = readFileSync(new URL('../../functions/report/html/assets.ts', import.meta.url), 'utf8');
    expect(committed).toBe(await makeAssets());
  });
});
