// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented } from 'antd';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useText, type TextKey } from '../i18n/text';

const windows = [120, 300, 600];

// Seconds of the curves; kept in the address, so that a link shows the same.
export function useWindow(): number {
  const [params] = useSearchParams();
  const asked = Number(params.get('window'));
  return windows.includes(asked) ? asked : 120;
}

export function WindowPicker(): ReactElement {
  const text = useText();
  const [params, setParams] = useSearchParams();
  return (
    <Segmented
      aria-label={text('window.label')}
      value={useWindow()}
      options={windows.map((value) => ({ value, label: text(`window.${value}` as TextKey) }))}
      onChange={(value) => {
        params.set('window', String(value));
        setParams(params, { replace: true });
      }}
    />
  );
}
