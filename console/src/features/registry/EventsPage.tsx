// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { SearchOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useEffect, useState, type ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useEvents } from '../../api/registry';
import type { NamingListEventsReply, NamingListEventsReplyEntry } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { Mark } from '../../components/Mark';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText, type TextKey } from '../../i18n/text';
import type { Level } from '../../lib/success';
import { formatDay } from '../../lib/time';
import { subpages } from './subpages';

const kTypingMs = 250;

const levels: Record<string, Level> = {
  registered: 'idle', working: 'good', unreachable: 'bad', deregistered: 'idle', operator: 'warn',
  changed: 'idle',
};

export default function EventsPage(): ReactElement {
  const text = useText();
  const { target, typed, setTyped } = useTarget();
  // Revisions that pages gone through end before; the last one is the page shown, 0 the latest.
  const [pages, setPages] = useState<number[]>([0]);
  useEffect(() => setPages([0]), [target]);
  const before = pages[pages.length - 1] ?? 0;
  const { data, error } = useEvents(target, before);
  return (
    <>
      <PageHead title={text('page.events')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[error]} />
      <Panel
        title={text(before === 0 ? 'events.latest' : 'events.older')}
        extra={
          <Input
            allowClear
            className="search"
            prefix={<SearchOutlined />}
            aria-label={text('events.target')}
            placeholder={text('events.target.hint')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        }
      >
        <EventTable events={error ? [] : data?.events} />
        <Pager
          data={data}
          newest={pages.length === 1}
          onNewer={() => setPages(pages.slice(0, -1))}
          onOlder={(revision) => setPages([...pages, revision])}
        />
      </Panel>
    </>
  );
}

interface PagerProps {
  data: NamingListEventsReply | undefined;
  newest: boolean;
  onNewer: () => void;
  onOlder: (before: number) => void;
}

function Pager({ data, newest, onNewer, onOlder }: PagerProps): ReactElement {
  const text = useText();
  const last = data?.events[data.events.length - 1];
  return (
    <div className="pager">
      <Button disabled={newest} onClick={onNewer}>
        {text('events.newerPage')}
      </Button>
      <Button
        disabled={!data?.reaches_back || !last}
        onClick={() => last && onOlder(last.revision)}
      >
        {text('events.olderPage')}
      </Button>
    </div>
  );
}

type Entry = NamingListEventsReplyEntry;

function EventTable({ events }: { events: Entry[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<Entry>[] = [
    {
      key: 'what',
      title: text('events.what'),
      width: 130,
      narrow: 'corner',
      render: (row) => (
        <Mark level={levels[row.what] ?? 'idle'}>{text(`events.${row.what}` as TextKey)}</Mark>
      ),
    },
    {
      key: 'path',
      title: text('events.path'),
      ellipsis: true,
      narrow: 'head',
      render: (row) => (
        <code className="event-path" title={row.path}>
          {row.path}
        </code>
      ),
    },
    {
      key: 'when',
      title: text('events.when'),
      width: 150,
      render: (row) => <span title={String(row.revision)}>{formatDay(row.unix_ms)}</span>,
    },
    { key: 'who', title: text('events.who'), width: 150, render: (row) => row.who },
    {
      key: 'why',
      title: text('events.why'),
      ellipsis: true,
      render: (row) => <span title={row.why}>{row.why || '–'}</span>,
    },
  ];
  return (
    <DataList
      fits
      label={text('page.events')}
      rows={events}
      rowKey={(row) => `${row.revision} ${row.path}`}
      columns={columns}
      pageSize={100}
      empty={<EmptyHint title={text('events.none')} text={text('events.none.text')} />}
    />
  );
}

// What is typed now, and what is asked for: the same a moment later, kept in the address.
function useTarget(): { target: string; typed: string; setTyped: (typed: string) => void } {
  const [params, setParams] = useSearchParams();
  const target = params.get('target') ?? '';
  const [typed, setTyped] = useState(target);
  useEffect(() => {
    if (typed.trim() === target) return undefined;
    const timer = setTimeout(
      () => setParams(typed.trim() ? { target: typed.trim() } : {}, { replace: true }),
      kTypingMs,
    );
    return () => clearTimeout(timer);
  }, [typed, target, setParams]);
  return { target, typed, setTyped };
}
