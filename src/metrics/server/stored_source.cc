// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/stored_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "fiber/disk_pool.h"
#include "fiber/unix_time.h"
#include "metrics/compute/blocks.h"
#include "metrics/query/value_matcher.h"

namespace bellrock::metrics::server {
namespace {

// How often a question is asked anew because a cut fell into it.
constexpr int kTriesMax = 5;
// A block of more is worth the way to another thread and back.
constexpr size_t kLargeBuckets = 4096;

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

bool NeedsSeconds(const std::vector<Piece>& pieces) {
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const Piece& piece) { return piece.grain == store::Grain::kSecond; });
}

// Those from the first to the last piece of a grain.
std::map<store::Grain, Piece> SpansOf(const std::vector<Piece>& pieces) {
  std::map<store::Grain, Piece> spans;
  for (const Piece& piece : pieces) {
    spans.try_emplace(piece.grain, piece).first->second.to = piece.to;
  }
  return spans;
}

int64_t WindowAt(store::Grain grain, int64_t second) {
  return second - second % store::WindowSecondsOf(grain);
}

// "": it may be of several.
std::string OnlyCallee(const query::Question& question) {
  for (const query::Match& match : question.where) {
    if (match.dimension == Dimension::kCallee && match.how == query::Match::How::kEqual) {
      return match.value;
    }
  }
  return "";
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

Result<StoredSource::Plan> StoredSource::PlanFor(const query::Question& question) const {
  Plan plan;
  plan.pieces = PiecesOf(question);
  const bool seconds = NeedsSeconds(plan.pieces);
  const std::set<Dimension> asked = DimensionsOf(question);
  for (const DimensionSet& set : sets_) {
    if (seconds && !set.seconds) continue;
    if (!Tells(set, asked)) continue;
    if (plan.set == nullptr || set.dimensions.size() < plan.set->dimensions.size()) {
      plan.set = &set;
    }
  }
  if (plan.set != nullptr) return plan;
  return InvalidArgumentError(
      fmt::format("no computed set tells all dimensions asked for{}; there are: {}",
                  seconds ? " by the second (steps and bounds of whole minutes have more)" : "",
                  ListOf(sets_, seconds)));
}

Result<query::Answer> StoredSource::Ask(const query::Question& question) {
  BELLROCK_TRY(query::CheckQuestion(question));
  BELLROCK_ASSIGN(const Plan plan, PlanFor(question));
  BELLROCK_TRY(CheckKept(plan.pieces, fiber::UnixSecond(clock_), retention_));
  // Minutes of the sets that are kept by the second begin there, too: a minute that is under way is
  // the sum of its seconds.
  const std::string set = plan.set->seconds ? plan.set->name : "";
  for (int attempt = 0; attempt < kTriesMax; ++attempt) {
    BELLROCK_ASSIGN(LiveSum live, live_.Take(set, OnlyCallee(question)));
    const uint64_t version = live.version;
    auto answer = AskOnce(question, plan, std::move(live));
    if (!answer.ok()) return answer;
    // A cut that falls between reading what is live and what is stored moves calls from the one to
    // the other.
    BELLROCK_ASSIGN(const uint64_t after, live_.Version());
    if (after == version) return answer;
  }
  return UnavailableError(fmt::format(
      "figures moved to the store {} times while they were read; ask again", kTriesMax));
}

Result<query::Answer> StoredSource::AskOnce(const query::Question& question, const Plan& plan,
                                            LiveSum live) {
  BELLROCK_ASSIGN(query::AnswerBuilder builder, query::AnswerBuilder::Make(question));
  const int64_t complete_until =
      plan.set->seconds ? live.complete_until : std::min(live.complete_until, live.cut_until);
  for (const CardTable& table : live.tables) BELLROCK_TRY(builder.Add(table));
  BELLROCK_ASSIGN(const auto callees, CalleesFor(builder.question(), plan));
  for (const std::string& callee : callees) BELLROCK_TRY(AddStored(plan, callee, builder));
  Result<query::Answer> answer = InternalError("not computed");
  Compute([&] { answer = builder.Finish(); });
  if (answer.ok()) answer->complete_until = complete_until;
  return answer;
}

void StoredSource::Compute(const std::function<void()>& work) {
  fiber::RunOnDiskThread(work);
}

Result<std::vector<std::string>> StoredSource::CalleesFor(const query::Question& question,
                                                          const Plan& plan) {
  const std::string only = OnlyCallee(question);
  if (!only.empty()) return std::vector<std::string>{only};
  std::set<std::string> callees;
  for (const auto& [grain, span] : SpansOf(plan.pieces)) {
    BELLROCK_ASSIGN(auto more,
                    store_.Callees(grain, WindowAt(grain, span.from), span.to, kServicesMax));
    callees.insert(std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  for (const query::Match& match : question.where) {
    if (match.dimension != Dimension::kCallee) continue;
    BELLROCK_ASSIGN(const auto matcher, query::ValueMatcher::Make(match.how, match.value));
    std::erase_if(callees, [&](const std::string& callee) { return !matcher.Matches(callee); });
  }
  return std::vector<std::string>(callees.begin(), callees.end());
}

Status StoredSource::AddStored(const Plan& plan, const std::string& callee,
                               query::AnswerBuilder& builder) {
  for (const Piece& piece : plan.pieces) {
    BELLROCK_TRY(AddPiece(piece, plan.set->name, callee, builder));
  }
  return Status::Ok();
}

// A piece of seconds ends where a minute does, or the question: what else lies in its blocks is
// left out by the builder.
Status StoredSource::AddPiece(const Piece& piece, const std::string& set, const std::string& callee,
                              query::AnswerBuilder& builder) {
  Status added;
  BELLROCK_TRY(store_.Scan({piece.grain, set, callee}, WindowAt(piece.grain, piece.from), piece.to,
                           [&](const store::Block& block) {
                             const auto add = [&] { added = builder.Add(block.table); };
                             const bool large = block.table.buckets.size() >= kLargeBuckets;
                             large ? Compute(add) : add();
                             return added.ok();
                           }));
  BELLROCK_TRY(added);
  // Calls that were lost are known by the minute at best.
  const store::Grain grain = std::max(piece.grain, store::Grain::kMinute);
  return store_.Scan({grain, compute::kLostSet, callee}, piece.from, piece.to,
                     [&](const store::Block& block) {
                       builder.AddLost(block.table);
                       return true;
                     });
}

}  // namespace bellrock::metrics::server
