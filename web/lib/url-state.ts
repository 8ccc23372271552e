// Filters, tabs and what is selected, kept in the address: a page can be linked to, and the way back works.
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** The query of the address, and a way to change it: an empty value takes a parameter away. */
export function useUrlState(): [URLSearchParams, (change: Record<string, string>, push?: boolean) => void] {
  const params = useSearchParams();
  const path = usePathname();
  const change = useCallback(
    (values: Record<string, string>, push = false) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(values)) {
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      const url = next.size > 0 ? `${path}?${next}` : path;
      if (push) history.pushState(null, '', url);
      else history.replaceState(null, '', url);
    },
    [path],
  );
  return [new URLSearchParams(params), change];
}
