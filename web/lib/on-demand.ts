'use client';
// A part of the page that is loaded when it is first wanted; when it cannot be loaded, that is told, and wanting it again tries again.
import { type ComponentType, useCallback, useRef, useState } from 'react';
import { notifyProblem } from './toasts';

/** `[Part, want]`: the component once it is there, and what has it loaded. `name`: of the part, in the message that it cannot be loaded. */
export function useOnDemand<P>(
  name: string,
  load: () => Promise<ComponentType<P>>,
): [ComponentType<P> | undefined, () => Promise<boolean>] {
  const [Part, setPart] = useState<ComponentType<P>>();
  const how = useRef(load);
  how.current = load;
  const want = useCallback(async () => {
    try {
      const loaded = await how.current();
      setPart(() => loaded);
      return true;
    } catch {
      notifyProblem(name, new Error(`it could not be loaded from ${location.host}: try again once that answers`));
      return false;
    }
  }, [name]);
  return [Part, want];
}
