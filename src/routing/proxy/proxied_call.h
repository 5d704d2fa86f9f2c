// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "routing/proxy/options.h"
#include "routing/proxy/service_cache.h"
#include "routing/proxy/tried.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::routing::proxy {

class Shard;

// A request on its way to an instance, whatever version of HTTP it came by: its service, what it
// may be chosen by, the instances that it was tried with, and what is told of each try. Belongs to
// its exchange.
class ProxiedCall {
 public:
  ProxiedCall(Shard& shard, const ListenSpec& spec) : shard_(shard), spec_(spec) {}

  // Of the port, or else the one that the request names. Blocks at first.
  Status FindService(std::string_view named);
  bool found() const { return service_ != nullptr; }
  const std::string& name() const { return service_->name; }
  ServiceCounts& counts() { return service_->counts; }

  // What rules may choose by. What a method's names point to outlives the call.
  void SetMethod(const MethodName& name) { method_ = name; }
  // By one of few verbs, which are names for good.
  void SetVerb(std::string_view verb);
  void SetKey(std::string_view key) { key_ = key; }
  // As the fields bellrock-caller, bellrock-lane and bellrock-qos say it.
  void SetCaller(std::string_view caller);
  void SetLane(std::string_view lane) { lane_ = lane; }
  void SetQos(std::string_view qos);
  // One reply to one request that is there whole: silence tells of the instance then.
  void SetAwaited(bool awaited) { awaited_ = awaited; }
  // What the instance is told of the caller, so that it does not count the call again; "" if the
  // request says it or nobody counts.
  std::string_view CallerToAdd() const;
  // Kept where the port's rules may ask for headers. The name in lower case.
  void AddHeader(std::string_view name, std::string_view value);

  // Chooses the instance of the next try. Blocks while a key's owner is waited for.
  Status Pick();
  const rpc::Endpoint& endpoint() const { return endpoint_; }
  size_t tries() const { return tries_; }
  bool MayTryAgain() const;
  // The chosen instance is not taken again if there is another.
  void PassOver() { tried_.Add(endpoint_.slot); }
  // It was chosen, and nothing is said of it.
  void Unpick();
  // For the client, when the last of them could not be connected.
  std::string WhyNotConnected() const;
  // The first byte of its answer has come.
  void NoteAnswer();
  // What became of the try. Each ends with End(), of which the first counts. Tell() says it before
  // that, of an answer that will last; End() then adds only another failure. A failure may have an
  // error type, as the instance sent it.
  void Tell(StatusCode code);
  void TellOnce(StatusCode code) {
    if (!told_) Tell(code);
  }
  void End(StatusCode code, std::string_view error_type = {});

 private:
  Duration latency() const;
  std::string_view CallerName() const;
  const MethodName& CountedMethod(StatusCode code);

  Shard& shard_;  // tells its observer
  const ListenSpec& spec_;
  ProxiedService* service_ = nullptr;
  MethodName method_;
  bool by_verb_ = false;
  std::string key_;
  std::string caller_;
  std::string lane_;
  Qos qos_ = Qos::kNormal;
  bool awaited_ = false;
  Metadata metadata_;

  Tried tried_;
  size_t tries_ = 0;
  rpc::Endpoint endpoint_;
  Time picked_at_{};
  Time answered_at_{};
  std::optional<StatusCode> told_;
  bool ended_ = false;
};

}  // namespace bellrock::routing::proxy
