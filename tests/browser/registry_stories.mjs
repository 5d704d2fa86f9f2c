// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The registry's pages on any system with the demo site; cluster_test.mjs has what needs several
// servers.
import {
  check, figure, hasNoSideScroll, kWaitMs, shot, visit, whileRefused,
} from './browser.mjs';

export async function serverAlone(page) {
  await visit(page, '/naming');
  check((await figure(page, 'members')) === 1, 'cluster, alone: one server is alive');
  await page.getByText('This server is on its own').waitFor({ timeout: kWaitMs });
  check(true, 'cluster, alone: it says so, and how others join');
  const matrix = await page.getByRole('table', { name: 'Who sees whom' }).count();
  check(matrix === 0, 'cluster, alone: there is no matrix of one');
  await shot(page, 'cluster-alone-1280');
  check(await hasNoSideScroll(page), 'cluster, alone: does not scroll sideways');
}

export async function nameTree(page) {
  await visit(page, '/naming/tree');
  await page.locator('.tree-name').first().waitFor({ timeout: kWaitMs });
  const closed = page.locator('.tree-name[aria-expanded="false"]');
  const leaf = page.locator('[data-instance*="/music/storage/"]');
  for (let level = 0; level < 40; level += 1) {
    // What was opened last may still be on its way, and be the only one.
    await closed.or(leaf).first().waitFor({ timeout: kWaitMs });
    if ((await leaf.count()) > 0) break;
    await closed.last().click();
  }
  await leaf.first().waitFor({ timeout: kWaitMs });
  const said = (await leaf.first().textContent()) ?? '';
  check(/\d+:\d+/.test(said), `tree: an instance shows its address (${said})`);
  check(/working|initial|unreachable/.test(said), 'tree: an instance shows its state');
  await shot(page, 'tree-1280');
  await page.locator('.tree-name[aria-expanded="true"]').first().click();
  await leaf.first().waitFor({ state: 'detached', timeout: kWaitMs });
  check(true, 'tree: closing a level takes away what is under it');
}

export async function eventLog(page) {
  await visit(page, '/naming/events');
  const rows = page.getByRole('table', { name: 'Events' }).locator('tbody tr[data-row-key]');
  await rows.first().waitFor({ timeout: kWaitMs });
  const first = (await rows.first().textContent()) ?? '';
  check(/\d\d:\d\d:\d\d/.test(first), 'events: with their time');
  await page.getByLabel('Only under this path or service').fill('music/storage');
  await page.waitForURL('**/naming/events?target=*');
  const others = rows.filter({ hasNotText: '/music/storage/' });
  await others.first().waitFor({ state: 'detached', timeout: kWaitMs });
  check((await rows.count()) > 0, 'events: those of one service are found');
  await shot(page, 'events-1280');
  await whileRefused(page, async () => {
    await page.getByLabel('Only under this path or service').fill('/sz//x');
    await page.getByText('Not accepted').waitFor({ timeout: kWaitMs });
  });
  check(true, 'events: a target that is none is refused with words');
}
