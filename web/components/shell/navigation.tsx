'use client';
// After a step from one page to the next the focus is where reading begins: at the heading of the new one.
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';

const patienceMs = 5_000;

export function FocusOnNavigation() {
  const path = usePathname();
  const id = useSearchParams().get('id') ?? '';
  const place = `${path}?${id}`;
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    return focusHeading();
  }, [place]);
  return null;
}

/** As soon as there is one; unless the person has gone elsewhere meanwhile. */
function focusHeading(): () => void {
  const main = document.getElementById('content');
  if (!main) return () => undefined;
  main.focus({ preventScroll: true });
  const look = (): boolean => {
    if (document.activeElement !== main && document.activeElement !== document.body) return true;
    const heading = main.querySelector('h1');
    if (!heading) return false;
    heading.tabIndex = -1;
    heading.focus();
    return true;
  };
  if (look()) return () => undefined;
  const observer = new MutationObserver(() => {
    if (look()) observer.disconnect();
  });
  observer.observe(main, { childList: true, subtree: true });
  const timer = setTimeout(() => observer.disconnect(), patienceMs);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
