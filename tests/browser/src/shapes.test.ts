// One person draws every shape of a picture by mouse and keys; the service takes them as they were drawn, and gives them back.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { Api, type Json } from './api.js';
import { expect, launch, openWindow, told } from './browser.js';
import { importFolder, makeDataset, makeToken, setUp } from './owner.js';
import { python, startStrata } from './processes.js';

const DATASET = 'shapes';
/** The pictures are squares of this side. */
const SIDE = 128;

let browser: Browser;
let folder: string;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(path.join(tmpdir(), 'strata-shapes-'));
  await python(['tools/make_digits.py', '--scale', '16', path.join(folder, 'pictures'), '--limit', '2', '--unlabelled']);
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const KINDS = ['box', 'rotated_box', 'ellipse', 'polygon', 'polyline', 'point', 'skeleton', 'mask'] as const;

function layerOf(kind: string): Json {
  const skeleton = kind === 'skeleton' ? { skeleton: { points: ['head', 'hand', 'foot'], edges: [[0, 1], [0, 2]] } } : {};
  return { name: kind, kind, field: 'image', classes: [{ name: `a ${kind}`, color: '#1d4ed8', attributes: [] }], ...skeleton };
}

test('every shape of a picture is drawn, kept and given back', { timeout: 180_000 }, async () => {
  const faults: string[] = [];
  await using strata = await startStrata(null);
  const owner = await openWindow(browser, strata.value, faults);
  const { page } = owner;
  await told(owner, faults, async () => {
    const slug = await setUp(owner);
    await makeDataset(owner, slug, DATASET);
    await importFolder(owner, DATASET, path.join(folder, 'pictures'), 2);
    const api = new Api(`${strata.value}/api/v1/workspaces/${slug}`, await makeToken(owner, slug));
    const project = await makeProject(api);

    await page.goto(`/w/${slug}/projects/${project}/label`);
    const first = await taskInHand(page);
    await draw(page);
    await undoInSteps(page);
    const saved = await drawn(page);
    await page.keyboard.press('Control+Enter');
    await expect(async () => (await taskInHand(page)) !== first, 'the next task is there');

    // What was copied on one picture is put on the next.
    await page.keyboard.press('Control+v');
    await expect(async () => (await drawn(page)) === 1, 'the copied region is pasted');
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('all-done').waitFor();

    await api.ended(await api.call('POST', `/projects/${project}/commit`, { branch: 'main' }));
    const items = await labels(api);
    assert.equal(items.length, saved + 1);
    check(items);
  });
});

async function makeProject(api: Api): Promise<string> {
  const standard = await api.call('POST', '/standards', { name: 'shapes', content: { title: 'Shapes', guideline: 'Draw them.', layers: KINDS.map(layerOf) } });
  const version = await api.call('POST', `/standards/${String(standard['id'])}/publish`, {});
  const workflow = { overlap: 1, review: false, lease_seconds: 900 };
  const project = await api.call('POST', '/projects', { name: 'all shapes', dataset: DATASET, ref: 'main', query: '', standard_version_id: version['id'], workflow });
  const id = String(project['id']);
  await expect(async () => (await api.call('GET', `/projects/${id}`))['state'] === 'active', 'the tasks are there', 60_000);
  return id;
}

async function taskInHand(page: Page): Promise<string> {
  await page.getByTestId('image-canvas').waitFor();
  return (await page.getByTestId('label-page').getAttribute('data-task')) ?? '';
}

const drawn = (page: Page): Promise<number> => page.getByTestId('answer-item').count();

/** A hand on the picture, in its pixels. */
async function handOn(page: Page) {
  const stage = await page.getByTestId('image-canvas').boundingBox();
  assert.ok(stage);
  // The picture fits, with room for the tools beside it.
  const scale = Math.min(stage.width - 128, stage.height - 48) / SIDE;
  const at = (x: number, y: number) => [stage.x + stage.width / 2 + (x - SIDE / 2) * scale, stage.y + stage.height / 2 + (y - SIDE / 2) * scale] as const;
  const click = async (...places: [number, number][]) => {
    for (const [x, y] of places) await page.mouse.click(...at(x, y));
  };
  const drag = async (from: [number, number], to: [number, number]) => {
    await page.mouse.move(...at(...from));
    await page.mouse.down();
    await page.mouse.move(...at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2));
    await page.mouse.move(...at(...to));
    await page.mouse.up();
  };
  return { at, click, drag };
}

async function draw(page: Page): Promise<void> {
  const { at, click, drag } = await handOn(page);
  const count = (n: number) => expect(async () => (await drawn(page)) === n, `${n} regions are drawn`);
  await drag([4, 4], [24, 20]);
  await count(1);
  await page.keyboard.press('Shift+R');
  await drag([40, 10], [60, 10]);
  await click([50, 22]);
  await count(2);
  await page.keyboard.press('o');
  await drag([70, 4], [90, 16]);
  await count(3);
  await page.keyboard.press('p');
  await click([10, 40], [30, 40], [30, 60]);
  await page.keyboard.press('Enter');
  await count(4);
  await page.getByTestId('classes-polyline').getByTestId('class-a polyline').click();
  await click([40, 40]);
  await page.mouse.dblclick(...at(70, 50));
  await count(5);
  await page.keyboard.press('k');
  await click([100, 40]);
  await count(6);
  await page.getByTestId('classes-skeleton').getByTestId('class-a skeleton').click();
  await click([20, 80]);
  await page.keyboard.press('q');
  await page.keyboard.down('Shift');
  await click([24, 110]);
  await page.keyboard.up('Shift');
  await count(7);
  await page.keyboard.press('Control+c');
  await page.keyboard.press('b');
  await drag([80, 90], [100, 90]);
  await count(8);
}

/** A second stroke over the mask is taken back alone, and so is the last point of an outline. */
async function undoInSteps(page: Page): Promise<void> {
  const { click, drag } = await handOn(page);
  const size = async () => page.locator('[data-testid=answer-item][data-class="a mask"]').textContent();
  const before = await size();
  await drag([80, 100], [100, 100]);
  await expect(async () => (await size()) !== before, 'the second stroke is there');
  await page.keyboard.press('Control+z');
  await expect(async () => (await size()) === before, 'the second stroke is gone, the first is not');
  await page.keyboard.press('p');
  await click([50, 80], [60, 80]);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Control+z');
  assert.equal(await drawn(page), 8);
}

async function labels(api: Api): Promise<Json[]> {
  const page = await api.call<{ items: { key: string }[] }>('GET', `/datasets/${DATASET}/samples?ref=main`);
  const samples = await Promise.all(page.items.map(({ key }) => api.call<{ labels: Json[] }>('GET', `/datasets/${DATASET}/sample?ref=main&key=${encodeURIComponent(key)}`)));
  return samples.flatMap((sample) => sample.labels);
}

function check(items: readonly Json[]): void {
  const numbers = (kind: string, ...names: string[]) => {
    const item = items.find((each) => each['kind'] === kind);
    return names.map((name) => Math.round(Number(item?.[name])));
  };
  const rows = (kind: string, name: string) => (items.find((each) => each['kind'] === kind)?.[name] as number[][]).map((row) => row.map(Math.round));
  assert.deepEqual(numbers('box', 'x', 'y', 'width', 'height'), [4, 4, 20, 16]);
  assert.deepEqual(numbers('rotated_box', 'cx', 'cy', 'width', 'height', 'angle'), [50, 16, 20, 12, 0]);
  assert.deepEqual(numbers('ellipse', 'cx', 'cy', 'rx', 'ry', 'angle'), [80, 10, 10, 6, 0]);
  assert.deepEqual(rows('polygon', 'points'), [[10, 40], [30, 40], [30, 60]]);
  assert.deepEqual(rows('polyline', 'points'), [[40, 40], [70, 50]]);
  assert.deepEqual(numbers('point', 'x', 'y'), [100, 40]);
  assert.equal(items.filter((each) => each['kind'] === 'skeleton').length, 2);
  assert.deepEqual(rows('skeleton', 'joints'), [[20, 80, 2], [0, 0, 0], [24, 110, 1]]);
  const mask = items.find((each) => each['kind'] === 'mask');
  const sum = (mask?.['counts'] as number[]).reduce((all, count) => all + count, 0);
  assert.equal(sum, Number(mask?.['width']) * Number(mask?.['height']));
}
