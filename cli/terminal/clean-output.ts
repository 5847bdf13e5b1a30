/**
 * The one place that keeps text of others (names, tags, setting values, messages of AWS) from steering the terminal:
 * everything that the command writes to standard output and standard error passes here. Control characters (ESC, BEL,
 * C1) and characters that turn the direction of text (Unicode UAX #9, section 2) are shown as `\u001b`, which in
 * a string of JSON is the same character.
 *
 * Colors and the progress line need such characters themselves. They are written with a mark in place of ESC that is
 * drawn anew in each process, so that no text of others can hold it.
 */
import { randomInt } from 'node:crypto';

const PRIVATE_USE = 0x100000;
const drawMark = () => String.fromCodePoint(PRIVATE_USE + randomInt(0xfffd));
/** Stands for ESC in control sequences of our own. */
export const OWN_ESCAPE = drawMark() + drawMark() + drawMark();

const ESCAPE = '\u001b';
/** To the first column of the line, which is cleared. */
export const CLEAR_LINE = seal(`${ESCAPE}[1G${ESCAPE}[K`);

/** All of C0 but tab and line feed (a carriage return only before one), DEL, C1, line separators, what turns the direction. */
const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)/g;

/** A control sequence of our own, to be written. */
export function seal(sequence: string): string {
  return sequence.replaceAll(ESCAPE, OWN_ESCAPE);
}

/** Text as it may reach the terminal: of control characters only those of our own. */
export function cleanForTerminal(text: string): string {
  return text
    .replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(OWN_ESCAPE, ESCAPE);
}

/** From here on everything that this process writes is clean. */
export function cleanOutputs(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = ((chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? cleanForTerminal(chunk) : chunk, ...rest)) as typeof stream.write;
  }
}
