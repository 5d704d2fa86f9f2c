// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type {
  MetricsAlarmBreakdownDimension, MetricsAlarmBreakdownPart, MetricsAlarmFiring,
} from '../../api/generated';
import { Panel } from '../../components/Panel';
import { useText, type TextKey } from '../../i18n/text';
import { movedUrl } from '../../lib/paths';
import { formatShare } from '../../lib/units';
import { serviceOf } from './words';

// Where it comes from, what tells most first: each value's share of the change beside its share of
// the calls, and the way to its figures.
export function Movers({ firing }: { firing: MetricsAlarmFiring }): ReactElement {
  const text = useText();
  const { dimensions, counted } = firing.breakdown;
  const none = firing.condition.kind === 'KIND_NO_DATA' || firing.resolved_at > 0;
  return (
    <Panel title={text('alarms.moved')}>
      {dimensions.length === 0 ? (
        <p className="pad">{text(none ? 'alarms.moved.none' : 'alarms.moved.wait')}</p>
      ) : (
        <div className="movers pad">
          <p className="note">{text('alarms.moved.counted', { counted })}</p>
          {dimensions.map((one) => (
            <Dimension key={one.dimension} service={serviceOf(firing)} dimension={one} />
          ))}
        </div>
      )}
    </Panel>
  );
}

interface DimensionProps {
  service: string;
  dimension: MetricsAlarmBreakdownDimension;
}

function Dimension({ service, dimension }: DimensionProps): ReactElement {
  const text = useText();
  const { dimension: name, parts, more } = dimension;
  return (
    <section className="mover" data-dimension={name}>
      <h3>{text(`figures.by.${name}` as TextKey)}</h3>
      <ul>
        {parts.map((part) => (
          <Bar key={part.value} part={part} url={movedUrl(service, name, part.value)} />
        ))}
      </ul>
      {more > 0 && <p className="note">{text('alarms.moved.more', { count: more })}</p>}
    </section>
  );
}

function Bar({ part, url }: { part: MetricsAlarmBreakdownPart; url: string }): ReactElement {
  const text = useText();
  const value = part.value || text('figures.unknown');
  const width = (share: number): string => `${Math.min(100, Math.max(0, share * 100))}%`;
  const label = text('alarms.moved.part', {
    value, share: formatShare(part.share), calls: formatShare(part.calls_share),
  });
  return (
    <li>
      <Link to={url} title={label} aria-label={label}>
        <span className="mover-value">{value}</span>
        <b>{formatShare(part.share)}</b>
        <span className="mover-track" aria-hidden="true">
          <i style={{ width: width(part.share) }} data-more={part.share > part.calls_share} />
          <u style={{ left: width(part.calls_share) }} />
        </span>
      </Link>
    </li>
  );
}
