// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bellrock/call_policy.h"
#include "rpc/client.h"
#include "rpc/client/client_transport.h"
#include "rpc/client/connection_pool.h"
#include "rpc/error_text.h"

namespace bellrock::rpc {

// How one call is made: what the call itself says, else the settings of its method, else the
// client's.
struct CallSettings {
  Duration timeout{0};  // zero: the fiber's deadline, else the client's timeout
  int attempts_max = 1;
  Duration hedge_after{0};  // zero: no backup
  Compression compression = Compression::kNone;
  Idempotent idempotent = Idempotent::kDefault;
  CallMode mode = CallMode::kFailOver;
};

CallSettings ResolveSettings(const CallOptions& call, const MethodOptions& method,
                             const ClientOptions& client);

// The slots a call has used, without an allocation.
class TriedSlots {
 public:
  // What is beyond the bound is forgotten: such a slot may be picked again.
  void Add(uint32_t slot) {
    if (count_ < slots_.size()) slots_[count_++] = slot;
  }
  std::span<const uint32_t> all() const { return {slots_.data(), count_}; }

 private:
  std::array<uint32_t, kAttemptsMax> slots_{};
  size_t count_ = 0;
};

// One call of the user's, with the tries made so far. On the stack of the fiber that makes it.
struct CallProgress {
  std::string_view service;
  std::string_view method;
  Time begun{};
  Time deadline = kNever;
  CallSettings settings{};
  TriedSlots tried{};
  std::vector<Attempt> attempts{};  // those that failed
  std::string_view why_no_retry{};
  const CallOptions* options = nullptr;
  TraceContext trace{};
  std::string_view dye{};
  std::string_view lane{};
  Qos qos = Qos::kNormal;
  bool stream = false;
  int tries = 0;
  bool hedged = false;  // a backup was sent, or cannot be
};

// One picked endpoint, its connection, and what came of it.
struct Try {
  Endpoint endpoint{};
  ConnectionPool::Lease connection{};
  int number = 0;  // 0 = the first of its call
  bool backup = false;
  bool connected = false;
  Time begun{};
  IncomingReply reply{};
};

// What the caller asked to be told of a call that has come so far.
void FillDetails(const TraceContext& trace, int tries, const Endpoint& endpoint,
                 const IncomingReply& reply, ReplyDetails* details);

}  // namespace bellrock::rpc
