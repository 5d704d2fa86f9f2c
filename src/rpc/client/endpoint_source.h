// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/protocol.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "bellrock/trace.h"
#include "rpc/client/call_kind.h"

// What the RPC framework needs from others, declared here and implemented elsewhere (routing,
// metrics).
namespace bellrock::rpc {

// One instance a call may go to. `slot` and `generation` belong to the source; the framework hands
// them back.
struct Endpoint {
  Address address;
  uint32_t slot = 0;
  uint32_t generation = 0;
  // Name of the instance for counting and messages, e.g. "sz/default/music/storage/default/2".
  // Shared, immutable.
  std::shared_ptr<const std::string> instance;
  // What the instance speaks; nullopt: the client's choice.
  std::optional<Protocol> protocol{};
  // Whose result the report is, for sources that judge methods apart; the source's own.
  uint32_t method_hash = 0;
  // The source counts it among the calls that wait for an answer, until its report; its own.
  bool awaited = false;
};

// What a source may choose by. Borrowed for the time of the call.
struct PickRequest {
  // Slots that this call has already used; another is chosen if there is one.
  std::span<const uint32_t> tried{};
  // "music.v1.Catalog" and "Get".
  std::string_view service{};
  std::string_view method{};
  std::string_view caller{};  // "line/service"
  // The same key goes to the same instance, of a service that is routed by key (ZY-043).
  std::string_view key{};
  std::string_view lane{};  // swim lane, "" = none
  const Metadata* metadata = nullptr;
  Qos qos = Qos::kNormal;
  // One request, one reply, and a report as soon as that is there: if it stays away, the instance
  // may be stopped. Not for streams, tunnels, and callers who may never report.
  bool awaited = false;
};

// Chooses an instance for each try of a call. Thread-safe; never blocks.
class EndpointSource {
 public:
  virtual ~EndpointSource() = default;
  // `tried` are the slots this call has already used.
  // kUnavailable with the reason if the service has no instance; kResourceExhausted under overload
  // protection (ZY-040).
  virtual Result<Endpoint> Pick(std::span<const uint32_t> tried) = 0;
  // The same for sources that choose by what is asked. kAborted means: not
  // now, the key's owner is away and is waited for; ask again until the call's deadline.
  virtual Result<Endpoint> PickFor(const PickRequest& request) { return Pick(request.tried); }
  // The endpoint was picked and will not be used: no report follows.
  virtual void Unpick(const Endpoint&) {}
  // Every instance that is known, for a broadcast; whether it is well does not matter.
  virtual Result<std::vector<Endpoint>> All() {
    return UnimplementedError("this source of instances picks one and cannot list all");
  }
  // What became of a try. Only codes that speak of the instance (kUnavailable, kDeadlineExceeded,
  // kInternal, kUnknown, kDataLoss, kResourceExhausted) count as its failure; the source decides.
  virtual void Report(const Endpoint& endpoint, StatusCode code, Duration latency) = 0;
};

// One finished call, or on the client side one finished try.
struct CallRecord {
  std::string_view caller;   // "line/service", "" if unknown
  std::string_view callee;   // "line/service"
  std::string_view service;  // proto name
  std::string_view method;
  std::string_view instance;  // callee's instance
  StatusCode code = StatusCode::kOk;
  Duration latency{0};
  std::string_view error{};  // message of the status
  std::string_view peer{};   // address of the other end
  TraceContext trace{};
  bool served = false;            // the callee's own view of a call that its caller counts, too
  std::string_view error_type{};  // the application's own, of a failure
};

// Is told of every call. Called on the loop where the call ended; must not block. Thread-safe.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnCall(const CallRecord& record) = 0;
  // For who makes calls of the same names again and again: the kind of the record's calls, and that
  // another one of it ended, without names. Good on the thread that asked; false if it is no longer
  // good, and the call has to be told in full.
  virtual CallKind KindOf(const CallRecord&) { return {}; }
  virtual bool OnCallOf(CallKind, Duration /*latency*/) { return false; }
};

}  // namespace bellrock::rpc
