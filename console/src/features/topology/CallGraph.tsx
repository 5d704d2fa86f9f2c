// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import {
  Background,
  Controls,
  MarkerType,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Edge,
  type Node,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import { useNavigate } from 'react-router-dom';
import { useText } from '../../i18n/text';
import { layOut } from '../../lib/layering';
import { figuresUrl } from '../../lib/paths';
import { levelOf, type Level } from '../../lib/success';
import { CallEdge, type CallEdgeData } from './CallEdge';
import type { Call, Service } from './graph';
import { ServiceNode } from './ServiceNode';

interface Props {
  calls: Call[];
  services: Service[];
  downward: boolean; // layers from top to bottom, for phones
  levels: Map<string, Level> | undefined; // of lines by id, instead of those of success
  onChoose: (call: Call) => void;
}

const nodeTypes = { service: ServiceNode };
const edgeTypes = { call: CallEdge };

// Room for a node and, between layers, for the label of a line.
const across = { layer: 310, row: 132, gap: 134 };
const down = { layer: 168, row: 184, gap: 92 };
const fit = {
  padding: { top: '20px', left: '24px', right: '24px', bottom: '54px' }, // the buttons are below
  maxZoom: 1.15,
} as const;
const kBeside = 48; // the padding left and right
const kMinHeight = 300;
const kMaxHeight = 620;

export function CallGraph(props: Props): ReactElement {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ calls, services, downward, levels, onChoose }: Props): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  // The place of a node changes only with who calls whom, not with each second's figures.
  const names = services.map((service) => service.name);
  const shape = JSON.stringify([names, calls.map((call) => [call.caller, call.callee])]);
  const places = useMemo(() => placesOf(shape), [shape]);
  const nodes = services.map((service) => nodeOf(service, places, downward));
  const edges = calls.map((call) =>
    edgeOf(call, downward, levels && (levels.get(call.id) ?? 'idle')),
  );
  useFit(box.current, `${shape} ${downward}`);
  return (
    <div
      ref={box}
      className="graph"
      style={{ height: heightOf(places, downward, box.current?.clientWidth) }}
      role="group"
      aria-label={text('topology.graph')}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={fit}
        minZoom={0.15}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        onNodeClick={(_, node) => {
          if (node.id.includes('/')) navigate(figuresUrl(node.id));
        }}
        onEdgeClick={(_, edge) => onChoose((edge.data as CallEdgeData).call)}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={22} />
        <Controls showInteractive={false} position="bottom-right" orientation="horizontal" />
      </ReactFlow>
    </div>
  );
}

// As high as the drawing needs, within limits; beyond them it is zoomed.
function heightOf(places: Places, downward: boolean, width = 0): number {
  const layers = Math.max(1, ...[...places.values()].map((place) => place.layer + 1));
  const rows = Math.max(1, ...[...places.values()].map((place) => place.rows));
  const high = downward ? layers * down.layer : rows * across.row;
  const wide = downward ? rows * down.row : layers * across.layer - across.gap;
  const zoom = width > kBeside ? Math.min(1, (width - kBeside) / wide) : 1;
  return Math.min(kMaxHeight, Math.max(kMinHeight, high * zoom + 84));
}

type Places = ReturnType<typeof layOut>;

function placesOf(shape: string): Places {
  const [names, pairs] = JSON.parse(shape) as [string[], [string, string][]];
  return layOut(
    names,
    pairs.map(([from, to]) => ({ from, to })),
  );
}

function nodeOf(service: Service, places: Places, downward: boolean): Node {
  const { layer, row, rows } = places.get(service.name) ?? { layer: 0, row: 0, rows: 1 };
  const step = downward ? down : across;
  const along = layer * step.layer;
  const beside = (row - (rows - 1) / 2) * step.row;
  return {
    id: service.name,
    type: 'service',
    position: downward ? { x: beside, y: along } : { x: along, y: beside },
    data: { service, downward },
  };
}

function edgeOf(call: Call, downward: boolean, chosen?: Level): Edge<CallEdgeData> {
  const level = chosen ?? levelOf(call.successRate, call.calls);
  const width = Math.min(4.5, 1.4 + Math.log10(1 + call.perSecond) * 0.7);
  return {
    id: call.id,
    source: call.caller,
    target: call.callee,
    type: 'call',
    data: { call, level, downward, gap: (downward ? down : across).gap },
    style: { stroke: `var(--${level})`, strokeWidth: width },
    markerEnd: {
      type: MarkerType.ArrowClosed,
      color: `var(--${level})`,
      markerUnits: 'userSpaceOnUse',
      width: 16,
      height: 16,
    },
  };
}

// Shows all of the graph again when its shape or the room for it changes.
function useFit(box: HTMLElement | null, shape: string): void {
  const { fitView } = useReactFlow();
  useEffect(() => {
    const again = (): void => void fitView(fit);
    const frame = requestAnimationFrame(again);
    if (!box) return () => cancelAnimationFrame(frame);
    const observer = new ResizeObserver(again);
    observer.observe(box);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [box, shape, fitView]);
}
