// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Modal } from 'antd';
import { useState, type ReactElement } from 'react';
import { useUnsilence } from '../../api/alarms';
import type { MetricsAlarmSilence } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { WhoAndWhy } from '../../components/Field';
import { useText } from '../../i18n/text';
import { matcherText } from './words';

interface Props {
  silence: MetricsAlarmSilence;
  onClose: () => void;
}

// Ends a silence before its time, and says why.
export function EndSilenceDialog({ silence, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [why, setWhy] = useState('');
  const end = useUnsilence();
  const onOk = (): void =>
    end.mutate(
      { id: silence.id, whoAndWhy: why.trim() },
      {
        onSuccess: () => {
          void message.success(text('alarms.silence.ended'));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={text('alarms.silence.end')}
      okText={text('alarms.silence.end')}
      cancelText={text('common.cancel')}
      okButtonProps={{ disabled: why.trim() === '' }}
      confirmLoading={end.isPending}
      onOk={onOk}
      onCancel={onClose}
    >
      <p>{silence.matchers.map(matcherText).join(', ')}</p>
      <WhoAndWhy value={why} onChange={setWhy} />
      {Boolean(end.error) && <Alert type="error" showIcon title={sentence(end.error, text)} />}
    </Modal>
  );
}
