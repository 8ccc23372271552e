'use client';
// What stands where no page is.
import Link from 'next/link';
import { openPalette } from '../../lib/commands';
import { usePageTitle } from '../../lib/page-title';

export function NotFound() {
  usePageTitle('There is no such page');
  return (
    <div className="empty">
      <h1>There is no such page</h1>
      <p>
        The <Link href="/">fleet</Link> leads to every charger; or search:
      </p>
      <button type="button" onClick={openPalette}>
        Search for a page or a charger
      </button>
    </div>
  );
}
