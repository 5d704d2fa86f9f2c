// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { CloseOutlined } from '@ant-design/icons';
import { Segmented } from 'antd';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useText, type TextKey } from '../i18n/text';
import { grains, kMinute, kSpanMax, spans, type Span } from '../lib/question';
import { formatDay } from '../lib/time';

interface SpanSetter {
  set: (span: Partial<Span>) => void;
}

// The time shown; kept in the address, so that a link shows the same. ?span=3600&to=1795371660.
export function useSpan(first = 900): [Span, SpanSetter] {
  const [params, setParams] = useSearchParams();
  const seconds = Math.floor(Number(params.get('span')) / kMinute) * kMinute;
  const to = Number(params.get('to'));
  const grain = grains.find((one) => String(one) === params.get('grain')) ?? 0;
  const span: Span = {
    seconds: seconds >= kMinute && seconds <= kSpanMax ? seconds : first,
    to: Number.isSafeInteger(to) && to > 0 ? to - (to % kMinute) : 0,
    grain,
  };
  const set = (change: Partial<Span>): void => {
    setParams((held) => {
      if (change.seconds !== undefined) held.set('span', String(change.seconds));
      if (change.grain !== undefined) held.set('grain', String(change.grain));
      if (change.to === 0) held.delete('to');
      else if (change.to !== undefined) held.set('to', String(change.to));
      return held;
    });
  };
  return [span, { set }];
}

interface Props {
  span: Span;
  setter: SpanSetter;
}

// How much of the time up to now; or, of a time in the past, which, with the way back to now.
export function SpanPicker({ span, setter }: Props): ReactElement {
  const text = useText();
  const preset = spans.includes(span.seconds) && span.to === 0;
  return (
    <div className="span-picker">
      <Segmented
        aria-label={text('window.label')}
        value={preset ? span.seconds : undefined}
        options={spans.map((value) => ({
          value, label: text(`figures.span.${value}` as TextKey),
        }))}
        onChange={(seconds) => setter.set({ seconds, to: 0 })}
      />
      {span.to > 0 && (
        <button
          type="button"
          className="filter"
          aria-label={text('span.live')}
          title={text('span.live')}
          onClick={() => setter.set({ seconds: 900, to: 0 })}
        >
          <span>{`${formatMinute(span.to - span.seconds)} – ${formatMinute(span.to)}`}</span>
          <CloseOutlined />
        </button>
      )}
    </div>
  );
}

function formatMinute(second: number): string {
  return formatDay(second * 1000).slice(0, -3);
}
