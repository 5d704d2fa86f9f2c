// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "metrics/quantile.h"
#include "metrics/query/asking.h"
#include "metrics/query/series_scope.h"

namespace bellrock::metrics::query {
namespace {

// What is asked of the source, and how to read its answer.
struct Plan {
  Question question;
  size_t keys = 0;       // of group_by, without the result that is added
  size_t result_at = 0;  // of the result in a group's key
  std::vector<Quantile> quantiles;
};

Status AddGroups(const v1::FiguresRequest& request, Plan& plan) {
  std::vector<Dimension>& groups = plan.question.group_by;
  for (const std::string& name : request.group_by()) {
    auto dimension = DimensionFromName(name);
    if (!dimension.ok()) return dimension.status().WithContext("group_by");
    groups.push_back(*dimension);
  }
  plan.keys = groups.size();
  const auto result = std::find(groups.begin(), groups.end(), Dimension::kResult);
  plan.result_at = static_cast<size_t>(result - groups.begin());
  if (result == groups.end()) groups.push_back(Dimension::kResult);
  return Status::Ok();
}

Status AddQuantiles(const v1::FiguresRequest& request, Plan& plan) {
  if (request.quantiles_size() > kQuantilesMax) {
    return InvalidArgumentError(fmt::format("quantiles: {}, at most {} in one request",
                                            request.quantiles_size(), kQuantilesMax));
  }
  for (const uint32_t quantile : request.quantiles()) {
    if (quantile > static_cast<uint32_t>(Quantile::kMax)) {
      return InvalidArgumentError(fmt::format(
          "quantiles: {}; give parts per million, 0 to 1000000: 990000 is TP99", quantile));
    }
    plan.quantiles.push_back(static_cast<Quantile>(quantile));
  }
  if (plan.quantiles.empty()) {
    plan.quantiles = {Quantile::kTp50, Quantile::kTp99, Quantile::kTp999, Quantile::kTp9999};
  }
  return Status::Ok();
}

Status CheckRest(const v1::FiguresRequest& request) {
  static const std::vector<std::string> kOrders = {"", "calls", "failures", "success_rate", "tp"};
  if (std::find(kOrders.begin(), kOrders.end(), request.order_by()) == kOrders.end()) {
    return InvalidArgumentError(
        fmt::format("order_by: '{}'; use calls, failures, success_rate or tp", request.order_by()));
  }
  if (request.limit() < 0 || request.limit() > kLinesMax) {
    return InvalidArgumentError(fmt::format("limit: {}; give 1 to {}, or 0 for {}", request.limit(),
                                            kLinesMax, kLinesDefault));
  }
  if (request.earlier_size() > kEarlierMax) {
    return InvalidArgumentError(
        fmt::format("earlier: {}, at most {}", request.earlier_size(), kEarlierMax));
  }
  return Status::Ok();
}

Result<Plan> PlanOf(const v1::FiguresRequest& request) {
  BELLROCK_TRY(CheckRest(request));
  Plan plan;
  plan.question.from = request.from();
  plan.question.to = request.to();
  plan.question.step =
      request.step() != 0 ? request.step() : std::max<int64_t>(request.to() - request.from(), 1);
  plan.question.groups_max = std::numeric_limits<size_t>::max();  // cut after ordering
  BELLROCK_ASSIGN(plan.question.where, MatchesFrom(request.where()));
  BELLROCK_TRY(AddGroups(request, plan));
  BELLROCK_TRY(AddQuantiles(request, plan));
  return plan;
}

// Cards of one line: by step, all calls and those that failed.
struct Line {
  std::vector<std::vector<Card>> cards;  // [step], of the results
  std::vector<uint64_t> failures;
};
using Lines = std::map<std::vector<std::string>, Line>;

Lines LinesOf(const Plan& plan, Answer answer) {
  const bool can_fail = !AsksForMetrics(plan.question);
  Lines lines;
  for (Group& group : answer.groups) {
    const bool failed = can_fail && group.key[plan.result_at] != kOkResult;
    std::vector<std::string> key = std::move(group.key);
    key.resize(plan.keys);
    Line& line = lines[std::move(key)];
    line.cards.resize(group.cards.size());
    line.failures.resize(group.cards.size());
    for (size_t step = 0; step < group.cards.size(); ++step) {
      if (failed) line.failures[step] += group.cards[step].calls();
      line.cards[step].push_back(std::move(group.cards[step]));
    }
  }
  return lines;
}

double MeanOf(const std::vector<double>& shares) {
  double sum = 0;
  for (const double share : shares) sum += share;
  return shares.empty() ? 1 : sum / static_cast<double>(shares.size());
}

v1::FiguresReply::Line Render(const Plan& plan, const std::vector<std::string>& key,
                              const Line& line, const std::vector<double>& completeness) {
  const Question& question = plan.question;
  v1::FiguresReply::Line out;
  out.mutable_key()->Assign(key.begin(), key.end());
  std::vector<Card> steps;
  uint64_t failures = 0;
  for (size_t step = 0; step < line.cards.size(); ++step) {
    const int64_t from = question.from + static_cast<int64_t>(step) * question.step;
    const int64_t seconds = std::min(question.step, question.to - from);
    steps.push_back(Card::Sum(line.cards[step]));
    failures += line.failures[step];
    *out.add_points() =
        FiguresFrom(steps.back(), line.failures[step], from, seconds, plan.quantiles);
    out.mutable_points()->rbegin()->set_completeness(completeness[step]);
  }
  *out.mutable_total() = FiguresFrom(Card::Sum(steps), failures, question.from,
                                     question.to - question.from, plan.quantiles);
  out.mutable_total()->set_completeness(MeanOf(completeness));
  return out;
}

void OrderLines(const std::string& by, v1::FiguresReply& reply) {
  const auto rank = [&](const v1::FiguresReply::Line& line) -> double {
    const v1::Figures& total = line.total();
    if (by == "failures") return -static_cast<double>(total.failures());
    if (by == "success_rate") return total.success_rate();
    if (by == "tp") return -static_cast<double>(*total.quantiles_us().rbegin());
    return -static_cast<double>(total.calls());
  };
  std::stable_sort(reply.mutable_lines()->begin(), reply.mutable_lines()->end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

// Totals of the same lines, `seconds` earlier.
Status AddEarlier(Source& source, Plan plan, int64_t seconds, v1::FiguresReply& reply) {
  const int64_t width = plan.question.to - plan.question.from;
  plan.question.from -= seconds;
  plan.question.to -= seconds;
  plan.question.step = width;
  BELLROCK_ASSIGN(Answer answer, source.Ask(plan.question));
  const std::vector<double> completeness = answer.completeness;
  const Lines lines = LinesOf(plan, std::move(answer));
  for (v1::FiguresReply::Line& line : *reply.mutable_lines()) {
    const auto found = lines.find({line.key().begin(), line.key().end()});
    *line.add_earlier() = found == lines.end()
                              ? FiguresFrom(Card(), 0, plan.question.from, width, plan.quantiles)
                              : Render(plan, found->first, found->second, completeness).total();
  }
  return Status::Ok();
}

}  // namespace

Result<v1::FiguresReply> FiguresOf(Source& source, const v1::FiguresRequest& request) {
  BELLROCK_ASSIGN(const Plan plan, PlanOf(request));
  BELLROCK_ASSIGN(Answer answer, source.Ask(plan.question));
  const std::vector<double> completeness = answer.completeness;
  v1::FiguresReply reply;
  reply.set_complete_until(answer.complete_until);
  source.Compute([&] {
    for (const auto& [key, line] : LinesOf(plan, std::move(answer))) {
      *reply.add_lines() = Render(plan, key, line, completeness);
    }
  });
  OrderLines(request.order_by(), reply);
  const int limit = request.limit() == 0 ? kLinesDefault : request.limit();
  if (reply.lines_size() > limit) {
    reply.set_more(static_cast<uint64_t>(reply.lines_size() - limit));
    reply.mutable_lines()->DeleteSubrange(limit, reply.lines_size() - limit);
  }
  for (const int64_t seconds : request.earlier()) {
    BELLROCK_TRY(AddEarlier(source, plan, seconds, reply));
  }
  for (const Quantile quantile : plan.quantiles) {
    reply.add_quantiles(static_cast<uint32_t>(quantile));
  }
  return reply;
}

}  // namespace bellrock::metrics::query
