// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/naming/v1/cluster.pb.h"

// A cluster's views as text for a terminal. Pure.
namespace bellrock::cli {

// "850ms", "12s", "3m", "5h", "2d": the largest unit that fits. Negative: "never".
std::string AgeText(int64_t ms);
// "2026-11-22 08:09:00.663", UTC.
std::string TimeText(int64_t unix_ms);

// All that one node says of itself and the others.
std::string ClusterText(const naming::v1::DescribeReply& view);

// What a member answered when it was asked for its own view.
struct MemberView {
  std::string name;
  std::string problem;  // why there is no view
  naming::v1::DescribeReply view;
};
// How each sees each other, one line per member that answered.
std::string MatrixText(const std::vector<MemberView>& views);
// Sentences, one for each thing that they do not agree on.
std::vector<std::string> Differences(const std::vector<MemberView>& views);

}  // namespace bellrock::cli
