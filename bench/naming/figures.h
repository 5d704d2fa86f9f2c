// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::bench {

// What a run measured, for the driver: one JSON object of names and numbers on the output.
class Figures {
 public:
  void Add(std::string name, double value) { values_.emplace_back(std::move(name), value); }
  // PREFIX_p50_ms, _p99_ms and _p999_ms of latencies in milliseconds; reorders them.
  void AddLatencies(const std::string& prefix, std::vector<double>& ms);
  void Print() const;

 private:
  std::vector<std::pair<std::string, double>> values_;
};

// Nearest rank of a fraction (0..1) of the values; reorders them. 0 without values.
double Quantile(std::vector<double>& values, double fraction);

// A failed step makes every figure worthless: ends the program with the reason.
[[noreturn]] void Fail(std::string_view why);
void Check(const Status& status);

}  // namespace bellrock::bench
