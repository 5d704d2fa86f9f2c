// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/trace.h"

#include <fmt/format.h>

#include <charconv>

namespace bellrock {
namespace {

constexpr size_t kTraceparentBytes = 55;

// Lower-case hexadecimal digits only, as the specification has it.
std::optional<uint64_t> Hex(std::string_view digits) {
  for (const char digit : digits) {
    if (!(digit >= '0' && digit <= '9') && !(digit >= 'a' && digit <= 'f')) return std::nullopt;
  }
  uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

}  // namespace

std::string ToTraceparent(const TraceContext& trace) {
  if (!trace.valid()) return "";
  return fmt::format("00-{:016x}{:016x}-{:016x}-{:02x}", trace.trace_id_high, trace.trace_id_low,
                     trace.span_id, trace.sampled ? 1 : 0);
}

std::optional<TraceContext> FromTraceparent(std::string_view text) {
  if (text.size() < kTraceparentBytes || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  const auto version = Hex(text.substr(0, 2));
  const bool size_fits = text.size() == kTraceparentBytes ||
                         (version.has_value() && *version > 0 && text[kTraceparentBytes] == '-');
  if (!version.has_value() || *version == 0xff || !size_fits) return std::nullopt;
  const auto high = Hex(text.substr(3, 16));
  const auto low = Hex(text.substr(19, 16));
  const auto span = Hex(text.substr(36, 16));
  const auto flags = Hex(text.substr(53, 2));
  if (!high || !low || !span || !flags) return std::nullopt;
  const TraceContext trace{.trace_id_high = *high,
                           .trace_id_low = *low,
                           .span_id = *span,
                           .parent_span_id = 0,
                           .sampled = (*flags & 1) != 0};
  if (!trace.valid()) return std::nullopt;
  return trace;
}

std::string TraceIdText(const TraceContext& trace) {
  return fmt::format("{:016x}{:016x}", trace.trace_id_high, trace.trace_id_low);
}

}  // namespace bellrock
