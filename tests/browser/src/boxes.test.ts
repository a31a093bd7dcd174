// Two people and the boxes of pictures: where both changed the same box, a click settles it; where one moved a box and
// the other added one, there is nothing to settle. Old and new boxes are drawn.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Api, type Boxed } from './api.js';
import { launch, openWindow, told, type Window } from './browser.js';
import { importFolder, makeDataset, makeToken, setUp } from './owner.js';
import { python, startStrata } from './processes.js';

const DATASET = 'streets';

let browser: Browser;
let folder: string;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), 'strata-boxes-'));
  await python(['tools/make_digits.py', '--scale', '16', path.join(folder, 'pictures'), '--limit', '2', '--unlabelled']);
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const one = (x: number): Boxed => ({ id: 'one', class: 'car', x, y: 12, width: 40, height: 30 });
const two: Boxed = { id: 'two', class: 'van', x: 70, y: 60, width: 36, height: 44 };

test('conflicts about boxes are settled by a click', { timeout: 120_000 }, async () => {
  const faults: string[] = [];
  await using strata = await startStrata(null);
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  await told(owner, faults, async () => {
    const slug = await setUp(owner);
    await makeDataset(owner, slug, DATASET);
    await importFolder(owner, DATASET, path.join(folder, 'pictures'), 2);
    const keys = await page.getByTestId('sample-tile').evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-key') ?? ''));
    const [both, apart] = keys.sort();
    assert.ok(both && apart);
    const api = new Api(`${strata.value}/api/v1/workspaces/${slug}`, await makeToken(owner, slug));
    const standard = await api.boxesStandard(['car', 'van']);
    const commit = (branch: string, boxes: [string, Boxed[]][]) => api.commitBoxes(DATASET, branch, standard, new Map(boxes));
    await commit('main', [[both, [one(10)]], [apart, [one(10)]]]);
    await api.call('POST', `/datasets/${DATASET}/branches`, { name: 'side', from: 'main' });
    await commit('main', [[both, [one(30)]], [apart, [one(30)]]]);
    await commit('side', [[both, [one(60)]], [apart, [one(10), two]]]);

    const history = `/w/${slug}/datasets/${DATASET}/history`;
    await settle(owner, history, both);
    await drawn(owner, history, apart);
    const boxesOf = async (key: string) => {
      const sample = await api.call<{ labels: Boxed[] }>('GET', `/datasets/${DATASET}/sample?ref=main&key=${encodeURIComponent(key)}`);
      return sample.labels.map(({ id, x }) => [id, x]).sort();
    };
    assert.deepEqual(await boxesOf(both), [['one', 60]]);
    assert.deepEqual(await boxesOf(apart), [['one', 30], ['two', 70]]);
  });
});

/** One conflict, about one box; each side shows its own, over where it was. Theirs is taken by a click. */
async function settle({ page }: Window, history: string, key: string): Promise<void> {
  await page.goto(`${history}?merge=side&into=main`);
  await page.locator('[data-testid=conflicts][data-count="1"][data-settled="0"]').waitFor();
  await page.locator(`[data-testid=open-conflict][data-key="${key}"]`).waitFor();
  for (const [side, x] of [['base', '10'], ['ours', '30'], ['theirs', '60']] as const) {
    const tone = side === 'base' ? 'old' : 'new';
    const box = page.getByTestId(`side-${side}`).locator(`g[data-item=one][data-tone=${tone}] rect`).last();
    await box.waitFor({ state: 'attached' });
    assert.equal(await box.getAttribute('x'), x, side);
  }
  const ghost = page.getByTestId('side-theirs').locator('g[data-tone=ghost] rect').last();
  assert.equal(await ghost.getAttribute('x'), '10');
  await page.getByTestId('take-theirs').click();
  await page.locator('[data-testid=conflicts][data-settled="1"]').waitFor();
  await page.getByTestId('complete-merge').click();
  await page.getByTestId('commits').waitFor();
}

/** What the merge changed on `main`: the second box is new, the first stands where it stood. */
async function drawn({ page }: Window, history: string, key: string): Promise<void> {
  await page.goto(`${history}?a=main~1&b=main`);
  const card = page.locator(`[data-testid=diff-sample][data-key="${key}"]`);
  await card.locator('g[data-item=two][data-tone=new]').waitFor({ state: 'attached' });
  assert.equal(await card.locator('g[data-item=two]').count(), 1, 'the second box was not there before');
  assert.equal(await card.locator('g[data-item=one][data-tone=same]').count(), 2, 'the first box is the same on both sides');
}
