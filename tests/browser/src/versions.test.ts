// Two branches that give the same samples other labels: compared, merged with every conflict settled by key, seen in
// the graph; a branch that moves meanwhile costs no settlement.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { expect, launch, openWindow, told, type Window } from './browser.js';
import { branchFromHead, importLabels, makeDataset, setUp } from './owner.js';
import { startStrata } from './processes.js';

const DATASET = 'notes';

let browser: Browser;
let folder: string;
const faults: string[] = [];

before(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), 'strata-versions-'));
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test('a merge with conflicts, settled by keys', { timeout: 240_000 }, async () => {
  await using strata = await startStrata(null);
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  await told(owner, faults, async () => {
    const slug = await setUp(owner);
    const dataset = `/w/${slug}/datasets/${DATASET}`;
    const history = `${dataset}/history`;
    await makeDataset(owner, slug, DATASET);
    await importLabels(owner, folder, dataset, 'main', ['bad', 'good', 'neutral', 'bad', 'good']);
    await branchFromHead(owner, history, 'relabel');
    await page.getByTestId('undo').click();
    await page.locator('[data-testid=ref-badge][data-name=relabel]').waitFor({ state: 'detached' });
    await branchFromHead(owner, history, 'relabel');
    await importLabels(owner, folder, dataset, 'relabel', ['angry', 'good', 'dull', 'bad', 'good']);
    await importLabels(owner, folder, dataset, 'main', ['poor', 'great', 'plain', 'bad', 'good']);

    await page.goto(`${history}?a=main&b=relabel`);
    await page.getByTestId('diff-sample').first().waitFor();
    assert.equal(await page.getByTestId('diff-sample').count(), 3);
    assert.match((await page.getByTestId('relation').textContent()) ?? '', /only in relabel: 1; only in main: 1/);

    await settleByKeys(owner, history);
    await moveMainMeanwhile(owner, dataset);
    await complete(owner);
    await checkGraph(owner, dataset);
  });
});

/** Opens the merge from the list of branches and settles its two conflicts by keys; one settlement is taken back. */
async function settleByKeys({ page }: Window, history: string): Promise<void> {
  await page.goto(`${history}?view=refs`);
  await page.locator('[data-testid=branch-row][data-name=relabel]').getByTestId('merge-ref').click();
  await page.getByTestId('branch-go').click();
  await page.locator('[data-testid=conflicts][data-count="2"][data-settled="0"]').waitFor();
  await page.getByTestId('side-ours').getByText('poor', { exact: true }).waitFor();
  await page.getByTestId('side-theirs').getByText('angry', { exact: true }).waitFor();
  await page.getByTestId('side-base').getByText('bad', { exact: true }).waitFor();
  await page.keyboard.press('2');
  await page.locator('[data-testid=conflicts][data-settled="1"]').waitFor();
  await page.keyboard.press('u');
  await page.locator('[data-testid=conflicts][data-settled="0"]').waitFor();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('2');
  await page.keyboard.press('3');
  await page.locator('[data-testid=conflicts][data-settled="2"]').waitFor();
  await page.locator('[data-testid=conflict][data-key=note-0][data-take=theirs]').waitFor();
  await page.locator('[data-testid=conflict][data-key=note-2][data-take=base]').waitFor();
}

/** Another window moves `main`: the merge is refused in words, and a new preview keeps both settlements. */
async function moveMainMeanwhile({ page }: Window, dataset: string): Promise<void> {
  const other = await page.context().newPage();
  await importLabels({ page: other }, folder, dataset, 'main', ['poor', 'great', 'plain', 'worst', 'good']);
  await other.close();
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('branch-moved').waitFor();
  await page.getByTestId('preview-again').click();
  await page.getByTestId('branch-moved').waitFor({ state: 'detached' });
  await page.locator('[data-testid=conflicts][data-count="2"][data-settled="2"]').waitFor();
}

async function complete({ page }: Window): Promise<void> {
  await page.getByTestId('complete-merge').click();
  await page.getByTestId('commits').waitFor();
}

/** The merge stands at the top with two lines below it, and its details say how it was settled; the labels are those. */
async function checkGraph({ page }: Window, dataset: string): Promise<void> {
  const top = page.getByTestId('commit').first();
  await expect(async () => (await top.getAttribute('data-parents')) === '2', 'the newest commit is the merge');
  await top.locator('[data-testid=ref-badge][data-name=main]').waitFor();
  const columns = await page.getByTestId('commit').locator('svg[data-column]').evaluateAll((all) => all.map((each) => each.getAttribute('data-column')));
  assert.deepEqual(new Set(columns), new Set(['0', '1']));
  await top.getByTestId('commit-open').focus();
  await page.keyboard.press('Enter');
  const details = page.getByTestId('commit-details');
  await details.getByText(/^note-0/).first().waitFor();
  await details.getByText('theirs', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  for (const [key, label] of [['note-0', 'angry'], ['note-1', 'great'], ['note-2', 'neutral'], ['note-3', 'worst']] as const) {
    await page.goto(`${dataset}/samples?key=${key}`);
    const origins = page.getByTestId('label-origins');
    await origins.getByText(label, { exact: true }).waitFor();
    await origins.getByTestId('blame-commit').waitFor();
  }
}
