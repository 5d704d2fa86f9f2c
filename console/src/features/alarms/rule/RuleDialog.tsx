// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Modal } from 'antd';
import { useState, type ReactElement } from 'react';
import { useAlarmSettings, usePutAlarmSettings } from '../../../api/alarms';
import type { MetricsAlarmRule } from '../../../api/generated';
import { sentence } from '../../../api/sentences';
import { WhoAndWhy } from '../../../components/Field';
import { useText } from '../../../i18n/text';
import { changeOf, withoutRule } from './settings';

export type RuleWord = 'disable' | 'enable' | 'delete';

interface Props {
  word: RuleWord;
  rule: MetricsAlarmRule;
  onClose: () => void;
}

// A word about one rule, asked back before it is done.
export function RuleDialog({ word, rule, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [why, setWhy] = useState('');
  const { data } = useAlarmSettings();
  const put = usePutAlarmSettings();
  const tell = (): void => {
    if (!data) return;
    const { service, settings, version: expectedVersion } =
      word === 'delete'
        ? withoutRule(data.settings, rule)
        : changeOf(data.settings, rule, { ...rule, disabled: word === 'disable' });
    const next = { service, settings, expectedVersion, whoAndWhy: why.trim(), checkOnly: false };
    put.mutate(next, {
      onSuccess: () => {
        void message.success(text(`rule.${word}.done`));
        onClose();
      },
    });
  };
  return (
    <Modal
      open
      title={text(`rule.${word}.sure`, { name: `${rule.name} (${rule.service})` })}
      okText={text(`rule.${word}`)}
      cancelText={text('common.cancel')}
      okButtonProps={{ danger: word === 'delete', disabled: why.trim() === '' || !data }}
      confirmLoading={put.isPending}
      onOk={tell}
      onCancel={onClose}
    >
      <p>{text(`rule.${word}.text`)}</p>
      <WhoAndWhy value={why} onChange={setWhy} />
      {Boolean(put.error) && <Alert type="error" showIcon title={sentence(put.error, text)} />}
    </Modal>
  );
}
