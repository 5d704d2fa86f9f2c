// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { formatShare } from '../lib/units';

export interface StripPart {
  name: string;
  share: number; // 0..1
  colour: string; // token
}

interface Props {
  label: string; // what is shared out
  parts: StripPart[];
}

const kTold = 0.0005; // less would be told as 0.0%

// A whole, shared out: a bar and, below it, what each part is.
export function Strip({ label, parts }: Props): ReactElement {
  const told = parts.filter((part) => part.share >= kTold);
  const said = told.map((part) => `${part.name} ${formatShare(part.share)}`).join(', ');
  return (
    <div className="strip" role="img" aria-label={`${label}: ${said || '–'}`}>
      <div className="strip-bar">
        {told.map((part) => (
          <i
            key={part.name}
            title={`${part.name} ${formatShare(part.share)}`}
            style={{ flexGrow: part.share, background: `var(--${part.colour})` }}
          />
        ))}
      </div>
      <ul className="legend" aria-hidden="true">
        {told.map((part) => (
          <li key={part.name}>
            <i style={{ background: `var(--${part.colour})` }} />
            {part.name} <b>{formatShare(part.share)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
