// A protected branch: a rule is made, a merge is refused with its report, the data is mended, and the merge goes
// through; and a gate that takes long, whose merge goes on as a job that can be stopped.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

before(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), 'strata-gates-'));
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test('a merge is refused by a gate, mended, and goes through', { timeout: 120_000 }, async () => {
  const faults: string[] = [];
  await using strata = await startStrata(null);
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  await told(owner, faults, async () => {
    const [dataset, history] = await twoBranches(owner, ['bad', 'good', 'dull', 'bad', 'bad']);
    await makeRule(owner, history, 'class_minima', 'enough good', async () => page.getByTestId('check-minima').fill('good: 2'));

    await merge(owner, history);
    const refusal = page.getByTestId('gates-refused');
    const failed = refusal.locator('[data-testid=gate-result][data-gate="enough good"][data-passed=false]');
    await failed.waitFor();
    assert.match((await failed.textContent()) ?? '', /good/);
    assert.equal(await headOf(owner, history, 'main', 'bad'), null, 'main has not moved');

    await importLabels(owner, folder, dataset, 'try', ['better', 'good', 'good', 'bad', 'bad']);
    await merge(owner, history);
    await page.getByTestId('commits').waitFor();
    const top = page.getByTestId('commit').first();
    await top.locator('[data-testid=ref-badge][data-name=main]').waitFor();
    await top.getByTestId('commit-open').focus();
    await page.keyboard.press('Enter');
    const details = page.getByTestId('commit-details');
    await details.locator('[data-testid=gate-result][data-gate="enough good"][data-passed=true]').waitFor();
  });
});

test('a slow gate makes the merge a job, which is stopped, and made again', { timeout: 120_000 }, async () => {
  const faults: string[] = [];
  let asked = 0;
  const program = createServer((request, response) => {
    request.resume();
    asked += 1;
    setTimeout(() => response.end(JSON.stringify({ pass: true, message: 'fine by us' })), 4_000);
  });
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(program.address() as AddressInfo).port}`;
  await using strata = await startStrata(null, { STRATA_OUTBOUND: url });
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  await told(owner, faults, async () => {
    const [, history] = await twoBranches(owner, ['angry', 'good', 'good', 'bad', 'bad']);
    await makeRule(owner, history, 'webhook', 'legal', async () => page.getByTestId('check-url').fill(url));
    await merge(owner, history);
    const job = page.locator('[data-testid=running-job][data-kind=merge]');
    await job.waitFor();
    await page.getByTestId('cancel-job').click();
    await page.locator('[data-testid=error-notice][data-code=job_cancelled]').waitFor();
    await job.waitFor({ state: 'detached' });
    assert.ok(asked >= 1);

    await page.getByTestId('complete-merge').click();
    await job.waitFor();
    await page.getByTestId('commits').waitFor({ timeout: 30_000 });
    await page.getByTestId('commit').first().locator('[data-testid=ref-badge][data-name=main]').waitFor();
  });
  program.closeAllConnections();
  program.close();
});

/** `main`, and `try` with other labels on top of it. */
async function twoBranches(owner: Window, labels: readonly string[]): Promise<[string, string]> {
  const slug = await setUp(owner);
  const dataset = `/w/${slug}/datasets/${DATASET}`;
  const history = `${dataset}/history`;
  await makeDataset(owner, slug, DATASET);
  await importLabels(owner, folder, dataset, 'main', ['bad', 'good', 'good', 'bad', 'bad']);
  await branchFromHead(owner, history, 'try');
  await importLabels(owner, folder, dataset, 'try', labels);
  return [dataset, history];
}

/** Protects `main` by one gate. */
async function makeRule({ page }: Window, history: string, kind: string, name: string, fill: () => Promise<void>): Promise<void> {
  await page.goto(`${history}?view=protection`);
  await page.getByTestId('new-rule').click();
  await page.getByTestId('add-gate').click();
  await page.getByTestId(`add-${kind}`).click();
  await page.getByTestId('gate-name').fill(name);
  await fill();
  await page.getByTestId('save-rule').click();
  await page.locator('[data-testid=rule][data-pattern=main]').waitFor();
}

async function merge({ page }: Window, history: string): Promise<void> {
  await page.goto(`${history}?merge=try&into=main`);
  await page.getByTestId('complete-merge').click();
}

/** The class of `note-0` on a branch where it is not `unlike`; null while it is. */
async function headOf({ page }: Window, history: string, branch: string, unlike: string): Promise<string | null> {
  const other = await page.context().newPage();
  await other.goto(`${history.replace(/history$/, 'samples')}?ref=${branch}&key=note-0`);
  const origins = other.getByTestId('label-origins');
  await origins.waitFor();
  await expect(async () => ((await origins.textContent()) ?? '').length > 0, 'the labels of note-0');
  const said = (await origins.textContent()) ?? '';
  await other.close();
  return said.includes(unlike) ? null : said;
}
