// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bellrock {

// Where a call stands within one request's way through the system: the fields of W3C Trace Context
// (www.w3.org/TR/trace-context). Each call on that way is a span; a call made from a handler is a
// child of the handler's span.
struct TraceContext {
  uint64_t trace_id_high = 0;
  uint64_t trace_id_low = 0;
  uint64_t span_id = 0;
  uint64_t parent_span_id = 0;  // 0 = the root, or the parent is another system's
  bool sampled = false;         // spans and logs of this request are kept

  bool valid() const { return (trace_id_high | trace_id_low) != 0 && span_id != 0; }
};

// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"; "" if not valid.
std::string ToTraceparent(const TraceContext& trace);
// nullopt for what is no traceparent of version 00 (or a later one with the same beginning).
std::optional<TraceContext> FromTraceparent(std::string_view text);
// 32 hexadecimal digits of the trace's id.
std::string TraceIdText(const TraceContext& trace);

}  // namespace bellrock
