// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_sink.h"

#include <optional>
#include <string>
#include <utility>

#include "metrics/push_table.h"

namespace bellrock::metrics {
namespace {

// The session may be at fault, not the push.
bool MayBeTheSession(StatusCode code) {
  return code == StatusCode::kFailedPrecondition || code == StatusCode::kInvalidArgument;
}

}  // namespace

Result<v1::PushReply> TableSink::Send(const v1::PushRequest& push) {
  if (push.cards_size() == 0) return stub_.Push(push);
  if (as_cards_ > 0) {
    --as_cards_;
    return stub_.Push(push);
  }
  const Result<CardTable> table = TableOfCards(push);
  if (!table.ok()) return stub_.Push(push);  // the receiver says what is wrong
  Result<v1::PushReply> reply = SendTable(push, *table);
  if (reply.status().code() != StatusCode::kUnimplemented) return reply;
  as_cards_ = kPushesUntilTriedAgain;
  return stub_.Push(push);
}

Result<v1::PushReply> TableSink::SendTable(const v1::PushRequest& push, const CardTable& table) {
  Status refused;
  if (without_session_ > 0) {
    --without_session_;
  } else {
    Result<v1::PushReply> reply = SendInSession(push, table);
    if (!MayBeTheSession(reply.status().code())) return reply;
    refused = reply.status();
  }
  v1::PushRequest packed = HeadOf(push);
  packed.set_table(EncodeTable(table));
  Result<v1::PushReply> reply = stub_.PushTable(packed);
  // So does a receiver that is older than this version of tables.
  if (refused.code() == StatusCode::kInvalidArgument && reply.ok()) {
    without_session_ = kPushesUntilTriedAgain;
  }
  return reply;
}

Result<v1::PushReply> TableSink::SendInSession(const v1::PushRequest& push,
                                               const CardTable& table) {
  v1::PushRequest packed = HeadOf(push);
  for (int attempt = 1;; ++attempt) {
    std::optional<std::string> bytes = session_.Encode(table);
    if (!bytes && session_.keys() > 0) {
      BeginSession();
      bytes = session_.Encode(table);
    }
    if (!bytes) return FailedPreconditionError("the push has more keys than a session");
    const uint64_t session = session_number_;
    packed.set_session(session);
    packed.set_table(*std::move(bytes));
    Result<v1::PushReply> reply = stub_.PushTable(packed);
    if (!MayBeTheSession(reply.status().code())) return reply;
    // Another fiber may have begun a new one meanwhile.
    if (session == session_number_) BeginSession();
    if (attempt == kSessionTries) return reply;
  }
}

void TableSink::BeginSession() {
  ++session_number_;
  if (session_number_ == 0) ++session_number_;  // which is none
  session_ = SessionWriter();
  ++sessions_begun_;
}

}  // namespace bellrock::metrics
