'use client';
// A chart drawn by uPlot, which is loaded when there is something to draw: as wide as its place, in the colours of the theme, and with words
// for whoever does not see it.
import { useEffect, useRef, useSyncExternalStore } from 'react';
import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';

export interface Colours {
  text: string;
  line: string;
  /** One for each thing that is drawn. */
  series: readonly string[];
}

type Theme = 'light' | 'dark';

interface PlotProps {
  /** What is to be seen, in words. */
  label: string;
  height: number;
  data: uPlot.AlignedData;
  /** Called anew with each theme. Keep it the same function while nothing but the data changes. */
  options: (colours: Colours) => Omit<uPlot.Options, 'width' | 'height'>;
}

export function Plot({ label, height, data, options }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const newest = useRef(data);
  const theme = useSyncExternalStore<Theme>(watchTheme, themeNow, () => 'light');
  newest.current = data;

  useEffect(() => {
    plot.current?.setData(data);
  }, [data]);

  useEffect(() => {
    const parent = frame.current;
    if (!parent) return;
    let gone = false;
    const watching = new ResizeObserver(() => plot.current?.setSize({ width: parent.clientWidth, height }));
    void import('uplot').then(({ default: UPlot }) => {
      if (gone) return;
      const size = { width: parent.clientWidth, height };
      plot.current = new UPlot({ ...options(coloursOf(parent, theme)), ...size }, newest.current, parent);
      watching.observe(parent);
    });
    return () => {
      gone = true;
      watching.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [options, height, theme]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a figure with its legend, not a form
    <div role="group" aria-label={label} ref={frame} />
  );
}

const series = {
  light: ['#0b5cad', '#b4480f', '#17693a', '#7a3fb0', '#8a6508', '#4c5766'],
  dark: ['#6fb1f5', '#f0a06a', '#7fd8a0', '#c79bf0', '#f0c069', '#b3becc'],
};

function coloursOf(element: Element, theme: Theme): Colours {
  return { text: getComputedStyle(element).color, line: 'rgb(128 128 128 / 25%)', series: series[theme] };
}

const darkQuery = '(prefers-color-scheme: dark)';

function themeNow(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'dark' || theme === 'light') return theme;
  return matchMedia(darkQuery).matches ? 'dark' : 'light';
}

function watchTheme(listener: () => void): () => void {
  const media = matchMedia(darkQuery);
  const observer = new MutationObserver(listener);
  media.addEventListener('change', listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    media.removeEventListener('change', listener);
    observer.disconnect();
  };
}
