// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Alarms on a system under load: a rule is refused, then set; an instance fails, the alarm fires,
// is told with a link, and the link's page says what, since when, where and who knows; silences.
//
//   BELLROCK_CONSOLE=http://127.0.0.1:7600 BELLROCK_DEMO=DEMOS_FOLDER BELLROCK_BUILD=build/release
//     node tests/browser/alarms_test.mjs [OUTPUT_FOLDER]
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import {
  check, figure, guarded, hasNoSideScroll, inBrowser, kWaitMs, openPage, phone, shot, visit,
  whileRefused, wide,
} from './browser.mjs';

const kService = 'music/storage';
const kFailing = 'music/storage/2';
const kFiresMs = 120_000; // a window of 10 s, its settling, a message; on a busy machine

const told = []; // bodies of the messages
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    told.push(JSON.parse(body));
    response.end();
  });
});

const settings = () => ({
  no_templates: true,
  rules: [
    {
      name: 'failing', service: kService, severity: 'critical', window_seconds: 10,
      recover_windows: 100, condition: { kind: 'KIND_MIN', bound: 0.9999 },
      annotations: { summary: 'Songs cannot be read' },
    },
  ],
  receivers: [
    { name: 'ops', webhook: { url: `http://127.0.0.1:${receiver.address().port}/hook` } },
  ],
  routes: [{ name: 'all', receivers: ['ops'], group_wait_seconds: 1, group_interval_seconds: 1 }],
});

function fail(instance) {
  const program = join(process.env.BELLROCK_BUILD ?? '', 'src/cli/bellrock');
  execFileSync(program, ['demo', 'flaky', instance, '--dir', process.env.BELLROCK_DEMO ?? '']);
}

const jsonField = (page) =>
  page.getByRole('textbox', { name: 'Rules, receivers, routes and owners as JSON' });
const panel = (page, name) => page.getByRole('region', { name, exact: true });

async function refusesWhatIsBad(page) {
  await visit(page, '/alarms/rules');
  await panel(page, 'Rules in force').getByText('tp99_doubled').waitFor({ timeout: kWaitMs });
  check(true, 'rules: every service has its templates');
  const form = panel(page, 'Settings');
  await jsonField(page).fill('{"rulez": []}');
  await form.getByText('rulez: there is no such field').waitFor();
  await jsonField(page).fill(JSON.stringify({ rules: [{ name: 'a', service: 'a/b',
    window_seconds: 3 }] }));
  await form.getByRole('button', { name: 'Check' }).click();
  await form.getByText(/rules\[0\]\.window_seconds/).waitFor({ timeout: kWaitMs });
  check(true, 'rules: the server names the bad field, the page shows it at the settings');
}

async function setsTheRule(page) {
  await visit(page, '/alarms/rules');
  await jsonField(page).fill(JSON.stringify(settings(), null, 2));
  const form = panel(page, 'Settings');
  await form.getByRole('button', { name: 'Check' }).click();
  await form.getByText('It would be accepted.').waitFor({ timeout: kWaitMs });
  await page.getByLabel('Who you are and why').fill('ann: browser test');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText(/ann: browser test/).waitFor({ timeout: kWaitMs });
  await panel(page, 'Rules in force').getByText('failing').waitFor({ timeout: kWaitMs });
  check(true, 'rules: what is set is in force');
  await panel(page, 'Rules in force').getByText(/judged to/).waitFor({ timeout: kFiresMs });
  await panel(page, 'Try a rule').getByRole('button', { name: 'Try' }).click();
  await panel(page, 'Try a rule').getByText(/Would have fired|nothing to judge/).first()
    .waitFor({ timeout: kWaitMs });
  await shot(page, 'alarms-rules-1280');
}

async function fires(page) {
  fail(kFailing);
  await visit(page, '/alarms');
  const row = panel(page, 'Open').getByRole('link', { name: /success rate .*below 99\.99/ });
  await row.waitFor({ timeout: kFiresMs });
  check((await figure(page, 'firing')) === 1, 'open: one alarm fires');
  await shot(page, 'alarms-open-1280');
  const end = Date.now() + kFiresMs;
  while (told.length === 0 && Date.now() < end) await page.waitForTimeout(200);
  check(told.length > 0, 'told: the receiver heard of it');
  await row.click();
  await page.waitForURL(/\/alarms\/[0-9a-f]{16}-\d+$/);
}

async function showsTheAlarm(page) {
  const link = told[0]?.alerts?.[0]?.generatorURL ?? '';
  check(link.startsWith(process.env.BELLROCK_CONSOLE), `told: with the page's link, ${link}`);
  await visit(page, new URL(link).pathname);
  await page.getByRole('heading', { name: /success rate .*below 99\.99/ }).waitFor();
  check(await page.getByText('Songs cannot be read').isVisible(), 'alarm: its summary');
  await page.getByRole('img', { name: /^Success rate: now .*\d/ }).waitFor({ timeout: kWaitMs });
  await page.getByRole('img', { name: /^Calls\/s: now .*\d/ }).waitFor({ timeout: kWaitMs });
  check(true, 'alarm: success rate is drawn over calls/s');
  const first = panel(page, 'What moved most').getByRole('link').first();
  await first.waitFor({ timeout: kWaitMs });
  check(/of the change/.test((await first.getAttribute('aria-label')) ?? ''), 'alarm: movers');
  await panel(page, 'Who was told').getByText('ops').waitFor({ timeout: kWaitMs });
  await shot(page, 'alarm-1280');
  const instance = page.locator('[data-dimension="callee_host"] a').first();
  await instance.click();
  await page.waitForURL(/\/services\/music\/storage\/figures\?where=callee_host/);
  await page.getByRole('button', { name: /^Remove filter Instance: / }).waitFor();
  check(true, 'alarm: a mover leads to the figures of it');
  await page.goBack();
}

async function isSilenced(page) {
  const opener = page.getByRole('button', { name: 'Silence', exact: true });
  await opener.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Who you are').fill('ann');
  await dialog.getByLabel('Why').fill('it is known');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await dialog.waitFor({ state: 'hidden', timeout: kWaitMs });
  await page.getByText('silenced by ann: it is known').waitFor({ timeout: kWaitMs });
  check(true, 'silence: the alarm says who silenced it');
  await visit(page, '/alarms/silences');
  await page.getByText('service=music/storage').waitFor({ timeout: kWaitMs });
  await shot(page, 'alarms-silences-1280');
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Who you are and why').fill('ann: mended');
  await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('Nothing is silenced').waitFor({ timeout: kWaitMs });
  check(true, 'silence: ended');
}

async function isNoAlarm(page) {
  await whileRefused(page, async () => {
    await visit(page, '/alarms/0123456789abcdef-1');
    await page.getByText('There is no such alarm').waitFor({ timeout: kWaitMs });
  });
  check(true, 'alarm: a link of long ago says so');
}

async function onPhone(browser) {
  const page = await openPage(browser, {
    viewport: phone, isMobile: true, hasTouch: true, colorScheme: 'dark',
  }, { language: 'zh' });
  await visit(page, new URL(told[0].alerts[0].generatorURL).pathname);
  await page.getByRole('img').last().waitFor({ timeout: kWaitMs });
  await page.locator('.mover a').first().waitFor({ timeout: kWaitMs });
  await shot(page, 'alarm-390');
  check(await hasNoSideScroll(page), '390 px: the alarm does not scroll sideways');
  check(await page.getByText('变化最大的维度').isVisible(), '390 px: in Chinese');
  for (const [path, name] of [['/alarms', 'open'], ['/alarms/rules', 'rules']]) {
    await visit(page, path);
    await page.locator('.cards').first().waitFor({ timeout: kWaitMs });
    await shot(page, `alarms-${name}-390`);
    check(await hasNoSideScroll(page), `390 px: ${name} does not scroll sideways`);
  }
  await page.context().close();
}

await new Promise((ready) => receiver.listen(0, '127.0.0.1', ready));
try {
  await inBrowser(async (browser) => {
    const page = await openPage(browser, { viewport: wide });
    await guarded('refusesWhatIsBad', () => whileRefused(page, () => refusesWhatIsBad(page)));
    const stories = [setsTheRule, fires, showsTheAlarm, isSilenced, isNoAlarm];
    for (const story of stories) await guarded(story.name, () => story(page));
    await guarded('onPhone', () => onPhone(browser));
  });
} finally {
  receiver.close();
}
