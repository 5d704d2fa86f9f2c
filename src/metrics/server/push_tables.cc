// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/push_tables.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bellrock/status.h"
#include "metrics/bounds.h"
#include "metrics/spread.h"

namespace bellrock::metrics::server {
namespace {

// "/{site}/..." of an instance's path (VIN-098); "" for other names.
std::string_view SiteOf(std::string_view instance) {
  if (!instance.starts_with('/')) return "";
  instance.remove_prefix(1);
  return instance.substr(0, instance.find('/'));
}

// Builds one partition's table.
class TableMaker {
 public:
  TableMaker() {
    for (size_t i = 0; i < kDimensionCount; ++i) {
      table_.dimensions.push_back(static_cast<Dimension>(i));
    }
    table_.keys.resize(kDimensionCount);
  }

  void Add(const std::array<std::string_view, kDimensionCount>& key, int64_t second,
           const Card& card) {
    for (size_t i = 0; i < kDimensionCount; ++i) table_.keys[i].push_back(NumberOf(key[i]));
    table_.seconds.push_back(second);
    table_.buckets.insert(table_.buckets.end(), card.buckets().begin(), card.buckets().end());
    table_.ends.push_back(static_cast<uint32_t>(table_.buckets.size()));
  }
  CardTable Take() { return std::move(table_); }

 private:
  uint32_t NumberOf(std::string_view name) {
    const auto [at, fresh] =
        numbers_.emplace(std::string(name), static_cast<uint32_t>(table_.names.size()));
    if (fresh) table_.names.emplace_back(name);
    return at->second;
  }

  CardTable table_;
  std::unordered_map<std::string, uint32_t> numbers_;
};

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
  // A call of an unknown caller is counted where it was served.
  set(Dimension::kCallerHost, known ? host : "");
  set(Dimension::kCallerSite, known ? std::string_view(push.site()) : "");
  set(Dimension::kResult, StatusCodeName(StatusCodeFromNumber(static_cast<uint32_t>(of.code))));
  set(Dimension::kSide, known ? "caller" : "callee");
  return key;
}

Status CheckPush(const v1::PushRequest& push) {
  if (static_cast<size_t>(push.cards_size()) > kCardsPerPushMax) {
    return InvalidArgumentError(fmt::format("cards: {} in one push, at most {}; push more often",
                                            push.cards_size(), kCardsPerPushMax));
  }
  if (push.site().size() > kDimensionBytesMax) {
    return InvalidArgumentError(fmt::format("site: {} bytes, at most {}; shorten the name",
                                            push.site().size(), kDimensionBytesMax));
  }
  return Status::Ok();
}

}  // namespace

Result<std::map<uint32_t, CardTable>> TablesOf(const v1::PushRequest& push, uint32_t partitions) {
  BELLROCK_TRY(CheckPush(push));
  std::unordered_map<std::string_view, uint32_t> spreads;
  for (const v1::ServiceSpread& spread : push.spreads()) {
    spreads.emplace(spread.callee(), spread.partitions());
  }
  std::map<uint32_t, TableMaker> makers;
  for (const v1::Card& card : push.cards()) {
    BELLROCK_ASSIGN(const Dimensions dimensions, DecodeDimensions(card.dimensions()));
    BELLROCK_ASSIGN(const Card decoded, Card::Decode(card));
    const auto spread = spreads.find(dimensions.callee);
    const uint32_t partition = PartitionOf(
        dimensions.callee, push.source(), spread == spreads.end() ? 1 : spread->second, partitions);
    makers[partition].Add(KeyOf(push, dimensions), card.second(), decoded);
  }
  std::map<uint32_t, CardTable> tables;
  for (auto& [partition, maker] : makers) tables.emplace(partition, maker.Take());
  return tables;
}

}  // namespace bellrock::metrics::server
