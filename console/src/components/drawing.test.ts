// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { setPlatformAPI } from 'echarts/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Drawing } from './drawing';
import { init, type HeatOption } from './echarts';

const kStepMs = 20; // more than zrender paints at a stretch
const kCells = 60; // so many are painted piece by piece
const kBusyMs = 30_000; // drawing for the first time takes seconds on a busy machine

// Takes whatever is painted.
function canvas(): HTMLCanvasElement {
  const context: object = new Proxy({}, {
    get: (_, name) =>
      name === 'measureText' ? () => ({ width: 6 }) : name === 'canvas' ? {} : () => context,
    set: () => true,
  });
  const made = {
    width: 600, height: 300, style: {}, getContext: () => context, setAttribute: () => undefined,
  };
  return made as unknown as HTMLCanvasElement;
}

const heat: HeatOption = {
  xAxis: { type: 'category' },
  yAxis: { type: 'category' },
  visualMap: { min: 0, max: 9 },
  series: [{
    type: 'heatmap', progressive: 10, progressiveThreshold: 10,
    data: Array.from({ length: kCells }, (_, i) => [i % 20, Math.floor(i / 20), i % 10]),
  }],
};

function chart() {
  return init(canvas(), null, { width: 600, height: 300 });
}

describe('drawing', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not painted on after its end, although it was not painted whole', () => {
    vi.useFakeTimers();
    let now = 0;
    setPlatformAPI({ createCanvas: canvas, getTime: () => (now += kStepMs) });
    const drawing = new Drawing(chart());
    drawing.draw(() => heat, { whole: true });
    vi.advanceTimersByTime(100);
    drawing.end();
    expect(() => vi.advanceTimersByTime(1000)).not.toThrow();
  }, kBusyMs);

  it('hears nothing after its end', () => {
    const ended = chart();
    const drawing = new Drawing(ended);
    const set = vi.spyOn(ended, 'setOption');
    const resize = vi.spyOn(ended, 'resize');
    const dispose = vi.spyOn(ended, 'dispose');
    drawing.end();
    set.mockClear();
    drawing.end();
    drawing.resize();
    drawing.draw(() => heat, { whole: true });
    expect(set).not.toHaveBeenCalled();
    expect(resize).not.toHaveBeenCalled();
    expect(dispose).toHaveBeenCalledTimes(1);
  });

  it('does not answer a click that its end was faster than', () => {
    vi.useFakeTimers();
    let click: (event: { value: unknown }) => void = () => undefined;
    const answer = vi.fn();
    const clicked = chart();
    vi.spyOn(clicked, 'on').mockImplementation(((_: string, heard: typeof click) => {
      click = heard;
    }) as never);
    const drawing = new Drawing(clicked);
    drawing.onClick(answer);
    click({ value: [1, 2] });
    vi.advanceTimersByTime(0);
    expect(answer).toHaveBeenCalledWith([1, 2]);
    click({ value: [3, 4] });
    drawing.end();
    vi.advanceTimersByTime(0);
    expect(answer).toHaveBeenCalledTimes(1);
  });
});
