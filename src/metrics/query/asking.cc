// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/asking.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace bellrock::metrics::query {
namespace {

Result<Match::How> HowFrom(const std::string& how) {
  if (how.empty() || how == "=") return Match::How::kEqual;
  if (how == "!=") return Match::How::kNotEqual;
  if (how == "=~") return Match::How::kRegex;
  if (how == "!~") return Match::How::kNotRegex;
  return InvalidArgumentError(fmt::format("where.how: '{}'; use =, !=, =~ or !~", how));
}

double MeanUs(const Card& card) {
  double sum = 0;
  for (const Card::Bucket& bucket : card.buckets()) {
    sum += static_cast<double>(bucket.latency_us) * bucket.count;
  }
  return card.calls() == 0 ? 0 : sum / static_cast<double>(card.calls());
}

}  // namespace

Result<std::vector<Match>> MatchesFrom(
    const google::protobuf::RepeatedPtrField<v1::Condition>& conditions) {
  std::vector<Match> matches;
  for (const v1::Condition& condition : conditions) {
    Match match;
    auto dimension = DimensionFromName(condition.dimension());
    if (!dimension.ok()) return dimension.status().WithContext("where.dimension");
    match.dimension = *dimension;
    BELLROCK_ASSIGN(match.how, HowFrom(condition.how()));
    match.value = condition.value();
    matches.push_back(std::move(match));
  }
  return matches;
}

v1::Figures FiguresFrom(const Card& card, uint64_t failures, int64_t from, int64_t seconds,
                        const std::vector<Quantile>& quantiles) {
  v1::Figures figures;
  const auto calls = static_cast<double>(card.calls());
  figures.set_from(from);
  figures.set_calls(card.calls());
  figures.set_failures(failures);
  figures.set_success_rate(card.calls() == 0 ? 1 : 1 - static_cast<double>(failures) / calls);
  figures.set_calls_per_second(calls / static_cast<double>(seconds));
  figures.set_mean_us(MeanUs(card));
  figures.set_max_us(card.max_us());
  for (const Quantile quantile : quantiles) {
    figures.add_quantiles_us(card.PercentileUs(quantile));
  }
  return figures;
}

}  // namespace bellrock::metrics::query
