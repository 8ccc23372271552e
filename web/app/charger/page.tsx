import { Suspense } from 'react';
import { ChargerPage } from '../../components/charger/charger-page';

export default function Page() {
  return (
    <Suspense fallback={<p className="dim">Loading the charger …</p>}>
      <ChargerPage />
    </Suspense>
  );
}
