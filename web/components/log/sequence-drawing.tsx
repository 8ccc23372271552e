'use client';
// The sequence diagram itself: a lifeline for each charger and the CSMS, an arrow for each frame. One stop for Tab; arrow keys go from
// arrow to arrow.
import type { KeyboardEvent, Ref } from 'react';
import { localTime } from '../../lib/format';
import type { Arrow, ArrowKind, Sequence } from '../../lib/sequence';

interface DrawingProps {
  ref: Ref<SVGSVGElement>;
  sequence: Sequence;
  chosen: string;
  onChoose: (key: string) => void;
}

const timeWidth = 100;
const lineGap = 260;
const rowHeight = 34;
const headHeight = 40;

const strokes: Record<ArrowKind, { colour: string; dashes?: string }> = {
  call: { colour: 'var(--text)' },
  answer: { colour: 'var(--good)', dashes: '6 4' },
  late: { colour: 'var(--warn)', dashes: '2 5' },
  error: { colour: 'var(--bad)', dashes: '6 4' },
  lost: { colour: 'var(--bad)' },
  invalid: { colour: 'var(--bad)', dashes: '1 4' },
};

/** Said beside the label, for those who do not see the strokes, too. */
const words: Record<ArrowKind, string> = {
  call: '',
  answer: '',
  late: ' (late)',
  error: ' (CALLERROR)',
  lost: ' (lost)',
  invalid: '',
};

export function SequenceDrawing({ ref, sequence, chosen, onChoose }: DrawingProps) {
  const { lines, arrows } = sequence;
  const xOf = (line: string) => timeWidth + lineGap / 2 + lines.indexOf(line) * lineGap;
  const width = timeWidth + lines.length * lineGap;
  const height = headHeight + (arrows.length + 1) * rowHeight;
  const current = Math.max(
    arrows.findIndex(({ key }) => key === chosen),
    0,
  );
  function move(event: KeyboardEvent, index: number): void {
    const steps: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: arrows.length - 1 };
    const next = steps[event.key];
    const arrow = next === undefined ? undefined : arrows[next];
    if (event.key === 'Enter' || event.key === ' ') onChoose(arrows[index]?.key ?? '');
    else if (!arrow) return;
    else {
      onChoose(arrow.key);
      event.currentTarget.parentElement?.querySelectorAll<SVGGElement>('[role="button"]')[next ?? 0]?.focus();
    }
    event.preventDefault();
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing holds no fieldset
    <svg
      ref={ref}
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      role="group"
      aria-label="Sequence diagram"
    >
      <rect width={width} height={height} fill="var(--card)" />
      {lines.map((line) => (
        <g key={line}>
          <line x1={xOf(line)} x2={xOf(line)} y1={headHeight - 8} y2={height} stroke="var(--line)" />
          <text x={xOf(line)} y={22} textAnchor="middle" fontWeight="700" fill="var(--text)">
            {line}
          </text>
        </g>
      ))}
      {arrows.map((arrow, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a drawing holds no buttons of HTML
        <g
          key={arrow.key}
          role="button"
          tabIndex={index === current ? 0 : -1}
          aria-pressed={arrow.key === chosen}
          onClick={() => onChoose(arrow.key)}
          onKeyDown={(event) => move(event, index)}
        >
          <ArrowShape arrow={arrow} y={headHeight + (index + 1) * rowHeight} width={width} xOf={xOf} />
        </g>
      ))}
    </svg>
  );
}

interface ShapeProps {
  arrow: Arrow;
  y: number;
  width: number;
  xOf: (line: string) => number;
}

function ArrowShape({ arrow: { at, from, to, label, kind }, y, width, xOf }: ShapeProps) {
  const { colour, dashes } = strokes[kind];
  const [x1, x2] = [xOf(from), xOf(to)];
  const way = Math.sign(x2 - x1);
  // What is lost does not arrive.
  const end = kind === 'lost' ? x1 + (x2 - x1) * 0.7 : x2;
  return (
    <>
      {/* Its name, too: what is seen, and between whom. */}
      <title>{`${localTime(at)} ${label}${words[kind]}, ${from} to ${to}, ${at}`}</title>
      <rect className="focus" x={2} y={y - 24} width={width - 4} height={rowHeight - 2} rx={4} fill="transparent" />
      <text x={8} y={y - 4} fill="var(--dim)">
        {localTime(at)}
      </text>
      <line
        x1={x1}
        x2={end}
        y1={y}
        y2={y}
        stroke={colour}
        strokeWidth={1.6}
        {...(dashes ? { strokeDasharray: dashes } : {})}
      />
      <path d={headOf(kind, end, y, way)} fill="none" stroke={colour} strokeWidth={1.6} />
      <text x={(x1 + x2) / 2} y={y - 6} textAnchor="middle" fill="var(--text)">
        {label + words[kind]}
      </text>
    </>
  );
}

/** An arrow's head, or a cross where it does not arrive as it should. */
function headOf(kind: ArrowKind, x: number, y: number, way: number): string {
  if (kind === 'lost' || kind === 'invalid')
    return `M${x - 6},${y - 6}L${x + 6},${y + 6}M${x - 6},${y + 6}L${x + 6},${y - 6}`;
  return `M${x - way * 9},${y - 5}L${x},${y}L${x - way * 9},${y + 5}`;
}
