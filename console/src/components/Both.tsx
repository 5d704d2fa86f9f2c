// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement, ReactNode } from 'react';

// A figure as it was, and as it is.
export function Both({ then, now }: { then: string; now: ReactNode }): ReactElement {
  return (
    <span className="both">
      <small>{then}</small>
      <span aria-hidden="true"> → </span>
      {now}
    </span>
  );
}
