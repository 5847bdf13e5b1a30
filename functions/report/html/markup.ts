/** Markup in which every interpolated text is escaped: there is no way to forget it. Runs in Node and in the page. */

export interface Markup {
  readonly markup: string;
}

export type Child = Markup | string | number | null | false | readonly Child[];

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters have no meaning in HTML and no picture; a space keeps words apart. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /[&<>"'\u0000-\u001f\u007f-\u009f]/g;

export function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? ' ');
}

/** Line breaks of the template with the indentation behind them are layout of the source, not of the page. */
export function html(template: TemplateStringsArray, ...children: readonly Child[]): Markup {
  const strings = withoutLayout(template);
  const last = strings.length - 1;
  let markup = '';
  for (let index = 0; index < last; index += 1)
    markup += (strings[index] ?? '') + textOf(children[index] ?? null);
  return { markup: markup + (strings[last] ?? '') };
}

const laidOut = new WeakMap<TemplateStringsArray, string[]>();

function withoutLayout(template: TemplateStringsArray): string[] {
  const known = laidOut.get(template);
  if (known !== undefined) return known;
  const strings = template.map((text) => text.replace(/\n\s*/g, ''));
  laidOut.set(template, strings);
  return strings;
}

function textOf(child: Child): string {
  if (child === null || child === false) return '';
  if (typeof child === 'string') return escapeText(child);
  if (typeof child === 'number') return String(child);
  return 'markup' in child ? child.markup : child.map(textOf).join('');
}

/** Text of others, such as an account's name: whatever direction it takes ends with it (HTML, the bdi element). */
export const foreign = (text: string): Markup => html`<bdi>${text}</bdi>`;

export function joined(children: readonly Child[], separator: Child): Child {
  return children.flatMap((child, index) => (index === 0 ? [child] : [separator, child]));
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const count = (value: number): string => WHOLE.format(value);

/** `$1,234`, with cents below a hundred. */
export function usd(value: number): string {
  return `$${CENTS.format(value)}`;
}

export const countOf = (value: number, noun: string): string =>
  `${count(value)} ${value === 1 ? noun : `${noun}s`}`;
