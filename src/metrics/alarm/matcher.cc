// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/matcher.h"

#include <algorithm>

namespace bellrock::metrics::alarm {

// Greedy with one place to come back to, which is enough for stars: linear in practice, at worst
// the product of both lengths.
bool PatternMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string PatternToRegex(std::string_view pattern) {
  constexpr std::string_view kSpecial = "\\.+?()[]{}|^$";
  std::string regex;
  for (const char c : pattern) {
    if (c == '*') {
      regex += ".*";
      continue;
    }
    if (kSpecial.find(c) != std::string_view::npos) regex += '\\';
    regex += c;
  }
  return regex;
}

std::string_view LabelOf(const Labels& labels, const std::string& name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

bool LabelsMatch(const Matchers& matchers, const Labels& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const v1::AlarmMatcher& matcher) {
    return PatternMatches(matcher.value(), LabelOf(labels, matcher.name())) != matcher.not_();
  });
}

}  // namespace bellrock::metrics::alarm
