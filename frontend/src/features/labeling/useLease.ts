// Keeps the hold on a task while the page is open.
import { useEffect, useRef } from 'react';
import { keepLease, type Leased } from './keep_lease';

export function useLease(workspace: string, task: Leased, active: boolean, onLost: () => void): void {
  const lost = useRef(onLost);
  useEffect(() => {
    lost.current = onLost;
  });
  const { id } = task;
  const { fence, expires_at } = task.assignment;
  useEffect(() => {
    if (active) return keepLease(workspace, { id, assignment: { fence, expires_at } }, () => lost.current());
  }, [workspace, id, fence, expires_at, active]);
}
