// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/push_batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "metrics/bounds.h"
#include "metrics/card_table.h"
#include "metrics/spread.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kUnknownName = "(unknown)";
// A bucket is at most ten bytes, so that a batch is well below kQueueRecordBytesMax.
constexpr size_t kBatchBucketsMax = 1 << 16;
constexpr size_t kBatchNameBytesMax = 128 << 10;
constexpr int64_t kSecondMax = int64_t{1} << 40;

// "/{site}/..." of an instance's path (VIN-098); "" for other names.
std::string_view SiteOf(std::string_view instance) {
  if (!instance.starts_with('/')) return "";
  instance.remove_prefix(1);
  return instance.substr(0, instance.find('/'));
}

// Builds one partition's tables, none larger than a record of the queue takes: cards add, so that
// a long one may lie in several.
class TableMaker {
 public:
  TableMaker() { Begin(); }

  void Add(const std::array<std::string_view, kDimensionCount>& key, int64_t second,
           const Card& card) {
    for (auto rest = card.buckets(); !rest.empty();) {
      if (table_.buckets.size() >= kBatchBucketsMax || name_bytes_ >= kBatchNameBytesMax) Begin();
      const size_t room = kBatchBucketsMax - table_.buckets.size();
      AddRow(key, second, rest.first(std::min(room, rest.size())));
      rest = rest.subspan(std::min(room, rest.size()));
    }
  }
  std::vector<std::string> Take() {
    Begin();
    return std::move(encoded_);
  }

 private:
  void Begin() {
    if (table_.rows() > 0) encoded_.push_back(EncodeTable(table_));
    table_ = {};
    numbers_.clear();
    name_bytes_ = 0;
    for (size_t i = 0; i < kDimensionCount; ++i) {
      table_.dimensions.push_back(static_cast<Dimension>(i));
    }
    table_.keys.resize(kDimensionCount);
  }

  void AddRow(const std::array<std::string_view, kDimensionCount>& key, int64_t second,
              std::span<const Card::Bucket> buckets) {
    for (size_t i = 0; i < kDimensionCount; ++i) table_.keys[i].push_back(NumberOf(key[i]));
    table_.seconds.push_back(second);
    table_.buckets.insert(table_.buckets.end(), buckets.begin(), buckets.end());
    table_.ends.push_back(static_cast<uint32_t>(table_.buckets.size()));
  }

  uint32_t NumberOf(std::string_view name) {
    const auto [at, fresh] =
        numbers_.emplace(std::string(name), static_cast<uint32_t>(table_.names.size()));
    if (fresh) {
      table_.names.emplace_back(name);
      name_bytes_ += name.size();
    }
    return at->second;
  }

  std::vector<std::string> encoded_;
  CardTable table_;
  std::unordered_map<std::string, uint32_t> numbers_;
  size_t name_bytes_ = 0;
};

// A call fails if its result is not "OK": so one of code OK has that result and no other, whatever
// its sender calls it, and a failure never has it. What is no call ("host:SITE", "custom:LINE/...")
// has a result of its own meaning.
std::string_view ResultOf(const Dimensions& of) {
  const std::string_view code =
      StatusCodeName(StatusCodeFromNumber(static_cast<uint32_t>(of.code)));
  if (of.result.empty()) return code;
  const bool call = of.callee.find(':') >= of.callee.find('/');
  if (call && (of.code == 0 || of.result == StatusCodeName(StatusCode::kOk))) return code;
  return of.result;
}

std::array<std::string_view, kDimensionCount> KeyOf(const v1::PushRequest& push,
                                                    const Dimensions& of) {
  const std::string_view host = std::string_view(push.source()).substr(0, push.source().rfind(':'));
  const bool known = !of.caller.empty();
  std::array<std::string_view, kDimensionCount> key;
  const auto set = [&](Dimension dimension, std::string_view value) {
    key[static_cast<size_t>(dimension)] = value;
  };
  set(Dimension::kCallee, of.callee);
  set(Dimension::kMethod, of.method);
  set(Dimension::kCalleeHost, of.instance);
  set(Dimension::kCalleeSite, SiteOf(of.instance));
  set(Dimension::kCaller, of.caller);
  // Whoever pushes is the caller's host only if the caller counted.
  const bool by_caller = known && !of.served;
  set(Dimension::kCallerHost, by_caller ? host : "");
  set(Dimension::kCallerSite, by_caller ? std::string_view(push.site()) : "");
  set(Dimension::kResult, ResultOf(of));
  set(Dimension::kSide, of.served ? "served" : known ? "caller" : "callee");
  return key;
}

Status CheckSecond(std::string_view field, int64_t second) {
  if (second >= 0 && second < kSecondMax) return Status::Ok();
  return InvalidArgumentError(fmt::format("{}: {}; give unix seconds below 2^40", field, second));
}

Status CheckPush(const v1::PushRequest& push) {
  if (static_cast<size_t>(push.cards_size()) > kCardsPerPushMax) {
    return InvalidArgumentError(fmt::format("cards: {} in one push, at most {}; push more often",
                                            push.cards_size(), kCardsPerPushMax));
  }
  if (static_cast<size_t>(push.lost_size()) > kLostToldMax + 1) {
    return InvalidArgumentError(fmt::format("lost: {} in one push, at most {}; put them together",
                                            push.lost_size(), kLostToldMax + 1));
  }
  for (const v1::LostCalls& lost : push.lost()) {
    BELLROCK_TRY(CheckSecond("lost.second", lost.second()));
    if (lost.callee().size() <= kDimensionBytesMax) continue;
    return InvalidArgumentError(fmt::format("lost.callee: {} bytes, at most {}; shorten the name",
                                            lost.callee().size(), kDimensionBytesMax));
  }
  for (const v1::Card& card : push.cards()) {
    BELLROCK_TRY(CheckSecond("cards.second", card.second()));
  }
  if (push.site().size() > kDimensionBytesMax) {
    return InvalidArgumentError(fmt::format("site: {} bytes, at most {}; shorten the name",
                                            push.site().size(), kDimensionBytesMax));
  }
  return Status::Ok();
}

// Which partition a service's part of a push belongs to.
class Places {
 public:
  Places(const v1::PushRequest& push, uint32_t partitions)
      : source_(push.source()), partitions_(partitions) {
    for (const v1::ServiceSpread& spread : push.spreads()) {
      spreads_.emplace(spread.callee(), spread.partitions());
    }
  }
  uint32_t Of(std::string_view callee) const {
    const auto spread = spreads_.find(callee);
    return PartitionOf(callee, source_, spread == spreads_.end() ? 1 : spread->second, partitions_);
  }

 private:
  std::string_view source_;
  uint32_t partitions_;
  std::unordered_map<std::string_view, uint32_t> spreads_;
};

// Each part is known again by itself.
void NameParts(const v1::PushRequest& push, std::vector<v1::SourceBatch>& parts) {
  for (size_t part = 0; part < parts.size(); ++part) {
    parts[part].set_source(part == 0 ? push.source() : fmt::format("{}/{}", push.source(), part));
    parts[part].set_epoch(push.epoch());
    parts[part].set_sequence(push.sequence());
  }
}

// What is kept needs a name.
std::string_view Named(const std::string& callee) {
  return callee.empty() ? kUnknownName : std::string_view(callee);
}

}  // namespace

Result<std::map<uint32_t, std::vector<v1::SourceBatch>>> BatchesOf(const v1::PushRequest& push,
                                                                   uint32_t partitions) {
  BELLROCK_TRY(CheckPush(push));
  const Places places(push, partitions);
  std::map<uint32_t, TableMaker> makers;
  for (const v1::Card& card : push.cards()) {
    BELLROCK_ASSIGN(Dimensions dimensions, DecodeDimensions(card.dimensions()));
    BELLROCK_ASSIGN(const Card decoded, Card::Decode(card));
    dimensions.callee = Named(dimensions.callee);
    makers[places.Of(dimensions.callee)].Add(KeyOf(push, dimensions), card.second(), decoded);
  }
  std::map<uint32_t, std::vector<v1::SourceBatch>> batches;
  for (auto& [partition, maker] : makers) {
    for (std::string& table : maker.Take()) {
      batches[partition].emplace_back().set_table(std::move(table));
    }
  }
  for (const v1::LostCalls& lost : push.lost()) {
    std::vector<v1::SourceBatch>& place = batches[places.Of(Named(lost.callee()))];
    if (place.empty()) place.emplace_back();
    v1::LostCalls& kept = *place.front().add_lost();
    kept = lost;
    kept.set_callee(std::string(Named(lost.callee())));
  }
  for (auto& [partition, parts] : batches) NameParts(push, parts);
  return batches;
}

}  // namespace bellrock::metrics::server
