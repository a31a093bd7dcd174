// What the owner does in the browser: the house, the data, the standard, the project, the commit.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Window } from './browser.js';

export const PASSWORD = 'correct horse battery';
export const OWNER = 'olga@example.com';
export const WORKSPACE = 'Digits lab';

export interface Person {
  name: string;
  email: string;
  role: 'annotator' | 'reviewer';
}

/** First run: makes the administrator and the workspace; answers the workspace's slug. */
export async function setUp({ page }: Window): Promise<string> {
  await page.getByTestId('setup-name').fill('Olga');
  await page.getByTestId('setup-email').fill(OWNER);
  await page.getByTestId('setup-password').fill(PASSWORD);
  await page.getByTestId('setup-workspace').fill(WORKSPACE);
  await page.getByTestId('setup-submit').click();
  await page.waitForURL(/\/w\/[^/]+/);
  const slug = /\/w\/([^/]+)/.exec(page.url())?.[1];
  if (!slug) throw new Error(`no workspace in ${page.url()}`);
  return slug;
}

export async function signIn({ page }: Window, email: string): Promise<void> {
  await page.getByTestId('signin-email').fill(email);
  await page.getByTestId('signin-password').fill(PASSWORD);
  await page.getByTestId('signin-submit').click();
  await page.waitForURL(/\/w\/[^/]+/);
}

export async function addMember({ page }: Window, slug: string, person: Person): Promise<void> {
  await page.goto(`/w/${slug}/settings/members`);
  await page.getByTestId('add-member').click();
  await page.getByTestId('member-name').fill(person.name);
  await page.getByTestId('member-email').fill(person.email);
  await page.getByTestId('member-role').click();
  await page.getByRole('option', { name: new RegExp(person.role, 'i') }).click();
  await page.getByTestId('member-password').fill(PASSWORD);
  await page.getByTestId('member-submit').click();
  await page.getByText(person.email).waitFor();
}

/** A token for scripts; it is shown once. */
export async function makeToken({ page }: Window, slug: string): Promise<string> {
  await page.goto(`/w/${slug}/settings/tokens`);
  await page.getByTestId('new-token').click();
  await page.getByTestId('token-name').fill('trainer');
  await page.getByTestId('token-submit').click();
  const token = (await page.getByTestId('fresh-token').textContent())?.match(/strata_[A-Za-z0-9_-]+/)?.[0];
  if (!token) throw new Error('no token was shown');
  return token;
}

export async function makeDataset({ page }: Window, slug: string, name: string): Promise<void> {
  await page.goto(`/w/${slug}/datasets`);
  await page.getByTestId('new-dataset').first().click();
  await page.getByTestId('dataset-name').fill(name);
  await page.getByTestId('dataset-create').click();
  await page.waitForURL(`**/datasets/${name}**`);
}

/** Imports a folder through the file chooser and waits for the job; the grid then shows `expected` samples. */
export async function importFolder({ page }: Window, dataset: string, folder: string, expected: number): Promise<void> {
  const dropZone = page.getByTestId('drop-zone');
  await dropZone.or(page.getByTestId('tab-import')).waitFor();
  if (!(await dropZone.isVisible())) await page.getByTestId('tab-import').click();
  await page.getByTestId('folder-input').setInputFiles(folder);
  await page.getByTestId('start-import').click();
  await page.locator('[data-testid=import-status][data-state=succeeded]').waitFor({ timeout: 60_000 });
  await page.getByTestId('import-clean').waitFor();
  await page.getByTestId('show-samples').click();
  await page.getByTestId('sample-tile').first().waitFor();
  await expect(async () => (await page.getByTestId('sample-tile').count()) === expected, `${dataset}: ${expected} samples`);
}

/** Drafts a standard from the dataset, and publishes it as it is. */
export async function publishGenerated({ page }: Window, slug: string, name: string): Promise<void> {
  await page.goto(`/w/${slug}/standards`);
  await page.getByTestId('generate-standard').first().click();
  await page.getByTestId('generate-name').fill(name);
  await page.getByTestId('generate-submit').click();
  await page.getByTestId('publish-standard').click();
  await page.getByTestId('confirm').click();
  await page.getByRole('tab', { name: /1/ }).waitFor();
}

/** Opens the newest commit's changes; answers the commit and the figures of the diff by name. */
export async function newestChanges({ page }: Window, slug: string, dataset: string): Promise<[string, Record<string, number>]> {
  await page.goto(`/w/${slug}/datasets/${dataset}/history`);
  const newest = page.getByTestId('commit').first();
  const commit = await newest.getAttribute('data-hash');
  if (!commit) throw new Error('the newest commit has no hash');
  await newest.getByTestId('commit-changes').click();
  const figures = page.getByTestId('diff-stat').locator('[data-name]');
  await figures.first().waitFor();
  const stat: Record<string, number> = {};
  for (const figure of await figures.all()) {
    const name = await figure.getAttribute('data-name');
    if (name) stat[name] = Number((await figure.locator('b').textContent())?.replace(/\D/g, ''));
  }
  return [commit, stat];
}

const TEXTS = ['late and damaged', 'quick and kind', 'it is a parcel', 'never again', 'as described'];

/** Imports the texts `note-0` to `note-4` with these labels to a branch, through the import page at `dataset`. */
export async function importLabels({ page }: Window, folder: string, dataset: string, branch: string, labels: readonly string[]): Promise<void> {
  const file = path.join(folder, `${branch}-${labels[0] ?? ''}.csv`);
  const lines = TEXTS.map((text, index) => `note-${index},${text},${labels[index] ?? ''}`);
  await writeFile(file, ['key,text,label', ...lines, ''].join('\n'));
  await page.goto(`${dataset}/import`);
  await page.getByTestId('drop-zone').waitFor();
  await page.getByTestId('file-input').setInputFiles(file);
  await page.getByTestId('import-branch').fill(branch);
  await page.getByTestId('start-import').click();
  await page.locator('[data-testid=import-status][data-state=succeeded]').waitFor({ timeout: 60_000 });
}

/** Makes a branch at the newest commit, from its menu. */
export async function branchFromHead({ page }: Window, history: string, name: string): Promise<void> {
  await page.goto(history);
  await page.getByTestId('commit-menu').first().click();
  await page.getByTestId('branch-here').click();
  await page.getByTestId('ref-name').fill(name);
  await page.keyboard.press('Enter');
  await page.locator(`[data-testid=ref-badge][data-name="${name}"]`).waitFor();
}
