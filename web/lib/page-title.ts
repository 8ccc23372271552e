// The title of the page in the browser's tab, in its history, and in what a screen reader says first.
import { useEffect } from 'react';

const product = 'Charger Simulator';

/** What is shown, from the special to the general: `usePageTitle('CP-1', 'Message log')`. */
export function usePageTitle(...parts: readonly string[]): void {
  const title = [...parts.filter(Boolean), product].join(' · ');
  useEffect(() => {
    const put = () => {
      if (document.title !== title) document.title = title;
    };
    put();
    // The router writes the title of the layout when a page has come, which may be after this.
    const watcher = new MutationObserver(put);
    watcher.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => watcher.disconnect();
  }, [title]);
}
