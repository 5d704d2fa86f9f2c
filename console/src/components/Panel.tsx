// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useId, type ReactElement, type ReactNode } from 'react';

interface Props {
  title?: ReactNode;
  extra?: ReactNode;
  className?: string;
  children: ReactNode;
}

// A titled surface; a landmark named by its title.
export function Panel({ title, extra, className = '', children }: Props): ReactElement {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={title ? id : undefined}>
      {title !== undefined && (
        <header className="panel-head">
          <h2 id={id}>{title}</h2>
          {extra}
        </header>
      )}
      {children}
    </section>
  );
}
