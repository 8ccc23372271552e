'use client';
// Reservations that hold now. They are made and cancelled by the CSMS.
import type { ChargerView } from '../../lib/api-types';
import { Time } from '../ui/time';

export function Reservations({ charger: { reservations = [], protocol } }: { charger: ChargerView }) {
  return (
    <section className="card stack" aria-label="Reservations">
      <h2>Reservations</h2>
      {reservations.length === 0 ? (
        <p className="dim">Nothing is reserved. The CSMS reserves with ReserveNow.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Id</th>
              <th>{protocol === 'ocpp1.6' ? 'Connector' : 'EVSE'}</th>
              <th>Token</th>
              <th>Until</th>
            </tr>
          </thead>
          <tbody>
            {reservations.map(({ reservationId, connectorId, evseId, idToken, expiryDate }) => (
              <tr key={reservationId}>
                <td>{reservationId}</td>
                <td>{(connectorId ?? evseId) || 'any'}</td>
                <td>{idToken}</td>
                <td>
                  <Time at={expiryDate} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
