// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The pages of figures on the demo: the service report with grains, dates and its heat map, movers,
// the drill-down of the topology, hosts, processes, metrics of one's own, dashboards. Metrics that
// are no calls are pushed by this program.
//
//   BELLROCK_CONSOLE=http://127.0.0.1:7600 node tests/browser/pages_test.mjs [OUTPUT_FOLDER]
import {
  check, figure, guarded, hasNoSideScroll, inBrowser, kWaitMs, openPage, phone, shot, visit, wide,
} from './browser.mjs';

const kService = process.env.BELLROCK_SERVICE ?? 'music/storage';
const kFirstMinuteMs = 200_000; // until a minute is over and written down
const kInstance = '/sh/demo/shop/cart/default/1';
const base = process.env.BELLROCK_CONSOLE ?? '';

const segment = (page, text) => page.locator('.ant-segmented-item', { hasText: text });
const row = (page, table) =>
  page.getByRole('table', { name: table }).locator('tbody tr[data-row-key]');

async function ask(method, request) {
  const response = await fetch(`${base}/bellrock.metrics.v1.${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
  return response.json();
}

const metrics = [
  ['host:sh', 'cpu_permille', 'web-1', 'GAUGE', 870],
  ['host:sh', 'memory_used_permille', 'web-1', 'GAUGE', 410],
  ['host:sh', 'network_receive_bytes', 'web-1', 'COUNTER', 125_000],
  ['host:sh', 'disk_used_permille', 'web-1', 'GAUGE', 967],
  ['host:sh', 'cpu_permille', 'web-2', 'GAUGE', 120],
  ['process:shop/cart', 'fibers', kInstance, 'GAUGE', 37],
  ['process:shop/cart', 'rss_kib', kInstance, 'GAUGE', 48_000],
  ['custom:shop/cart', 'logins', kInstance, 'COUNTER', 9, 'level=28,vip=yes'],
  ['custom:shop/cart', 'logins', kInstance, 'COUNTER', 4, 'level=1,vip=no'],
  ['custom:shop/cart', 'basket_bytes', kInstance, 'CARD', 3000],
];

function cardOf([callee, method, instance, result, value, attributes = ''], second) {
  const counted = result === 'COUNTER';
  const host = callee.startsWith('process:') ? 'host=web-1' : '';
  return {
    dimensions: { callee, method, instance, result, caller: attributes || host },
    second: String(second), latency_us_delta: [counted ? 0 : value + (second % 20)],
    count: [String(counted ? value : 1)],
  };
}

// Metrics of two minutes at first, then of what has passed since, until the program ends.
function pushMetrics() {
  const epoch = String(Date.now());
  let sequence = 0;
  let total = 0;
  let told = Math.floor(Date.now() / 1000) - 120;
  return async () => {
    const now = Math.floor(Date.now() / 1000);
    while (told < now) {
      const until = Math.min(told + 15, now);
      const cards = [];
      for (; told < until; told += 1) for (const one of metrics) cards.push(cardOf(one, told));
      total += cards.reduce((sum, card) => sum + Number(card.count[0]), 0);
      sequence += 1;
      await ask('Metrics/Push', {
        source: 'web-1:77', epoch, sequence: String(sequence), site: 'sh', cards,
        calls_total: String(total),
      });
    }
  };
}

async function firstMinute(page) {
  await visit(page, `/services/${kService}/figures`);
  await page.locator('[data-figure="total-counted"]').waitFor({ timeout: kFirstMinuteMs });
  const end = Date.now() + kFirstMinuteMs;
  let lines = [];
  while (lines.length === 0 && Date.now() < end) {
    const now = Math.floor(Date.now() / 60_000) * 60;
    const where = [{ dimension: 'callee', value: 'host:sh' }];
    const asked = { from: String(now - 600), to: String(now), where, group_by: ['method'] };
    lines = (await ask('Query/Figures', asked)).lines ?? [];
    if (lines.length === 0) await page.waitForTimeout(1000);
  }
  check(lines.length > 0, 'the first minute of calls and of metrics is written down');
}

async function reportHasGrainsAndDates(page) {
  await visit(page, `/services/${kService}/figures`);
  check((await figure(page, 'total-counted')) > 100, 'report: calls are counted');
  await segment(page, /^Minute$/).click();
  await page.waitForURL(/[?&]grain=60/);
  await segment(page, /^30 d$/).click();
  await page.waitForURL(/[?&]span=2592000/);
  check(await segment(page, /^Day$/).isVisible(), 'report: a month is shown by the day');
  check((await segment(page, /^Second$/).count()) === 0, 'report: but not by the second');
  const yesterday = new Date(Date.now() - 86_400_000).toLocaleDateString('sv-SE');
  const before = new Date(Date.now() - 3 * 86_400_000).toLocaleDateString('sv-SE');
  await page.getByLabel('Day', { exact: true }).and(page.locator('input[type=date]'))
    .fill(yesterday);
  await page.waitForURL(/[?&]to=\d+/);
  await page.getByLabel('Against').fill(before);
  await page.waitForURL(/[?&]compare=172800/);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await page.waitForURL((url) => !url.search.includes('to='));
  await page.getByRole('table', { name: 'Totals' }).getByText('2 days ago').waitFor();
  check(true, 'report: a day is compared with any other');
}

async function heatMapShowsAndChooses(page) {
  await visit(page, `/services/${kService}/figures`);
  const heat = page.getByRole('slider', { name: /^Latency over time/ });
  await heat.waitFor({ timeout: kWaitMs });
  await shot(page, 'report-1280');
  await heat.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  const told = await heat.getAttribute('aria-valuetext');
  check(/: [\d,]+ calls, most .+, slowest /.test(told ?? ''), `heat map: the keys tell ${told}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(/[?&]to=\d+/);
  check(/[?&]span=60\b/.test(page.url()), 'heat map: Enter shows the minute');
  await page.goBack();
  await page.waitForURL((url) => !url.search.includes('to='));
  const box = await heat.locator('canvas').first().boundingBox();
  let chosen = false;
  for (let at = 0.95; at > 0.3 && !chosen; at -= 0.05) {
    await page.mouse.click(box.x + box.width * 0.97, box.y + box.height * at);
    chosen = await page.waitForURL(/[?&]to=\d+/, { timeout: 1000 }).then(() => true, () => false);
  }
  check(chosen, 'heat map: a click on a cell shows its time');
}

async function moversTell(page) {
  await visit(page, '/movers');
  await row(page, 'Service').first().waitFor({ timeout: kWaitMs });
  check((await row(page, 'Service').filter({ hasText: kService }).count()) === 1,
    'movers: the service is there');
  check((await row(page, 'Service').filter({ hasText: 'host:' }).count()) === 0,
    'movers: hosts are no services');
  await shot(page, 'movers-1280');
  await row(page, 'Service').filter({ hasText: kService })
    .getByRole('link', { name: 'what moved inside' }).click();
  await page.waitForURL(`**/services/${kService}/movers`);
  for (const name of ['Method', 'Instance', 'Site', 'Caller', 'Result']) {
    await row(page, name).first().waitFor({ timeout: kWaitMs });
  }
  check(true, 'movers: of a service, by five dimensions');
  await segment(page, /^Slow calls$/).click();
  await page.waitForURL(/[?&]by=slow/);
  await shot(page, 'movers-service-1280');
  await row(page, 'Instance').first().getByRole('link').click();
  await page.waitForURL(/\/figures\?.*where=callee_host/);
  check((await figure(page, 'total-counted')) > 0, 'movers: a value links to its figures');
}

async function topologyDrillsDown(page) {
  await visit(page, '/topology');
  const calls = row(page, 'Calls');
  await calls.first().waitFor({ timeout: kWaitMs });
  await segment(page, /^TP99 against yesterday$/).click();
  await page.waitForURL(/[?&]colour=tp99/);
  await page.getByRole('list', { name: 'TP99 against yesterday' }).waitFor();
  check(true, 'topology: lines are coloured by TP99 against yesterday');
  await segment(page, /^Success$/).click();
  await calls.filter({ hasText: 'music/catalog → music/storage' }).getByRole('button').click();
  await page.waitForURL(/[?&]callee=music/);
  await row(page, 'Parts of the line').first().waitFor({ timeout: kWaitMs });
  await page.getByRole('img', { name: /^Calls\/s: now/ }).waitFor({ timeout: kWaitMs });
  await shot(page, 'edge-1280');
  const edge = page.getByRole('region', { name: 'Calls of the chosen line' });
  await edge.locator('.ant-segmented-item', { hasText: 'Instance' }).click();
  await edge.getByRole('columnheader', { name: 'Instance' }).waitFor();
  await row(page, 'Parts of the line').nth(2).waitFor({ timeout: kWaitMs });
  check(true, 'topology: a line by instance');
  await edge.getByRole('button', { name: 'Close' }).click();
  await edge.waitFor({ state: 'hidden' });
  await page.locator('.node', { hasText: 'music/storage' }).click();
  await page.waitForURL('**/services/music/storage/figures');
  check(true, 'topology: a service leads to its report');
}

async function hostsAndProcesses(page) {
  await visit(page, '/hosts');
  const host = row(page, 'Hosts').filter({ hasText: 'web-1' });
  await host.waitFor({ timeout: kWaitMs });
  const texts = await host.locator('td').allTextContents();
  check(texts.some((text) => /^8[78]\.\d%|^8[78]%/.test(text)), `hosts: CPU is told in ${texts}`);
  await host.filter({ hasText: /[1-9][\d.]* kB\/s/ }).waitFor({ timeout: kFirstMinuteMs });
  check(true, 'hosts: the network by the second');
  await page.getByLabel('Search hosts').fill('web-1');
  await page.waitForURL(/[?&]q=web-1/);
  check((await row(page, 'Hosts').count()) === 1, 'hosts: searched by name');
  await shot(page, 'hosts-1280');
  await host.getByRole('link', { name: 'web-1' }).click();
  await page.waitForURL('**/hosts/web-1');
  for (const name of ['Cpu', 'Memory used', 'Network receive', 'Disk used']) {
    await page.getByRole('img', { name: new RegExp(`^${name} · web-1: now .*\\d`) })
      .waitFor({ timeout: kWaitMs });
  }
  check(true, 'hosts: a curve for each metric');
  await row(page, 'Instances on this host').filter({ hasText: kInstance })
    .waitFor({ timeout: kWaitMs });
  await shot(page, 'host-1280');
  await page.getByRole('link', { name: kInstance }).click();
  await page.waitForURL(/\/process\?instance=/);
  await page.getByRole('img', { name: /^Fibers · 1: now .* \d+$/ }).waitFor({ timeout: kWaitMs });
  await page.getByRole('img', { name: /^Rss · 1: now .* MB$/ }).waitFor({ timeout: kWaitMs });
  check(true, 'process: its fibers and its memory are drawn');
  await shot(page, 'process-1280');
}

async function customMetrics(page) {
  await visit(page, '/services/shop/cart/custom');
  await page.getByRole('img', { name: /^Logins: now Logins \d/ }).waitFor({ timeout: kWaitMs });
  await page.getByRole('slider').waitFor({ timeout: kWaitMs });
  const logins = page.getByRole('region', { name: 'logins' });
  await logins.locator('.ant-segmented-item', { hasText: 'level' }).click();
  await page.waitForURL(/[?&]by=logins%3Alevel/);
  await page.getByRole('img', { name: /^Logins: now level=28 \d.*level=1 \d/ })
    .waitFor({ timeout: kWaitMs });
  check(true, 'custom: a counter is grouped by an attribute');
  await shot(page, 'custom-1280');
}

async function choosesDashboard(page, name) {
  const list = page.getByRole('dialog').getByLabel('Dashboard', { exact: true });
  await list.click();
  await page.locator('.ant-select-item-option', { hasText: name }).last().click();
}

async function dashboards(page) {
  await visit(page, `/services/${kService}/figures`);
  await page.getByRole('button', { name: /^Add “TP99/ }).click();
  const dialog = page.getByRole('dialog');
  await choosesDashboard(page, 'A new one');
  await dialog.getByLabel('Name of the new dashboard').fill('Storage at a glance');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: /^Added to/ }).click();
  await page.waitForURL(/\/dashboards\/[0-9a-f]{16}$/);
  const address = page.url();
  await page.getByRole('img', { name: /^TP99 · music\/storage: now/ }).waitFor();
  await visit(page, '/services/shop/cart/custom');
  await page.getByRole('button', { name: 'Add “Logins” to a dashboard' }).click();
  await choosesDashboard(page, 'Storage at a glance');
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: /^Added to/ }).waitFor();
  await page.goto(address);
  await page.getByRole('img', { name: /^Logins: now/ }).waitFor({ timeout: kWaitMs });
  check(true, 'dashboards: made from one chart, a second one added; its address shares it');
  await shot(page, 'dashboard-1280');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Move Logins up' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Cart and storage');
  await page.getByLabel('Whole width').first().click();
  await shot(page, 'dashboard-edit-1280');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Cart and storage' }).waitFor();
  const titles = await page.locator('.chart-panel h2').allTextContents();
  check(titles[0] === 'Logins', `dashboards: order, name and width are kept: ${titles}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Remove TP99 · music/storage' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit' }).waitFor();
  check((await page.locator('.chart-panel').count()) === 1, 'dashboards: a chart is removed');
  await visit(page, '/dashboards');
  await row(page, 'Dashboards').filter({ hasText: 'Cart and storage' }).waitFor();
  await shot(page, 'dashboards-1280');
  return address;
}

async function removesDashboard(page, address) {
  await page.goto(address);
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Remove the dashboard' }).click();
  await page.locator('.ant-popconfirm').getByRole('button', { name: /Remove/ }).click();
  await page.waitForURL('**/dashboards');
  const gone = row(page, 'Dashboards').filter({ hasText: 'Cart and storage' });
  await gone.waitFor({ state: 'detached', timeout: kWaitMs });
  check(true, 'dashboards: one is removed');
}

async function onPhone(browser, address) {
  const page = await openPage(browser, {
    viewport: phone, isMobile: true, hasTouch: true, colorScheme: 'dark',
  }, { language: 'zh' });
  const paths = {
    report: `/services/${kService}/figures?compare=86400`,
    movers: `/services/${kService}/movers`,
    edge: '/topology?caller=music/catalog&callee=music/storage&colour=tp99',
    hosts: '/hosts', host: '/hosts/web-1', custom: '/services/shop/cart/custom',
    dashboards: '/dashboards', dashboard: new URL(address).pathname,
  };
  for (const [name, path] of Object.entries(paths)) {
    await visit(page, path);
    await page.locator('.cards, canvas').first().waitFor({ timeout: kWaitMs });
    await shot(page, `${name}-390`);
    check(await hasNoSideScroll(page), `390 px: ${name} does not scroll sideways`);
  }
  await page.context().close();
}

await inBrowser(async (browser) => {
  const push = pushMetrics();
  await push();
  const pushing = setInterval(() => void push(), 5000);
  const page = await openPage(browser, { viewport: wide });
  let address = '';
  const stories = [
    firstMinute, reportHasGrainsAndDates, heatMapShowsAndChooses, moversTell, topologyDrillsDown,
    hostsAndProcesses, customMetrics,
  ];
  for (const story of stories) await guarded(story.name, () => story(page));
  await guarded('dashboards', async () => {
    address = await dashboards(page);
  });
  await guarded('onPhone', () => onPhone(browser, address || `${base}/dashboards`));
  await guarded('removesDashboard', () => removesDashboard(page, address));
  clearInterval(pushing);
});
