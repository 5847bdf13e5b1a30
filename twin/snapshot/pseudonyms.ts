/**
 * Pseudonyms for what names an organization, its accounts, resources and addresses. The same salt and the same
 * snapshot give the same ones. What verdicts depend on is kept: the order of ids (an endpoint goes into the
 * lowest subnet), which address lies in which block, and whether it is private.
 */
import { createHmac } from 'node:crypto';

/** `vpc-0a1b2c3d4e5f60718`, `rslvr-rr-...`, or a directory's `d-90670b5e1a`: hexadecimal behind a prefix. */
export const RESOURCE_ID =
  /(?<![\w-])(?:[a-z]+(?:-[a-z]+)*-(?:[0-9a-f]{17}|[0-9a-f]{8})|d-[0-9a-f]{10})(?![\w])/;
export const ACCOUNT_ID = /(?<!\d)\d{12}(?!\d)/;

export class Pseudonyms {
  private readonly salt: string;
  private readonly ids = new Map<string, string>();
  private readonly words = new Map<string, string>();

  /** @param text the whole snapshot: every id that occurs in it gets its place in the order */
  constructor(salt: string, text: string) {
    this.salt = salt;
    const found = [...new Set(text.match(new RegExp(RESOURCE_ID, 'g')))];
    const kinds = Map.groupBy(found, (id) => `${id.replace(/-[0-9a-f]+$/, '')} ${id.length}`);
    for (const [kind, ids] of kinds) {
      const length = ids[0]?.replace(/^.*-/, '').length ?? 0;
      const prefix = kind.split(' ')[0];
      this.assign(ids, (id) => `${prefix}-${this.digest(id).slice(0, length)}`);
    }
    const accounts = [...new Set(text.match(new RegExp(ACCOUNT_ID, 'g')))];
    this.assign(accounts, (id) => this.digits(id));
  }

  /** The n-th of the originals gets the n-th of the pseudonyms. */
  private assign(originals: string[], standInOf: (original: string) => string): void {
    const taken = new Set<string>(originals);
    for (const original of originals) {
      let standIn = standInOf(original);
      for (let round = 1; taken.has(standIn); round += 1) standIn = standInOf(`${original} ${round}`);
      taken.add(standIn);
    }
    const standIns = [...taken].slice(originals.length).sort();
    for (const [index, original] of originals.sort().entries()) {
      this.ids.set(original, standIns[index] ?? '');
    }
  }

  private digest(text: string): string {
    return createHmac('sha256', this.salt).update(text).digest('hex');
  }

  /** Twelve digits, the first not 0. */
  private digits(text: string): string {
    return String(100_000_000_000n + (BigInt(`0x${this.digest(text)}`) % 900_000_000_000n));
  }

  /** A resource's id, or an account's. */
  id(original: string): string {
    return this.ids.get(original) ?? original;
  }

  /** Of a name, a part of one, or any other word: `x` and nine letters or digits. */
  word(original: string): string {
    const known = this.words.get(original);
    if (known !== undefined) return known;
    const standIn = `x${this.code(original, 9)}`;
    this.words.set(original, standIn);
    return standIn;
  }

  /** Lower-case letters and digits. */
  code(original: string, length: number): string {
    return BigInt(`0x${this.digest(original)}`)
      .toString(36)
      .slice(-length);
  }

  /**
   * An IPv4 address or block, by a permutation that keeps common prefixes (as Crypto-PAn does, Xu et al. 2002).
   * Of private addresses only the bits before the 16th are permuted, since no VPC is wider than a /16, so that
   * `.2` of its block stays its resolver. Loopback, link-local, multicast and what begins with 0 stay.
   */
  address(address: string, length = 32): string {
    const octets = address.split('.').map(Number);
    const [first = 0, second = 0] = octets;
    const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
    const range = permutedBits(first, second);
    if (range === null) return address;
    const [from, to] = range;
    let mapped = '';
    for (let index = 0; index < 32; index += 1) {
      const bit = bits[index] ?? '0';
      if (index >= length) mapped += '0';
      else if (index < from || index >= to) mapped += bit;
      else
        mapped +=
          Number.parseInt(this.digest(`ip ${bits.slice(0, index)}`)[0] ?? '0', 16) % 2 === 0
            ? bit
            : flip(bit);
    }
    return (mapped.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)).join('.');
  }
}

function flip(bit: string): string {
  return bit === '0' ? '1' : '0';
}

function permutedBits(first: number, second: number): [from: number, to: number] | null {
  if (first === 10) return [8, 16];
  if (first === 172 && second >= 16 && second < 32) return [12, 16];
  if (first === 192 && second === 168) return null;
  if ([0, 127, 128].includes(first) || (first === 169 && second === 254) || first >= 224) return null;
  // Neighbours of private blocks must not become private.
  return [100, 169, 172, 192].includes(first) ? [16, 32] : [8, 32];
}
