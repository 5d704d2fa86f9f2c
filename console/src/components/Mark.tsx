// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement, ReactNode } from 'react';
import type { Level } from '../lib/success';

interface Props {
  level: Level;
  title?: string;
  children: ReactNode;
}

// A word on a coloured ground: a state.
export function Mark({ level, title, children }: Props): ReactElement {
  return (
    <span className="mark" data-level={level} title={title}>
      {children}
    </span>
  );
}
