// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The registry's pages on a cluster of three servers: who sees whom, an operator's word, a server
// that is killed. Run by on_a_cluster.py, which kills the server it is asked to.
//
//   BELLROCK_CONSOLE=http://127.0.0.1:7600 node tests/browser/cluster_test.mjs [OUTPUT_FOLDER]
import {
  check, figure, guarded, hasNoSideScroll, inBrowser, kWaitMs, openPage, phone, shot, visit,
  whileRefused, wide,
} from './browser.mjs';
import { eventLog, nameTree } from './registry_stories.mjs';

const kDeadMs = 60_000; // until a killed server is taken for dead, on a slow machine

async function whoSeesWhom(page) {
  await visit(page, '/naming');
  check((await figure(page, 'members', 2)) === 3, 'cluster: three servers are alive');
  const lines = page.getByRole('table', { name: 'Who sees whom' }).locator('tbody tr');
  await page.getByText('All servers that answer see the same.').waitFor({ timeout: kWaitMs });
  check((await lines.count()) === 3, 'cluster: each server has its line in the matrix');
  check((await lines.getByText('alive').count()) === 9, 'cluster: each sees each other alive');
  check((await figure(page, 'root')) >= 0, 'cluster: checks that ended at the root have a share');
  const peers = page.getByRole('table', { name: 'Replication' }).locator('tbody tr[data-row-key]');
  await peers.first().waitFor({ timeout: kWaitMs });
  check((await peers.count()) >= 2, 'cluster: each follower pulls');
  await shot(page, 'cluster-1280');
}

async function anOperatorsWord(page) {
  await visit(page, '/naming');
  await page.getByRole('button', { name: 'Freeze: On' }).click();
  const dialog = page.getByRole('dialog');
  const say = dialog.getByRole('button', { name: 'Freeze: On' });
  check(await say.isDisabled(), 'protections: no word without a why');
  await dialog.getByLabel('Who you are and why').fill('ann: switch works');
  await shot(page, 'cluster-dialog-1280', false);
  await say.click();
  const row = page.getByRole('row', { name: /set on.*ann: switch works/ });
  await row.waitFor({ timeout: kWaitMs });
  await row.filter({ hasText: 'n1, n2, n3' }).waitFor({ timeout: kWaitMs });
  check(true, 'protections: every server was told');
  await page.getByRole('button', { name: 'Freeze: Clear' }).click();
  await dialog.getByLabel('Who you are and why').fill('ann: done');
  await dialog.getByRole('button', { name: 'Freeze: Clear' }).click();
  await row.waitFor({ state: 'detached', timeout: kWaitMs });
  check(true, 'protections: a word is taken back');
}

async function aKilledServer(page) {
  await visit(page, '/naming');
  await page.locator('[data-row-key="n3"]').first().waitFor({ timeout: kWaitMs });
  console.log('KILL n3'); // for on_a_cluster.py
  await page.getByText('n3 does not answer this server.').waitFor({ timeout: kWaitMs });
  check(true, 'cluster: a killed server is said not to answer');
  const dead = page.getByRole('table', { name: 'Servers' }).getByRole('row', { name: /n3.*dead/ });
  await dead.waitFor({ timeout: kDeadMs });
  check((await figure(page, 'members')) === 2, 'cluster: two servers are left');
  const leader = page.locator('[data-figure="leader"]').filter({ hasText: /n[12]/ });
  await leader.waitFor({ timeout: kDeadMs });
  check(true, 'cluster: one of those that are left leads');
  await shot(page, 'cluster-killed-1280');
}

async function onPhone(browser) {
  const page = await openPage(browser, { viewport: phone, isMobile: true, hasTouch: true });
  for (const path of ['/naming', '/naming/tree', '/naming/events']) {
    await visit(page, path);
    await shot(page, `three-servers${path.replaceAll('/', '-')}-390`);
    check(await hasNoSideScroll(page), `390 px: ${path} does not scroll sideways`);
  }
  await page.context().close();
}

await inBrowser(async (browser) => {
  const page = await openPage(browser, { viewport: wide });
  for (const story of [whoSeesWhom, anOperatorsWord, nameTree, eventLog]) {
    await guarded(story.name, () => story(page));
  }
  await guarded('onPhone', () => onPhone(browser));
  await guarded('aKilledServer', () => whileRefused(page, () => aKilledServer(page)));
});
