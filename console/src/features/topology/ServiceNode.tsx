// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Handle, Position, type NodeProps } from '@xyflow/react';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/text';
import { levelOf } from '../../lib/success';
import { formatPercent, formatRate } from '../../lib/units';
import type { Service } from './graph';

// A service in the graph: its name, its calls, its instances.
export function ServiceNode({ data }: NodeProps): ReactElement {
  const text = useText();
  const { service, downward } = data as { service: Service; downward: boolean };
  const level = levelOf(service.successRate, service.calls);
  const missing = service.total > 0 && service.working < service.total;
  return (
    <div className="node" data-level={level} data-outside={service.total === 0}>
      <Handle type="target" position={downward ? Position.Top : Position.Left} />
      <b title={service.name}>{service.name || text('common.unknownCaller')}</b>
      <div className="node-line">
        {service.calls > 0 ? (
          <>
            <span>{formatRate(service.perSecond)}/s</span>
            <span className="node-success">{formatPercent(service.successRate)}</span>
          </>
        ) : (
          <span>
            {service.perSecondOut > 0
              ? text('topology.callsOut', { rate: formatRate(service.perSecondOut) })
              : text('common.nocalls')}
          </span>
        )}
      </div>
      <div className="node-instances" data-missing={missing}>
        {service.total > 0
          ? text('overview.working', { working: service.working, total: service.total })
          : text('topology.notRegistered')}
      </div>
      <Handle type="source" position={downward ? Position.Bottom : Position.Right} />
    </div>
  );
}
