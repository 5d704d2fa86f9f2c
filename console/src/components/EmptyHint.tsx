// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement, ReactNode } from 'react';

interface Props {
  title: string;
  text?: ReactNode;
  command?: string;
  children?: ReactNode;
}

// What to do when there is nothing to show.
export function EmptyHint({ title, text, command, children }: Props): ReactElement {
  return (
    <div className="empty">
      <svg viewBox="0 0 64 48" width="72" height="54" aria-hidden="true">
        <path className="empty-beam" d="M34 13 62 4v20zM30 13 2 4v20z" />
        <path className="empty-tower" d="M28 18h8l3 24H25zM27 9h10v7H27z" />
        <path className="empty-sea" d="M6 43q6-4 13 0t13 0 13 0 13 0" />
      </svg>
      <h3>{title}</h3>
      {text && <p>{text}</p>}
      {command && <pre tabIndex={0}>{command}</pre>}
      {children}
    </div>
  );
}

export const kRegisterCommand =
  'bellrock naming register \\\n  /site-a/demo/music/catalog/main/1 \\\n  --address 127.0.0.1:9000';
