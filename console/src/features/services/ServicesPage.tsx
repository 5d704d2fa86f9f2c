// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { SearchOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useEffect, useState, type ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useServices, useTable } from '../../api/queries';
import { EmptyHint, kRegisterCommand } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n/text';
import { formatCount } from '../../lib/units';
import { ServiceTable } from './ServiceTable';

const kPageSize = 100;
const kTypingMs = 250;

export default function ServicesPage(): ReactElement {
  const text = useText();
  const { search, typed, setTyped } = useSearch();
  // Tokens of the pages gone through; the last one is the page shown.
  const [tokens, setTokens] = useState<string[]>(['']);
  useEffect(() => setTokens(['']), [search]);
  const services = useServices(search, kPageSize, tokens[tokens.length - 1] ?? '');
  const calls = useTable({ groupBy: ['callee'], limit: 1000 });
  const { data } = services;
  const empty = search ? (
    <EmptyHint title={text('services.none', { search })} text={text('services.none.hint')}>
      <Button onClick={() => setTyped('')}>{text('services.clear')}</Button>
    </EmptyHint>
  ) : (
    <EmptyHint
      title={text('overview.empty.title')}
      text={text('overview.empty.text')}
      command={kRegisterCommand}
    />
  );
  const from = (tokens.length - 1) * kPageSize;
  return (
    <>
      <PageHead title={text('page.services')}>
        <Input
          allowClear
          className="search"
          prefix={<SearchOutlined />}
          aria-label={text('services.search')}
          placeholder={text('services.searchHint')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </PageHead>
      <Failure errors={[services.error, calls.error]} />
      <Panel
        title={
          data?.total === 1
            ? text('services.count.one')
            : text('services.count', { count: formatCount(data?.total ?? 0) })
        }
      >
        <ServiceTable rows={data?.services} calls={calls.data?.rows} empty={empty} />
        {data && data.total > kPageSize && (
          <div className="pager">
            <span>
              {text('services.range', {
                from: from + 1,
                to: from + data.services.length,
                total: formatCount(data.total),
              })}
            </span>
            <Button
              disabled={tokens.length === 1}
              onClick={() => setTokens(tokens.slice(0, -1))}
            >
              {text('services.prev')}
            </Button>
            <Button
              disabled={data.next_page_token === ''}
              onClick={() => setTokens([...tokens, data.next_page_token])}
            >
              {text('services.next')}
            </Button>
          </div>
        )}
      </Panel>
    </>
  );
}

// What is typed now, and what is asked for: the same a moment later, kept in the address.
function useSearch(): { search: string; typed: string; setTyped: (typed: string) => void } {
  const [params, setParams] = useSearchParams();
  const search = params.get('q') ?? '';
  const [typed, setTyped] = useState(search);
  useEffect(() => {
    if (typed === search) return undefined;
    const timer = setTimeout(
      () => setParams(typed ? { q: typed } : {}, { replace: true }),
      kTypingMs,
    );
    return () => clearTimeout(timer);
  }, [typed, search, setParams]);
  return { search, typed, setTyped };
}
