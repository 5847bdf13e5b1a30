import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SourceData } from '@smithy/types';
import fc from 'fast-check';
import { Sha256 } from '../../functions/aws/sha256.ts';

async function digestOf(parts: SourceData[], secret?: SourceData): Promise<string> {
  const hash = new Sha256(secret);
  for (const part of parts) hash.update(part);
  return Buffer.from(await hash.digest()).toString('hex');
}

describe('Given texts and bytes', () => {
  it.each([
    // RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])(
    'When they are signed with the key of a published case, Then the published digest comes out',
    async (secret, text, digest) => {
      expect(await digestOf([text], secret)).toBe(digest);
    },
  );

  it('When they are hashed or signed in parts, Then the digest is that of Node', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(bytes, fc.string()), { maxLength: 4 }),
        bytes,
        async (parts, secret) => {
          const whole = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
          expect(await digestOf(parts)).toBe(createHash('sha256').update(whole).digest('hex'));
          expect(await digestOf(parts, secret)).toBe(
            createHmac('sha256', secret).update(whole).digest('hex'),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([0, 1, 63, 64, 65, 131])(
    'When a key of %i bytes comes in any form that SignatureV4 may hand over, Then the digest is that of Node',
    async (length) => {
      const held = Uint8Array.from({ length: length + 8 }, (_, index) => (index * 37) % 256);
      const key = held.subarray(4, 4 + length);
      const expected = createHmac('sha256', key).update('text').digest('hex');
      const forms = [key, new DataView(held.buffer, 4, length), held.slice(4, 4 + length).buffer];
      for (const form of forms) expect(await digestOf(['text'], form)).toBe(expected);
    },
  );

  it('When a hash is reset, Then it forgets what it was given, and keeps its key', async () => {
    const hash = new Sha256('key');
    hash.update('forgotten');
    hash.reset();
    hash.update('text');
    const digest = Buffer.from(await hash.digest()).toString('hex');
    expect(digest).toBe(createHmac('sha256', 'key').update('text').digest('hex'));
  });
});
