// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useSearchParams } from 'react-router-dom';
import { useSpan } from '../../../components/SpanPicker';
import {
  dimensions, filtersFrom, kDay, kWeek, orders, wordOf, type Dimension, type Filter, type Order,
  type Span,
} from '../../../lib/question';

export const comparisons = [0, kDay, kWeek];

// What is looked at. All of it stands in the address, so that a link shows the same.
export interface View {
  span: Span;
  compare: number; // seconds before, drawn thin; 0: nothing
  log: boolean;
  by: Dimension;
  order: Order;
  filters: Filter[];
}

interface Change {
  name: 'compare' | 'log' | 'by' | 'order';
  value: string;
}

export interface ViewSetter {
  setSpan: (span: Partial<Span>) => void;
  set: (change: Change) => void;
  setFilters: (filters: Filter[]) => void;
}

export function useView(): [View, ViewSetter] {
  const [params, setParams] = useSearchParams();
  const [span, spans] = useSpan();
  const among = <T,>(name: string, all: readonly T[], first: T): T =>
    all.find((one) => String(one) === params.get(name)) ?? first;
  const view: View = {
    span,
    compare: comparedWith(params.get('compare')),
    log: params.get('log') === '1',
    by: among('by', dimensions, 'method'),
    order: among('order', orders, 'calls'),
    filters: filtersFrom(params.getAll('where')),
  };
  const setter: ViewSetter = {
    setSpan: spans.set,
    set: ({ name, value }) => {
      params.set(name, value);
      setParams(params, { replace: true });
    },
    setFilters: (filters) => {
      params.delete('where');
      for (const filter of filters) params.append('where', wordOf(filter));
      setParams(params); // a step back takes the filter away
    },
  };
  return [view, setter];
}

// Any number of whole minutes before what is shown.
function comparedWith(text: string | null): number {
  const seconds = Number(text);
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds % 60 === 0 ? seconds : 0;
}
