// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_sink.h"

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
  Result<v1::PushReply> reply = SendInSession(push, *table);
  if (MayBeTheSession(reply.status().code())) {
    v1::PushRequest packed = HeadOf(push);
    packed.set_table(EncodeTable(*table));
    reply = stub_.PushTable(packed);
  }
  if (reply.status().code() != StatusCode::kUnimplemented) return reply;
  as_cards_ = kPushesAsCards;
  return stub_.Push(push);
}

Result<v1::PushReply> TableSink::SendInSession(const v1::PushRequest& push,
                                               const CardTable& table) {
  v1::PushRequest packed = HeadOf(push);
  for (int attempt = 1;; ++attempt) {
    if (session_.full()) BeginSession();
    const uint64_t session = session_number_;
    packed.set_session(session);
    packed.set_table(EncodeTable(table, session_));
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
  session_ = NameSession();
  ++sessions_begun_;
}

}  // namespace bellrock::metrics
