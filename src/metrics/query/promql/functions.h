// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bellrock::metrics::query::promql {

enum class ValueType : uint8_t { kScalar, kVector, kMatrix, kString };
// "scalar", "instant vector", "range vector", "string".
std::string_view ValueTypeName(ValueType type);

// Who computes a function; one evaluator for each.
enum class FunctionFamily : uint8_t {
  kCounterRange,  // rate, increase, ...: exact sums of windows
  kOverTime,      // of the samples of a range
  kMath,          // of each value alone
  kCards,         // of cards or histograms
  kLabels,        // label_replace, label_join
  kShape,         // time, vector, scalar, absent, sort
  kNotServed,     // Prometheus' own, parsed so that the error can say so
};

// A function of PromQL as Prometheus 2.42 declares it.
struct FunctionSpec {
  std::string_view name;
  FunctionFamily family;
  ValueType result;
  std::string_view arguments;  // a letter each: s scalar, v vector, m range, t string
  // 0: exactly these; n: the last n may be left out; -1: the last may repeat or be left out.
  int variadic = 0;
};

std::span<const FunctionSpec> Functions();
// nullptr if there is none.
const FunctionSpec* FindFunction(std::string_view name);
// "rate, irate, delta": names near to an unknown one, for its error.
std::string FunctionsNear(std::string_view name);

// Of two names, how many letters must be changed, added or dropped.
size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace bellrock::metrics::query::promql
