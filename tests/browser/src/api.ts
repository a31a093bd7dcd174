// The service's API, for what a story needs before it begins.
import { expect } from './browser.js';

export type Json = Record<string, unknown>;

/** A box of a label, in pixels of the picture. */
export interface Boxed {
  id: string;
  class: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A caller with a token, in one workspace. */
export class Api {
  constructor(private readonly base: string, private readonly token: string) {}

  async call<T = Json>(method: string, address: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (method === 'POST') headers['idempotency-key'] = crypto.randomUUID();
    const answer = await fetch(this.base + address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  async ended(job: Json): Promise<void> {
    const look = async () => String((await this.call('GET', `/jobs/${String(job['id'])}`))['state']);
    await expect(async () => !['queued', 'running'].includes(await look()), `the job ${String(job['kind'])} ends`, 60_000);
    if ((await look()) !== 'succeeded') throw new Error(`the job ${String(job['kind'])}: ${await look()}`);
  }

  /** A standard with one layer of boxes, published: its version's id. */
  async boxesStandard(classes: readonly string[]): Promise<string> {
    const colors = ['#c2410c', '#1d4ed8', '#15803d'];
    const content = {
      title: 'Boxes', guideline: 'Draw them.',
      layers: [{ name: 'objects', kind: 'box', field: 'image', required: false, multiple: true, classes: classes.map((name, index) => ({ name, color: colors[index], hotkey: String(index + 1), attributes: [] })), rules: { inside: true } }],
    };
    const made = await this.call('POST', '/standards', { name: 'boxes', content });
    return String((await this.call('POST', `/standards/${String(made['id'])}/publish`, {}))['id']);
  }

  /** Labels samples of `branch` with boxes, by a project of its own, and commits them there. */
  async commitBoxes(dataset: string, branch: string, standard: string, boxes: ReadonlyMap<string, readonly Boxed[]>): Promise<void> {
    const project = await this.call('POST', '/projects', {
      name: `boxes of ${branch} ${crypto.randomUUID().slice(0, 8)}`, dataset, ref: branch, query: '', standard_version_id: standard,
      workflow: { overlap: 1, review: false, lease_seconds: 900 },
    });
    const at = `/projects/${String(project['id'])}`;
    await expect(async () => (await this.call('GET', at))['state'] === 'active', 'the tasks are there', 60_000);
    for (;;) {
      const task = await this.call<{ id: string; sample: { key: string; labels: Json[] }; assignment: { fence: number } } | null>('POST', `${at}/tasks/next`);
      if (!task) break;
      const drawn = boxes.get(task.sample.key)?.map((each) => ({ ...each, layer: 'objects', kind: 'box' }));
      if (!drawn) {
        await this.call('POST', `/tasks/${task.id}/skip`, { fence: task.assignment.fence });
        continue;
      }
      await this.call('POST', `/tasks/${task.id}/submit`, { fence: task.assignment.fence, result: { items: drawn } });
    }
    await this.ended(await this.call('POST', `${at}/commit`, { branch }));
  }
}
