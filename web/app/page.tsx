import { Suspense } from 'react';
import { FleetPage } from '../components/fleet/fleet-page';

export default function Page() {
  return (
    <Suspense fallback={<p className="dim">Loading the fleet …</p>}>
      <FleetPage />
    </Suspense>
  );
}
