/** The page in Chromium, as people use it. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { writeReport } from '../../../functions/report/formats.ts';
import type { ReportSource } from '../../../functions/report/source.ts';
import { account, HOSTILE_NAMES, textOf } from '../builders.ts';
import { openChromium } from '../chromium.ts';
import { madeUpAccount, madeUpSource } from '../made-up-run.ts';

const require = createRequire(import.meta.url);
const AXE = require.resolve('axe-core/axe.min.js');
const LOOK = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844, isMobile: true } };

type Look = { scheme: 'light' | 'dark'; screen: keyof typeof LOOK; scripts?: boolean };

let browser: Browser;
let folder: string;
let axe: string;

/** Few accounts: all in the page, some with names that try to break out. Many: more than are written out. */
const reports: Record<'few' | 'many', string> = { few: '', many: '' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-page-'));
  axe = await readFile(AXE, 'utf8');
  await write('few', withHostileNames(await madeUpSource({ accounts: 40, regions: 5, progress: 0.8 }, 4)));
  await write('many', await madeUpSource({ accounts: 400, regions: 17, progress: 0.8 }, 2));
  browser = await openChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: keyof typeof reports, source: ReportSource): Promise<void> {
  reports[name] = join(folder, `${name}.html`);
  await writeFile(reports[name], await textOf(writeReport('html', source)));
}

function withHostileNames(source: ReportSource): ReportSource {
  const hostile = Object.values(HOSTILE_NAMES).map((name, index) =>
    account({ accountId: String(100_000_000_001 + index), name }),
  );
  return {
    ...source,
    async *accounts() {
      yield* hostile;
      yield* source.accounts();
    },
  };
}

/** Opens a report, lets `use` work with it, and wants that nothing was complained about. */
async function withPage(
  name: keyof typeof reports,
  { scheme, screen, scripts = true }: Look,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== `file://${reports[name]}`)
      complaints.push(`request: ${request.url()}`);
  });
  try {
    await page.setJavaScriptEnabled(scripts);
    await page.setViewport(LOOK[screen]);
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.goto(`file://${reports[name]}`);
    if (scripts) await page.waitForFunction(() => document.documentElement.dataset.ready === 'true');
    await use(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
  }
}

/** WCAG 2 A and AA and axe's best practices; each violation as rule and element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations: found } = await axe.run({ resultTypes: ['violations'] });
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length})`);
  });
}

const textsOf = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (elements) => elements.map((element) => element.textContent ?? ''));

const foundText = (page: Page): Promise<string> =>
  page.$eval('.found', (element) => element.textContent ?? '');

async function choose(page: Page, name: string, value: string): Promise<void> {
  const before = await foundText(page);
  await page.select(`select[name=${name}]`, value);
  await page.waitForFunction((text) => document.querySelector('.found')?.textContent !== text, {}, before);
}

/** Ids in the order shown. */
const shownIds = (page: Page): Promise<(string | undefined)[]> =>
  page.$$eval('#list > details', (rows) => rows.map((row) => (row as HTMLElement).dataset.id));

describe.each(['few', 'many'] as const)('Given a report of %s accounts', (name) => {
  const desktop: Look = { scheme: 'light', screen: 'desktop' };

  it('When it is filtered and sorted, Then the list and its number follow', () =>
    withPage(name, desktop, async (page) => {
      const all = await foundText(page);
      await choose(page, 'status', 'ERROR');
      const words = await textsOf(page, '#list .status');
      expect(words.length).toBeGreaterThan(0);
      expect(new Set(words)).toEqual(new Set(['Error']));
      await page.click('.filters [type=reset]');
      await page.waitForFunction((text) => document.querySelector('.found')?.textContent === text, {}, all);

      await page.select('select[name=sort]', 'id');
      await page.waitForFunction(() => {
        const ids = [...document.querySelectorAll<HTMLElement>('#list > details')].map(
          (row) => row.dataset.id ?? '',
        );
        return ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id);
      });
      await page.select('select[name=sort]', 'name');
      await page.waitForFunction(() => {
        const names = [...document.querySelectorAll('#list .who b')].map((row) => row.textContent ?? '');
        return names.every((one, index) => index === 0 || (names[index - 1] ?? '').localeCompare(one) <= 0);
      });
    }));

  it('When an instance is searched, Then its account alone is left, though only its details name it', () =>
    withPage(name, desktop, async (page) => {
      const made = { accounts: 40, regions: name === 'few' ? 5 : 17, progress: 0.8 };
      const accounts = Array.from({ length: 40 }, (_, index) => madeUpAccount(index, made));
      const holder = accounts.find(({ targets }) =>
        targets.some(({ instances }) => instances.verdicts.length > 0),
      );
      const instance = holder?.targets.flatMap(({ instances }) => instances.verdicts)[0];
      await page.type('input[type=search]', instance?.instanceId ?? 'none');
      await page.waitForFunction(() => /^1 of /.test(document.querySelector('.found')?.textContent ?? ''));
      expect(await shownIds(page)).toEqual([holder?.accountId]);
    }));

  it('When an account is opened and a reason followed, Then its meaning and remedy are there, and back again', () =>
    withPage(name, desktop, async (page) => {
      await choose(page, 'code', 'SETTING_NOT_SET');
      await page.focus('#list > details > summary');
      await page.keyboard.press('Enter');
      const link = await page.waitForSelector('#list > details[open] .body a[href="#code-SETTING_NOT_SET"]');
      await link?.click();
      await page.waitForFunction(() => location.hash === '#code-SETTING_NOT_SET');
      expect(await textsOf(page, ':target .remedy')).toEqual(['What to do: Run enforce.']);

      await page.click(':target .show');
      await page.waitForFunction(() => location.hash === '#accounts?code=SETTING_NOT_SET');
      expect(await page.$eval('select[name=code]', (field) => (field as HTMLSelectElement).value)).toBe(
        'SETTING_NOT_SET',
      );
    }));

  it('When it is filtered, Then its address opens the same list again, and clearing it clears the address', () =>
    withPage(name, desktop, async (page) => {
      await choose(page, 'status', 'ERROR');
      await page.select('select[name=sort]', 'id');
      await page.waitForFunction(() => location.hash === '#accounts?status=ERROR&sort=id');
      const shown = await shownIds(page);
      await page.reload();
      await page.waitForFunction(() => document.documentElement.dataset.ready === 'true');
      expect(await shownIds(page)).toEqual(shown);
      await page.click('.filters [type=reset]');
      await page.waitForFunction(() => location.hash === '#accounts');
    }));

  it('When nothing fits, Then it says so, until the filters are cleared', () =>
    withPage(name, desktop, async (page) => {
      const nothing = () => page.$eval('.nothing', (text) => !(text as HTMLElement).hidden);
      expect(await nothing()).toBe(false);
      await page.type('input[name=text]', 'no such account');
      await page.waitForFunction(() => document.querySelector('.found')?.textContent?.startsWith('0 of '));
      expect([await nothing(), await shownIds(page)]).toEqual([true, []]);
      await page.click('.filters [type=reset]');
      await page.waitForFunction(() => document.querySelectorAll('#list > details').length > 0);
      expect(await nothing()).toBe(false);
    }));

  it('When an owner is followed, Then only their accounts are left', () =>
    withPage(name, desktop, async (page) => {
      const [owner = ''] = await textsOf(page, '#owners tbody a');
      await page.click('#owners tbody a');
      await page.waitForFunction(() => location.hash.startsWith('#accounts?owner='));
      const ids = await shownIds(page);
      expect(ids.length).toBeGreaterThan(0);
      const team = owner.split('-')[0] ?? '';
      expect((await textsOf(page, '#list .who b')).filter((each) => !each.startsWith(team))).toEqual([]);
    }));

  it('When it is printed with details, Then every account that fits is open, and closed afterwards', () =>
    withPage(name, desktop, async (page) => {
      await choose(page, 'status', 'ERROR');
      const fitting = (await shownIds(page)).length;
      await page.evaluate(() => {
        window.print = () => {
          const opened = [...document.querySelectorAll('#list > details[open] .body table')];
          document.title = `printed ${new Set(opened.map((table) => table.closest('details'))).size}`;
        };
      });
      await page.click('button[name=print]');
      expect(await page.title()).toBe(`printed ${fitting}`);
      expect(await page.$$eval('#list > details[open]', (rows) => rows.length)).toBe(0);
    }));

  it('When its links are followed, Then each leads somewhere', () =>
    withPage(name, desktop, async (page) => {
      await page.$$eval('#list > details > summary', (rows) => {
        for (const row of rows.slice(0, 20)) (row as HTMLElement).click();
      });
      await page.waitForFunction(() => document.querySelectorAll('#list .body table').length >= 20);
      const lost = await page.$$eval('a[href]', (links) =>
        links
          .map((link) => link.getAttribute('href') ?? '')
          .filter((href) => !href.startsWith('#a-') && !document.getElementById(href.slice(1))),
      );
      expect(lost).toEqual([]);
    }));

  it('When an account is named by the address, Then it is open, wherever it is in the list', () =>
    withPage(name, desktop, async (page) => {
      const id = madeUpAccount(39, { accounts: 40, regions: 5, progress: 0.8 }).accountId;
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `a-${id}`);
      await page.waitForSelector(`#a-${id}[open] .body table`);
      expect(await page.evaluate(() => document.activeElement?.closest('details')?.id)).toBe(`a-${id}`);
    }));
});

describe('Given a report and axe', () => {
  it.each<[keyof typeof reports, Look]>([
    ['few', { scheme: 'light', screen: 'desktop' }],
    ['few', { scheme: 'dark', screen: 'desktop' }],
    ['few', { scheme: 'light', screen: 'phone' }],
    ['many', { scheme: 'light', screen: 'desktop' }],
  ])('When it looks at %s accounts (%o) with one open, Then nothing is violated', (name, look) =>
    withPage(name, look, async (page) => {
      await page.evaluate(() => {
        location.hash = document.querySelector('#list > details')?.id ?? '';
      });
      await page.waitForSelector('#list > details[open] .body table');
      expect(await violations(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }),
  );
});

describe('Given a page without scripts', () => {
  it('When few accounts are reported, Then each opens by itself', () =>
    withPage('few', { scheme: 'light', screen: 'desktop', scripts: false }, async (page) => {
      expect(await page.$$eval('#list > details .body table', (tables) => tables.length)).toBeGreaterThan(40);
      expect(await page.$eval('.filters', (form) => (form as HTMLElement).hidden)).toBe(true);
    }));

  it('When many accounts are reported, Then a table of all is there', () =>
    withPage('many', { scheme: 'light', screen: 'desktop', scripts: false }, async (page) => {
      expect(await page.$$eval('noscript tbody tr', (rows) => rows.length)).toBe(400);
    }));
});

describe('Given names that try to get out', () => {
  it('When the page shows them, Then they are text, each kept in its own direction', () =>
    withPage('few', { scheme: 'light', screen: 'desktop' }, async (page) => {
      const shown = new Set(await textsOf(page, '#list .who b bdi'));
      for (const hostile of [HOSTILE_NAMES.script, HOSTILE_NAMES.rightToLeft, HOSTILE_NAMES.quotes]) {
        expect(shown).toContain(hostile);
      }
      expect(await page.$$eval('img, [onerror], [onload], iframe, object', (found) => found.length)).toBe(0);
    }));
});
