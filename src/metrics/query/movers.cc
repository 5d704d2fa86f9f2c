// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/movers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "metrics/query/asking.h"
#include "metrics/query/movement.h"

namespace bellrock::metrics::query {
namespace {

enum class By { kCalls, kFailures, kSlow };

struct Plan {
  Question now;  // without groups
  Question past;
  std::vector<Dimension> dimensions;
  By by = By::kCalls;
  size_t limit = kMoversDefault;
};

// The calls of one value in one window.
struct Reading {
  std::vector<Card> cards;
  Card card;  // their sum
  uint64_t failures = 0;
};
struct Pair {
  Reading now;
  Reading past;
};
using Pairs = std::map<std::string, Pair>;

Result<By> ByFrom(const std::string& by) {
  if (by.empty() || by == "calls") return By::kCalls;
  if (by == "failures") return By::kFailures;
  if (by == "slow") return By::kSlow;
  return InvalidArgumentError(fmt::format("by: '{}'; use calls, failures or slow", by));
}

bool NamesAService(const std::vector<Match>& where) {
  return std::any_of(where.begin(), where.end(), [](const Match& match) {
    return match.dimension == Dimension::kCallee && match.how == Match::How::kEqual;
  });
}

Status SetDimensions(const v1::MoversRequest& request, Plan& plan) {
  const bool of_one = NamesAService(plan.now.where);
  for (const std::string& name : request.dimensions()) {
    auto dimension = DimensionFromName(name);
    if (!dimension.ok()) return dimension.status().WithContext("dimensions");
    plan.dimensions.push_back(*dimension);
  }
  if (!plan.dimensions.empty()) return Status::Ok();
  plan.dimensions = {Dimension::kCallee};
  if (of_one) {
    plan.dimensions = {Dimension::kMethod, Dimension::kCalleeHost, Dimension::kCalleeSite,
                       Dimension::kCaller, Dimension::kResult};
  }
  return Status::Ok();
}

Result<Plan> PlanOf(const v1::MoversRequest& request) {
  if (request.limit() < 0 || request.limit() > kMoversMax) {
    return InvalidArgumentError(fmt::format("limit: {}; give 1 to {}, or 0 for {}", request.limit(),
                                            kMoversMax, kMoversDefault));
  }
  if (request.to() <= request.from()) {
    return InvalidArgumentError(
        fmt::format("to: {} is not after from, {}", request.to(), request.from()));
  }
  if (request.against() < 0) {
    return InvalidArgumentError(fmt::format(
        "against: {} s; give 1 or more, for instance 86400, or 0 for the window just before",
        request.against()));
  }
  Plan plan;
  BELLROCK_ASSIGN(plan.by, ByFrom(request.by()));
  if (request.limit() > 0) plan.limit = static_cast<size_t>(request.limit());
  plan.now.from = request.from();
  plan.now.to = request.to();
  plan.now.step = request.to() - request.from();
  plan.now.groups_max = std::numeric_limits<size_t>::max();  // cut after ordering
  BELLROCK_ASSIGN(plan.now.where, MatchesFrom(request.where()));
  BELLROCK_TRY(SetDimensions(request, plan));
  plan.past = plan.now;
  const int64_t against = request.against() == 0 ? plan.now.step : request.against();
  plan.past.from -= against;
  plan.past.to -= against;
  return plan;
}

void AddReadings(Answer& answer, Reading Pair::*of, Pairs& pairs) {
  for (Group& group : answer.groups) {
    Reading& reading = pairs[group.key.front()].*of;
    for (Card& card : group.cards) {
      if (group.key.back() != kOkResult) reading.failures += card.calls();
      reading.cards.push_back(std::move(card));
    }
  }
  for (auto& [value, pair] : pairs)
    (pair.*of).card = Card::Sum(std::exchange((pair.*of).cards, {}));
}

Status Read(Source& source, Question question, Dimension dimension, Reading Pair::*of, Pairs& pairs,
            int64_t* complete_until) {
  question.group_by = {dimension};
  if (dimension != Dimension::kResult) question.group_by.push_back(Dimension::kResult);
  BELLROCK_ASSIGN(Answer answer, source.Ask(question));
  *complete_until = answer.complete_until;
  source.Compute([&] { AddReadings(answer, of, pairs); });
  return Status::Ok();
}

// `counted_past` of the calls of before would be so many of those of now.
double Expected(double counted_past, const Pair& pair) {
  if (pair.past.card.calls() == 0) return 0;
  return counted_past / static_cast<double>(pair.past.card.calls()) *
         static_cast<double>(pair.now.card.calls());
}

double ChangeOf(By by, const Pair& pair) {
  const Card& now = pair.now.card;
  const Card& past = pair.past.card;
  if (by == By::kCalls) return static_cast<double>(now.calls()) - static_cast<double>(past.calls());
  if (by == By::kFailures) {
    return static_cast<double>(pair.now.failures) -
           Expected(static_cast<double>(pair.past.failures), pair);
  }
  if (past.calls() == 0) return 0;
  const uint64_t slow = past.PercentileUs(Quantile::kTp99);
  return static_cast<double>(CallsOver(now, slow)) -
         Expected(static_cast<double>(CallsOver(past, slow)), pair);
}

v1::MoversReply::Dimension Render(const Plan& plan, const Pairs& pairs) {
  std::map<std::string, Moved> moved;
  for (const auto& [value, pair] : pairs) {
    moved[value] = {ChangeOf(plan.by, pair), static_cast<double>(pair.now.card.calls()),
                    static_cast<double>(pair.past.card.calls())};
  }
  Movement movement = MovementOf(moved);
  std::stable_sort(movement.parts.begin(), movement.parts.end(), [](const auto& a, const auto& b) {
    return std::abs(a.change) > std::abs(b.change);
  });
  const std::vector<Quantile> quantiles = {Quantile::kTp50, Quantile::kTp99};
  const auto figures = [&](const Reading& reading, const Question& question) {
    v1::Figures out = FiguresFrom(reading.card, reading.failures, question.from,
                                  question.to - question.from, quantiles);
    out.set_completeness(1);
    return out;
  };
  v1::MoversReply::Dimension out;
  out.set_change(movement.change);
  for (size_t i = 0; i < std::min(plan.limit, movement.parts.size()); ++i) {
    const MovedPart& from = movement.parts[i];
    const Pair& pair = pairs.at(from.value);
    v1::MoversReply::Part& part = *out.add_parts();
    part.set_value(from.value);
    part.set_change(from.change);
    part.set_share(from.share);
    part.set_calls_share(from.calls_share);
    *part.mutable_now() = figures(pair.now, plan.now);
    *part.mutable_past() = figures(pair.past, plan.past);
  }
  out.set_more(movement.parts.size() - static_cast<size_t>(out.parts_size()));
  return out;
}

}  // namespace

Result<v1::MoversReply> MoversOf(Source& source, const v1::MoversRequest& request) {
  BELLROCK_ASSIGN(const Plan plan, PlanOf(request));
  v1::MoversReply reply;
  Status first;
  bool told = false;
  for (const Dimension dimension : plan.dimensions) {
    Pairs pairs;
    int64_t complete_until = 0;
    int64_t of_past = 0;
    Status read = Read(source, plan.past, dimension, &Pair::past, pairs, &of_past);
    if (read.ok()) read = Read(source, plan.now, dimension, &Pair::now, pairs, &complete_until);
    if (!read.ok() && read.code() != StatusCode::kInvalidArgument) return read;
    v1::MoversReply::Dimension& out = *reply.add_dimensions();
    if (read.ok()) {
      told = true;
      source.Compute([&] { out = Render(plan, pairs); });
      reply.set_complete_until(complete_until);
    } else {
      if (first.ok()) first = read;
      out.set_problem(std::string(read.message()));
    }
    out.set_dimension(std::string(DimensionName(dimension)));
  }
  if (!told) return first;
  return reply;
}

}  // namespace bellrock::metrics::query
