// Up and Down go from attribute to attribute, and into the first from the page; Escape leaves. Other keys of the fields stay with them.
import { useEffect, type KeyboardEvent } from 'react';

/** Keys that would do something else on the page: choose a class, delete the region, go to the next one. */
const OWN = /^(?:\d|ArrowLeft|ArrowRight|ArrowUp|ArrowDown|Tab| |Delete|Backspace|Escape)$/;

const fields = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-attribute]')].filter((each) => each.querySelector('input:enabled, textarea:enabled') !== null);

function enter(field: HTMLElement | undefined): void {
  const input = field?.querySelector<HTMLElement>('input:checked') ?? field?.querySelector<HTMLElement>('input, textarea');
  input?.focus();
  input?.scrollIntoView({ block: 'nearest' });
}

/** Whether the caret has further to go in a text of several lines. */
function staysInText(target: EventTarget, down: boolean): boolean {
  if (!(target instanceof HTMLTextAreaElement)) return false;
  return down ? target.value.indexOf('\n', target.selectionEnd) >= 0 : target.value.lastIndexOf('\n', target.selectionStart - 1) >= 0 && target.selectionStart > 0;
}

/** For the form's `onKeyDown`. With `entered`, Up and Down on the page lead into the first or last field: of the selected item if it has any. */
export function useAttributeKeys(entered: boolean): (event: KeyboardEvent<HTMLElement>) => void {
  useEffect(() => {
    if (!entered) return;
    const listen = (event: globalThis.KeyboardEvent) => {
      const down = event.key === 'ArrowDown';
      if ((!down && event.key !== 'ArrowUp') || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented || event.target !== document.body) return;
      const all = fields();
      const selected = all.filter((each) => each.closest('[data-selected="true"]'));
      enter((selected.length > 0 ? selected : all).at(down ? 0 : -1));
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the page's own keys, for which Up and Down go through items and classes.
    window.addEventListener('keydown', listen, true);
    return () => window.removeEventListener('keydown', listen, true);
  }, [entered]);
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !OWN.test(event.key) || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    const target = event.target as HTMLElement;
    if (event.key === 'Escape' && target.getAttribute('aria-expanded') !== 'true') target.blur();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const down = event.key === 'ArrowDown';
    if (event.shiftKey || target.getAttribute('aria-expanded') === 'true' || staysInText(target, down)) return;
    const all = fields();
    const at = all.findIndex((each) => each.contains(target));
    if (at < 0) return;
    event.preventDefault();
    enter(all[(at + (down ? 1 : -1) + all.length) % all.length]);
  };
}
