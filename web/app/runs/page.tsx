import { Suspense } from 'react';
import { RunsPage } from '../../components/runs/runs-page';

export default function Page() {
  return (
    <Suspense fallback={<p className="dim">Loading fleet runs …</p>}>
      <RunsPage />
    </Suspense>
  );
}
