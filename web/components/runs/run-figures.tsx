'use client';
// The figures of a run as tables: transactions, violations, phases, messages.
import type { Percentiles, Reached } from '../../../lib/fleet/latency';
import { failures } from '../../lib/run-comparison';
import { phaseTitle } from '../../lib/run-draft';
import type { Report } from '../../lib/runs';
import { TableFrame } from '../ui/table-frame';

type Cell = string | number;

interface FiguresProps {
  title: string;
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
}

function Figures({ title, head, rows }: FiguresProps) {
  return (
    <TableFrame label={title}>
      <table className="figures">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, index) => (
            <tr key={index}>
              {cells.map((cell, place) =>
                place === 0 ? (
                  <th key={place} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={place} className={typeof cell === 'number' ? 'number' : ''}>
                    {typeof cell === 'number' ? numbers.format(cell) : cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percentileHead = ['p50, ms', 'p95, ms', 'p99, ms', 'max, ms'];

function percentileCells({ count, p50, p95, p99, max }: Percentiles): Cell[] {
  return count > 0 ? [p50, p95, p99, max] : ['–', '–', '–', '–'];
}

export function RunFigures({ report }: { report: Report }) {
  return (
    <>
      <section className="card stack">
        <h2>Messages</h2>
        {report.actions.length === 0 ? (
          <p className="dim">None has been sent yet.</p>
        ) : (
          <Figures
            title="Messages, by action"
            head={['Action', 'from', 'calls', 'results', 'errors', 'unanswered', ...percentileHead]}
            rows={report.actions.map(({ action, from, calls, results, errors, unanswered, latencyMs }) => [
              action,
              from === 'csms' ? 'CSMS' : 'charger',
              calls,
              results,
              errors,
              unanswered,
              ...percentileCells(latencyMs),
            ])}
          />
        )}
      </section>
      <Phases report={report} />
      <Transactions report={report} />
      <Violations report={report} />
    </>
  );
}

function Phases({ report: { phases } }: { report: Report }) {
  const rows = phases.flatMap(({ kind, commands, booted, connected, attempts }, index) => {
    const place = `${index + 1} ${phaseTitle(kind)}`;
    return [
      ...commands.map((own): Cell[] => [
        place,
        own.command,
        own.ok,
        failures(own),
        ...percentileCells(own.durationMs),
        failureWords(own),
      ]),
      ...reachedRows(place, 'until booted: 50, 95, 100 %', booted),
      ...reachedRows(place, 'until connected: 50, 95, 100 %', connected),
      ...(attempts
        ? [[place, 'attempts to connect (count)', attempts.count, 0, ...percentileCells(attempts), '']]
        : []),
    ];
  });
  if (rows.length === 0) return null;
  return (
    <section className="card stack">
      <h2>What chargers did</h2>
      <Figures
        title="What chargers did, by phase"
        head={['Phase', 'what', 'well', 'failed', ...percentileHead, 'failures']}
        rows={rows}
      />
    </section>
  );
}

function reachedRows(place: string, name: string, reached: Reached | undefined): Cell[][] {
  if (!reached) return [];
  const { count, of, ms50 = '–', ms95 = '–', ms100 = '–' } = reached;
  return [[place, name, count, of - count, ms50, ms95, '–', ms100, '']];
}

function failureWords({ failed, firstFailure }: Report['phases'][number]['commands'][number]): string {
  const kinds = Object.entries(failed).map(([kind, count]) => `${count} × ${kind}`);
  return [...kinds, ...(firstFailure ? [`first: ${firstFailure}`] : [])].join('; ');
}

function Transactions({ report: { transactions: of } }: { report: Report }) {
  const kWh = (wh: number) => wh / 1000;
  return (
    <section className="card stack">
      <h2>Transactions and energy</h2>
      <Figures
        title="Transactions"
        head={['Begun', 'started at the CSMS', 'ended', 'open', 'lost', 'doubled', 'ids shared']}
        rows={[[of.begun, of.started, of.ended, of.open, of.lost, of.doubled, of.sharedIds]]}
      />
      <Figures
        title="Energy"
        head={[
          'Energy by stops, kWh',
          'by meter values, kWh',
          'without meter values',
          'contradict themselves',
          'stop beyond the last meter value: p95, Wh',
          'max, Wh',
        ]}
        rows={[
          [
            kWh(of.energyWh).toFixed(1),
            kWh(of.meteredWh),
            of.unmetered,
            of.inconsistentMeterValues,
            of.gapWh.p95,
            of.gapWh.max,
          ],
        ]}
      />
      {of.discrepancies.length > 0 && (
        <Figures
          title="Sessions that contradict themselves"
          head={['Charger', 'transaction', 'start, Wh', 'meter values up to, Wh', 'stop, Wh']}
          rows={of.discrepancies.map(({ chargerId, transactionId, startWh, lastWh, stopWh }) => [
            chargerId,
            String(transactionId),
            startWh,
            lastWh,
            stopWh,
          ])}
        />
      )}
    </section>
  );
}

function Violations({ report: { violations } }: { report: Report }) {
  return (
    <section className="card stack">
      <h2>Violations of the CSMS</h2>
      {violations.length === 0 ? (
        <p>The CSMS broke no rule of the specification.</p>
      ) : (
        <Figures
          title="Violations of the CSMS"
          head={['Rule', 'section', 'times', 'first by', 'action', 'what']}
          rows={violations.map(({ rule, section, count, example }) => [
            rule,
            section,
            count,
            example.chargerId,
            example.action,
            example.detail,
          ])}
        />
      )}
    </section>
  );
}
