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

// A caller that nobody names.
constexpr std::string_view kUnknownCaller = "bellrock/proxy";
constexpr Duration kOwnerPause = std::chrono::milliseconds(50);
// Names that a client makes up are cut there.
constexpr size_t kNameBytesMax = 255;

}  // namespace

Status ProxiedCall::FindService(std::string_view named) {
  BELLROCK_ASSIGN(service_, shard_.services().Find(spec_.service.empty() ? named : spec_.service));
  ++service_->counts.requests;
  return Status::Ok();
}

void ProxiedCall::SetVerb(std::string_view verb) {
  method_ = {"HTTP", verb};
  by_verb_ = true;
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
  request.service = method_.service;
  request.method = method_.method;
  request.key = key_;
  request.caller = CallerName();
  request.lane = lane_;
  request.qos = qos_;
  request.awaited = awaited_;
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

void ProxiedCall::End(StatusCode code, std::string_view error_type) {
  if (std::exchange(ended_, true)) return;
  const MethodName& method = CountedMethod(code);
  if (!told_ || (*told_ != code && client::SpeaksAgainst(code))) Tell(code);
  if (shard_.observer() == nullptr || !spec_.counted) return;
  const std::string_view caller = CallerName();
  const bool typed = code != StatusCode::kOk && IsErrorType(error_type);
  shard_.observer()->OnCall({.caller = caller.empty() ? kUnknownCaller : caller,
                             .callee = service_->name,
                             .service = method.service,
                             .method = method.method,
                             .instance = endpoint_.instance == nullptr
                                             ? std::string_view()
                                             : std::string_view(*endpoint_.instance),
                             .code = code,
                             .latency = latency(),
                             .error_type = typed ? error_type : std::string_view()});
}

// Names that nobody has answered to are not told apart, neither by routing nor in the counts.
const MethodName& ProxiedCall::CountedMethod(StatusCode code) {
  if (by_verb_) return method_;
  const MethodName* known = service_->methods.Find(method_);
  const bool answered = answered_at_ != Time{} && code != StatusCode::kUnimplemented;
  if (known == nullptr && answered) known = service_->methods.Learn(method_);
  if (known != nullptr) return *known;
  endpoint_.method_hash = 0;
  return MethodNames::kOther;
}

std::string_view ProxiedCall::CallerName() const {
  return spec_.caller.empty() ? std::string_view(caller_) : spec_.caller;
}

std::string_view ProxiedCall::CallerToAdd() const {
  if (shard_.observer() == nullptr || !spec_.counted || !caller_.empty()) return {};
  return spec_.caller.empty() ? kUnknownCaller : std::string_view(spec_.caller);
}

std::string ProxiedCall::WhyNotConnected() const {
  return fmt::format("service '{}': {} could not be connected, nor {} tried before", name(),
                     endpoint_.address.ToString(), tries_ - 1);
}

}  // namespace bellrock::routing::proxy
