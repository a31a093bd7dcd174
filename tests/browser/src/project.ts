// What people do with a project in the browser: make it, label by keyboard, review, commit.
import { expect, type Window } from './browser.js';

/** Makes a project over `query` after its preview said `count`; answers its id once its tasks are there. */
export async function makeProject({ page }: Window, slug: string, query: string, count: number): Promise<string> {
  await page.goto(`/w/${slug}/projects/new`);
  await page.getByTestId('project-query').fill(query);
  await page.locator(`[data-testid=preview-count][data-count="${count}"]`).waitFor();
  await page.getByTestId('project-name').fill('Ten digits');
  await page.getByTestId('project-create').click();
  await page.getByTestId('label').waitFor();
  const id = /\/projects\/([0-9a-f-]{36})/.exec(page.url())?.[1];
  if (!id) throw new Error(`no project in ${page.url()}`);
  return id;
}

/** The key that stands beside the class. */
async function keyOf({ page }: Window, name: string): Promise<string> {
  const key = page.getByTestId('classes-label').getByTestId(`class-${name}`).locator('kbd');
  await key.waitFor();
  return ((await key.textContent()) ?? '').trim().toLowerCase();
}

async function choose(window: Window, name: string): Promise<void> {
  await window.page.keyboard.press(await keyOf(window, name));
  await window.page.locator(`[data-testid="class-${name}"][data-chosen=true]`).waitFor();
}

export interface Sitting {
  /** The class to give each key. */
  classes: Map<string, string>;
  /** The comment that must stand beside a returned task. */
  comment?: string;
  /** Called on each task once its answer is chosen and not yet sent. */
  before?: (done: number) => Promise<void>;
}

/** Labels tasks by keyboard until none is left; answers their keys in the order they came. */
export async function labelAll(window: Window, project: string, sitting: Sitting): Promise<string[]> {
  const { page } = window;
  await page.goto(project + '/label');
  const keys: string[] = [];
  const stage = page.getByTestId('label-page');
  const allDone = page.getByTestId('all-done');
  for (;;) {
    await stage.or(allDone).waitFor();
    if (await allDone.isVisible()) return keys;
    const task = (await stage.getAttribute('data-task')) ?? '';
    const key = (await stage.getAttribute('data-key')) ?? '';
    const right = sitting.classes.get(key);
    if (right === undefined) throw new Error(`the task of ${key} should not be here`);
    if (sitting.comment) await page.getByTestId('review-comment').getByText(sitting.comment).waitFor();
    if (keys.length === 0) await takeBack(window, right);
    await choose(window, right);
    await sitting.before?.(keys.length);
    await page.keyboard.press('Control+Enter');
    keys.push(key);
    const gone = page.locator(`[data-testid=label-page][data-task="${task}"]`);
    await expect(async () => (await gone.count()) === 0, `task ${keys.length} (${key}) is sent`);
  }
}

/** A slip of the finger: another class, taken back with Ctrl+Z. */
async function takeBack(window: Window, right: string): Promise<void> {
  const slip = right === '9' ? '8' : '9';
  await choose(window, slip);
  await window.page.keyboard.press('Control+z');
  await window.page.locator(`[data-testid="class-${slip}"][data-chosen=false]`).waitFor();
}

/** Reviews by keyboard until nothing waits: accepts, but returns the answers of `wrong` with its comment. */
export async function reviewAll(window: Window, project: string, wrong: Map<string, string>): Promise<number> {
  const { page } = window;
  await page.goto(project + '/review');
  const stage = page.getByTestId('review-page');
  const allDone = page.getByTestId('review-done');
  for (let reviewed = 0; ; reviewed++) {
    await stage.or(allDone).waitFor();
    if (await allDone.isVisible()) return reviewed;
    const task = (await stage.getAttribute('data-task')) ?? '';
    const comment = wrong.get((await stage.getAttribute('data-key')) ?? '');
    if (comment === undefined) {
      await page.keyboard.press('a');
    } else {
      await page.keyboard.press('x');
      await page.getByTestId('review-comment-input').fill(comment);
      await page.keyboard.press('Control+Enter');
    }
    const gone = page.locator(`[data-testid=review-page][data-task="${task}"]`);
    await expect(async () => (await gone.count()) === 0, `review ${reviewed + 1} is sent`);
  }
}

/** Commits what was accepted, which must be `accepted` tasks. */
export async function commitAccepted({ page }: Window, project: string, accepted: number): Promise<void> {
  await page.goto(project);
  await page.locator(`[data-testid=progress-accepted][data-count="${accepted}"]`).waitFor();
  await page.getByTestId('commit').click();
  await page.getByTestId('commit-start').click();
  await page.locator('[data-testid=commit-job][data-state=succeeded]').waitFor({ timeout: 60_000 });
}
