// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingServiceTable } from '../../../api/generated';
import { Strip } from '../../../components/Strip';
import { useText } from '../../../i18n/text';
import { formatRate } from '../../../lib/units';
import { refusals } from './view';

const kHosts = 8;

// Under overload callers refuse part of the calls themselves (ZY-040): which part, who, and why.
export function Refusals({
  tables,
}: {
  tables: RoutingServiceTable[] | undefined;
}): ReactElement {
  const text = useText();
  const { hosts } = refusals(tables ?? []);
  if (hosts.length === 0) return <div className="none">{text('route.refusals.none')}</div>;
  return (
    <div className="strips pad">
      {hosts.slice(0, kHosts).map((one) => (
        <div className="strip-line" key={one.host}>
          <div className="strip-head">
            <b>{one.host}</b>
            <small>{text('route.refusedPerS', { rate: formatRate(one.perS) })}</small>
          </div>
          <Strip
            label={one.host}
            parts={[
              { name: text('route.refused'), share: one.share, colour: 'bad' },
              { name: text('route.sent'), share: 1 - one.share, colour: 'level-2' },
            ]}
          />
          {one.why && <small className="why">{one.why}</small>}
        </div>
      ))}
      {hosts.length > kHosts && (
        <p className="why">{text('route.more', { count: hosts.length - kHosts })}</p>
      )}
    </div>
  );
}
