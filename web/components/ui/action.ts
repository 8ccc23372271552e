'use client';
// One thing that a person has asked for: under way, done, or gone wrong.
import { useCallback, useState } from 'react';

export interface Action {
  /** What is under way, in words. */
  busy: string;
  error: unknown;
  /** Does it; true when it went well. One at a time. */
  run(words: string, act: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<unknown>();
  const run = useCallback(async (words: string, act: () => Promise<unknown>) => {
    setBusy(words);
    setError(undefined);
    try {
      await act();
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    } finally {
      setBusy('');
    }
  }, []);
  const clear = useCallback(() => setError(undefined), []);
  return { busy, error, run, clear };
}
