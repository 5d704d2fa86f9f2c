// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "metrics/query/promql/string_literal.h"

namespace bellrock::metrics::query::promql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsNamePart(char c) {
  return IsAlpha(c) || IsDigit(c) || c == ':';
}
bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr std::array<std::pair<std::string_view, int64_t>, 7> kUnits = {{
    {"y", 365LL * 86'400'000},
    {"w", 7LL * 86'400'000},
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1'000},
    {"ms", 1},
}};
constexpr int64_t kDurationMsMax = 100LL * 365 * 86'400'000;

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    for (;;) {
      SkipBlanks();
      if (at_ == text_.size()) break;
      BELLROCK_ASSIGN(Token token, Next());
      tokens.push_back(std::move(token));
    }
    tokens.push_back({Token::Kind::kEnd, "", at_});
    return tokens;
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  Token Take(Token::Kind kind, size_t end) {
    Token token{kind, std::string(text_.substr(at_, end - at_)), at_};
    at_ = end;
    return token;
  }
  template <typename Is>
  size_t EndOf(size_t from, Is is) const {
    while (from < text_.size() && is(text_[from])) ++from;
    return from;
  }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }

  Result<Token> Next() {
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return NumberOrDuration();
    if (IsAlpha(c) || (c == ':' && !in_range_ && IsNamePart(Peek(1)))) {
      return Take(Token::Kind::kName, EndOf(at_, IsNamePart));
    }
    if (c == '"' || c == '\'' || c == '`') return String();
    return Symbol();
  }

  Result<Token> NumberOrDuration() {
    const size_t digits = EndOf(at_, IsDigit);
    const bool hex = Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X');
    if (!hex && digits < text_.size() && IsAlpha(text_[digits]) && text_[digits] != 'e' &&
        text_[digits] != 'E') {
      const size_t end = EndOf(at_, [](char c) { return IsAlpha(c) || IsDigit(c); });
      const auto parsed = ParseDurationMs(text_.substr(at_, end - at_));
      if (!parsed.ok()) return ParseErrorAt(text_, at_, parsed.status().message());
      return Take(Token::Kind::kDuration, end);
    }
    const size_t end = hex ? EndOf(at_ + 2, IsHexDigit) : EndOfDecimal(digits);
    if (end < text_.size() && (IsNamePart(text_[end]) && text_[end] != ':')) {
      const size_t stop = EndOf(at_, [](char c) { return IsAlpha(c) || IsDigit(c) || c == '.'; });
      return ParseErrorAt(text_, at_,
                          fmt::format("bad number or duration \"{}\"; write 1.5e3, 0x1f or 1h30m",
                                      text_.substr(at_, stop - at_)));
    }
    return Take(Token::Kind::kNumber, end);
  }

  size_t EndOfDecimal(size_t end) const {
    if (end < text_.size() && text_[end] == '.') end = EndOf(end + 1, IsDigit);
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) {
        ++exponent;
      }
      if (exponent < text_.size() && IsDigit(text_[exponent])) end = EndOf(exponent, IsDigit);
    }
    return end;
  }

  Result<Token> String() {
    const auto literal = ReadStringLiteral(text_.substr(at_));
    if (!literal.ok()) return ParseErrorAt(text_, at_, literal.status().message());
    Token token{Token::Kind::kString, literal->value, at_};
    at_ += literal->size;
    return token;
  }

  Result<Token> Symbol() {
    if (Peek() == '[' || Peek() == ']') in_range_ = Peek() == '[';
    static constexpr std::array<std::string_view, 6> kPairs = {"=~", "!~", "!=", "==", "<=", ">="};
    for (std::string_view pair : kPairs) {
      if (text_.substr(at_, 2) == pair) return Take(Token::Kind::kSymbol, at_ + 2);
    }
    static constexpr std::string_view kSingles = "(){}[],+-*/%^=<>:@";
    if (kSingles.find(Peek()) != std::string_view::npos) {
      return Take(Token::Kind::kSymbol, at_ + 1);
    }
    const unsigned char byte = static_cast<unsigned char>(Peek());
    const std::string shown =
        byte >= 0x20 && byte < 0x7f ? std::string(1, Peek()) : fmt::format("\\x{:02x}", byte);
    return ParseErrorAt(text_, at_,
                        fmt::format("unexpected character: '{}'; text belongs in quotes", shown));
  }

  std::string_view text_;
  size_t at_ = 0;
  bool in_range_ = false;  // within [5m:1m] a colon begins no name
};

}  // namespace

Status ParseErrorAt(std::string_view expression, size_t position, std::string_view what) {
  position = std::min(position, expression.size());
  const std::string_view before = expression.substr(0, position);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t last = before.rfind('\n');
  const size_t column = position - (last == std::string_view::npos ? 0 : last + 1) + 1;
  return InvalidArgumentError(fmt::format("{}:{}: parse error: {}", line, column, what));
}

Result<std::vector<Token>> Tokenize(std::string_view expression) {
  return Lexer(expression).Run();
}

Result<int64_t> ParseDurationMs(std::string_view text) {
  const auto bad = [&] {
    return InvalidArgumentError(fmt::format(
        "not a valid duration: \"{}\"; write 5m, 1h30m: y w d h m s ms, in this order", text));
  };
  int64_t total = 0;
  size_t at = 0;
  size_t unit = 0;
  while (at < text.size()) {
    int64_t number = 0;
    const size_t digits = at;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      number = number * 10 + (text[at] - '0');
      if (number > kDurationMsMax) return bad();
    }
    const size_t name = at;
    while (at < text.size() && IsAlpha(text[at])) ++at;
    const std::string_view letters = text.substr(name, at - name);
    while (unit < kUnits.size() && kUnits[unit].first != letters) ++unit;
    if (name == digits || unit == kUnits.size()) return bad();
    if (number > kDurationMsMax / kUnits[unit].second) return bad();
    total += number * kUnits[unit++].second;
  }
  if (text.empty() || total > kDurationMsMax) return bad();
  return total;
}

}  // namespace bellrock::metrics::query::promql
