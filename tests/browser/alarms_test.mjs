// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Alarms on a system under load: a rule is refused, then set; an instance fails, the alarm fires,
// is told with a link, and the link's page says what, since when, where and who knows; silences.
// A rule is made, changed, turned off and deleted with its form.
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
  await shot(page, 'alarms-rules-1280');
}

// As the server keeps it, not as the page shows it.
async function kept(service) {
  const answer = await fetch(
    `${process.env.BELLROCK_CONSOLE}/bellrock.metrics.v1.Alarms/GetSettings`,
    {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service }),
    },
  );
  return (await answer.json()).settings;
}

async function choose(page, label, option) {
  const box = page.getByRole('combobox', { name: label, exact: true });
  await box.click();
  // Its own list: that of another field may still be closing.
  const list = `${await box.getAttribute('id')}_list`;
  await page.locator('.ant-select-dropdown', { has: page.locator(`[id="${list}"]`) })
    .getByTitle(option, { exact: true }).click();
}

// The text below a field is what its control is described by.
async function saysAt(page, label, said) {
  const field = page.getByLabel(label, { exact: true });
  await page.locator('.field-hint[data-level="bad"]', { hasText: said }).first()
    .waitFor({ timeout: kWaitMs });
  const id = await field.getAttribute('aria-describedby');
  const text = id ? await page.locator(`[id="${id}"]`).textContent() : '';
  return (await field.getAttribute('aria-invalid')) === 'true' && text.includes(said);
}

const save = (page) => page.getByRole('button', { name: 'Save rule' }).click();
const isFocused = (page, label) =>
  page.getByLabel(label, { exact: true }).evaluate((one) => one === document.activeElement);

async function fillsTheForm(page) {
  await visit(page, '/alarms/rules');
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.getByLabel('Service', { exact: true }).fill(kService);
  await choose(page, 'Condition', 'no calls, after there were some');
  check((await page.getByLabel('Threshold').count()) === 0, 'form: silence has no threshold');
  await choose(page, 'Condition', 'is above');
  await choose(page, 'Figure', 'Latency at a percentile');
  await page.getByLabel('Percentile', { exact: true }).fill('99.9');
  await page.keyboard.press('Escape');
  await page.getByLabel('Threshold', { exact: true }).fill('2');
  await choose(page, 'Unit of Threshold', 's');
  await page.getByLabel('Window', { exact: true }).fill('10');
  await choose(page, 'Unit of Window', 's');
  await choose(page, 'Receivers', 'ops');
  await page.keyboard.press('Escape');
}

async function saysWhatIsBad(page) {
  await page.getByLabel('For windows, one after the other').fill('some');
  await save(page);
  check(await saysAt(page, 'For windows, one after the other', 'Write a whole number'),
    'form: what is no number is said at its field');
  check(await isFocused(page, 'For windows, one after the other'), 'form: which has the keyboard');
  await page.getByLabel('For windows, one after the other').fill('2');
  await page.getByLabel('Window', { exact: true }).fill('5');
  await page.getByLabel('Who you are and why').fill('ann: by the form');
  await save(page);
  check(await saysAt(page, 'Window', '5 s: must be 0 s for the default, or from 10 s'),
    'form: what the server refuses is said at its field, in its unit');
  await shot(page, 'alarm-rule-refused-1280');
  await page.getByLabel('Window', { exact: true }).fill('10');
}

async function makesARule(page) {
  await whileRefused(page, async () => {
    await fillsTheForm(page);
    await saysWhatIsBad(page);
    await page.getByText('TP99.9 above 2 s').waitFor({ timeout: kWaitMs });
    await page.getByRole('img', { name: /^The last 59m: now .*\d/ }).waitFor({ timeout: kWaitMs });
    await page.getByText('It would not have fired.').waitFor({ timeout: kWaitMs });
    check(true, 'form: the last hour is drawn, and judged');
    await shot(page, 'alarm-rule-1280');
    await save(page);
    const rules = panel(page, 'Rules in force');
    await rules.getByText('tp99.9_high').waitFor({ timeout: kWaitMs });
  });
  const { rules = [], routes = [] } = await kept(kService);
  const [rule] = rules;
  check(rule?.name === 'tp99.9_high' && rule.condition.bound === 2e6 && rule.for_windows === 2,
    'form: the rule is kept, in microseconds');
  check(routes[0]?.receivers?.[0] === 'ops', 'form: with a route of its own');
}

async function changesIt(page) {
  await visit(page, '/alarms/rules');
  const row = page.getByRole('row', { name: /tp99\.9_high/ });
  await row.getByRole('link', { name: 'Edit' }).click();
  const threshold = page.getByLabel('Threshold', { exact: true });
  await threshold.waitFor({ timeout: kWaitMs });
  check((await threshold.inputValue()) === '2', 'form: begins with what is set');
  await threshold.fill('1.5');
  await page.getByText('As JSON').click();
  const json = page.getByLabel('The rule as JSON');
  const typed = await json.inputValue();
  check(JSON.parse(typed).condition.bound === 1.5e6, 'JSON: is what the form says');
  await json.fill(typed.replace('"warning"', '"info"'));
  await page.getByText('Form', { exact: true }).click();
  await page.getByTitle('info', { exact: true }).waitFor();
  await page.getByLabel('Who you are and why').fill('ann: sooner');
  await save(page);
  await panel(page, 'Rules in force').getByText(/above 1\.5 s/).waitFor({ timeout: kWaitMs });
  const [rule] = (await kept(kService)).rules;
  check(rule.condition.bound === 1.5e6 && rule.severity === 'info', 'form: both changes are kept');
}

async function endsIt(page) {
  const say = async (item, word) => {
    await page.getByRole('button', { name: 'More for tp99.9_high' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Who you are and why').fill('ann: no more');
    await dialog.getByRole('button', { name: word, exact: true }).click();
    await dialog.waitFor({ state: 'hidden', timeout: kWaitMs });
  };
  await visit(page, '/alarms/rules');
  await say('Disable', 'Disable');
  await page.getByRole('row', { name: /tp99\.9_high/ }).getByText('off').waitFor({
    timeout: kWaitMs,
  });
  check((await kept(kService)).rules[0].disabled === true, 'menu: a rule is turned off');
  await say('Delete', 'Delete');
  await page.getByText('tp99.9_high').first().waitFor({ state: 'hidden', timeout: kWaitMs });
  const { rules = [], routes = [] } = (await kept(kService)) ?? {};
  check(rules.length + routes.length === 0, 'menu: a rule is deleted, with its route');
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
  await visit(page, '/alarms/rules/edit?rule=failing%40music%2Fstorage');
  await page.getByRole('img', { name: /\d/ }).first().waitFor({ timeout: kWaitMs });
  await shot(page, 'alarm-rule-390');
  check(await hasNoSideScroll(page), '390 px: the form does not scroll sideways');
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
    const stories = [
      setsTheRule, makesARule, changesIt, endsIt, fires, showsTheAlarm, isSilenced, isNoAlarm,
    ];
    for (const story of stories) await guarded(story.name, () => story(page));
    await guarded('onPhone', () => onPhone(browser));
  });
} finally {
  receiver.close();
}
