/** Debian's Chromium, driven by puppeteer-core. */
import { existsSync } from 'node:fs';
import { type Browser, launch } from 'puppeteer-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium on this machine, or nothing. */
export const findChromium = (): string | undefined => process.env.CHROMIUM ?? PLACES.find(existsSync);

/** Fails clearly where there is none: a check that does not run must not look like one that passed. */
export async function openChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error('no Chromium: apt-get install chromium, or set CHROMIUM to its path');
  }
  return launch({
    executablePath,
    // No sandbox: containers run as root, and the page is our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
