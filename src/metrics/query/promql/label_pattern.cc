// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/label_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace bellrock::metrics::query::promql {
namespace {

bool IsWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name of a group that `text`, after a dollar, begins with, and how long it is with its braces;
// 0 if there is none.
struct GroupName {
  std::string_view name;
  size_t size = 0;
};
GroupName ReadGroupName(std::string_view text) {
  const bool braces = text.starts_with("{");
  const size_t begin = braces ? 1 : 0;
  size_t end = begin;
  while (end < text.size() && IsWordPart(text[end])) ++end;
  if (end == begin) return {};
  if (braces && (end == text.size() || text[end] != '}')) return {};
  return {text.substr(begin, end - begin), end + begin};
}

}  // namespace

struct LabelPattern::State {
  explicit State(const std::string& pattern) : regex("(?s:" + pattern + ")", RE2::Quiet) {}

  int GroupNumber(std::string_view name) const {
    int number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) return number;
    const auto& named = regex.NamedCapturingGroups();
    const auto found = named.find(std::string(name));
    return found == named.end() ? -1 : found->second;
  }

  RE2 regex;
};

Result<LabelPattern> LabelPattern::Make(const std::string& pattern) {
  LabelPattern made;
  made.state_ = std::make_shared<State>(pattern);
  if (made.state_->regex.ok()) return made;
  return InvalidArgumentError(
      fmt::format("invalid regular expression in label_replace(): \"{}\": {}", pattern,
                  made.state_->regex.error()));
}

std::optional<std::string> LabelPattern::Replace(std::string_view value,
                                                 std::string_view text) const {
  const RE2& regex = state_->regex;
  std::vector<re2::StringPiece> groups(static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
  const re2::StringPiece whole(value.data(), value.size());
  if (!regex.Match(whole, 0, whole.size(), RE2::ANCHOR_BOTH, groups.data(),
                   static_cast<int>(groups.size()))) {
    return std::nullopt;
  }
  std::string replaced;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      replaced += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '$') {
      replaced += '$';
      ++i;
      continue;
    }
    const GroupName group = ReadGroupName(text.substr(i + 1));
    const int number = group.size == 0 ? -1 : state_->GroupNumber(group.name);
    if (number >= 0 && number < static_cast<int>(groups.size())) {
      const re2::StringPiece& part = groups[static_cast<size_t>(number)];
      replaced.append(part.data() == nullptr ? "" : part.data(), part.size());
    }
    if (group.size == 0) replaced += '$';
    i += group.size;
  }
  return replaced;
}

}  // namespace bellrock::metrics::query::promql
