/**
 * Pictures for the README: the HTML report over a made-up organization (desktop, dark, phone, print), and the
 * command. Beside them a small sample of the report itself.
 *
 *     node cli/with-node.mjs bench/screenshots.ts [--out docs/images]
 *
 * Looks best with the fonts Inter and JetBrains Mono (Debian: fonts-inter, fonts-jetbrains-mono).
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeReport } from '../functions/report/formats.ts';
import { textOf } from '../test/report/builders.ts';
import { openChromium } from '../test/report/chromium.ts';
import { madeUpSource } from '../test/report/made-up-run.ts';
import { readFlags } from './flags.ts';
import { terminalPage } from './terminal-picture.ts';

const values = readFlags({ out: { type: 'string', default: 'docs/images' } });

interface Shot {
  file: string;
  scheme: 'light' | 'dark';
  width: number;
  height: number;
  scale: number;
  phone?: boolean;
  media?: 'print';
  /** Where in the page. */
  at?: string;
}

const SHOTS: Shot[] = [
  { file: 'report-light.webp', scheme: 'light', width: 1280, height: 900, scale: 1.5 },
  { file: 'report-dark.webp', scheme: 'dark', width: 1280, height: 900, scale: 1.5 },
  { file: 'report-where.webp', scheme: 'light', width: 1280, height: 900, scale: 1.5, at: 'where' },
  { file: 'report-account.webp', scheme: 'light', width: 1280, height: 900, scale: 1.5, at: 'account' },
  { file: 'report-phone.webp', scheme: 'light', width: 390, height: 844, scale: 2, phone: true },
  { file: 'report-print.webp', scheme: 'light', width: 794, height: 1123, scale: 1.5, media: 'print' },
];

const FIRST = 'test/fixtures/snapshots/first';
const TERMINALS = [
  { file: 'terminal-demo.webp', args: ['demo'], columns: 100, most: 52 },
  {
    file: 'terminal-explain.webp',
    args: ['explain', '100000000014', 'ap-northeast-1', 'i-55801544da06666ca', '--from', FIRST],
    columns: 100,
    most: 44,
  },
];

const folder = await mkdtemp(join(tmpdir(), 'dhmc-pictures-'));
const browser = await openChromium();
try {
  const source = await madeUpSource({ accounts: 300, regions: 17, progress: 0.93 });
  const report = join(folder, 'report.html');
  await writeFile(report, await textOf(writeReport('html', source)));
  await mkdir(values.out, { recursive: true });
  for (const { file, scheme, width, height, scale, phone = false, media, at } of SHOTS) {
    const page = await browser.newPage();
    await page.setViewport({ width, height, deviceScaleFactor: scale, isMobile: phone });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.goto(
      `file://${report}${at === undefined ? '' : `#${at === 'account' ? 'a-214735880126' : at}`}`,
    );
    await page.waitForFunction('document.documentElement.dataset.ready === "true"');
    if (media !== undefined) await page.emulateMediaType(media);
    // Not the ring of the keyboard's focus.
    await page.evaluate('document.activeElement.blur()');
    const path = join(values.out, file);
    await page.screenshot({ path: path as `${string}.webp`, type: 'webp', quality: 82 });
    process.stdout.write(`${path}: ${Math.round((await stat(path)).size / 1024)} KB\n`);
    await page.close();
  }
  for (const { file, args, columns, most } of TERMINALS) {
    const shown = join(folder, 'terminal.html');
    await writeFile(shown, await terminalPage(args, columns, most));
    const page = await browser.newPage();
    await page.setViewport({ width: 900, height: 400, deviceScaleFactor: 1.5 });
    await page.goto(`file://${shown}`);
    const picture = await page.$('pre');
    await picture?.screenshot({
      path: join(values.out, file) as `${string}.webp`,
      type: 'webp',
      quality: 80,
    });
    await page.close();
  }
  const sample = await madeUpSource({ accounts: 40, regions: 4, progress: 0.9 });
  await writeFile(join(values.out, '..', 'sample-report.html'), await textOf(writeReport('html', sample)));
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
