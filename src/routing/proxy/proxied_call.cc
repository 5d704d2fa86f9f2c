// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/proxied_call.h"

#include <fmt/format.h>

#include <utility>

#include "fiber/fiber.h"
#include "routing/client/judge.h"
#include "routing/proxy/shard.h"

namespace bellrock::routing::proxy {
namespace {

constexpr Duration kOwnerPause = std::chrono::milliseconds(50);
// Names that a client makes up are cut there.
constexpr size_t kNameBytesMax = 255;

}  // namespace

Status ProxiedCall::FindService(std::string_view named) {
  BELLROCK_ASSIGN(service_, shard_.services().Find(spec_.service.empty() ? named : spec_.service));
  ++service_->counts.requests;
  return Status::Ok();
}

void ProxiedCall::SetMethod(std::string_view service, std::string_view method) {
  method_service_ = service;
  method_ = method;
}

void ProxiedCall::SetCaller(std::string_view caller) {
  caller_ = caller.substr(0, kNameBytesMax);
}

void ProxiedCall::SetQos(std::string_view qos) {
  if (qos == "critical") qos_ = Qos::kCritical;
  if (qos == "background") qos_ = Qos::kBackground;
}

void ProxiedCall::AddHeader(std::string_view name, std::string_view value) {
  if (spec_.headers) metadata_.emplace_back(name, value);
}

Status ProxiedCall::Pick() {
  if (tries_++ > 0) ++service_->counts.tries_again;
  told_.reset();
  ended_ = false;
  answered_at_ = Time{};
  rpc::PickRequest request;
  request.tried = tried_.slots();
  request.service = method_service_;
  request.method = method_;
  request.key = key_;
  request.caller = spec_.caller.empty() ? std::string_view(caller_) : spec_.caller;
  request.lane = lane_;
  request.qos = qos_;
  if (spec_.headers) request.metadata = &metadata_;
  const Time until = shard_.now() + shard_.limits().owner_wait;
  for (;;) {
    Result<rpc::Endpoint> picked = service_->source->PickFor(request);
    if (picked.ok()) {
      endpoint_ = std::move(*picked);
      picked_at_ = shard_.clock().Now();
      return Status::Ok();
    }
    // The key's owner is away, and waited for.
    if (picked.status().code() != StatusCode::kAborted || shard_.now() >= until) {
      return picked.status();
    }
    BELLROCK_TRY(fiber::SleepFor(kOwnerPause));
  }
}

bool ProxiedCall::MayTryAgain() const {
  return tries_ < shard_.limits().tries_max;
}

void ProxiedCall::Unpick() {
  ended_ = true;
  service_->source->Unpick(endpoint_);
}

void ProxiedCall::NoteAnswer() {
  if (answered_at_ == Time{}) answered_at_ = shard_.clock().Now();
}

Duration ProxiedCall::latency() const {
  return (answered_at_ == Time{} ? shard_.clock().Now() : answered_at_) - picked_at_;
}

void ProxiedCall::Tell(StatusCode code) {
  told_ = code;
  service_->source->Report(endpoint_, code, latency());
}

void ProxiedCall::End(StatusCode code) {
  if (std::exchange(ended_, true)) return;
  if (!told_ || (*told_ != code && client::SpeaksAgainst(code))) Tell(code);
}

std::string ProxiedCall::WhyNotConnected() const {
  return fmt::format("service '{}': {} could not be connected, nor {} tried before", name(),
                     endpoint_.address.ToString(), tries_ - 1);
}

}  // namespace bellrock::routing::proxy
