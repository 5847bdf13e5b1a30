/** IPv4 addresses as numbers. */

/** First and last address. */
export interface Range {
  first: number;
  last: number;
}

/** undefined for what is no dotted quad (leading zeros included). */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** undefined for what is no IPv4 CIDR block. Host bits are dropped. */
export function parseCidr(text: string): (Range & { length: number }) | undefined {
  const [address = '', bits = '', more] = text.split('/');
  const value = parseAddress(address);
  if (value === undefined || more !== undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32)
    return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1, length: Number(bits) };
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export function formatCidr({ first, length }: Range & { length: number }): string {
  return `${formatAddress(first)}/${length}`;
}

export function isWithin(range: Range, address: number): boolean {
  return address >= range.first && address <= range.last;
}
