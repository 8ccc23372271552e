'use client';
// A charging curve as a small drawing, with the point where the EV stands.
interface CurveDrawingProps {
  /** Pairs of state of charge (%) and share of the maximum power (0 to 1). */
  curve: readonly (readonly [number, number])[];
  soc: number;
}

export function CurveDrawing({ curve, soc }: CurveDrawingProps) {
  const sorted = curve.toSorted(([one], [other]) => one - other);
  const [, first = 1] = sorted[0] ?? [];
  const [, last = 1] = sorted.at(-1) ?? [];
  const at = (percent: number, share: number) => `${percent * 2} ${55 - share * 50}`;
  const points = [at(0, first), ...sorted.map(([percent, share]) => at(percent, share)), at(100, last)];
  const words = sorted.map(([percent, share]) => `${Math.round(share * 100)} % at ${percent} %`).join(', ');
  return (
    <svg
      className="picture"
      viewBox="0 0 200 60"
      role="img"
      aria-label={`Charging curve: ${words}`}
      style={{ maxWidth: 320 }}
    >
      <path className="ink" d={`M ${points.join(' L ')}`} />
      {soc >= 0 && soc <= 100 && <line className="ink away" x1={soc * 2} x2={soc * 2} y1="2" y2="58" />}
    </svg>
  );
}
