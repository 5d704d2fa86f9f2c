// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { NavLink } from 'react-router-dom';
import { useText, type TextKey } from '../i18n/text';

// Links between the pages of one subject.
export function Subpages(props: { pages: { path: string; title: TextKey }[] }): ReactElement {
  const text = useText();
  return (
    <nav className="subpages" aria-label={text('app.subpages')}>
      {props.pages.map(({ path, title }) => (
        <NavLink key={path} to={path} end>
          {text(title)}
        </NavLink>
      ))}
    </nav>
  );
}
