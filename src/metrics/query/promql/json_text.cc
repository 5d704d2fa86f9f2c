// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/json_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace bellrock::metrics::query::promql {
namespace {

// Bytes of the UTF-8 sequence that the text begins with; 0 if it begins with none.
size_t SequenceSize(std::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  const size_t size = lead < 0x80                   ? 1
                      : lead >= 0xc2 && lead < 0xe0 ? 2
                      : lead >= 0xe0 && lead < 0xf0 ? 3
                      : lead >= 0xf0 && lead < 0xf5 ? 4
                                                    : 0;
  if (size == 0 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

}  // namespace

void AppendJsonString(std::string_view text, std::string& to) {
  to += '"';
  while (!text.empty()) {
    const char c = text[0];
    const size_t size = SequenceSize(text);
    if (size == 0) {
      to += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (size == 1 && static_cast<uint8_t>(c) < 0x20) {
      fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<int>(c));
    } else {
      to += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  to += '"';
}

void AppendJsonLabels(const Labels& labels, std::string& to) {
  to += '{';
  bool first = true;
  for (const auto& [name, value] : labels) {
    if (!first) to += ',';
    first = false;
    AppendJsonString(name, to);
    to += ':';
    AppendJsonString(value, to);
  }
  to += '}';
}

}  // namespace bellrock::metrics::query::promql
