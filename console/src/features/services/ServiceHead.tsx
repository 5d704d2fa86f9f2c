// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { PageHead } from '../../components/PageHead';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { customUrl, figuresUrl, moversUrl, routingUrl, serviceUrl } from '../../lib/paths';

interface Props {
  service: string;
  children?: ReactNode; // controls
}

// Head of every page about one service.
export function ServiceHead({ service, children }: Props): ReactElement {
  const text = useText();
  return (
    <PageHead
      title={service}
      before={
        <Link className="up" to="/services">
          {text('page.services')} /
        </Link>
      }
    >
      <div className="service-controls">
        <Subpages
          pages={[
            { path: serviceUrl(service), title: 'route.pageOfCalls' },
            { path: figuresUrl(service), title: 'figures.page' },
            { path: moversUrl(service), title: 'movers.page' },
            { path: customUrl(service), title: 'custom.page' },
            { path: routingUrl(service), title: 'route.page' },
          ]}
        />
        {children}
      </div>
    </PageHead>
  );
}
