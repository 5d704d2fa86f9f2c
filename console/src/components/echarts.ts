// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The parts of ECharts that are used, so that the rest stays out of the bundle.
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import {
  AxisPointerComponent, GridComponent, MarkAreaComponent, TooltipComponent, VisualMapComponent,
} from 'echarts/components';
import { connect, init, use, type ComposeOption } from 'echarts/core';
import type { BarSeriesOption, HeatmapSeriesOption, LineSeriesOption } from 'echarts/charts';
import type {
  GridComponentOption, MarkAreaComponentOption, TooltipComponentOption, VisualMapComponentOption,
} from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

use([
  BarChart,
  HeatmapChart,
  LineChart,
  AxisPointerComponent,
  GridComponent,
  MarkAreaComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export { connect, init };
export type { EChartsType } from 'echarts/core';
export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption
>;
export type HeatOption = ComposeOption<
  | HeatmapSeriesOption
  | GridComponentOption
  | MarkAreaComponentOption
  | TooltipComponentOption
  | VisualMapComponentOption
>;
