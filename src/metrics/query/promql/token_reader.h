// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "metrics/query/promql/lexer.h"

namespace bellrock::metrics::query::promql {

// Goes over the tokens of an expression, for the parsers of its parts; words are told apart
// without regard to case, as Prometheus does. Borrowed by them; the text outlives it.
class TokenReader {
 public:
  TokenReader(std::string_view expression, std::vector<Token> tokens)
      : expression_(expression), tokens_(std::move(tokens)) {}

  const Token& peek(size_t ahead = 0) const {
    return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
  }
  const Token& Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool at_end() const { return peek().kind == Token::Kind::kEnd; }

  bool IsSymbol(std::string_view symbol, size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::kSymbol && peek(ahead).text == symbol;
  }
  bool TakeSymbol(std::string_view symbol) {
    if (!IsSymbol(symbol)) return false;
    Take();
    return true;
  }
  bool IsWord(std::string_view word, size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::kName && EqualIgnoringCase(peek(ahead).text, word);
  }
  bool TakeWord(std::string_view word) {
    if (!IsWord(word)) return false;
    Take();
    return true;
  }

  Status Expect(std::string_view symbol, std::string_view where) {
    if (TakeSymbol(symbol)) return Status::Ok();
    return Unexpected(where, fmt::format("\"{}\"", symbol));
  }
  Status Unexpected(std::string_view where, std::string_view expected) const {
    const Token& token = peek();
    const std::string shown =
        token.kind == Token::Kind::kEnd ? "end of input" : fmt::format("\"{}\"", token.text);
    return ErrorAt(token.position,
                   fmt::format("unexpected {} in {}, expected {}", shown, where, expected));
  }
  Status ErrorAt(size_t position, std::string_view what) const {
    return ParseErrorAt(expression_, position, what);
  }

 private:
  std::string_view expression_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace bellrock::metrics::query::promql
