// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';
import type { ReactElement } from 'react';
import type { Level } from '../../lib/success';
import { formatMicros, formatPercent, formatRate } from '../../lib/units';
import type { Call } from './graph';

// A line between services; its colour is the success rate (KESS-048).
export function CallEdge(props: EdgeProps): ReactElement {
  const { call, level } = props.data as { call: Call; level: Level };
  const [path, x, y] = getBezierPath(props);
  return (
    <>
      <BaseEdge id={props.id} path={path} style={props.style} markerEnd={props.markerEnd} />
      <EdgeLabelRenderer>
        <div
          className="edge-label"
          data-level={level}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        >
          <b>{formatRate(call.perSecond)}/s</b>
          <span className="edge-success">{formatPercent(call.successRate)}</span>
          <span>{formatMicros(call.tp99Us)}</span>
        </div>
      </EdgeLabelRenderer>
    </>
  );
}
