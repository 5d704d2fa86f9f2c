// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import {
  AlertOutlined, AppstoreOutlined, ClusterOutlined, DashboardOutlined, DatabaseOutlined,
  DesktopOutlined, LineChartOutlined, RiseOutlined, ShareAltOutlined,
} from '@ant-design/icons';
import { lazy, type ComponentType } from 'react';
import type { TextKey } from './i18n/text';

export interface Page {
  path: string;
  title: TextKey;
  icon?: ComponentType; // with an icon it is in the menu
  menuTitle?: TextKey; // there, if another than the page's own
  component: ComponentType;
}

// Every page. Menu and routes are both made from this list.
export const pages: Page[] = [
  {
    path: '/',
    title: 'page.overview',
    icon: DashboardOutlined,
    component: lazy(() => import('./features/overview/OverviewPage')),
  },
  {
    path: '/services',
    title: 'page.services',
    icon: AppstoreOutlined,
    component: lazy(() => import('./features/services/ServicesPage')),
  },
  {
    path: '/services/:line/:service',
    title: 'common.service',
    component: lazy(() => import('./features/services/ServicePage')),
  },
  {
    path: '/services/:line/:service/figures',
    title: 'figures.page',
    component: lazy(() => import('./features/services/figures/FiguresPage')),
  },
  {
    path: '/services/:line/:service/movers',
    title: 'movers.page',
    component: lazy(() => import('./features/services/movers/MoversPage')),
  },
  {
    path: '/services/:line/:service/custom',
    title: 'custom.page',
    component: lazy(() => import('./features/services/custom/CustomPage')),
  },
  {
    path: '/movers',
    title: 'movers.page',
    icon: RiseOutlined,
    component: lazy(() => import('./features/services/movers/MoversPage')),
  },
  {
    path: '/services/:line/:service/routing',
    title: 'route.page',
    component: lazy(() => import('./features/services/routing/RoutingPage')),
  },
  {
    path: '/alarms',
    title: 'alarms.page',
    icon: AlertOutlined,
    component: lazy(() => import('./features/alarms/AlarmsPage')),
  },
  {
    path: '/alarms/history',
    title: 'alarms.history',
    component: lazy(() => import('./features/alarms/HistoryPage')),
  },
  {
    path: '/alarms/rules',
    title: 'alarms.rules',
    component: lazy(() => import('./features/alarms/RulesPage')),
  },
  {
    path: '/alarms/rules/edit',
    title: 'rule.edit',
    component: lazy(() => import('./features/alarms/rule/RuleEditPage')),
  },
  {
    path: '/alarms/silences',
    title: 'alarms.silences',
    component: lazy(() => import('./features/alarms/SilencesPage')),
  },
  {
    path: '/alarms/:id',
    title: 'alarms.one',
    component: lazy(() => import('./features/alarms/AlarmPage')),
  },
  {
    path: '/topology',
    title: 'page.topology',
    icon: ShareAltOutlined,
    component: lazy(() => import('./features/topology/TopologyPage')),
  },
  {
    path: '/data',
    title: 'data.page',
    icon: DatabaseOutlined,
    component: lazy(() => import('./features/completeness/DataPage')),
  },
  {
    path: '/hosts',
    title: 'hosts.page',
    icon: DesktopOutlined,
    component: lazy(() => import('./features/hosts/HostsPage')),
  },
  {
    path: '/hosts/:host',
    title: 'hosts.host',
    component: lazy(() => import('./features/hosts/HostPage')),
  },
  {
    path: '/process',
    title: 'process.page',
    component: lazy(() => import('./features/hosts/ProcessPage')),
  },
  {
    path: '/dashboards',
    title: 'dash.page',
    icon: LineChartOutlined,
    component: lazy(() => import('./features/dashboards/DashboardsPage')),
  },
  {
    path: '/dashboards/:id',
    title: 'dash.where',
    component: lazy(() => import('./features/dashboards/DashboardPage')),
  },
  {
    path: '/naming',
    title: 'page.cluster',
    menuTitle: 'page.naming',
    icon: ClusterOutlined,
    component: lazy(() => import('./features/registry/ClusterPage')),
  },
  {
    path: '/naming/tree',
    title: 'page.tree',
    component: lazy(() => import('./features/registry/TreePage')),
  },
  {
    path: '/naming/events',
    title: 'page.events',
    component: lazy(() => import('./features/registry/EventsPage')),
  },
];
