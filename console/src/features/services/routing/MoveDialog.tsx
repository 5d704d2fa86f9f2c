// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, InputNumber, Modal, Select } from 'antd';
import { useState, type ReactElement } from 'react';
import type {
  RoutingPreviewMoveReply, RoutingRatioMove, RoutingServiceTable, RoutingStoredSettings,
} from '../../../api/generated';
import { usePreview, usePutSettings } from '../../../api/routing';
import { sentence } from '../../../api/sentences';
import { Field, WhoAndWhy } from '../../../components/Field';
import { useText } from '../../../i18n/text';
import { sparse } from './draft';
import { withMove } from './moves';
import { PreviewBars } from './PreviewBars';
import { nowOf } from './view';

const kMinute = 60_000;
const growths = [0, 1, 5, 15, 60].map((minutes) => minutes * kMinute);
const ends = [0, 60, 240, 1440].map((minutes) => minutes * kMinute);

interface Props {
  service: string;
  tables: RoutingServiceTable[];
  stored: RoutingStoredSettings;
  onClose: () => void;
}

interface Choice {
  from: string;
  to: string;
  percent: number;
  growsMs: number;
  lastsMs: number; // 0: until it is taken back
}

// Part of one site's calls to another: what it would do, while it is still being chosen.
export function MoveDialog({ service, tables, stored, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const sites = sitesOf(tables);
  const [why, setWhy] = useState('');
  const [choice, setChoice] = useState<Choice>({
    from: sites[0] ?? '', to: sites[1] ?? '', percent: 10, growsMs: 5 * kMinute, lastsMs: 0,
  });
  const move = moveOf(choice, nowOf(tables), why.trim());
  const sane = choice.from !== '' && choice.to !== '' && choice.from !== choice.to;
  const preview = usePreview(service, sane ? move : undefined);
  const put = usePutSettings(service);
  const begin = (): void => {
    const { settings } = stored;
    const moves = withMove(settings.ratio_moves, move);
    const next = {
      settings: sparse({ ...settings, ratio_moves: moves }),
      expectedVersion: stored.version,
      whoAndWhy: why.trim(),
    };
    put.mutate(next, {
      onSuccess: () => {
        void message.success(text('route.saved'));
        onClose();
      },
    });
  };
  const known = sane ? preview.data : undefined;
  const error = put.error ?? (sane ? preview.error : null);
  return (
    <Modal
      open
      title={text('route.move.new')}
      okText={text(known && !known.headroom ? 'route.move.beginAnyway' : 'route.move.begin')}
      cancelText={text('common.cancel')}
      okButtonProps={{ danger: known && !known.headroom, disabled: !sane || why.trim() === '' }}
      confirmLoading={put.isPending}
      onOk={begin}
      onCancel={onClose}
    >
      <Choices sites={sites} choice={choice} onChange={setChoice} />
      {known && <Verdict preview={known} choice={choice} />}
      <WhoAndWhy value={why} onChange={setWhy} />
      {Boolean(error) && <Alert type="error" showIcon title={sentence(error, text)} />}
    </Modal>
  );
}

function sitesOf(tables: RoutingServiceTable[]): string[] {
  const sites = tables.flatMap((table) => table.instances.map((route) => route.site));
  return [...new Set(sites)].filter((site) => site !== '').sort();
}

function moveOf(choice: Choice, now: number, why: string): RoutingRatioMove {
  return {
    from_site: choice.from,
    to_site: choice.to,
    share: choice.percent / 100,
    begun_unix_ms: now,
    duration_ms: choice.growsMs,
    until_unix_ms: choice.lastsMs > 0 ? now + choice.lastsMs : 0,
    who_and_why: why,
  };
}

interface ChoicesProps {
  sites: string[];
  choice: Choice;
  onChange: (choice: Choice) => void;
}

function Choices({ sites, choice, onChange }: ChoicesProps): ReactElement {
  const text = useText();
  const names = sites.map((site) => ({ value: site, label: site }));
  const spans = (all: number[], none: 'route.move.atOnce' | 'route.move.untilBack') =>
    all.map((ms) => ({
      value: ms,
      label: ms === 0 ? text(none) : text('route.minutes', { count: ms / kMinute }),
    }));
  const change = (part: Partial<Choice>): void => onChange({ ...choice, ...part });
  return (
    <div className="form-grid">
      <Field label={text('route.move.from')}>
        {(id) => <Select id={id} value={choice.from || undefined} options={names}
          onChange={(from) => change({ from })} />}
      </Field>
      <Field label={text('route.move.to')}>
        {(id) => <Select id={id} value={choice.to || undefined} options={names}
          onChange={(to) => change({ to })} />}
      </Field>
      <Field label={text('route.move.percent')}>
        {(id) => <InputNumber id={id} min={1} max={100} precision={0} suffix="%"
          value={choice.percent} onChange={(percent) => change({ percent: percent ?? 1 })} />}
      </Field>
      <Field label={text('route.move.grows.field')}>
        {(id) => <Select id={id} value={choice.growsMs}
          options={spans(growths, 'route.move.atOnce')}
          onChange={(growsMs) => change({ growsMs })} />}
      </Field>
      <Field label={text('route.move.lasts')}>
        {(id) => <Select id={id} value={choice.lastsMs}
          options={spans(ends, 'route.move.untilBack')}
          onChange={(lastsMs) => change({ lastsMs })} />}
      </Field>
    </div>
  );
}

interface VerdictProps {
  preview: RoutingPreviewMoveReply;
  choice: Choice;
}

function Verdict({ preview, choice }: VerdictProps): ReactElement {
  const text = useText();
  return (
    <section aria-label={text('route.move.preview')} className="preview">
      <PreviewBars sites={preview.sites} from={choice.from} to={choice.to} />
      <Alert
        type={preview.headroom ? 'success' : 'warning'}
        showIcon
        title={text(preview.headroom ? 'route.move.headroom' : 'route.move.noHeadroom')}
        description={preview.verdict}
      />
    </section>
  );
}
