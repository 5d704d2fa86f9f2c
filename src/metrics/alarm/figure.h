// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/card.h"

namespace bellrock::metrics::alarm {

// The calls of one group in one window.
struct Reading {
  Card card;  // of all results
  uint64_t failures = 0;

  uint64_t calls() const { return card.calls(); }
};

// Exact: read from the card. nullopt for a property of calls where there are none.
std::optional<double> FigureOf(const v1::AlarmFigure& figure, const Reading& reading,
                               int64_t seconds);
// Their sum; u64 holds 500 thousand years of it.
uint64_t MicrosecondsOf(const Card& card);

}  // namespace bellrock::metrics::alarm
