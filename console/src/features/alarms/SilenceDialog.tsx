// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Input, Modal, Select } from 'antd';
import { useState, type ReactElement } from 'react';
import { useSilence } from '../../api/alarms';
import { sentence } from '../../api/sentences';
import { Field } from '../../components/Field';
import { useText, type TextKey } from '../../i18n/text';
import { matcherFrom } from './words';

const kHourMs = 3_600_000;
const hours = [1, 4, 24, 168];

interface Props {
  matchers: string[]; // to begin with, as they are typed
  onClose: () => void;
}

// Tells nobody of alarms that match, for a while.
export function SilenceDialog({ matchers, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [typed, setTyped] = useState(matchers);
  const [lasts, setLasts] = useState(4);
  const [by, setBy] = useState('');
  const [comment, setComment] = useState('');
  const silence = useSilence();
  const bad = typed.find((one) => !matcherFrom(one));
  const ready = typed.length > 0 && !bad && by.trim() !== '' && comment.trim() !== '';
  const make = (): void => {
    const to = Math.round((Date.now() + lasts * kHourMs) / 1000);
    silence.mutate(
      {
        matchers: typed.flatMap((one) => matcherFrom(one) ?? []),
        to, by: by.trim(), comment: comment.trim(),
      },
      {
        onSuccess: () => {
          void message.success(text('alarms.silence.made'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      open
      title={text('alarms.silence.title')}
      okText={text('alarms.silence')}
      cancelText={text('common.cancel')}
      okButtonProps={{ disabled: !ready }}
      confirmLoading={silence.isPending}
      onOk={make}
      onCancel={onClose}
    >
      <p>{text('alarms.silence.text')}</p>
      <Field
        label={text('alarms.silence.matchers')}
        hint={bad && <span data-level="bad">{text('alarms.silence.bad', { text: bad })}</span>}
      >
        {(id) => (
          <Select id={id} mode="tags" open={false} suffixIcon={null} value={typed}
            onChange={setTyped} />
        )}
      </Field>
      <Field label={text('alarms.silence.lasts')}>
        {(id) => (
          <Select id={id} value={lasts} onChange={setLasts}
            options={hours.map((value) => ({
              value, label: text(`alarms.silence.${value}` as TextKey),
            }))} />
        )}
      </Field>
      <Words label={text('alarms.silence.by')} value={by} onChange={setBy} />
      <Words label={text('alarms.silence.comment')} value={comment} onChange={setComment} />
      {Boolean(silence.error) && (
        <Alert type="error" showIcon title={sentence(silence.error, text)} />
      )}
    </Modal>
  );
}

interface WordsProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function Words({ label, value, onChange }: WordsProps): ReactElement {
  return (
    <Field label={label}>
      {(id) => (
        <Input id={id} maxLength={200} value={value}
          onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
