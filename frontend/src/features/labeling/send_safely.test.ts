import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { sendSafely } from './send_safely';

const failure = (status: number) => new ApiError({ title: 't', status, code: 'c' });
const noWait = () => Promise.resolve();

describe('sending safely', () => {
  it('tries again after a lost connection', async () => {
    let tries = 0;
    const answer = await sendSafely(() => {
      tries += 1;
      return tries < 3 ? Promise.reject(failure(0)) : Promise.resolve('stored');
    }, noWait);
    expect([answer, tries]).toEqual(['stored', 3]);
  });
  it('does not repeat what was refused', async () => {
    let tries = 0;
    const call = sendSafely(() => {
      tries += 1;
      return Promise.reject(failure(409));
    }, noWait);
    await expect(call).rejects.toMatchObject({ problem: { status: 409 } });
    expect(tries).toBe(1);
  });
  it('gives up in the end', async () => {
    await expect(sendSafely(() => Promise.reject(failure(503)), noWait)).rejects.toBeInstanceOf(ApiError);
  });
});
