// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { NamingListServicesReplyRow } from '../../api/generated';
import { Mark } from '../../components/Mark';
import { useText } from '../../i18n/text';
import { formatCount } from '../../lib/units';

// Instances of a service by state: a bar, and in words whatever is not simply working.
export function StateCounts({ row }: { row: NamingListServicesReplyRow }): ReactElement {
  const text = useText();
  const total = row.initial + row.working + row.unreachable;
  const parts = [
    { name: 'working', count: row.working, level: 'good' },
    { name: 'initial', count: row.initial, level: 'idle' },
    { name: 'unreachable', count: row.unreachable, level: 'bad' },
  ].filter((part) => part.count > 0);
  return (
    <div className="states">
      <div className="states-line">
        <b>
          {formatCount(row.working)}
          <small> / {formatCount(total)}</small>
        </b>
        {row.initial > 0 && <Mark level="idle">{row.initial} {text('state.initial')}</Mark>}
        {row.unreachable > 0 && (
          <Mark level="bad">{row.unreachable} {text('state.unreachable')}</Mark>
        )}
        {row.disabled > 0 && <Mark level="warn">{row.disabled} {text('state.disabled')}</Mark>}
      </div>
      <div className="states-bar" aria-hidden="true">
        {parts.map((part) => (
          <i key={part.name} data-level={part.level} style={{ flexGrow: part.count }} />
        ))}
      </div>
    </div>
  );
}
