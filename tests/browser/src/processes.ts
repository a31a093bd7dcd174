// The programs under test, each started for one test and ended with it.
import { spawn, type ChildProcess, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The root of the checkout: tests run from `tests/browser/dist`. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** How long a program may take to say that it is ready. */
const READY_MS = 60_000;

function fromEnvironment(name: string, otherwise: string): string {
  return process.env[name] ?? path.join(ROOT, otherwise);
}

/** Starts a program and answers it with the first line it prints. What it says on stderr goes to ours when it fails. */
async function started(program: string, args: string[], env: Record<string, string>): Promise<[ChildProcess, string]> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${program} ${args[0] ?? ''} ${why}:\n${said.join('')}`));
    const timer = setTimeout(() => fail('did not get ready'), READY_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${String(code)}`));
    lines.once('line', (line) => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(line);
    });
  });
  lines.on('line', () => undefined);
  return [child, first];
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(timer);
}

/** A database and a store outside the service. */
export interface Outside {
  databaseUrl: string;
  storeUrl: string;
  /** How the service and Python reach the store. */
  env: Record<string, string>;
}

export interface Running<T> extends AsyncDisposable {
  value: T;
}

/** A real PostgreSQL and a real S3 server. */
export async function startServices(): Promise<Running<Outside>> {
  const program = fromEnvironment('TESTKIT_SERVICES', 'target/debug/testkit-services');
  const [child, line] = await started(program, [], {});
  const said = JSON.parse(line) as { database_url: string; store_url: string; env: Record<string, string> };
  const value = { databaseUrl: said.database_url, storeUrl: said.store_url, env: said.env };
  return { value, [Symbol.asyncDispose]: () => ended(child) };
}

/** `strata serve`: with everything in one folder, or over what is outside. Answers its URL. */
export async function startStrata(outside: Outside | null, settings: Record<string, string> = {}): Promise<Running<string>> {
  const program = fromEnvironment('STRATA_BINARY', 'target/debug/strata');
  const folder = await mkdtemp(path.join(tmpdir(), 'strata-browser-'));
  const args = ['serve', '--data-dir', folder, '--listen', '127.0.0.1:0'];
  if (outside) args.push('--database-url', outside.databaseUrl, '--store', outside.storeUrl);
  const [child, line] = await started(program, args, { ...outside?.env, ...settings });
  const url = /https?:\/\/\S+/.exec(line)?.[0];
  if (!url) throw new Error(`no URL in ${line}`);
  return {
    value: url,
    [Symbol.asyncDispose]: async () => {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a Python script of this checkout with `strata` importable; answers what it printed. */
export async function python(args: string[], env: Record<string, string> = {}): Promise<string> {
  const program = process.env['PYTHON'] ?? path.join(ROOT, '.venv/bin/python');
  const all = { ...process.env, PYTHONPATH: path.join(ROOT, 'python'), ...env };
  const { stdout } = await promisify(execFile)(program, args, { cwd: ROOT, env: all, maxBuffer: 64 << 20 });
  return stdout;
}
