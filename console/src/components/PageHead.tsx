// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useEffect, type ReactElement, type ReactNode } from 'react';

interface Props {
  title: string;
  before?: ReactNode; // where this page belongs, such as a link to the list
  children?: ReactNode; // controls on the right
}

export function PageHead({ title, before, children }: Props): ReactElement {
  useEffect(() => {
    document.title = `${title} · Bellrock`;
  }, [title]);
  return (
    <div className="page-head">
      <div className="page-title">
        {before}
        <h1>{title}</h1>
      </div>
      <div className="page-controls">{children}</div>
    </div>
  );
}
