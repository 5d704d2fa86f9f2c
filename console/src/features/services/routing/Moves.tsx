// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Button } from 'antd';
import { useState, type ReactElement } from 'react';
import type {
  RoutingRatioMove, RoutingServiceTable, RoutingStoredSettings,
} from '../../../api/generated';
import { Mark } from '../../../components/Mark';
import { Panel } from '../../../components/Panel';
import { Strip } from '../../../components/Strip';
import { useText } from '../../../i18n/text';
import { formatAge } from '../../../lib/time';
import { AbortDialog } from './AbortDialog';
import { MoveDialog } from './MoveDialog';
import { phaseOf, shareNow } from './moves';
import { nowOf } from './view';

interface Props {
  service: string;
  tables: RoutingServiceTable[] | undefined;
  stored: RoutingStoredSettings | undefined;
}

// Calls that operators moved from one site to another: how far they are, and the way back.
export function Moves({ service, tables, stored }: Props): ReactElement {
  const text = useText();
  const [adding, setAdding] = useState(false);
  const [aborting, setAborting] = useState<RoutingRatioMove | null>(null);
  const moves = stored?.settings.ratio_moves ?? [];
  const now = nowOf(tables ?? []);
  return (
    <Panel
      title={text('route.moves')}
      extra={
        <Button size="small" disabled={!stored || !tables} onClick={() => setAdding(true)}>
          {text('route.move.new')}
        </Button>
      }
    >
      {moves.length === 0 && <div className="none">{text('route.moves.none')}</div>}
      {moves.length > 0 && (
        <div className="strips pad">
          {moves.map((move) => (
            <Move
              key={`${move.from_site} ${move.to_site} ${move.begun_unix_ms}`}
              move={move}
              now={now}
              onAbort={() => setAborting(move)}
            />
          ))}
        </div>
      )}
      {adding && stored && (
        <MoveDialog service={service} tables={tables ?? []} stored={stored}
          onClose={() => setAdding(false)} />
      )}
      {aborting && stored && (
        <AbortDialog service={service} move={aborting} stored={stored}
          onClose={() => setAborting(null)} />
      )}
    </Panel>
  );
}

interface MoveProps {
  move: RoutingRatioMove;
  now: number;
  onAbort: () => void;
}

function Move({ move, now, onAbort }: MoveProps): ReactElement {
  const text = useText();
  const phase = phaseOf(move, now);
  const share = shareNow(move, now);
  const name = `${move.from_site} → ${move.to_site}`;
  return (
    <div className="strip-line">
      <div className="strip-head">
        <b>{name}</b>
        <div className="marks">
          <Mark level={phase === 'ended' ? 'idle' : phase === 'grows' ? 'warn' : 'good'}>
            {text(`route.move.${phase}`)}
          </Mark>
          <Button size="small" danger onClick={onAbort}>
            {text(phase === 'ended' ? 'route.move.remove' : 'route.move.abort')}
          </Button>
        </div>
      </div>
      <Strip
        label={name}
        parts={[
          { name: move.to_site, share, colour: 'level-3' },
          {
            name: text('route.move.toCome'),
            share: phase === 'ended' ? 0 : move.share - share,
            colour: 'level-none',
          },
          {
            name: move.from_site,
            share: 1 - (phase === 'ended' ? 0 : move.share),
            colour: 'level-2',
          },
        ]}
      />
      <small className="why">{[...times(move, now, text), move.who_and_why].join(' · ')}</small>
    </div>
  );
}

function times(
  { begun_unix_ms: begun, duration_ms: lasts, until_unix_ms: until }: RoutingRatioMove,
  now: number,
  text: ReturnType<typeof useText>,
): string[] {
  const full = begun + lasts;
  const said = [];
  if (now < begun) said.push(text('route.move.beginsIn', { age: formatAge(begun - now) }));
  else if (now < full) said.push(text('route.move.fullIn', { age: formatAge(full - now) }));
  else said.push(text('route.move.begun', { age: formatAge(now - begun) }));
  if (until > now) said.push(text('route.move.endsIn', { age: formatAge(until - now) }));
  return said;
}
