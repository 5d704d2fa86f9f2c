// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/metrics/v1/query.pb.h"

// Figures of hosts and of programs' own metrics, for people. Pure.
namespace bellrock::cli {

// What to ask for a table of hosts: conditions and groups.
void AskForHosts(metrics::v1::FiguresRequest& request);
// A line for each host of the answer.
std::string HostsText(const metrics::v1::FiguresReply& reply);

// Of one service, or of all if it is "".
void AskForCustom(const std::string& service, const std::string& metric,
                  metrics::v1::FiguresRequest& request);
// A line for each metric and each value of the attributes named; all other attributes are summed
// over. Percentiles of a sum are not known here and left out.
std::string CustomText(const metrics::v1::FiguresReply& reply,
                       const std::vector<std::string>& attributes);

}  // namespace bellrock::cli
