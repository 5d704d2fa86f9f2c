// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The routing page of a service under load: who decides what and why, a policy that is set, a
// weight that moves the shares, a move between sites that is looked at before it is begun.
//
//   BELLROCK_CONSOLE=http://127.0.0.1:7600 node tests/browser/routing_test.mjs [OUTPUT_FOLDER]
import {
  check, figure, guarded, hasNoSideScroll, inBrowser, kWaitMs, numberOf, openPage, phone, shot,
  visit, whileRefused, wide,
} from './browser.mjs';

const kService = process.env.BELLROCK_SERVICE ?? 'music/storage';
const kPage = `/services/${kService}/routing`;
const kWhy = 'Who you are and why';

const settingsOf = (page) => page.getByRole('region', { name: 'Settings', exact: true });
const alertOf = (place, text) => place.getByRole('alert').filter({ hasText: text });

async function choose(page, place, label, option) {
  await place.getByLabel(label, { exact: true }).click();
  await page.getByTitle(option).last().click();
}

async function edit(page) {
  await visit(page, kPage);
  const settings = settingsOf(page);
  await settings.getByRole('button', { name: 'Edit' }).click();
  return settings;
}

async function save(place, why) {
  await place.getByLabel(kWhy).fill(why);
  await place.getByRole('button', { name: 'Save', exact: true }).click();
  await place.getByText(why).waitFor({ timeout: kWaitMs });
}

async function whoDecidesWhat(page) {
  await visit(page, `/services/${kService}`);
  await page.getByRole('link', { name: 'Routing', exact: true }).click();
  await page.waitForURL(`**${kPage}`);
  check((await figure(page, 'calls')) > 0, 'routing: calls/s is above 0');
  const pool = page.getByRole('img', { name: /^default: .*%/ });
  await pool.waitFor({ timeout: kWaitMs });
  check(true, 'routing: the default pool says how the levels share its calls');
  for (const site of ['sz', 'sh']) {
    await page.getByRole('img', { name: new RegExp(`^from ${site}: .*%`) })
      .waitFor({ timeout: kWaitMs });
  }
  check(true, 'routing: each site of callers says where its calls go');
  const bars = page.locator('.bars').first().locator('i');
  check((await bars.count()) >= 3, 'routing: a caller has a bar for each instance');
  const rows = page.getByRole('table', { name: 'Instances' }).locator('tbody tr[data-row-key]');
  await rows.first().waitFor({ timeout: kWaitMs });
  check(/%/.test((await rows.first().textContent()) ?? ''), 'routing: an instance has a share');
  await shot(page, 'routing-1280');
}

async function oneCaller(page) {
  await visit(page, kPage);
  const caller = page.locator('.multiples-host').first();
  await caller.waitFor({ timeout: kWaitMs });
  const host = (await caller.locator('b').textContent()) ?? '';
  await caller.click();
  await page.waitForURL(/[?&]host=/);
  check((await page.locator('.multiples-host').count()) === 1, 'caller: only its view is shown');
  check((await figure(page, 'calls')) > 0, `caller: ${host} has calls of its own`);
  await shot(page, 'routing-caller-1280');
}

async function explainsACall(page) {
  await visit(page, kPage);
  const panel = page.getByRole('region', { name: 'Where would a call go?' });
  await panel.getByLabel('Key', { exact: true }).fill('user-7');
  await panel.getByLabel('Headers', { exact: true }).fill('x-user=7,');
  await panel.getByRole('button', { name: 'Explain' }).click();
  const steps = panel.getByRole('region', { name: 'Step by step' });
  await steps.getByText(/^First choice: .*:\d+$/).waitFor({ timeout: kWaitMs });
  check((await steps.getByRole('listitem').count()) >= 3, 'explain: each step says what it did');
  check(await steps.getByText(/^As .* decides$/).isVisible(), 'explain: by a host\'s own word');
  await panel.scrollIntoViewIfNeeded();
  await shot(page, 'routing-explain-1280');
}

async function setsAPolicy(page) {
  const settings = await edit(page);
  const button = settings.getByRole('button', { name: 'Save', exact: true });
  check(await button.isDisabled(), 'settings: nothing is saved without who and why');
  await choose(page, settings, 'Policy', /^weighted_round_robin/);
  await settings.getByRole('button', { name: 'Check' }).click();
  await alertOf(settings, 'Checked').waitFor({ timeout: kWaitMs });
  await shot(page, 'routing-edit-1280');
  await save(settings, 'ann: by weights only');
  check(true, 'settings: who and why stands beside the version');
  const policy = page.locator('[data-figure="policy"]', { hasText: 'weighted_round_robin' });
  await policy.waitFor({ timeout: kWaitMs });
  check(true, 'settings: the callers decide by the new policy');
}

async function setsARule(page) {
  const settings = await edit(page);
  await settings.getByText('Rules', { exact: true }).click();
  await settings.getByRole('button', { name: 'Add a rule' }).click();
  await settings.getByLabel('Name', { exact: true }).fill('canary');
  await settings.getByRole('button', { name: 'Add a condition' }).click();
  await settings.getByLabel('Attribute', { exact: true }).fill('header:canary');
  await settings.getByLabel('Values', { exact: true }).fill('yes,');
  await settings.getByLabel('Labels', { exact: true }).fill('cluster=main,');
  await shot(page, 'routing-rules-1280');
  await save(settings, 'ann: canary');
  const rule = page.locator('.rules li', { hasText: 'header:canary is yes' });
  await rule.filter({ hasText: 'cluster=main' }).waitFor({ timeout: kWaitMs });
  check(true, 'rules: what was typed is read as a sentence');
}

async function refusesNonsense(page) {
  const settings = await edit(page);
  await settings.getByText('JSON', { exact: true }).click();
  const json = settings.getByLabel('Settings as JSON');
  await json.fill('{"polcy": "l5"}');
  await settings.getByText('polcy: there is no such field').waitFor({ timeout: kWaitMs });
  check(true, 'settings: a field that does not exist is named while it is typed');
  await json.fill('{"policy": "no-such-policy"}');
  await whileRefused(page, async () => {
    await settings.getByRole('button', { name: 'Check' }).click();
    await alertOf(settings, 'no-such-policy').waitFor({ timeout: kWaitMs });
    check(true, 'settings: the server says what is wrong before anything is saved');
    await shot(page, 'routing-json-1280');
  });
}

async function losesNoUpdate(page, browser) {
  const settings = await edit(page);
  const other = await openPage(browser, { viewport: wide });
  const theirs = await edit(other);
  await choose(other, theirs, 'Policy', /^l5/);
  await save(theirs, 'bob: back to l5');
  await other.context().close();
  await alertOf(settings, 'were saved meanwhile').waitFor({ timeout: kWaitMs });
  await whileRefused(page, async () => {
    await settings.getByLabel(kWhy).fill('ann: too late');
    await settings.getByRole('button', { name: 'Save', exact: true }).click();
    await alertOf(settings, 'Somebody changed it meanwhile').waitFor({ timeout: kWaitMs });
    check(true, 'settings: a change made from an old version is refused');
  });
}

// Waits until the share of the instance is as wanted, and returns it.
async function shareOf(page, name, wanted) {
  const place = page.locator(`[data-share="${name}"]`);
  const end = Date.now() + kWaitMs;
  let share = Number.NaN;
  while (Date.now() < end) {
    share = numberOf(await place.textContent());
    if (wanted(share)) break;
    await page.waitForTimeout(200);
  }
  return share;
}

async function act(page, name, action, fill = async () => {}) {
  await page.getByRole('button', { name: `Actions for instance ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await dialog.getByLabel(kWhy).fill('ann: routing test');
  await dialog.getByRole('button', { name: action.replace('…', '') }).click();
  await dialog.waitFor({ state: 'hidden', timeout: kWaitMs });
}

async function weighsAnInstance(page) {
  await visit(page, kPage);
  const name = await page.locator('[data-share]').first().getAttribute('data-share');
  const before = await shareOf(page, name, (share) => share > 0);
  const weigh = (weight) => act(page, name, 'Set weight…', (dialog) =>
    dialog.getByLabel(/^Weight/).fill(String(weight)));
  await weigh(400);
  const after = await shareOf(page, name, (share) => share > before * 1.3);
  check(after > before * 1.3, `weight: times 4 moves the share from ${before}% to ${after}%`);
  await page.locator('.weight', { hasText: '400*' }).waitFor({ timeout: kWaitMs });
  await shot(page, 'routing-weighed-1280');
  await weigh(0);
  const back = await shareOf(page, name, (share) => share < after * 0.9);
  check(back < after * 0.9, `weight: taken back, the share returns to ${back}%`);
}

async function drainsAnInstance(page) {
  await visit(page, kPage);
  const name = await page.locator('[data-share]').first().getAttribute('data-share');
  await act(page, name, 'Drain (disable)');
  const share = await shareOf(page, name, (now) => now === 0);
  check(share === 0, 'drain: the instance gets nothing');
  await page.getByText('drained: no caller sends it calls').waitFor({ timeout: kWaitMs });
  check(true, 'drain: the page says when it may be stopped');
  await act(page, name, 'Enable');
  check((await shareOf(page, name, (now) => now > 0)) > 0, 'drain: enabled, it gets calls again');
}

async function movesCalls(page) {
  await visit(page, kPage);
  const moves = page.getByRole('region', { name: 'Moves between sites' });
  await moves.getByRole('button', { name: 'Move calls…' }).click();
  const dialog = page.getByRole('dialog');
  const preview = dialog.getByRole('table', { name: 'What it would do' });
  await preview.waitFor({ timeout: kWaitMs });
  check((await preview.locator('tbody tr').count()) >= 2, 'move: both sites are looked at');
  check(await dialog.getByRole('alert').first().isVisible(), 'move: there is a verdict');
  await dialog.getByLabel(kWhy).fill('ann: drill');
  await shot(page, 'routing-move-1280', false);
  await dialog.getByRole('button', { name: /^Begin/ }).click();
  await dialog.waitFor({ state: 'hidden', timeout: kWaitMs });
  await moves.getByText('growing').waitFor({ timeout: kWaitMs });
  check(await moves.getByText('ann: drill').isVisible(), 'move: under way, with who and why');
  await shot(page, 'routing-moving-1280');
  await moves.getByRole('button', { name: 'Abort' }).click();
  await dialog.getByLabel(kWhy).fill('ann: drill is over');
  await dialog.getByRole('button', { name: 'Abort' }).click();
  await moves.getByText('No part of the calls is moved by hand.').waitFor({ timeout: kWaitMs });
  check(true, 'move: taken back');
}

async function onPhone(browser) {
  const page = await openPage(browser, {
    viewport: phone, isMobile: true, hasTouch: true, colorScheme: 'dark',
  });
  const settings = await edit(page);
  check(await hasNoSideScroll(page), '390 px: the form does not scroll sideways');
  await settings.scrollIntoViewIfNeeded();
  await shot(page, 'routing-edit-390');
  await visit(page, kPage);
  await page.locator('.bars').first().waitFor({ timeout: kWaitMs });
  await page.locator('[data-share]').first().waitFor({ timeout: kWaitMs });
  await shot(page, 'routing-390');
  check(await hasNoSideScroll(page), '390 px: the page does not scroll sideways');
  await page.context().close();
}

await inBrowser(async (browser) => {
  const page = await openPage(browser, { viewport: wide });
  const stories = [
    whoDecidesWhat, oneCaller, explainsACall, setsAPolicy, weighsAnInstance, drainsAnInstance,
    setsARule, refusesNonsense, losesNoUpdate, movesCalls,
  ];
  for (const story of stories) await guarded(story.name, () => story(page, browser));
  await guarded('onPhone', () => onPhone(browser));
});
