// Gives the focus back when a dialog that is only there while it is open goes.
import { useEffect } from 'react';

/** To be called in what holds the dialog. The focus returns to what had it; where that was a menu's line, to the menu's button. */
export function useReturnFocus(): void {
  useEffect(() => {
    const before = document.activeElement;
    const menu = before?.closest('[role=menu]');
    const back = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : before;
    return () => {
      if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
    };
  }, []);
}
