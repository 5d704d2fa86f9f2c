// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, Button } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { useConnection } from '../api/connection';
import { useText } from '../i18n/text';
import { formatAge } from '../lib/time';

// Shown while the server does not answer; says how old the figures below are.
export function ConnectionBanner(): ReactElement | null {
  const { down, lastMs } = useConnection();
  const client = useQueryClient();
  const text = useText();
  const now = useTicking(down);
  if (!down) return null;
  const description =
    lastMs > 0
      ? text('error.unreachable.stale', { age: formatAge(now - lastMs) })
      : text('error.unreachable.never');
  return (
    <Alert
      className="banner"
      type="error"
      showIcon
      role="alert"
      title={text('error.unreachable')}
      description={description}
      action={
        <Button size="small" onClick={() => void client.refetchQueries({ type: 'active' })}>
          {text('error.retry')}
        </Button>
      }
    />
  );
}

function useTicking(on: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}
