/**
 * Snappy's raw format (github.com/google/snappy, format_description.txt), in which LevelDB keeps its blocks.
 *
 * @throws {RangeError} where it is not whole
 */
export function decodeSnappy(source: Buffer): Buffer {
  let at = 0;
  let length = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = source.readUInt8(at);
    at += 1;
    length += (byte & 127) * factor;
    if (byte < 128) break;
  }
  const target = Buffer.alloc(length);
  let written = 0;
  while (at < source.length) {
    const tag = source.readUInt8(at);
    at += 1;
    const kind = tag & 3;
    if (kind === 0) {
      let size = tag >>> 2;
      if (size >= 60) {
        const bytes = size - 59;
        size = source.readUIntLE(at, bytes);
        at += bytes;
      }
      size += 1;
      if (at + size > source.length || written + size > length) throw new RangeError('a literal is too long');
      written += source.copy(target, written, at, at + size);
      at += size;
      continue;
    }
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const width = kind === 3 ? 4 : kind;
    const back = kind === 1 ? ((tag >>> 5) << 8) | source.readUInt8(at) : source.readUIntLE(at, width);
    at += width;
    if (back === 0 || back > written || written + size > length) throw new RangeError('a copy leads outside');
    // Byte by byte: a copy may repeat what it has just written.
    for (let index = 0; index < size; index += 1)
      target[written + index] = target[written - back + index] ?? 0;
    written += size;
  }
  return target;
}
