// A real Chromium, headless, and pages that fail the test when the page itself fails.
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
