// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Popover } from 'antd';
import type { ReactElement } from 'react';
import type { RoutingServiceTable } from '../../../api/generated';
import { Mark } from '../../../components/Mark';
import { Success } from '../../../components/Success';
import { useText, type TextKey } from '../../../i18n/text';
import type { Level } from '../../../lib/success';
import { formatAge } from '../../../lib/time';
import { formatCount, formatRate, formatShare } from '../../../lib/units';
import { StateCell } from '../instanceCells';
import type { InstanceRow } from '../instances';
import { distinct, holdings, levelNames, type Holding } from './view';

interface Props {
  row: InstanceRow;
}

// Its site, and how far that is from those who call.
export function PlaceCell({ row }: Props): ReactElement {
  const text = useText();
  const far = (row.route?.levels ?? []).map((level) =>
    text(`route.level.${levelNames[level] ?? 'far'}`),
  );
  return (
    <div className="place">
      {row.site || '–'}
      {far.length > 0 && <small>{far.join(', ')}</small>}
    </div>
  );
}

// The registry's state and the operator's word; while it is drained, what still arrives.
export function WordCell({ row }: Props): ReactElement {
  const text = useText();
  const said = row.instance?.operator_state;
  const drains = said?.disabled || said?.isolated;
  return (
    <>
      <StateCell row={row} />
      {drains && <small className="why">{drainText(row, text)}</small>}
    </>
  );
}

function drainText({ route }: InstanceRow, text: ReturnType<typeof useText>): string {
  const rate = route?.callsPerS ?? 0;
  const inFlight = route?.inFlight ?? 0;
  if (inFlight > 0) return text('route.inFlight', { count: inFlight });
  if (rate > 0) return text('route.draining', { rate: formatRate(rate) });
  return text(Number.isNaN(inFlight) ? 'route.drained' : 'route.drained.all');
}

interface ShareProps extends Props {
  most: number; // the biggest share: a full bar
  weights: number; // sum of all static weights
}

// A bar in the shield's colour; its tick stands where static weights alone would put the share.
export function ShareBar({ row, most, weights }: ShareProps): ReactElement {
  const text = useText();
  const share = row.route?.share ?? Number.NaN;
  const byWeight = weights > 0 ? (row.route?.staticWeight || 0) / weights : 0;
  const percent = (part: number): string => `${Math.min(100, (100 * part) / most)}%`;
  return (
    <div className="share wide" title={text('route.share.tick', { share: formatShare(byWeight) })}>
      <span className="share-bar" aria-hidden="true">
        <i data-level={levelOfRow(row)} style={{ width: percent(Number(share) || 0) }} />
        <b style={{ left: percent(byWeight) }} />
      </span>
      <span data-share={row.name}>{formatShare(share)}</span>
    </div>
  );
}

function levelOfRow({ route, instance }: InstanceRow): Level {
  const said = instance?.operator_state;
  if (!route || said?.disabled || said?.isolated) return 'idle';
  if (route.shieldedBy > 0) return route.shieldedBy === route.hosts ? 'bad' : 'warn';
  return route.recoveringOn > 0 || route.reasons.length > 0 ? 'warn' : 'good';
}

// How the last calls went, and how many failed since the callers began.
export function SuccessCell({ route }: Pick<InstanceRow, 'route'>): ReactElement {
  const text = useText();
  const known = route !== undefined && Number.isFinite(route.successRate);
  return (
    <div className="place">
      <Success rate={known ? route.successRate : 1} calls={known ? route.calls : 0} />
      {route && route.failures > 0 && (
        <small title={text('route.failures.hint')}>
          {text('route.failures', { count: formatCount(route.failures) })}
        </small>
      )}
    </div>
  );
}

interface HeldProps extends Props {
  tables: RoutingServiceTable[];
}

// Who shields or shrinks it, why and for how long; each of the callers if there are several.
export function HeldCell({ row, tables }: HeldProps): ReactElement {
  const text = useText();
  const { route } = row;
  if (!route) return <Mark level="idle">{text('detail.unused')}</Mark>;
  const held = holdings(tables, row.path);
  const warm = route.warmUp < 1;
  return (
    <div className="state held">
      <div className="marks">
        {held.length === 0 && !warm && <Mark level="good">{text('detail.open')}</Mark>}
        {tables.length === 1 ? <OwnMark held={held[0]} /> : <SumMarks row={row} held={held} />}
        {warm && (
          <Mark level="warn">{text('route.warmUp', { share: formatShare(route.warmUp) })}</Mark>
        )}
      </div>
      <Reasons held={held} />
    </div>
  );
}

function OwnMark({ held }: { held: Holding | undefined }): ReactElement | null {
  const text = useText();
  if (!held) return null;
  const isOpen = held.shield === 'SHIELD_STATE_OPEN';
  const key = isOpen ? 'route.shield.shrunk' : (`route.shield.${held.shield}` as TextKey);
  const isHeld = held.shield === 'SHIELD_STATE_SHIELDED';
  return <Mark level={isHeld ? 'bad' : 'warn'}>{text(key)}</Mark>;
}

function SumMarks({ row, held }: Props & { held: Holding[] }): ReactElement {
  const text = useText();
  const { shieldedBy = 0, recoveringOn = 0, hosts: n = 0 } = row.route ?? {};
  const shrunk = held.filter((one) => one.shield === 'SHIELD_STATE_OPEN').length;
  return (
    <>
      {shieldedBy > 0 && (
        <Mark level="bad">{text('detail.shieldedBy', { k: shieldedBy, n })}</Mark>
      )}
      {recoveringOn > 0 && (
        <Mark level="warn">{text('detail.recoveringOn', { k: recoveringOn, n })}</Mark>
      )}
      {shrunk > 0 && <Mark level="warn">{text('route.shrunkOn', { k: shrunk, n })}</Mark>}
    </>
  );
}

const kReasons = 2; // shown in the row; the others when asked

function Reasons({ held }: { held: Holding[] }): ReactElement | null {
  const text = useText();
  if (held.length === 0) return null;
  const longest = Math.max(...held.map((one) => one.ms));
  const reasons = distinct(held.map((one) => one.reason));
  const age = longest > 0 ? text('detail.since', { age: formatAge(longest) }) : '';
  return (
    <>
      <small className="why">
        {distinct([age, ...reasons.slice(0, kReasons)]).join(' · ')}
      </small>
      {held.length > 1 && (
        <Popover trigger="click" content={<Each held={held} />}>
          <button type="button" className="linklike">
            {text('route.each', { count: held.length })}
          </button>
        </Popover>
      )}
    </>
  );
}

function Each({ held }: { held: Holding[] }): ReactElement {
  const text = useText();
  return (
    <ul className="each">
      {held.map((one) => (
        <li key={one.host}>
          <b>{one.host}</b> {text(`route.shield.${one.shield}` as TextKey)}
          {one.ms > 0 && `, ${text('detail.since', { age: formatAge(one.ms) })}`}
          {one.reason && <small className="why">{one.reason}</small>}
        </li>
      ))}
    </ul>
  );
}
