// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/label_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "metrics/query/promql/bounds.h"
#include "metrics/query/promql/label_pattern.h"
#include "metrics/query/promql/shape_functions.h"

namespace bellrock::metrics::query::promql {
namespace {

bool IsLabelName(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto part = [&letter](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), part);
}

Status CheckName(std::string_view function, std::string_view what, std::string_view name) {
  if (IsLabelName(name)) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "invalid {} label name in {}(): \"{}\"; write letters, digits and _", what, function, name));
}

template <typename Change>
Status ChangeEach(Value& value, Change change) {
  if (auto* vector = std::get_if<Vector>(&value)) {
    for (Series& series : *vector) change(series.labels);
  } else if (auto* cards = std::get_if<CardVector>(&value)) {
    for (CardSeries& series : cards->series) change(series.labels);
  }
  return CheckDistinct(value);
}

Result<Value> Replace(const std::vector<std::string>& texts, Value value) {
  const auto& to = texts[0];
  const auto& text = texts[1];
  const auto& from = texts[2];
  BELLROCK_TRY(CheckName("label_replace", "destination", to));
  BELLROCK_ASSIGN(const LabelPattern pattern, LabelPattern::Make(texts[3]));
  BELLROCK_TRY(ChangeEach(value, [&](Labels& labels) {
    const auto replaced = pattern.Replace(labels.Get(from), text);
    if (replaced) labels.Set(to, replaced->substr(0, kLabelBytesMax));
  }));
  return value;
}

Result<Value> Join(const std::vector<std::string>& texts, Value value) {
  BELLROCK_TRY(CheckName("label_join", "destination", texts[0]));
  for (size_t i = 2; i < texts.size(); ++i) {
    BELLROCK_TRY(CheckName("label_join", "source", texts[i]));
  }
  BELLROCK_TRY(ChangeEach(value, [&](Labels& labels) {
    std::string joined;
    for (size_t i = 2; i < texts.size(); ++i) {
      if (i > 2) joined += texts[1];
      joined += labels.Get(texts[i]);
    }
    labels.Set(texts[0], joined.substr(0, kLabelBytesMax));
  }));
  return value;
}

}  // namespace

Result<Value> ChangeLabels(std::string_view function, const std::vector<std::string>& texts,
                           Value value) {
  if (function == "label_join") return Join(texts, std::move(value));
  return Replace(texts, std::move(value));
}

}  // namespace bellrock::metrics::query::promql
