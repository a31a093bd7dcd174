// Waits for the next chord that one presses, before anything else on the page hears of it.
import { useEffect, useRef } from 'react';
import { chordOf } from './chords';
import { pressOf } from './keymap';

export function useChordPress(active: boolean, onChord: (chord: string) => void): void {
  const heard = useRef(onChord);
  useEffect(() => {
    heard.current = onChord;
  });
  useEffect(() => {
    if (!active) return;
    const listen = (event: KeyboardEvent) => {
      // Tab goes on to the next control, as everywhere.
      if (event.isComposing || event.key === 'Tab') return;
      const chord = chordOf(pressOf(event));
      event.preventDefault();
      event.stopPropagation();
      if (chord) heard.current(chord);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [active]);
}
