// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';
import type { ReactElement } from 'react';
import type { Level } from '../../lib/success';
import { formatMicros, formatPercent, formatRate } from '../../lib/units';
import { labelShare, pointOn, type Call } from './graph';

export interface CallEdgeData extends Record<string, unknown> {
  call: Call;
  level: Level;
  downward: boolean;
  gap: number; // room between two layers
}

// A line between services; its colour is the success rate (KESS-048).
export function CallEdge(props: EdgeProps): ReactElement {
  const { call, level, downward, gap } = props.data as CallEdgeData;
  const [path] = getBezierPath(props);
  const from = { x: props.sourceX, y: props.sourceY };
  const to = { x: props.targetX, y: props.targetY };
  const length = downward ? to.y - from.y : to.x - from.x;
  const { x, y } = pointOn(from, to, labelShare(length, gap), downward);
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
