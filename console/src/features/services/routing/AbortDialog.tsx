// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Modal } from 'antd';
import { useState, type ReactElement } from 'react';
import type { RoutingRatioMove, RoutingStoredSettings } from '../../../api/generated';
import { usePutSettings } from '../../../api/routing';
import { sentence } from '../../../api/sentences';
import { WhoAndWhy } from '../../../components/Field';
import { useText } from '../../../i18n/text';
import { sparse } from './draft';
import { isSame } from './moves';

interface Props {
  service: string;
  move: RoutingRatioMove;
  stored: RoutingStoredSettings;
  onClose: () => void;
}

// Takes a move back: the calls return to where they would go without it.
export function AbortDialog({ service, move, stored, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [why, setWhy] = useState('');
  const put = usePutSettings(service);
  const title = text('route.move.abortOf', { from: move.from_site, to: move.to_site });
  const abort = (): void => {
    const left = stored.settings.ratio_moves.filter((one) => !isSame(one, move));
    put.mutate(
      {
        settings: sparse({ ...stored.settings, ratio_moves: left }),
        expectedVersion: stored.version,
        whoAndWhy: why.trim(),
      },
      {
        onSuccess: () => {
          void message.success(text('route.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      open
      title={title}
      okText={text('route.move.abort')}
      cancelText={text('common.cancel')}
      okButtonProps={{ danger: true, disabled: why.trim() === '' }}
      confirmLoading={put.isPending}
      onOk={abort}
      onCancel={onClose}
    >
      <p>{text('route.move.abort.text')}</p>
      <WhoAndWhy value={why} onChange={setWhy} />
      {put.isError && <Alert type="error" showIcon title={sentence(put.error, text)} />}
    </Modal>
  );
}
