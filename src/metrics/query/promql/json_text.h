// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "metrics/query/promql/labels.h"

namespace bellrock::metrics::query::promql {

// A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD: labels come from anywhere,
// and one bad name must not make an answer unreadable.
void AppendJsonString(std::string_view text, std::string& to);
// {"a":"b"}
void AppendJsonLabels(const Labels& labels, std::string& to);
// ["a","b"]
template <typename Texts>
void AppendJsonTexts(const Texts& texts, std::string& to) {
  to += '[';
  bool first = true;
  for (const auto& text : texts) {
    if (!first) to += ',';
    first = false;
    AppendJsonString(text, to);
  }
  to += ']';
}

}  // namespace bellrock::metrics::query::promql
