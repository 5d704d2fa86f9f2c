// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, InputNumber, Modal } from 'antd';
import { useState, type ReactElement } from 'react';
import { call } from '../../api/client';
import type { NamingInstance } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { Field, WhoAndWhy } from '../../components/Field';
import { useText, type TextKey } from '../../i18n/text';
import { afterAction, type ActionName } from './instances';

const kMaxWeight = 10_000;

interface Props {
  action: ActionName;
  name: string;
  instance: NamingInstance;
  last: boolean;
  onClose: () => void;
}

// Says what will happen, asks why, and does it.
export function ActionDialog({ action, name, instance, last, onClose }: Props): ReactElement {
  const text = useText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [reason, setReason] = useState('');
  const [weight, setWeight] = useState(instance.operator_state.weight);
  const takesAway = action === 'disable' || action === 'isolate';
  const title = text(`action.${action}` as TextKey).replace('…', '');
  const apply = useMutation({
    mutationFn: () =>
      call('bellrock.naming.v1.Naming/SetOperatorState', {
        path: instance.spec.path,
        operator_state: afterAction(instance.operator_state, action, reason.trim(), weight),
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['naming'] });
      void client.invalidateQueries({ queryKey: ['routing'] });
      void message.success(text('action.done', { action: title, name }));
      onClose();
    },
  });
  return (
    <Modal
      open
      title={`${title} · ${name}`}
      okText={title}
      cancelText={text('common.cancel')}
      okButtonProps={{ danger: takesAway, disabled: reason.trim() === '' }}
      confirmLoading={apply.isPending}
      onOk={() => apply.mutate()}
      onCancel={onClose}
    >
      <p>{text(`action.${action}.text` as TextKey)}</p>
      <p>
        <code className="path">{instance.spec.path}</code>
      </p>
      {takesAway && last && <Alert type="warning" showIcon title={text('action.last')} />}
      {action === 'weight' && (
        <Field label={text('action.weight.field')}>
          {(id) => (
            <InputNumber
              id={id}
              min={0}
              max={kMaxWeight}
              precision={0}
              value={weight}
              onChange={(value) => setWeight(value ?? 0)}
            />
          )}
        </Field>
      )}
      <WhoAndWhy value={reason} onChange={setReason} />
      {apply.error && <Alert type="error" showIcon title={sentence(apply.error, text)} />}
    </Modal>
  );
}
