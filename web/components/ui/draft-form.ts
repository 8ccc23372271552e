'use client';
// A form over a draft: plain mistakes are told at once, those that only the API sees once it has answered.
import { useMemo, useState } from 'react';
import { ApiError } from '../../lib/client';
import { type Draft, type DraftForm, type FieldError, withValue } from '../../lib/draft';
import { type Action, useAction } from './action';

export interface OwnDraftForm extends DraftForm {
  mistakes: readonly FieldError[];
  sending: Action;
  /** Puts another draft in its place. */
  replace(draft: Draft): void;
}

export function useDraftForm(first: () => Draft, check: (draft: Draft) => FieldError[]): OwnDraftForm {
  const [draft, setDraft] = useState(first);
  const sending = useAction();
  const mistakes = check(draft);
  const told = sending.error instanceof ApiError ? sending.error.fields : [];
  const changes = useMemo(
    () => ({
      replace(next: Draft) {
        setDraft(next);
        sending.clear();
      },
      set(path: string, value: unknown) {
        setDraft((now) => withValue(now, path, value));
        sending.clear();
      },
    }),
    [sending.clear],
  );
  const wrong = (path: string) => [...mistakes, ...told].find((one) => one.path === path)?.message;
  return { draft, mistakes, sending, wrong, ...changes };
}
