/**
 * Advice as data, and the quoting that makes its commands safe to paste. Whatever was read from an account goes
 * into a command through `quoted` or `quotedForPowerShell`; nothing else does.
 */

export interface AdviceStep {
  /** What the commands are for, as a phrase. */
  title: string;
  /** Each can be pasted on its own, in this order. Empty where a person has to decide or to look. */
  commands: string[];
}

export interface Advice {
  /** One line. */
  summary: string;
  steps: AdviceStep[];
  /** What to know before pasting, one sentence or two each. */
  cautions: string[];
}

/**
 * A word of a POSIX shell: single quotes keep every character as it is, and cannot hold a single quote (POSIX, Shell
 * Command Language, 2.2.2, in substance).
 */
export function quoted(value: string): string {
  return /^[A-Za-z0-9_/:.@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * A string of PowerShell: a single quote inside single quotes is doubled (about_Quoting_Rules, in substance). Typographic
 * quotes end a string there as well.
 */
export function quotedForPowerShell(value: string): string {
  return `'${value.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/** A JSON argument of the AWS CLI. */
export function quotedJson(value: unknown): string {
  return quoted(JSON.stringify(value));
}
