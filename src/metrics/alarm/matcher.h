// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/metrics/v1/alarm.pb.h"

// Patterns and matchers. A pattern is a text in which '*' stands for any text, also none. Pure.
namespace bellrock::metrics::alarm {

using Labels = google::protobuf::Map<std::string, std::string>;
using Matchers = google::protobuf::RepeatedPtrField<v1::AlarmMatcher>;

bool PatternMatches(std::string_view pattern, std::string_view text);
inline bool IsPattern(std::string_view text) {
  return text.find('*') != std::string_view::npos;
}
// The same as a regular expression of a whole value.
std::string PatternToRegex(std::string_view pattern);

// All of them. A label that is not there has the value "".
bool LabelsMatch(const Matchers& matchers, const Labels& labels);
std::string_view LabelOf(const Labels& labels, const std::string& name);

}  // namespace bellrock::metrics::alarm
