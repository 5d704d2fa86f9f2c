// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/stored_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fiber/unix_time.h"
#include "metrics/compute/blocks.h"

namespace bellrock::metrics::server {
namespace {

// How often a question is asked anew because a cut fell into it.
constexpr int kTriesMax = 5;

std::set<Dimension> DimensionsOf(const query::Question& question) {
  std::set<Dimension> asked(question.group_by.begin(), question.group_by.end());
  for (const query::Match& match : question.where) asked.insert(match.dimension);
  return asked;
}

bool Tells(const DimensionSet& set, const std::set<Dimension>& asked) {
  return std::all_of(asked.begin(), asked.end(), [&](Dimension dimension) {
    return std::find(set.dimensions.begin(), set.dimensions.end(), dimension) !=
           set.dimensions.end();
  });
}

bool Fits(const query::Question& question, store::Grain grain) {
  const int64_t width = store::SecondsOf(grain);
  return question.step % width == 0 && question.from % width == 0;
}

std::string ListOf(const std::vector<DimensionSet>& sets, bool seconds) {
  std::string list;
  for (const DimensionSet& set : sets) {
    if (seconds && !set.seconds) continue;
    list += (list.empty() ? "" : "; ") + set.name;
  }
  return list;
}

}  // namespace

StoredSource::StoredSource(fiber::Clock& clock, store::Store& store, LiveCards& live,
                           const std::vector<DimensionSet>& sets, Retention retention)
    : clock_(clock), store_(store), live_(live), sets_(sets), retention_(retention) {}

Status StoredSource::CheckKept(const query::Question& question, store::Grain grain) const {
  const bool seconds = grain == store::Grain::kSecond;
  const int64_t kept = seconds ? retention_.seconds : retention_.minutes;
  const int64_t oldest = fiber::UnixSecond(clock_) - kept;
  if (question.to > oldest) return Status::Ok();
  return OutOfRangeError(fmt::format("to: {}; windows by the {} are kept for {} s{}", question.to,
                                     seconds ? "second" : "minute", kept,
                                     seconds ? "; ask in steps and bounds of whole minutes" : ""));
}

Result<StoredSource::Plan> StoredSource::PlanFor(const query::Question& question) const {
  Plan plan;
  if (!Fits(question, store::Grain::kMinute)) plan.grain = store::Grain::kSecond;
  const std::set<Dimension> asked = DimensionsOf(question);
  for (const DimensionSet& set : sets_) {
    if (plan.grain == store::Grain::kSecond && !set.seconds) continue;
    if (!Tells(set, asked)) continue;
    if (plan.set == nullptr || set.dimensions.size() < plan.set->dimensions.size()) {
      plan.set = &set;
    }
  }
  if (plan.set != nullptr) return plan;
  const bool seconds = plan.grain == store::Grain::kSecond;
  return InvalidArgumentError(
      fmt::format("no computed set tells all dimensions asked for{}; there are: {}",
                  seconds ? " by the second (steps and bounds of whole minutes have more)" : "",
                  ListOf(sets_, seconds)));
}

Result<query::Answer> StoredSource::Ask(const query::Question& question) {
  BELLROCK_TRY(query::CheckQuestion(question));
  BELLROCK_ASSIGN(const Plan plan, PlanFor(question));
  BELLROCK_TRY(CheckKept(question, plan.grain));
  for (int attempt = 1;; ++attempt) {
    BELLROCK_TRY(live_.Settle());
    const uint64_t generation = live_.generation();
    auto answer = AskOnce(question, plan);
    // A cut that falls between reading what is live and what is stored moves calls from the one to
    // the other.
    if (!answer.ok() || live_.generation() == generation || attempt == kTriesMax) return answer;
  }
}

Result<query::Answer> StoredSource::AskOnce(const query::Question& question, const Plan& plan) {
  BELLROCK_ASSIGN(query::AnswerBuilder builder, query::AnswerBuilder::Make(question));
  const int64_t complete_until = plan.set->seconds
                                     ? live_.complete_until()
                                     : std::min(live_.complete_until(), live_.cut_until());
  BELLROCK_TRY(AddLive(plan, builder));
  BELLROCK_ASSIGN(const auto callees, CalleesFor(question, plan.grain));
  for (const std::string& callee : callees) BELLROCK_TRY(AddStored(plan, callee, builder));
  BELLROCK_ASSIGN(query::Answer answer, builder.Finish());
  answer.complete_until = complete_until;
  return answer;
}

Result<std::vector<std::string>> StoredSource::CalleesFor(const query::Question& question,
                                                          store::Grain grain) {
  for (const query::Match& match : question.where) {
    if (match.dimension == Dimension::kCallee && match.how == query::Match::How::kEqual) {
      return std::vector<std::string>{match.value};
    }
  }
  const int64_t window = store::WindowSecondsOf(grain);
  return store_.Callees(grain, question.from - question.from % window, question.to, kServicesMax);
}

Status StoredSource::AddStored(const Plan& plan, const std::string& callee,
                               query::AnswerBuilder& builder) {
  const query::Question& question = builder.question();
  const int64_t window = store::WindowSecondsOf(plan.grain);
  const int64_t from = question.from - question.from % window;
  Status added;
  BELLROCK_TRY(store_.Scan({plan.grain, plan.set->name, callee}, from, question.to,
                           [&](const store::Block& block) {
                             added = builder.Add(block.table);
                             return added.ok();
                           }));
  BELLROCK_TRY(added);
  return store_.Scan({store::Grain::kMinute, compute::kLostSet, callee},
                     question.from - question.from % store::SecondsOf(store::Grain::kMinute),
                     question.to, [&](const store::Block& block) {
                       builder.AddLost(block.table);
                       return true;
                     });
}

// Minutes of the sets that are kept by the second begin here, too: a minute that is under way is
// the sum of its seconds.
Status StoredSource::AddLive(const Plan& plan, query::AnswerBuilder& builder) {
  if (!plan.set->seconds) return Status::Ok();
  BELLROCK_ASSIGN(const auto tables, live_.Live(plan.set->name));
  for (const CardTable& table : tables) BELLROCK_TRY(builder.Add(table));
  return Status::Ok();
}

}  // namespace bellrock::metrics::server
