'use client';
// Exchanges as a sequence diagram, with the payloads of the arrow that is chosen, and the diagram to take away.
import { useMemo, useRef, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { saveFile } from '../../lib/files';
import type { Pair } from '../../lib/log';
import { useAllMessages } from '../../lib/messages';
import { mermaidOf, sequenceOf } from '../../lib/sequence';
import { useUrlState } from '../../lib/url-state';
import { useDemoOf } from '../shell/shell';
import { Copy } from '../ui/copy';
import { Exchange } from './pair-line';
import { SequenceDrawing } from './sequence-drawing';

/** More arrows than that nobody reads, and a browser draws slowly. */
const drawnMost = 200;

export function SequenceView({ pairs, chargers }: { pairs: readonly Pair[]; chargers: readonly ChargerView[] }) {
  const [, change] = useUrlState();
  const drawing = useRef<SVGSVGElement>(null);
  const [chosen, setChosen] = useState('');
  const sequence = useMemo(() => sequenceOf(pairs.slice(0, drawnMost)), [pairs]);
  const messages = useAllMessages(chargers.map(({ protocol }) => protocol));
  const demoOf = useDemoOf();
  const pair = sequence.arrows.find(({ key }) => key === chosen)?.pair;
  const charger = chargers.find(({ id }) => id === pair?.chargerId);
  const name = chargers.length === 1 ? chargers[0]?.id : `${chargers.length}-chargers`;
  return (
    <div className="stack">
      <div className="row">
        <span className="dim">
          {pairs.length > drawnMost
            ? `The newest ${drawnMost} exchanges of ${pairs.length}: choose a time or filters to see others.`
            : `${sequence.arrows.length} arrows, oldest first. Choose one to see its payload.`}
        </span>
        <button
          type="button"
          onClick={() => drawing.current && saveFile(`${name}.svg`, svgText(drawing.current), 'image/svg+xml')}
        >
          Download as SVG
        </button>
        <button type="button" onClick={() => saveFile(`${name}.mmd`, mermaidOf(sequence), 'text/plain')}>
          Download as Mermaid
        </button>
        <Copy label="Copy as Mermaid" text={() => mermaidOf(sequence)} />
      </div>
      <div className="scroll sequence">
        <SequenceDrawing ref={drawing} sequence={sequence} chosen={chosen} onChoose={setChosen} />
      </div>
      {pair && charger && (
        <section className="card" aria-label="The chosen exchange">
          <h2>{pair.action || 'A frame'}</h2>
          <Exchange
            pair={pair}
            charger={charger}
            message={messages[charger.protocol]?.[pair.action]}
            demoUrl={demoOf(charger)}
            onChange={change}
          />
        </section>
      )}
      <details>
        <summary>The diagram as text</summary>
        <pre>{mermaidOf(sequence)}</pre>
      </details>
    </div>
  );
}

/** The drawing as a file of its own: with the colours of the theme it is seen in, and what only this page needs left out. */
function svgText(svg: SVGSVGElement): string {
  const colours = getComputedStyle(document.documentElement);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  for (const element of copy.querySelectorAll('[role], [tabindex]')) {
    for (const name of ['role', 'tabindex', 'aria-pressed']) element.removeAttribute(name);
  }
  copy.setAttribute('font-family', 'system-ui, sans-serif');
  copy.setAttribute('font-size', '13');
  const text = new XMLSerializer().serializeToString(copy);
  return text.replace(/var\((--[\w-]+)\)/g, (_, name: string) => colours.getPropertyValue(name).trim());
}
