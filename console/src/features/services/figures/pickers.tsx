// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented, Switch } from 'antd';
import type { ReactElement } from 'react';
import { useText, type TextKey } from '../../../i18n/text';
import { beforeOf } from './names';
import { spans } from './question';
import { comparisons, type View, type ViewSetter } from './view';

interface Props {
  view: View;
  setter: ViewSetter;
}

export function SpanPicker({ view, setter }: Props): ReactElement {
  const text = useText();
  return (
    <Segmented
      aria-label={text('window.label')}
      value={view.span}
      options={spans.map((value) => ({ value, label: text(`figures.span.${value}` as TextKey) }))}
      onChange={(value) => setter.set({ name: 'span', value: String(value) })}
    />
  );
}

export function CurvePickers({ view, setter }: Props): ReactElement {
  const text = useText();
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
      <Segmented
        aria-label={text('figures.compare')}
        value={view.compare}
        options={comparisons.map((value) => ({ value, label: beforeOf(value, text) }))}
        onChange={(value) => setter.set({ name: 'compare', value: String(value) })}
      />
    </div>
  );
}
