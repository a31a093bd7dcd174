// Keeps the hold on a task while the page is open, and lets go of it when one leaves.
import { useEffect, useRef } from 'react';
import { ApiError } from '../../api/client';
import { renewTask } from '../../api/labeling';

export function useLease(workspace: string, task: { id: string; assignment: { fence: number; expires_at: string } }, active: boolean, onLost: () => void): void {
  const lost = useRef(onLost);
  useEffect(() => {
    lost.current = onLost;
  });
  const { id } = task;
  const { fence, expires_at } = task.assignment;
  useEffect(() => {
    if (!active) return;
    let timer = 0;
    const plan = (expires: string) => {
      const left = new Date(expires).getTime() - Date.now();
      timer = window.setTimeout(() => void renew(), Math.max(5000, left / 3));
    };
    const renew = async () => {
      try {
        plan((await renewTask(workspace, id, fence)).expires_at);
      } catch (cause) {
        if (cause instanceof ApiError && cause.code === 'lease_lost') lost.current();
        else timer = window.setTimeout(() => void renew(), 5000);
      }
    };
    plan(expires_at);
    return () => window.clearTimeout(timer);
  }, [workspace, id, fence, expires_at, active]);
}
