// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/query.pb.h"

// Figures for people. Pure.
namespace bellrock::cli {

// "1.24 ms", "870 us", "2.5 s".
std::string LatencyText(double us);

// A line for each group, or for each point of each group, with the total's change against earlier
// times; then what is left out and what is not complete yet.
std::string FiguresText(const metrics::v1::FiguresRequest& request,
                        const metrics::v1::FiguresReply& reply);

}  // namespace bellrock::cli
