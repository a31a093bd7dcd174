// Between places on the screen and offsets of the text, through the marks that blocks carry. Knows the DOM.

/** Runs of text say where they begin with `data-from`; blocks with `data-start` and `data-end`. */
const FROM = 'from';

/** The offset under a point of the window, or null where no text is near. */
export function offsetAtPoint(root: HTMLElement, x: number, y: number): number | null {
  const position = document.caretPositionFromPoint?.(x, y);
  if (position) return offsetOfNode(root, position.offsetNode, position.offset);
  // Browsers before 2025 know only the older call.
  const range = 'caretRangeFromPoint' in document ? document.caretRangeFromPoint(x, y) : null;
  return range ? offsetOfNode(root, range.startContainer, range.startOffset) : null;
}

export function offsetOfNode(root: HTMLElement, node: Node, offset: number): number | null {
  if (!root.contains(node)) return null;
  const element = node instanceof HTMLElement ? node : node.parentElement;
  const run = element?.closest<HTMLElement>(`[data-${FROM}]`);
  if (run) return Number(run.dataset[FROM]) + (node.nodeType === Node.TEXT_NODE ? offset : offset > 0 ? (run.textContent?.length ?? 0) : 0);
  const block = element?.closest<HTMLElement>('[data-block]');
  if (!block || !element) return null;
  if (element === block && offset > 0) return afterChild(block, offset);
  // On a tag or another mark: the run before it ends there.
  const mark = element === block ? null : childOf(block, element);
  return mark ? beforeMark(block, mark) : Number(block.dataset['start']);
}

function childOf(block: HTMLElement, element: HTMLElement): HTMLElement {
  let child = element;
  while (child.parentElement && child.parentElement !== block) child = child.parentElement;
  return child;
}

function afterChild(block: HTMLElement, count: number): number {
  const child = block.childNodes[count];
  return child instanceof HTMLElement ? beforeMark(block, child) : Number(block.dataset['end']);
}

function beforeMark(block: HTMLElement, mark: HTMLElement): number {
  if (mark.dataset[FROM] !== undefined) return Number(mark.dataset[FROM]);
  for (let run = mark.previousElementSibling; run instanceof HTMLElement; run = run.previousElementSibling) {
    const from = run.dataset[FROM];
    if (from !== undefined) return Number(from) + (run.textContent?.length ?? 0);
  }
  return Number(block.dataset['start']);
}

const PROBE_PX = 7;
const PROBES = 16;

/** The offset one line up or down from the caret, at the same distance from the side; null at the last one. */
export function offsetNextLine(root: HTMLElement, caret: DOMRect, x: number, from: number, forward: boolean): number | null {
  for (let probe = 1; probe <= PROBES; probe += 1) {
    const y = forward ? caret.bottom + probe * PROBE_PX : caret.top - probe * PROBE_PX;
    const found = offsetAtPoint(root, x, y);
    if (found !== null && (forward ? found > from : found < from)) return found;
  }
  return null;
}

/** Brings an element into view, if it is not. */
export function bringIntoView(element: Element): void {
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
