// The proof: the whole path in a real browser, on a service that keeps everything in one folder, and on one over
// PostgreSQL and S3. What was labelled by hand must come out of the Python stream of that very version.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, openWindow, type Window } from './browser.js';
import {
  addMember, importFolder, makeDataset, makeToken, newestChanges, publishGenerated, setUp, signIn,
} from './owner.js';
import { python, startServices, startStrata } from './processes.js';
import { commitAccepted, labelAll, makeProject, reviewAll } from './project.js';

const SEEDS = 20;
const TASKS = 10;
const COMMENT = 'Look again: the stroke is closed.';

let browser: Browser;
let pictures: string;
/** What went wrong inside the pages. */
const faults: string[] = [];
/** The right class of each picture without a label, by key. */
let truth: Map<string, string>;

before(async () => {
  browser = await launch();
  pictures = await mkdtemp(path.join(tmpdir(), 'strata-pictures-'));
  const make = ['tools/make_digits.py', '--scale', '8'];
  await python([...make, path.join(pictures, 'seeds'), '--limit', String(SEEDS)]);
  const rest = ['--start', String(SEEDS), '--limit', String(TASKS), '--unlabelled'];
  await python([...make, path.join(pictures, 'rest'), ...rest, '--truth', path.join(pictures, 'truth.json')]);
  truth = new Map(Object.entries(JSON.parse(await readFile(path.join(pictures, 'truth.json'), 'utf8')) as Record<string, string>));
});

after(async () => {
  await browser.close();
  await rm(pictures, { recursive: true, force: true });
});

test('the whole path, everything in one folder', { timeout: 300_000 }, async () => {
  await using strata = await startStrata(null);
  const screenshot = process.env['STRATA_SCREENSHOT'];
  await wholePath(strata.value, screenshot ?? null);
});

test('the whole path, over PostgreSQL and S3', { timeout: 300_000 }, async () => {
  await using outside = await startServices();
  await using strata = await startStrata(outside.value);
  const { slug, commit, labels } = await wholePath(strata.value, null);
  // A trainer beside the bucket reads the same version without the service.
  const direct = await streamed(`${outside.value.storeUrl}/${slug}`, commit, outside.value.env);
  assert.deepEqual(direct, labels);
});

interface Outcome {
  slug: string;
  commit: string;
  labels: Map<string, string>;
}

/** Runs the path; when it fails, what each person saw is in the pictures that the error names. */
async function wholePath(url: string, screenshot: string | null): Promise<Outcome> {
  try {
    return await walk(url, screenshot);
  } catch (error) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    const seen = pages.map((_, index) => path.join(tmpdir(), `strata-failure-${Date.now()}-${index}.png`));
    await Promise.all(pages.map((page, index) => page.screenshot({ path: seen[index] ?? '' }).catch(() => undefined)));
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${why}\nthe pages as they stood: ${seen.join(' ')}\n${faults.join('\n')}`);
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
}

async function walk(url: string, screenshot: string | null): Promise<Outcome> {
  const owner = await openWindow(browser, url, faults);
  const slug = await setUp(owner);
  await addMember(owner, slug, { name: 'Ann', email: 'ann@example.com', role: 'annotator' });
  await addMember(owner, slug, { name: 'Rhea', email: 'rhea@example.com', role: 'reviewer' });
  const annotator = await openWindow(browser, url, faults);
  await signIn(annotator, 'ann@example.com');
  const reviewer = await openWindow(browser, url, faults);
  await signIn(reviewer, 'rhea@example.com');

  await makeDataset(owner, slug, 'digits');
  await importFolder(owner, 'digits', path.join(pictures, 'seeds'), SEEDS);
  await importFolder(owner, 'digits', path.join(pictures, 'rest'), SEEDS + TASKS);
  await publishGenerated(owner, slug, 'Digits');
  const project = `/w/${slug}/projects/${await makeProject(owner, slug, 'NOT has_label', TASKS)}`;

  await labelWithOneRedone(annotator, reviewer, project, screenshot);
  await commitAccepted(owner, project, TASKS);
  const [commit, stat] = await newestChanges(owner, slug, 'digits');
  assert.deepEqual(stat, { labels_added: TASKS }, 'labelling adds labels and touches no sample');
  await owner.page.getByTestId('diff-sample').nth(TASKS - 1).waitFor();
  assert.equal(await owner.page.getByTestId('diff-sample').count(), TASKS);
  await owner.page.getByTestId('diff-sample').first().locator('img').first().waitFor();

  const token = await makeToken(owner, slug);
  const labels = await streamed(`${url}/${slug}`, commit, { STRATA_TOKEN: token });
  assert.equal(labels.size, SEEDS + TASKS);
  for (const [key, name] of truth) assert.equal(labels.get(key), name, key);
  assert.deepEqual(faults, []);
  return { slug, commit, labels };
}

/** Ten labels by keyboard, one of them wrong; it comes back with a comment, and is put right. */
async function labelWithOneRedone(annotator: Window, reviewer: Window, project: string, screenshot: string | null): Promise<void> {
  const [wrongKey, rightClass] = [...truth][3] ?? [];
  assert.ok(wrongKey !== undefined && rightClass !== undefined);
  const classes = new Map(truth).set(wrongKey, rightClass === '0' ? '6' : '0');
  const photograph = async (done: number): Promise<void> => {
    if (!screenshot || done !== 5) return;
    await annotator.page.locator('[data-testid=save-state][data-state=saved]').waitFor();
    await annotator.page.screenshot({ path: screenshot });
  };
  const first = await labelAll(annotator, project, { classes, before: photograph });
  assert.deepEqual([...first].sort(), [...truth.keys()].sort());
  assert.equal(await reviewAll(reviewer, project, new Map([[wrongKey, COMMENT]])), TASKS);
  const redone = await labelAll(annotator, project, { classes: truth, comment: COMMENT });
  assert.deepEqual(redone, [wrongKey]);
  assert.equal(await reviewAll(reviewer, project, new Map()), 1);
}

/** The labels a trainer sees, by key. */
async function streamed(url: string, commit: string, env: Record<string, string>): Promise<Map<string, string>> {
  const said = await python(['tests/browser/stream_labels.py', url, 'digits', commit], env);
  return new Map(Object.entries(JSON.parse(said) as Record<string, string>));
}
