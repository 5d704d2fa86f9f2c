// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/trace.h"

#include <array>

namespace bellrock {
namespace {

constexpr size_t kTraceparentBytes = 55;

// 16 for what is no lower-case hexadecimal digit: the specification allows no other.
constexpr std::array<uint8_t, 256> MakeDigits() {
  std::array<uint8_t, 256> digits{};
  digits.fill(16);
  for (uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
  for (uint8_t i = 0; i < 6; ++i) digits['a' + i] = static_cast<uint8_t>(10 + i);
  return digits;
}
constexpr std::array<uint8_t, 256> kDigits = MakeDigits();

// A call has four of them each way, so this is no place for a general parser.
std::optional<uint64_t> Hex(std::string_view text) {
  uint64_t value = 0;
  uint8_t bad = 0;
  for (const char byte : text) {
    const uint8_t digit = kDigits[static_cast<uint8_t>(byte)];
    bad |= digit;
    value = value << 4 | (digit & 15);
  }
  if ((bad & 16) != 0) return std::nullopt;
  return value;
}

char* WriteHex(uint64_t value, int digits, char* to) {
  for (int i = digits - 1; i >= 0; --i) {
    to[i] = "0123456789abcdef"[value & 15];
    value >>= 4;
  }
  return to + digits;
}

}  // namespace

std::string ToTraceparent(const TraceContext& trace) {
  if (!trace.valid()) return "";
  std::string text(kTraceparentBytes, '-');
  text[0] = text[1] = '0';
  char* at = WriteHex(trace.trace_id_high, 16, text.data() + 3);
  at = WriteHex(trace.trace_id_low, 16, at);
  at = WriteHex(trace.span_id, 16, at + 1);
  WriteHex(trace.sampled ? 1 : 0, 2, at + 1);
  return text;
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
  std::string text(32, '0');
  WriteHex(trace.trace_id_low, 16, WriteHex(trace.trace_id_high, 16, text.data()));
  return text;
}

}  // namespace bellrock
