// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, InputNumber, Modal, Select } from 'antd';
import { useState, type ReactElement } from 'react';
import { call } from '../../api/client';
import type { NamingOverrideProtectionRequest } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { Field, WhoAndWhy } from '../../components/Field';
import { useText, type TextKey } from '../../i18n/text';
import type { ProtectionName } from './protectionRows';

export type Word = 'on' | 'off' | 'clear';

const kMinute = 60_000;
const times = [10 * kMinute, 30 * kMinute, 60 * kMinute, 240 * kMinute, 1440 * kMinute];
const kPercent = 60;

interface Props {
  name: ProtectionName;
  word: Word;
  members: string[];
  onClose: () => void;
}

// Says what will happen, asks for how long and why, and says it to every member.
export function OverrideDialog({ name, word, members, onClose }: Props): ReactElement {
  const text = useText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [lasts, setLasts] = useState(60 * kMinute);
  const [service, setService] = useState('');
  const [percent, setPercent] = useState(kPercent);
  const [why, setWhy] = useState('');
  const title = `${text(`protect.${name}` as TextKey)}: ${text(`protect.${word}`)}`;
  const isThreshold = name === 'threshold';
  const withPercent = isThreshold && word === 'on';
  const say = useMutation({
    mutationFn: () =>
      sayToAll(members, {
        name,
        word: `WORD_${word.toUpperCase()}` as NamingOverrideProtectionRequest['word'],
        service: isThreshold ? service.trim() : '',
        percent: withPercent ? percent : 0,
        lasts_ms: lasts,
        who_and_why: why.trim(),
      }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['naming', 'cluster'] }),
    onSuccess: () => {
      void message.success(text('protect.done', { title }));
      onClose();
    },
  });
  const ready = why.trim() !== '' && (!isThreshold || service.trim() !== '');
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={text('common.cancel')}
      okButtonProps={{ disabled: !ready, danger: word === 'off' }}
      confirmLoading={say.isPending}
      onOk={() => say.mutate()}
      onCancel={onClose}
    >
      <p>{text(`protect.${name}.${word}` as TextKey)}</p>
      <p className="path">{text('protect.toAll', { members: members.join(', ') })}</p>
      {isThreshold && <TextField label={text('common.service')} value={service}
        hint="line/service" onChange={setService} />}
      {withPercent && <PercentField value={percent} onChange={setPercent} />}
      {word !== 'clear' && <TimeField value={lasts} onChange={setLasts} />}
      <WhoAndWhy value={why} onChange={setWhy} />
      {say.error && <Alert type="error" showIcon title={sentence(say.error, text)} />}
    </Modal>
  );
}

// To each, whoever of them is out of reach; the first refusal is told afterwards.
async function sayToAll(
  members: string[],
  request: Omit<NamingOverrideProtectionRequest, 'node'>,
): Promise<void> {
  const answers = await Promise.allSettled(
    members.map((node) =>
      call('bellrock.naming.v1.Cluster/OverrideProtection', { ...request, node }),
    ),
  );
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused) throw refused.reason;
}

interface TextProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}

function TextField({ label, hint, value, onChange }: TextProps): ReactElement {
  return (
    <Field label={label}>
      {(id) => (
        <Input id={id} placeholder={hint} maxLength={200} value={value}
          onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

interface NumberProps {
  value: number;
  onChange: (value: number) => void;
}

function PercentField({ value, onChange }: NumberProps): ReactElement {
  const text = useText();
  return (
    <Field label={text('protect.percent')}>
      {(id) => (
        <InputNumber id={id} min={1} max={100} precision={0} value={value}
          onChange={(next) => onChange(next ?? kPercent)} />
      )}
    </Field>
  );
}

function TimeField({ value, onChange }: NumberProps): ReactElement {
  const text = useText();
  const options = times.map((ms) => ({
    value: ms,
    label: text(`protect.lasts.${ms / kMinute}` as TextKey),
  }));
  return (
    <Field label={text('protect.lasts')}>
      {(id) => (
        <Select id={id} value={value} onChange={onChange} options={options} />
      )}
    </Field>
  );
}
