// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented, Switch } from 'antd';
import type { ReactElement } from 'react';
import { beforeOf } from '../../../components/figureNames';
import { useText, type TextKey } from '../../../i18n/text';
import { dayOf, dayStart, kDay, type Bounds, type Grain } from '../../../lib/question';
import { comparisons, type View, type ViewSetter } from './view';

interface Props {
  view: View;
  setter: ViewSetter;
  bounds: Bounds | undefined;
  allowed: Grain[];
}

// How the curves are drawn, and what they are held against.
export function CurvePickers({ view, setter, bounds, allowed }: Props): ReactElement {
  const text = useText();
  const { grain } = view.span;
  return (
    <div className="section-controls">
      <label className="switch">
        <Switch
          size="small"
          checked={view.log}
          aria-label={text('figures.log')}
          onChange={(on) => setter.set({ name: 'log', value: on ? '1' : '0' })}
        />
        {text('figures.log')}
      </label>
      <Segmented<Grain>
        aria-label={text('grain.label')}
        value={allowed.includes(grain) ? grain : 0}
        options={allowed.map((value) => ({ value, label: text(`grain.${value}` as TextKey) }))}
        onChange={(value) => setter.setSpan({ grain: value })}
      />
      <Segmented
        aria-label={text('figures.compare')}
        value={comparisons.includes(view.compare) ? view.compare : undefined}
        options={comparisons.map((value) => ({ value, label: beforeOf(value, text) }))}
        onChange={(value) => setter.set({ name: 'compare', value: String(value) })}
      />
      <DatePickers view={view} setter={setter} bounds={bounds} />
    </div>
  );
}

// Two dates over each other: the day shown, and the one it is held against.
function DatePickers({
  view, setter, bounds,
}: Pick<Props, 'view' | 'setter' | 'bounds'>): ReactElement {
  const text = useText();
  const { span, compare } = view;
  const from = bounds?.from ?? 0;
  const wholeDay = span.to > 0 && span.seconds === kDay;
  const then = compare > 0 && from > 0 ? dayOf(from - compare) : '';
  const today = dayOf(Date.now() / 1000);
  return (
    <span className="dates">
      <label>
        {text('dates.day')}
        <input
          type="date"
          max={today}
          value={wholeDay ? dayOf(span.to - kDay) : ''}
          onChange={({ target }) => {
            const begin = dayStart(target.value);
            if (begin > 0) setter.setSpan({ seconds: kDay, to: begin + kDay });
          }}
        />
      </label>
      <label>
        {text('dates.against')}
        <input
          type="date"
          max={today}
          value={then}
          onChange={({ target }) => {
            const days = Math.round((dayStart(dayOf(from)) - dayStart(target.value)) / kDay);
            if (days > 0) setter.set({ name: 'compare', value: String(days * kDay) });
          }}
        />
      </label>
    </span>
  );
}
