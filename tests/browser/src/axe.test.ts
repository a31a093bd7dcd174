// Every page of the shell and of versions, light and dark, in both languages, by the rules of WCAG 2.2 AA.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { broken } from './axe.js';
import { launch, openWindow, told, type Window } from './browser.js';
import { branchFromHead, importFolder, importLabels, makeDataset, setUp } from './owner.js';
import { python, startStrata } from './processes.js';

let browser: Browser;
let folder: string;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), 'strata-axe-'));
  await python(['tools/make_digits.py', '--scale', '8', path.join(folder, 'pictures'), '--limit', '4']);
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test('axe finds nothing to mend', { timeout: 240_000 }, async () => {
  const faults: string[] = [];
  await using strata = await startStrata(null);
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  await told(owner, faults, async () => {
    await page.getByTestId('setup-name').waitFor();
    const found = await broken(owner, 'setup');
    const slug = await setUp(owner);
    await makeDataset(owner, slug, 'pictures');
    await importFolder(owner, 'pictures', path.join(folder, 'pictures'), 4);
    await makeDataset(owner, slug, 'notes');
    const notes = `/w/${slug}/datasets/notes`;
    await importLabels(owner, folder, notes, 'main', ['bad', 'good', 'dull', 'bad', 'good']);
    await branchFromHead(owner, `${notes}/history`, 'try');
    await importLabels(owner, folder, notes, 'try', ['angry', 'good', 'good', 'bad', 'good']);
    await importLabels(owner, folder, notes, 'main', ['poor', 'good', 'plain', 'bad', 'good']);
    for (const look of ['light, English', 'dark, Chinese'] as const) {
      if (look === 'dark, Chinese') {
        await page.goto(`/w/${slug}/datasets`);
        await page.getByTestId('toggle-scheme').click();
        await page.getByTestId('toggle-language').click();
      }
      const check = async (where: string) => {
        const there = await broken(owner, `${where} (${look})`);
        for (const line of there) console.error(line);
        found.push(...there);
      };
      await shell(owner, slug, check);
      await versions(owner, notes, check);
    }
    assert.deepEqual(found, []);
  });
});

type Check = (where: string) => Promise<unknown>;

/** The pages around the rooms, and the menus of the frame. */
async function shell({ page }: Window, slug: string, check: Check): Promise<void> {
  for (const room of ['datasets', 'standards', 'projects', 'models', 'jobs', 'settings']) {
    await page.getByTestId(`nav-${room}`).click();
    await page.locator('h1').first().waitFor();
    await check(room);
  }
  for (const menu of ['workspace-switcher', 'account-menu', 'jobs-indicator']) {
    await page.getByTestId(menu).click();
    await page.locator('[role=menu], [role=dialog]').first().waitFor();
    await check(menu);
    await page.keyboard.press('Escape');
  }
  await page.goto(`/w/${slug}/datasets/pictures/samples`);
  await page.getByTestId('sample-tile').first().waitFor();
  await check('samples');
}

/** The room of versions. */
async function versions({ page }: Window, dataset: string, check: Check): Promise<void> {
  await page.goto(`${dataset}/history`);
  await page.getByTestId('commit').first().waitFor();
  await check('graph');
  await page.getByTestId('commit-menu').first().click();
  await page.getByTestId('branch-here').waitFor();
  await check('menu of a commit');
  await page.getByTestId('branch-here').click();
  await page.getByTestId('ref-name').waitFor();
  await check('name of a branch');
  await page.keyboard.press('Escape');
  await page.getByTestId('commit-open').first().click();
  await page.getByTestId('commit-details').waitFor();
  await check('commit');
  await page.goto(`${dataset}/history?view=refs`);
  await page.getByTestId('branch-row').first().waitFor();
  await check('branches and tags');
  await page.goto(`${dataset}/history?view=protection`);
  await page.getByTestId('new-rule').click();
  await page.getByTestId('add-gate').click();
  await page.getByTestId('add-duplicates').waitFor();
  await check('menu of gates');
  await page.getByTestId('add-duplicates').click();
  await check('rule');
  await page.goto(`${dataset}/history?a=main&b=try`);
  await page.getByTestId('diff-sample').first().waitFor();
  await check('comparison');
  await page.goto(`${dataset}/history?merge=try&into=main`);
  await page.getByTestId('side-theirs').waitFor();
  await check('conflicts');
  await page.getByTestId('take-theirs').click();
  await check('a conflict settled');
  await page.goto(`${dataset}/samples?key=note-0`);
  await page.getByTestId('label-origins').waitFor();
  await check('lineage');
}
