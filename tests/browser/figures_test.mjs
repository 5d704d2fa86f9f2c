// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The figures page of a service under load: exact figures of whole minutes, curves, the breakdown
// that narrows the page, combinations that no set tells; and the page about the data themselves.
//
//   BELLROCK_CONSOLE=http://127.0.0.1:7600 node tests/browser/figures_test.mjs [OUTPUT_FOLDER]
import {
  check, figure, guarded, hasNoSideScroll, inBrowser, kWaitMs, numberOf, openPage, phone, shot,
  visit, wide,
} from './browser.mjs';

const kService = process.env.BELLROCK_SERVICE ?? 'music/storage';
const kPage = `/services/${kService}/figures`;
const kFirstMinuteMs = 150_000; // until a minute is over and written down

const breakdownOf = (page) => page.getByRole('region', { name: 'Breakdown', exact: true });
const rowsOf = (page) =>
  page.getByRole('table', { name: 'Breakdown' }).locator('tbody tr[data-row-key]');
const tab = (page, name) => breakdownOf(page).locator('.tabs label', { hasText: name });

async function fromPageToPage(page) {
  await visit(page, `/services/${kService}`);
  await page.getByRole('link', { name: 'Figures', exact: true }).click();
  await page.waitForURL(`**${kPage}`);
  await page.getByRole('link', { name: 'Routing', exact: true }).click();
  await page.getByRole('link', { name: 'Figures', exact: true }).click();
  await page.waitForURL(`**${kPage}`);
  await page.locator('[data-figure="total-counted"]').waitFor({ timeout: kFirstMinuteMs });
  check(true, 'figures: linked from the service and its routing; the first minute has figures');
}

async function showsTotals(page) {
  await visit(page, kPage);
  check((await figure(page, 'total-calls')) > 0, 'totals: calls/s is above 0');
  check((await figure(page, 'total-counted')) > 100, 'totals: the calls are counted');
  for (const name of ['TP50', 'TP99', 'TP99.9', 'TP99.99', 'TP99.9999', 'max']) {
    check((await figure(page, `total-${name}`)) > 0, `totals: there is ${name}`);
  }
  const texts = async (name) => page.locator(`[data-figure="total-${name}"]`).textContent();
  check((await texts('TP99.9999')) === (await texts('max')), 'totals: TP99.9999 of few is the max');
  const table = page.getByRole('table', { name: 'Totals' });
  for (const when of ['Yesterday', 'A week ago']) {
    check(await table.getByText(when).isVisible(), `totals: ${when} is compared with`);
  }
  await page.getByText(/^Complete until \d\d:\d\d:\d\d; 0 calls lost/).waitFor();
  check((await page.locator('.completeness').getAttribute('data-level')) === 'good',
    'completeness: no call is missing');
}

async function drawsCurves(page) {
  await visit(page, kPage);
  for (const name of ['Calls/s', 'Success rate', 'Latency']) {
    await page.getByRole('img', { name: new RegExp(`^${name}: now .*\\d`) })
      .waitFor({ timeout: kWaitMs });
    check(true, `curves: ${name} is drawn`);
  }
  await shot(page, 'figures-1280');
  await page.getByLabel('Latency on a log scale').click();
  await page.waitForURL(/[?&]log=1/);
  await page.locator('.ant-segmented-item', { hasText: 'Yesterday' }).click();
  await page.waitForURL(/[?&]compare=86400/);
  await page.locator('.ant-segmented-item', { hasText: '24 h' }).click();
  await page.waitForURL(/[?&]span=86400/);
  check((await figure(page, 'total-counted')) > 100, 'curves: a day of them is there as well');
  await page.getByRole('img', { name: /^Latency: now/ }).waitFor({ timeout: kWaitMs });
  await shot(page, 'figures-day-1280');
}

async function breaksDown(page) {
  await visit(page, kPage);
  await rowsOf(page).first().waitFor({ timeout: kWaitMs });
  for (const name of ['Instance', 'Caller host', 'Site', 'Result', 'Caller', 'Method']) {
    await tab(page, new RegExp(`^${name}$`)).click();
    await page.getByRole('columnheader', { name, exact: true }).waitFor({ timeout: kWaitMs });
    await rowsOf(page).first().waitFor({ timeout: kWaitMs });
    const calls = numberOf(await rowsOf(page).first().locator('td').nth(1).textContent());
    check(calls > 0, `breakdown: by ${name} there are calls`);
  }
}

async function narrowsThePage(page) {
  await visit(page, `${kPage}?by=callee_host`);
  await rowsOf(page).first().waitFor({ timeout: kWaitMs });
  const all = await figure(page, 'total-counted');
  check((await rowsOf(page).count()) === 3, 'breakdown: three instances');
  await rowsOf(page).first().click();
  const chip = page.getByRole('button', { name: /^Remove filter Instance: / });
  await chip.waitFor({ timeout: kWaitMs });
  const one = await figure(page, 'total-counted');
  check(one > 0 && one < all, `filter: ${one} of ${all} calls are of one instance`);
  const untold = tab(page, /^Caller host$/);
  check(/item-disabled/.test((await untold.getAttribute('class')) ?? ''),
    'filter: what no set tells together with it is grey');
  check(await page.getByText(/^Grey: no computed set tells .*Caller host/).isVisible(),
    'filter: and the page says why');
  await shot(page, 'figures-filter-1280');
  await tab(page, /^Method$/).click();
  await page.getByRole('columnheader', { name: 'Method', exact: true }).waitFor();
  await rowsOf(page).first().click();
  await page.getByRole('button', { name: /^Remove filter Method: / }).waitFor({ timeout: kWaitMs });
  check((await figure(page, 'total-counted')) > 0, 'filter: a second one narrows further');
  await chip.click();
  await chip.waitFor({ state: 'hidden', timeout: kWaitMs });
  check(true, 'filter: a click takes it away');
}

async function saysWhatCannotBeAsked(page) {
  const where = 'where=callee_site%3Dsz&where=caller_host%3Dx';
  await visit(page, `${kPage}?${where}`);
  await page.getByRole('alert').filter({ hasText: 'Site + Caller host' }).waitFor();
  check(true, 'filter: an address that asks what no set tells gets the reason');
}

async function showsTheData(page) {
  await visit(page, '/data');
  check((await figure(page, 'counted')) > 100, 'data: calls are counted');
  check((await figure(page, 'lost', -1)) === 0, 'data: no call is lost');
  const rows = page.getByRole('table', { name: 'Partitions' }).locator('tbody tr[data-row-key]');
  await rows.first().waitFor({ timeout: kWaitMs });
  const worked = await rows.filter({ hasText: /server-[0-9a-f]+/ }).count();
  check(worked > 0 && worked === (await rows.count()), `data: ${worked} partitions are worked`);
  await shot(page, 'data-1280');
}

async function onPhone(browser) {
  const page = await openPage(browser, {
    viewport: phone, isMobile: true, hasTouch: true, colorScheme: 'dark',
  }, { language: 'zh' });
  await visit(page, `${kPage}?by=callee_host&where=method%3Dmusic.v1.Storage/GetSongs`);
  await page.locator('.cards').last().waitFor({ timeout: kWaitMs });
  await page.getByRole('img').last().waitFor({ timeout: kWaitMs });
  await shot(page, 'figures-390');
  check(await hasNoSideScroll(page), '390 px: the figures do not scroll sideways');
  check(await page.getByText('分维度').first().isVisible(), '390 px: in Chinese');
  await visit(page, '/data');
  check((await figure(page, 'counted')) > 100, '390 px: the data are told');
  await shot(page, 'data-390');
  check(await hasNoSideScroll(page), '390 px: the data do not scroll sideways');
  await page.context().close();
}

await inBrowser(async (browser) => {
  const page = await openPage(browser, { viewport: wide });
  const stories = [
    fromPageToPage, showsTotals, drawsCurves, breaksDown, narrowsThePage, saysWhatCannotBeAsked,
    showsTheData,
  ];
  for (const story of stories) await guarded(story.name, () => story(page, browser));
  await guarded('onPhone', () => onPhone(browser));
});
