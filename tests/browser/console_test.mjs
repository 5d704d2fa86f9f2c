// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Opens every page of the console on a running system that is under load, asserts figures that
// move, and stores a screenshot of each. Needs Debian's chromium and console/node_modules.
//
//   BELLROCK_CONSOLE=http://127.0.0.1:7600 node tests/browser/console_test.mjs [OUTPUT_FOLDER]
//
// The system is the demo site: web/gateway -> music/catalog -> music/storage. Exit code 1 and a
// sentence for each thing that is wrong.
import {
  check, figure, guarded, hasNoSideScroll, inBrowser, kWaitMs, moves, openPage, phone, shot, visit,
  wide,
} from './browser.mjs';
import { eventLog, nameTree, serverAlone } from './registry_stories.mjs';

const kDemo = ['web/gateway', 'music/catalog', 'music/storage'];

async function overview(page) {
  await visit(page, '/');
  check((await figure(page, 'services')) >= kDemo.length, 'overview: the services are counted');
  check((await figure(page, 'instances')) > 0, 'overview: instances work');
  check((await figure(page, 'calls')) > 0, 'overview: calls/s is above 0');
  check((await figure(page, 'success')) > 0, 'overview: there is a success rate');
  check((await figure(page, 'tp99')) > 0, 'overview: there is a TP99');
  check(await moves(page, '[data-figure="counted"]'), 'overview: the calls counted move');
  const charts = await page.locator('.chart canvas').count();
  check(charts >= 4, `overview: four charts are drawn (${charts})`);
  for (const service of kDemo) {
    const link = page.getByRole('link', { name: service }).first();
    check(await link.isVisible(), `overview: ${service} is listed`);
  }
  await shot(page, 'overview-1280');
}

async function services(page) {
  await visit(page, '/services');
  const row = page.getByRole('row', { name: 'music/storage' });
  await row.waitFor({ timeout: kWaitMs });
  check(await moves(page, 'tr:has-text("music/storage")'), 'services: figures of a row move');
  await page.getByRole('textbox', { name: 'Search services' }).fill('catalog');
  await row.waitFor({ state: 'detached', timeout: kWaitMs });
  check(await page.getByText('music/catalog').first().isVisible(), 'services: the search finds');
  await page.getByRole('textbox', { name: 'Search services' }).fill('no-such-service');
  await page.getByText('No service matches').waitFor({ timeout: kWaitMs });
  check(true, 'services: an empty search says what to do');
  await page.getByRole('button', { name: 'Clear search' }).click();
  await row.waitFor({ timeout: kWaitMs });
  await shot(page, 'services-1280');
  await page.getByRole('link', { name: 'music/storage' }).click();
  await page.waitForURL('**/services/music/storage');
  check(true, 'services: a row leads to its service');
}

async function serviceDetail(page) {
  await visit(page, '/services/music/storage');
  check((await figure(page, 'calls')) > 0, 'service: calls/s is above 0');
  check((await figure(page, 'hosts')) > 0, 'service: the deciding hosts are known');
  const rows = page.getByRole('table', { name: 'Instances' }).locator('tbody tr[data-row-key]');
  await rows.first().waitFor({ timeout: kWaitMs });
  const count = await rows.count();
  check(count >= 3, `service: three instances are listed (${count})`);
  const first = (await rows.first().textContent()) ?? '';
  check(/working/.test(first), 'service: an instance shows its state');
  check(/%/.test(first), 'service: an instance shows its share');
  check(await moves(page, '[data-figure="tp99"]'), 'service: two readings of TP99 differ');
  const charts = page.locator('.chart canvas');
  await charts.nth(5).waitFor({ timeout: kWaitMs });
  check(true, 'service: six charts by instance are drawn');
  await page.getByText('web/gateway').or(page.getByText('music/catalog')).first().waitFor();
  await shot(page, 'service-1280');
  await asksBack(page);
}

// Opens an action and leaves it: nothing may change without a confirmation.
async function asksBack(page) {
  await page.getByRole('button', { name: /^Actions for instance/ }).first().click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor({ timeout: kWaitMs });
  const act = dialog.getByRole('button', { name: 'Disable' });
  check(await act.isDisabled(), 'service: no action without who and why');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden', timeout: kWaitMs });
  check(true, 'service: an action can be left without effect');
}

async function topology(page) {
  await visit(page, '/topology');
  for (const service of kDemo) {
    await page.locator('.node', { hasText: service }).first().waitFor({ timeout: kWaitMs });
  }
  check(true, 'topology: the three services are drawn');
  const label = page.locator('.edge-label');
  await label.first().waitFor({ timeout: kWaitMs });
  const said = (await label.first().textContent()) ?? '';
  check(/\/s.*%.*(µs|ms|s)$/.test(said), `topology: a line says calls/s, success, TP99 (${said})`);
  const colour = await page.locator('.react-flow__edge-path').first().getAttribute('style');
  check(/--(good|warn|bad)/.test(colour ?? ''), 'topology: a line is coloured by success rate');
  check(await moves(page, '.edge-label'), 'topology: two readings of a line differ');
  await shot(page, 'topology-1280');
  await page.locator('.node', { hasText: 'music/catalog' }).first().click();
  await page.waitForURL('**/services/music/catalog/figures');
  check(true, 'topology: a node leads to its report');
}

async function onPhone(browser) {
  const page = await openPage(browser, { viewport: phone, isMobile: true, hasTouch: true });
  const pages = [
    ['/', 'overview-390'],
    ['/services', 'services-390'],
    ['/services/music/storage', 'service-390'],
    ['/topology', 'topology-390'],
    ['/naming/tree', 'tree-390', page.locator('.tree-name')],
    ['/naming/events?target=music/storage', 'events-390'],
  ];
  for (const [path, name, sight = page.getByText('music/storage')] of pages) {
    await visit(page, path);
    await sight.first().waitFor({ timeout: kWaitMs });
    await shot(page, name, false);
    check(await hasNoSideScroll(page), `390 px: ${path} does not scroll sideways`);
  }
  await page.context().close();
}

async function chinese(browser) {
  const page = await openPage(browser, { viewport: wide, locale: 'zh-CN' });
  await visit(page, '/');
  check((await page.locator('h1').textContent()) === '总览', 'Chinese: chosen by the browser');
  check((await figure(page, 'calls')) > 0, 'Chinese: figures are there');
  await shot(page, 'overview-zh-1280');
  await page.getByRole('button', { name: /Switch to English/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: kWaitMs });
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: kWaitMs });
  check(true, 'Chinese: the switch to English is remembered');
  await page.context().close();
}

async function dark(browser) {
  const page = await openPage(browser, { viewport: wide, colorScheme: 'dark' });
  await visit(page, '/');
  await figure(page, 'calls');
  const brightness = () =>
    page.evaluate(() => {
      const [r, g, b] = getComputedStyle(document.documentElement)
        .backgroundColor.match(/\d+/g).map(Number);
      return (r + g + b) / 3;
    });
  check((await brightness()) < 64, 'dark: chosen by the system');
  await shot(page, 'overview-dark-1280');
  await page.getByRole('button', { name: 'Switch to light' }).click();
  check((await brightness()) > 192, 'dark: the switch to light works');
  await page.context().close();
}

async function unknownPage(page) {
  await visit(page, '/services/no/such');
  await page.getByText('No instance of no/such is registered').waitFor({ timeout: kWaitMs });
  check(true, 'service: an unknown one says what to do');
}

await inBrowser(async (browser) => {
  const page = await openPage(browser, { viewport: wide });
  const stories = [
    overview, services, serviceDetail, topology, unknownPage, serverAlone, nameTree, eventLog,
  ];
  for (const story of stories) await guarded(story.name, () => story(page));
  for (const story of [onPhone, chinese, dark]) {
    await guarded(story.name, () => story(browser));
  }
});
