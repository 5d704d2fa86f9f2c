// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Select } from 'antd';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { RoutingServiceTable } from '../../../api/generated';
import { useText } from '../../../i18n/text';

// The caller that is looked at, kept in the address; '' means the sum of all.
export function useHost(): [string, (host: string) => void] {
  const [params, setParams] = useSearchParams();
  const choose = (host: string): void => {
    if (host === '') params.delete('host');
    else params.set('host', host);
    setParams(params, { replace: true });
  };
  return [params.get('host') ?? '', choose];
}

interface Props {
  tables: RoutingServiceTable[];
  host: string;
  onChoose: (host: string) => void;
}

export function HostPicker({ tables, host, onChoose }: Props): ReactElement {
  const text = useText();
  const hosts = tables.map((table) => ({
    value: table.host,
    label: table.site === '' ? table.host : `${table.host} · ${table.site}`,
  }));
  if (host !== '' && !tables.some((table) => table.host === host)) {
    hosts.push({ value: host, label: host }); // it stopped calling; the address still names it
  }
  hosts.sort((a, b) => a.value.localeCompare(b.value, 'en', { numeric: true }));
  return (
    <Select
      className="host-picker"
      aria-label={text('route.view')}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      value={host}
      onChange={onChoose}
      options={[{ value: '', label: text('route.view.all', { count: tables.length }) }, ...hosts]}
    />
  );
}
