'use client';
// What is going on at each connector, and what hands can do there.
import { ConnectorCard } from './connector-card';
import { Displays } from './displays';
import { Faults } from './faults';
import { LiveCharts } from './live-charts';
import type { TabProps } from './tabs';

export function ChargerOverview({ charger, state, refresh }: TabProps) {
  const connectors = charger.connectors ?? [];
  return (
    <div className="stack">
      <div className="cards">
        {connectors.map((connector) => (
          <ConnectorCard
            key={`${connector.evseId}.${connector.connectorId}`}
            charger={charger}
            connector={connector}
            refresh={refresh}
          />
        ))}
      </div>
      <LiveCharts charger={charger} history={state.history} />
      <Faults charger={charger} refresh={refresh} />
      <Displays charger={charger} />
    </div>
  );
}
