// What axe finds on a page as it stands, by the rules of WCAG 2.2 AA.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Window } from './browser.js';

const RULES: RunOptions = {
  resultTypes: ['violations'],
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One line for each element that breaks a rule; `where` says which page that was. */
export async function broken({ page }: Window, where: string): Promise<string[]> {
  // What moves, or is on its way, is looked at once it stands.
  await page.waitForTimeout(400);
  await page.evaluate(source);
  const results = (await page.evaluate(`window.axe.run(document, ${JSON.stringify(RULES)})`)) as AxeResults;
  return results.violations.flatMap((rule) => rule.nodes.map((node) => {
    const why = [...node.any, ...node.all, ...node.none][0]?.message ?? '';
    return `${where}: ${rule.id} (${rule.impact ?? 'no impact'}): ${node.html.slice(0, 160)} :: ${why.slice(0, 160)}`;
  }));
}
