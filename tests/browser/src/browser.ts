// A real Chromium, headless, and pages that fail the test when the page itself fails.
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}

/** One person's own window: cookies of its own. */
export interface Window {
  page: Page;
}

/** Opens a window at the service; `faults` collects what goes wrong inside the page. */
export async function openWindow(browser: Browser, url: string, faults: string[]): Promise<Window> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    const refused = /Content Security Policy|TypeError|ReferenceError/i.test(message.text());
    if (message.type() === 'error' && refused) faults.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
  });
  await page.goto('/');
  return { page };
}

/** Waits until `holds` does, and says `what` did not when the time is up. */
export async function expect(holds: () => Promise<boolean>, what: string, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Tells a story on a page; when it fails, the error says where the page can be seen as it stood. */
export async function told({ page }: Window, faults: readonly string[], story: () => Promise<void>): Promise<void> {
  try {
    await story();
    if (faults.length > 0) throw new Error('the page itself failed');
  } catch (error) {
    const seen = path.join(tmpdir(), `strata-failure-${Date.now()}.png`);
    await page.screenshot({ path: seen }).catch(() => undefined);
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nthe page as it stood: ${seen}\n${faults.join('\n')}`);
  }
}
