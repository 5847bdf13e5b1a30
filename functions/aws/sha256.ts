import { hash } from 'node:crypto';
import type { Checksum, SourceData } from '@smithy/types';

/** SHA-256 works on blocks of so many bytes (FIPS 180-4). */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * Node's SHA-256, or HMAC with a secret, in the form that SignatureV4 takes. A call signs in seven short HMACs, most of
 * them for a key of the account, Region and service. `createHmac` prepares a key for some 13 microseconds each time
 * (Node 24), four times what both hashes of an HMAC (RFC 2104) take in one call each: 6 % of the CPU of an assess.
 *
 * The hash itself is Node's; only the two pads are put around it here. Tests hold it to the cases of RFC 4231 and to Node's own
 * HMAC, for texts and bytes as keys, shorter and longer than a block. What is made here is sent to AWS and never compared
 * with a digest from outside, so its timing reveals nothing. Parts are kept until the digest is asked for, not copied.
 */
export class Sha256 implements Checksum {
  private readonly secret: Uint8Array | undefined;
  private parts: Uint8Array[] = [];
  constructor(secret?: SourceData) {
    this.secret = secret === undefined ? undefined : bytesOf(secret);
  }
  update(data: SourceData): void {
    this.parts.push(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.secret === undefined ? sha256(this.parts) : hmac(this.secret, this.parts);
  }
  reset(): void {
    this.parts = [];
  }
}

function sha256(parts: readonly Uint8Array[]): Buffer {
  const [first = new Uint8Array()] = parts;
  return hash('sha256', parts.length > 1 ? Buffer.concat(parts) : first, 'buffer');
}

/** RFC 2104, section 2: H(K XOR opad, H(K XOR ipad, text)). */
function hmac(secret: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  const key = secret.length > BLOCK_BYTES ? sha256([secret]) : secret;
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  sha256([inner, ...parts]).copy(outer, BLOCK_BYTES);
  return sha256([outer]);
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
