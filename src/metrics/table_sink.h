// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "metrics/card_sink.h"
#include "metrics/card_table.h"
#include "metrics/session_table.h"

namespace bellrock::metrics {

// Sends pushes through a channel (borrowed) to a Metrics service, as tables that leave out the
// keys that the receiver has (docs/spec/card.md, "Pushes"). A receiver that does not know the
// session, for it has started anew or it is another one, says so before it takes anything: then a
// new session begins and the push is sent again. One that reads no such tables gets whole ones, and
// one that knows no tables gets cards. So an error is the push's own, as of any CardSink:
// kInvalidArgument comes of a table without a session.
// Several fibers of one loop may send at once.
class TableSink final : public CardSink {
 public:
  // `seed` is random: no two senders may number their sessions alike.
  TableSink(ChannelInterface& channel, uint64_t seed) : stub_(channel), session_number_(seed) {}

  Result<v1::PushReply> Send(const v1::PushRequest& push) override;

  uint64_t sessions_begun() const { return sessions_begun_; }

 private:
  static constexpr int kSessionTries = 2;
  // How many pushes go in an older way before the newer one is tried again.
  static constexpr int kPushesUntilTriedAgain = 100;

  Result<v1::PushReply> SendTable(const v1::PushRequest& push, const CardTable& table);
  Result<v1::PushReply> SendInSession(const v1::PushRequest& push, const CardTable& table);
  void BeginSession();

  v1::MetricsStub stub_;
  uint64_t session_number_;
  SessionWriter session_;
  uint64_t sessions_begun_ = 1;
  int as_cards_ = 0;
  int without_session_ = 0;
};

}  // namespace bellrock::metrics
