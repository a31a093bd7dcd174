// What every field of the editor needs to know: whether it may be changed, and what is wrong at its place.
import { createContext, useContext } from 'react';

export interface Editing {
  editable: boolean;
  /** What is wrong at a place, as a sentence. */
  problemAt: (path: string) => string | undefined;
}

export const EditingContext = createContext<Editing>({ editable: false, problemAt: () => undefined });

export const useEditing = (): Editing => useContext(EditingContext);
