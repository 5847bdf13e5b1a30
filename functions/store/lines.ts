import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Lines of a text stream (UTF-8), without empty ones. An error of the stream ends the loop with it. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let failure: Error | null = null;
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  // readline does not pass on an error of its input: the loop would just end, as if the file did.
  stream.once('error', (error) => {
    failure = error;
    lines.close();
  });
  for await (const line of lines) if (line !== '') yield line;
  if (failure) throw failure;
}
