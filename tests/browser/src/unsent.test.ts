// Nothing that was submitted is lost, and nothing counts twice: not without a connection, not over a reload, not when the
// service's answer gets lost, not when the session ends.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { Api, type Json } from './api.js';
import { expect, launch, openWindow, told } from './browser.js';
import { importLabels, makeDataset, makeToken, PASSWORD, setUp } from './owner.js';
import { startStrata } from './processes.js';

const DATASET = 'notes';

let browser: Browser;
let folder: string;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), 'strata-unsent-'));
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test('answers wait in the browser until they have arrived, once each', { timeout: 300_000 }, async () => {
  const faults: string[] = [];
  await using strata = await startStrata(null);
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  const context = page.context();
  await told(owner, faults, async () => {
    const slug = await setUp(owner);
    await makeDataset(owner, slug, DATASET);
    await importLabels(owner, folder, `/w/${slug}/datasets/${DATASET}`, 'main', ['bad', 'good', 'dull', 'bad', 'good']);
    const api = new Api(`${strata.value}/api/v1/workspaces/${slug}`, await makeToken(owner, slug));
    const projects = await makeProjects(api, 3);
    const [first, , last] = projects;
    assert.ok(first && last);
    const at = (project: string) => `/w/${slug}/projects/${project}/label`;

    // Three tabs, three answers, no connection.
    const tabs: Page[] = [];
    for (const project of projects) {
      const tab = await context.newPage();
      await tab.goto(at(project));
      await tab.getByTestId('label-page').waitFor();
      tabs.push(tab);
    }
    await context.setOffline(true);
    for (const tab of tabs) await answer(tab);
    await tabs[0]?.locator('[data-testid=unsent-badge][data-unsent="3"]').waitFor();
    assert.deepEqual(await accepted(api, projects), [0, 0, 0]);

    // The tabs are gone, and a new one finds what they kept.
    for (const tab of tabs) await tab.close();
    await context.setOffline(false);
    await page.goto(at(first));
    await expect(async () => (await accepted(api, projects)).join() === '1,1,1', 'all three have arrived');
    await page.getByTestId('label-page').waitFor();
    assert.equal(await page.getByTestId('unsent-badge').count(), 0);

    // The service has the answer, but the browser is not told: it sends again, and that counts once.
    await page.route('**/submit', async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    const task = await answer(page);
    await page.locator(`[data-testid=label-page]:not([data-task="${task}"])`).waitFor();
    // The next task may be there before the answer has arrived.
    await page.getByTestId('unsent-badge').waitFor({ state: 'detached' });
    await expect(async () => (await accepted(api, projects)).join() === '2,1,1', 'it has arrived once');

    // The session ends; after signing in over the page the answer goes.
    await context.clearCookies();
    const late = await answer(page);
    await page.getByTestId('signin-password').fill(PASSWORD);
    await page.getByTestId('signin-submit').click();
    await page.locator(`[data-testid=label-page]:not([data-task="${late}"])`).waitFor();
    await expect(async () => (await accepted(api, projects)).join() === '3,1,1', 'the late one has arrived');
  });
});

/** Chooses the first class and submits; answers the task. */
async function answer(page: Page): Promise<string> {
  const stage = page.getByTestId('label-page');
  const task = (await stage.getAttribute('data-task')) ?? '';
  await page.keyboard.press('1');
  await page.locator('[data-chosen=true]').first().waitFor();
  await page.keyboard.press('Control+Enter');
  return task;
}

/** Projects over all samples, each with the same choice of two. */
async function makeProjects(api: Api, count: number): Promise<string[]> {
  const classes = [['good', '#15803d'], ['bad', '#c2410c']].map(([name, color]) => ({ name, color, attributes: [] }));
  const layer = { name: 'mood', kind: 'classification', field: 'text', required: true, multiple: false, classes, rules: {} };
  const made = await api.call('POST', '/standards', { name: 'mood', content: { title: 'Mood', guideline: 'Choose.', layers: [layer] } });
  const version = await api.call('POST', `/standards/${String(made['id'])}/publish`, {});
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const project = await api.call('POST', '/projects', {
      name: `Mood ${index + 1}`, dataset: DATASET, ref: 'main', query: '', standard_version_id: String(version['id']), workflow: { overlap: 1, review: false, lease_seconds: 900 },
    });
    const id = String(project['id']);
    await expect(async () => (await api.call('GET', `/projects/${id}`))['state'] === 'active', 'the tasks are there', 60_000);
    ids.push(id);
  }
  return ids;
}

/** How many answers each project has. */
function accepted(api: Api, projects: readonly string[]): Promise<number[]> {
  return Promise.all(projects.map(async (id) => Number(((await api.call('GET', `/projects/${id}`))['progress'] as Json)['accepted'])));
}
