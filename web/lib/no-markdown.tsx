// Stands in for the Markdown renderer of the form maker (see next.config.mjs): text as it is.
import type { ReactNode } from 'react';

export function Markdown({ children }: { children?: ReactNode }) {
  return children;
}
