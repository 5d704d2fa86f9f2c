// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/call_progress.h"

#include <algorithm>

namespace bellrock::rpc {
namespace {

int FirstPositive(int call, int method, int client) {
  if (call > 0) return call;
  return method > 0 ? method : client;
}

Duration FirstGiven(Duration call, Duration method, Duration client) {
  if (call != Duration::zero()) return call;
  return method != Duration::zero() ? method : client;
}

}  // namespace

CallSettings ResolveSettings(const CallOptions& call, const MethodOptions& method,
                             const ClientOptions& client) {
  CallSettings settings{.idempotent = method.idempotent};
  settings.timeout = call.timeout > Duration::zero() ? call.timeout : method.timeout;
  settings.mode = call.mode == CallMode::kDefault ? client.mode : call.mode;
  settings.compression = client.compression;
  if (method.compression != Compression::kDefault) settings.compression = method.compression;
  if (call.compression != Compression::kDefault) settings.compression = call.compression;

  int attempts = FirstPositive(call.attempts, method.attempts, client.attempts);
  // Who asks for fail-over by the call and gives no number wants at least one other try.
  if (call.mode == CallMode::kFailOver && call.attempts <= 0) attempts = std::max(attempts, 2);
  if (settings.mode == CallMode::kFailFast || settings.mode == CallMode::kBroadcast) {
    return settings;
  }
  Duration hedge = FirstGiven(call.hedge_after, method.hedge_after, client.hedge_after);
  if (hedge < Duration::zero() || method.idempotent == Idempotent::kNo) hedge = Duration::zero();
  settings.hedge_after = hedge;
  // The backup is a try too.
  if (hedge > Duration::zero()) attempts = std::max(attempts, 2);
  settings.attempts_max = std::clamp(attempts, 1, kAttemptsMax);
  return settings;
}

void FillDetails(const TraceContext& trace, int tries, const Endpoint& endpoint,
                 const IncomingReply& reply, ReplyDetails* details) {
  if (details == nullptr) return;
  details->metadata = reply.metadata;
  details->attachment = reply.attachment;
  details->instance = endpoint.instance == nullptr ? std::string() : *endpoint.instance;
  details->address = tries == 0 ? std::string() : endpoint.address.ToString();
  details->attempts = tries;
  details->trace = trace;
}

}  // namespace bellrock::rpc
