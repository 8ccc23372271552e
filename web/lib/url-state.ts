// Filters, tabs and what is selected, kept in the address: a page can be linked to, and the way back works.
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';

/**
 * The query of the address, and a way to change it: an empty value takes a parameter away. What is changed is seen at once: the router comes
 * after, and a field that shows the query would lose what is typed meanwhile.
 */
export function useUrlState(): [URLSearchParams, (change: Record<string, string>, push?: boolean) => void] {
  const routed = useSearchParams().toString();
  const path = usePathname();
  const [ahead, setAhead] = useState<string>();
  useEffect(() => {
    if (routed === new URLSearchParams(location.search).toString()) setAhead(undefined);
  }, [routed]);
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
      setAhead(next.toString());
    },
    [path],
  );
  return [new URLSearchParams(ahead ?? routed), change];
}

const typingPauseMs = 300;

/** Text that is typed: at once for the page, in the address when typing pauses, for browsers take only so many changes of it a second. */
export function useTypedParam(name: string): [text: string, set: (text: string) => void] {
  const [params, change] = useUrlState();
  const inUrl = params.get(name) ?? '';
  const [text, setText] = useState(inUrl);
  const written = useRef(inUrl);
  useEffect(() => {
    if (inUrl === written.current) return;
    written.current = inUrl;
    setText(inUrl);
  }, [inUrl]);
  useEffect(() => {
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      change({ [name]: text });
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, name, change]);
  return [text, setText];
}
