/**
 * A number of a command's options. One that is none, or less than the least, ends the command: a proof of nothing would be
 * without a fault.
 */
export function wholeNumber(option: string, text: string, least = 1): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least) return Number(text);
  process.stderr.write(`--${option}: expected a whole number of at least ${least}, not '${text}'\n`);
  process.exit(2);
}
