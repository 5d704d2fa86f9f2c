// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, type RefObject } from 'react';
import { connect, init, type ChartOption, type EChartsType, type HeatOption } from './echarts';

type Option = ChartOption | HeatOption;
type Drawn = Pick<
  EChartsType, 'clear' | 'dispose' | 'getWidth' | 'on' | 'resize' | 'setOption'
>;

// A chart from when its box is there until it is taken away, which `end` says. Afterwards nothing
// reaches the library any more, whoever still asks: an observer, a timer, an effect, its own click.
export class Drawing {
  private chart: Drawn | null;

  constructor(chart: Drawn) {
    this.chart = chart;
  }

  draw(optionOf: (width: number) => Option, how: { whole: boolean }): void {
    const { chart } = this;
    chart?.setOption(
      optionOf(chart.getWidth()),
      how.whole ? { notMerge: true } : { replaceMerge: ['series'] },
    );
  }

  resize(): void {
    this.chart?.resize();
  }

  // Later than the click itself: the answer may take the drawing away, which is not done with it.
  onClick(answer: (value: unknown) => void): void {
    this.chart?.on('click', ({ value }) => {
      setTimeout(() => this.chart && answer(value));
    });
  }

  end(): void {
    const { chart } = this;
    this.chart = null;
    // Many shapes are painted in several frames, and zrender paints on in what was disposed of
    // ("layerStack" of null). An empty drawing is painted at once, and ends the one before.
    chart?.clear();
    chart?.dispose();
  }
}

interface How {
  group?: string; // charts of one group share the cursor
  onClick?: (value: unknown) => unknown;
}

// The box to be drawn in, and its drawing while there is one. It follows the size of the box.
export function useDrawing({ group, onClick }: How): {
  box: RefObject<HTMLDivElement | null>;
  drawing: RefObject<Drawing | null>;
} {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const click = useRef(onClick);
  click.current = onClick;
  useEffect(() => {
    if (!box.current) return undefined;
    const chart = init(box.current);
    const made = new Drawing(chart);
    drawing.current = made;
    made.onClick((value) => click.current?.(value));
    if (group) {
      chart.group = group;
      connect(group);
    }
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.end();
      drawing.current = null;
    };
  }, [group]);
  return { box, drawing };
}
