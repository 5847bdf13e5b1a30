/** What a command prints, as a page that looks like a terminal. Knows the styles that cli/terminal uses. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const COMMAND = fileURLToPath(new URL('../cli/dhmc.mjs', import.meta.url));
/** SGR codes and what they switch on (ECMA-48, 8.3.117). */
const ON: Record<string, string> = {
  1: 'font-weight:600',
  2: 'opacity:.6',
  31: 'color:#ff7b72',
  32: 'color:#7ee787',
  33: 'color:#e3b341',
  34: 'color:#79c0ff',
  35: 'color:#d2a8ff',
  36: 'color:#76e3ea',
};

/** Standard output of `dhmc ARGS`, coloured, as a page. */
export async function terminalPage(args: string[], columns: number, most: number): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, FORCE_COLOR: '1', COLUMNS: String(columns) },
    maxBuffer: 64 << 20,
  });
  const lines = stdout.trimStart().split('\n').slice(0, most);
  const text = toHtml([`$ dhmc ${args.join(' ')}`, '', ...lines].join('\n'));
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #0d1117; color: #e6edf3; }
    pre { margin: 0; padding: 28px 32px; font: 14px/1.45 'JetBrains Mono', 'DejaVu Sans Mono', monospace; width: ${columns}ch; white-space: pre-wrap; overflow-wrap: anywhere; }
  </style><pre>${text}</pre>`;
}

function toHtml(text: string): string {
  let open = 0;
  const html = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins each code
    .replace(/\u001b\[(\d+)m/g, (_code, style: string) => {
      const css = ON[style];
      if (css !== undefined) {
        open += 1;
        return `<span style="${css}">`;
      }
      if (open === 0) return '';
      open -= 1;
      return '</span>';
    });
  return html + '</span>'.repeat(open);
}
