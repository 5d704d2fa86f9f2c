// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingServiceTable } from '../../../api/generated';
import { useText } from '../../../i18n/text';
import { partsOf } from '../../../lib/paths';
import { methodShields } from './view';

// Methods that fail at one instance although its others are well: their calls go elsewhere.
export function MethodShields({
  tables,
}: {
  tables: RoutingServiceTable[] | undefined;
}): ReactElement {
  const text = useText();
  const lines = methodShields(tables ?? []);
  if (lines.length === 0) return <div className="none">{text('route.methods.none')}</div>;
  return (
    <ul className="protections">
      {lines.map(({ method, path, hosts, reasons }) => (
        <li key={`${method} ${path}`}>
          <div>
            <b className="method">{method}</b>
            <p>
              <span title={path}>
                {text('route.methods.at', { instance: partsOf(path).instance || path })}
              </span>
              {' · '}
              <span title={hosts.join(', ')}>
                {text('route.onHosts', { k: hosts.length, n: tables?.length ?? 0 })}
              </span>
            </p>
            <p>{reasons.join(' · ')}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
