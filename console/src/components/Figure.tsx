// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement, ReactNode } from 'react';
import type { Level } from '../lib/success';

interface Props {
  label: string;
  value: ReactNode;
  hint?: ReactNode;
  level?: Level;
  loading?: boolean;
  name?: string; // for tests: data-figure
}

// One number of the row at the top of a page.
export function Figure({ label, value, hint, level, loading, name }: Props): ReactElement {
  return (
    <div className="figure" data-level={level}>
      <div className="figure-label">{label}</div>
      {loading ? (
        <Skeleton.Input active size="small" className="figure-skeleton" />
      ) : (
        <div className="figure-value" data-figure={name}>
          {value}
        </div>
      )}
      <div className="figure-hint">{loading ? ' ' : hint}</div>
    </div>
  );
}
