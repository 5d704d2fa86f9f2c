// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the browser tests share: pages whose console errors count as problems, figures that are
// waited for, screenshots. `BELLROCK_CONSOLE` names the server, the first argument the folder for
// screenshots.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../console/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const base = process.env.BELLROCK_CONSOLE ?? '';
const folder = process.argv[2] ?? process.env.BELLROCK_SHOTS ?? 'build/browser';
export const kWaitMs = 30_000; // a busy machine takes its time
export const wide = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

const problems = [];
const tolerant = new Set(); // pages whose questions may be refused now
let checks = 0;

export function check(right, sentence) {
  checks += 1;
  if (!right) problems.push(sentence);
  console.log(`${right ? 'ok  ' : 'FAIL'} ${sentence}`);
}

// "6,910" -> 6910; "99.98%" -> 99.98; anything without a digit -> NaN.
export function numberOf(text) {
  const digits = /-?[\d,]*\.?\d+/.exec(text ?? '');
  return digits ? Number(digits[0].replaceAll(',', '')) : Number.NaN;
}

export async function openPage(browser, options, settings = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  await context.addInitScript((values) => {
    for (const [name, value] of Object.entries(values)) {
      localStorage.setItem(`bellrock.${name}`, value);
    }
  }, settings);
  const page = await context.newPage();
  page.on('console', (message) => {
    const refused = tolerant.has(page) && message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !refused) {
      problems.push(`console error at ${page.url()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`exception at ${page.url()}: ${error.message}`));
  return page;
}

// The browser reports each refused question as an error; in this part of a story they are meant.
export async function whileRefused(page, story) {
  tolerant.add(page);
  await story();
  await page.goto('about:blank'); // what is still asked ends here
  tolerant.delete(page);
}

export async function visit(page, path) {
  await page.goto(`${base}${path}`, { waitUntil: 'load', timeout: kWaitMs });
  await page.locator('h1').first().waitFor({ timeout: kWaitMs });
}

// Waits until the figure shows a number above `least`, and returns it.
export async function figure(page, name, least = 0) {
  const box = page.locator(`[data-figure="${name}"]`);
  await box.waitFor({ timeout: kWaitMs });
  const end = Date.now() + kWaitMs;
  let value = Number.NaN;
  while (Date.now() < end) {
    value = numberOf(await box.textContent());
    if (value > least) break;
    await page.waitForTimeout(200);
  }
  return value;
}

// Whether the text of the place becomes another one while we watch.
export async function moves(page, selector) {
  const place = page.locator(selector).first();
  const before = await place.textContent();
  const end = Date.now() + kWaitMs;
  while (Date.now() < end) {
    await page.waitForTimeout(300);
    if ((await place.textContent()) !== before) return true;
  }
  return false;
}

export async function hasNoSideScroll(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth <= clientWidth;
  });
}

export async function shot(page, name, fullPage = true) {
  // A sticky head is drawn where the page is scrolled to.
  if (fullPage) await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(1200); // charts are drawn, fonts are there
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

// A story that breaks off is a failure with its name; the others still run.
export async function guarded(name, story) {
  try {
    await story();
  } catch (error) {
    check(false, `${name}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
  }
}

// Runs `stories(browser)` in Debian's chromium and ends the program: 1 and a sentence for each
// thing that is wrong.
export async function inBrowser(stories) {
  try {
    if (!base) throw new Error('BELLROCK_CONSOLE is not set, e.g. http://127.0.0.1:7600');
    mkdirSync(folder, { recursive: true });
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    });
    try {
      await stories(browser);
    } finally {
      await browser.close();
    }
  } catch (error) {
    problems.push(error.message);
  }
  if (problems.length > 0) {
    console.error(`\n${problems.length} problems:`);
    for (const problem of problems) console.error(`  ${problem}`);
    process.exit(1);
  }
  console.log(`\n${checks} checks passed, screenshots in ${folder}`);
}
