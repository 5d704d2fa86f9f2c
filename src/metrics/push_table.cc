// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/push_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "metrics/bounds.h"
#include "metrics/table_builder.h"

namespace bellrock::metrics {
namespace {

constexpr std::string_view kServed = "served";
constexpr char kTypeMark = ':';  // between a code's name and the application's error type
constexpr TableBounds kPushBounds = {.rows_max = kCardsPerPushMax,
                                     .names_max = kCardsPerPushMax,
                                     .name_bytes_max = kDimensionBytesMax + 32,
                                     .buckets_max = 1 << 22,
                                     .plain_bytes_max = 32 << 20};

// Programs push for the last time while they exit, when what has a destructor may be gone.
constexpr std::array kPushDimensions = {Dimension::kCallee,     Dimension::kMethod,
                                        Dimension::kCalleeHost, Dimension::kCaller,
                                        Dimension::kResult,     Dimension::kSide};

std::string ResultText(const v1::Dimensions& of) {
  std::string text(StatusCodeName(StatusCodeFromNumber(static_cast<uint32_t>(of.code()))));
  if (!of.result().empty()) text.append(1, kTypeMark).append(of.result());
  return text;
}

std::string_view SideText(const v1::Dimensions& of) {
  return of.served() ? kServed : of.caller().empty() ? "callee" : "caller";
}

// Names of one callee and method lie together, second by second in the same order: then most
// columns are zeros.
std::vector<int> Ordered(const v1::PushRequest& push) {
  std::vector<int> order(static_cast<size_t>(push.cards_size()));
  std::iota(order.begin(), order.end(), 0);
  const auto key = [&push](int at) {
    const v1::Card& card = push.cards(at);
    const v1::Dimensions& of = card.dimensions();
    return std::tuple(std::string_view(of.callee()), std::string_view(of.method()),
                      std::string_view(of.instance()), std::string_view(of.caller()), of.code(),
                      std::string_view(of.result()), of.served(), card.second(), at);
  };
  std::sort(order.begin(), order.end(), [&key](int a, int b) { return key(a) < key(b); });
  return order;
}

// The order of a session's table depends on the session. A push that comes again in another one
// must be the same push, for it may be kept in several parts.
void PutInOrder(v1::PushRequest& push) {
  google::protobuf::RepeatedPtrField<v1::Card> cards;
  cards.Reserve(push.cards_size());
  for (const int at : Ordered(push)) cards.Add()->Swap(push.mutable_cards(at));
  push.mutable_cards()->Swap(&cards);
}

Status SetResult(std::string_view text, v1::Dimensions& to) {
  const size_t mark = text.find(kTypeMark);
  const std::string_view name = text.substr(0, mark);
  for (uint32_t code = 0; code < kStatusCodeCount; ++code) {
    if (StatusCodeName(static_cast<StatusCode>(code)) != name) continue;
    to.set_code(static_cast<int>(code));
    if (mark != std::string_view::npos) to.set_result(std::string(text.substr(mark + 1)));
    return Status::Ok();
  }
  return InvalidArgumentError(
      fmt::format("table: result '{}'; begin with a code's name, OK or UNAVAILABLE, and put the "
                  "application's type behind a colon",
                  text));
}

Status SetDimension(Dimension dimension, const std::string& value, v1::Dimensions& to) {
  switch (dimension) {
    case Dimension::kCallee:
      to.set_callee(value);
      return Status::Ok();
    case Dimension::kMethod:
      to.set_method(value);
      return Status::Ok();
    case Dimension::kCalleeHost:
      to.set_instance(value);
      return Status::Ok();
    case Dimension::kCaller:
      to.set_caller(value);
      return Status::Ok();
    case Dimension::kResult:
      return SetResult(value, to);
    case Dimension::kSide:
      to.set_served(value == kServed);
      return Status::Ok();
    default:
      return InvalidArgumentError(
          fmt::format("table: {} is no dimension of a push; send callee, method, callee_host, "
                      "caller, result and side",
                      DimensionName(dimension)));
  }
}

}  // namespace

Result<CardTable> TableOfCards(const v1::PushRequest& push) {
  TableBuilder builder({kPushDimensions.begin(), kPushDimensions.end()});
  for (const int at : Ordered(push)) {
    const v1::Card& card = push.cards(at);
    const v1::Dimensions& of = card.dimensions();
    BELLROCK_TRY(DecodeDimensions(of).status());
    BELLROCK_ASSIGN(const Card latencies, Card::Decode(card));
    const std::string result = ResultText(of);
    const std::array<std::string_view, kPushDimensions.size()> key = {
        of.callee(), of.method(), of.instance(), of.caller(), result, SideText(of)};
    builder.Add(key, card.second(), latencies.buckets());
  }
  return builder.Take();
}

Status AddCards(const CardTable& table, v1::PushRequest& to) {
  for (size_t row = 0; row < table.rows(); ++row) {
    v1::Card& card = *to.add_cards();
    for (size_t column = 0; column < table.dimensions.size(); ++column) {
      BELLROCK_TRY(SetDimension(table.dimensions[column], table.name(column, row),
                                *card.mutable_dimensions()));
    }
    card.set_second(table.seconds[row]);
    uint32_t before = 0;
    for (const Card::Bucket& bucket : table.card(row)) {
      card.add_latency_us_delta(bucket.latency_us - before);
      card.add_count(bucket.count);
      before = bucket.latency_us;
    }
  }
  return Status::Ok();
}

v1::PushRequest HeadOf(const v1::PushRequest& push) {
  v1::PushRequest head;
  head.set_source(push.source());
  head.set_epoch(push.epoch());
  head.set_sequence(push.sequence());
  head.set_calls_total(push.calls_total());
  head.set_site(push.site());
  *head.mutable_spreads() = push.spreads();
  *head.mutable_lost() = push.lost();
  return head;
}

v1::PushRequest Packed(const v1::PushRequest& push) {
  const Result<CardTable> table = TableOfCards(push);
  if (push.cards_size() == 0 || !table.ok()) return push;
  v1::PushRequest packed = HeadOf(push);
  packed.set_table(EncodeTable(*table));
  return packed;
}

Result<v1::PushRequest> Unpacked(const v1::PushRequest& push, SessionReader* session) {
  if (push.table().empty()) return push;
  auto table = session == nullptr ? DecodeTable(push.table(), kPushBounds)
                                  : session->Decode(push.table(), kPushBounds);
  if (!table.ok()) return table.status();
  v1::PushRequest opened = HeadOf(push);
  *opened.mutable_cards() = push.cards();
  BELLROCK_TRY(AddCards(*table, opened));
  if (IsSessionTable(push.table())) PutInOrder(opened);
  return opened;
}

}  // namespace bellrock::metrics
