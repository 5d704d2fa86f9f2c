// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/value_matcher.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <utility>

namespace bellrock::metrics::query {
namespace {

constexpr int64_t kPatternBytesMax = 1 << 20;  // of the compiled program

}  // namespace

struct ValueMatcher::Pattern {
  Pattern(const std::string& text, const RE2::Options& options) : regex(text, options) {}
  RE2 regex;
};

Result<ValueMatcher> ValueMatcher::Make(Match::How how, std::string value) {
  ValueMatcher matcher;
  matcher.how_ = how;
  matcher.value_ = std::move(value);
  if (how == Match::How::kEqual || how == Match::How::kNotEqual) return matcher;
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kPatternBytesMax);
  options.set_dot_nl(true);
  matcher.pattern_ = std::make_shared<Pattern>(matcher.value_, options);
  if (matcher.pattern_->regex.ok()) return matcher;
  return InvalidArgumentError(
      fmt::format("\"{}\" is no regular expression: {}; write RE2 syntax, which knows no "
                  "look-around and no back-references",
                  matcher.value_, matcher.pattern_->regex.error()));
}

bool ValueMatcher::Matches(std::string_view text) const {
  switch (how_) {
    case Match::How::kEqual:
      return text == value_;
    case Match::How::kNotEqual:
      return text != value_;
    case Match::How::kRegex:
      return RE2::FullMatch({text.data(), text.size()}, pattern_->regex);
    case Match::How::kNotRegex:
      return !RE2::FullMatch({text.data(), text.size()}, pattern_->regex);
  }
  return false;
}

}  // namespace bellrock::metrics::query
