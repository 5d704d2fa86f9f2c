// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/string_literal.h"

#include <fmt/format.h>

#include <cstdint>

namespace bellrock::metrics::query::promql {
namespace {

constexpr std::string_view kLetters = "abfnrtv\\'\"";
constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";

void AppendUtf8(uint32_t rune, std::string& to) {
  if (rune < 0x80) {
    to += static_cast<char>(rune);
    return;
  }
  const int more = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
  constexpr uint8_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
  to += static_cast<char>(kLead[more] | (rune >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) to += static_cast<char>(0x80 | ((rune >> (6 * i)) & 0x3f));
}

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

// `text` begins after the backslash. Returns how many bytes belong to the escape, 0 for a bad one.
size_t ReadEscape(std::string_view text, char quote, std::string& to) {
  if (text.empty()) return 0;
  const size_t letter = kLetters.find(text[0]);
  if (letter != std::string_view::npos) {
    const bool other_quote = (text[0] == '"' || text[0] == '\'') && text[0] != quote;
    if (other_quote) return 0;
    to += kMeanings[letter];
    return 1;
  }
  const bool octal = text[0] >= '0' && text[0] <= '7';
  const size_t digits = octal            ? 3
                        : text[0] == 'x' ? 2
                        : text[0] == 'u' ? 4
                        : text[0] == 'U' ? 8
                                         : 0;
  const size_t lead = octal ? 0 : 1;
  if (digits == 0 || text.size() < lead + digits) return 0;
  const int base = octal ? 8 : 16;
  uint32_t value = 0;
  for (size_t i = lead; i < lead + digits; ++i) {
    const int digit = DigitValue(text[i]);
    if (digit >= base) return 0;
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
  }
  if (digits < 4) {
    if (value > 0xff) return 0;
    to += static_cast<char>(value);
  } else {
    if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return 0;
    AppendUtf8(value, to);
  }
  return lead + digits;
}

}  // namespace

Result<StringLiteral> ReadStringLiteral(std::string_view text) {
  const char quote = text[0];
  StringLiteral literal;
  for (size_t at = 1; at < text.size(); ++at) {
    const char c = text[at];
    if (c == quote) {
      literal.size = at + 1;
      return literal;
    }
    if (quote == '`') {
      literal.value += c;
      continue;
    }
    if (c == '\n') break;
    if (c != '\\') {
      literal.value += c;
      continue;
    }
    const size_t escape = ReadEscape(text.substr(at + 1), quote, literal.value);
    if (escape == 0) {
      return InvalidArgumentError(
          fmt::format("unknown escape \\{} in a string; write \\\\ for a backslash, or put the "
                      "text between backquotes",
                      text.substr(at + 1, 1)));
    }
    at += escape;
  }
  return InvalidArgumentError(
      fmt::format("unterminated quoted string; it has no closing {}", quote));
}

}  // namespace bellrock::metrics::query::promql
