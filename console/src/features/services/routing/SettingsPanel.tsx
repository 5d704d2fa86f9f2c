// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Button, Skeleton } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type { RoutingServiceTable, RoutingStoredSettings } from '../../../api/generated';
import { Mark } from '../../../components/Mark';
import { Panel } from '../../../components/Panel';
import { useText } from '../../../i18n/text';
import { formatDay } from '../../../lib/time';
import { flat, toJson } from './draft';
import { SettingsEditor } from './SettingsEditor';
import { behind, isSet } from './view';

interface Props {
  service: string;
  tables: RoutingServiceTable[] | undefined;
  stored: RoutingStoredSettings | undefined;
}

// What operators set, who did and whether every caller has it; and the way to change it.
export function SettingsPanel({ service, tables, stored }: Props): ReactElement {
  const text = useText();
  const [base, setBase] = useState<RoutingStoredSettings | null>(null); // being edited
  return (
    <Panel
      title={text('route.settings')}
      extra={
        !base && (
          <Button disabled={!stored} onClick={() => stored && setBase(stored)}>
            {text('route.settings.edit')}
          </Button>
        )
      }
    >
      {base && stored ? (
        <SettingsEditor
          key={base.version}
          service={service}
          base={base}
          newest={stored}
          onReload={() => setBase(stored)}
          onClose={() => setBase(null)}
        />
      ) : (
        <View service={service} tables={tables} stored={stored} />
      )}
    </Panel>
  );
}

function View({ service, tables, stored }: Props): ReactElement {
  const text = useText();
  if (!stored) return <Skeleton active title={false} className="pad" />;
  const fields = flat(stored.settings);
  return (
    <div className="settings pad">
      <p className="settings-who">
        {isSet(stored) ? (
          <>
            <b title={text('route.version', { version: stored.version })}>
              {text('route.set', { at: formatDay(stored.changed_unix_ms) })}
            </b>
            <span>{stored.who_and_why || '–'}</span>
          </>
        ) : (
          text('route.settings.never')
        )}
        <Spread tables={tables ?? []} version={stored.version} />
        <Link to={`/naming/events?target=${encodeURIComponent(service)}`}>
          {text('route.settings.events')}
        </Link>
      </p>
      {fields.length > 0 ? (
        <dl className="settings-list">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="why">{text('route.settings.defaults')}</p>
      )}
      {isSet(stored) && (
        <details>
          <summary>{text('route.settings.json')}</summary>
          <pre tabIndex={0}>{toJson(stored.settings)}</pre>
        </details>
      )}
    </div>
  );
}

// Whether the callers decide by this version already.
function Spread({
  tables,
  version,
}: {
  tables: RoutingServiceTable[];
  version: string;
}): ReactElement | null {
  const text = useText();
  if (version === '0' || tables.length === 0) return null;
  const n = tables.length;
  const k = n - behind(tables, version);
  return <Mark level={k === n ? 'good' : 'warn'}>{text('route.rule.inForce', { k, n })}</Mark>;
}
