// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_request.h"

#include <fmt/format.h>

#include <utility>

#include "bellrock/trace.h"
#include "rpc/error_catalog.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::rpc::http2 {
namespace {
// The same in every request, in this order at the front; HPACK sends them as a byte each.
constexpr size_t kSchemeField = 1;
constexpr size_t kPathField = 2;
constexpr size_t kAuthorityField = 3;
constexpr size_t kConstantFields = 8;
constexpr HeaderField kConstant[kConstantFields] = {
    {":method", "POST", true},
    {":scheme", "", true},
    {":path", ""},
    {":authority", "", true},
    {"te", "trailers", true},
    {"content-type", "application/grpc", true},
    {"user-agent", "grpc-c++-bellrock/1", true},
    {"grpc-accept-encoding", "identity,gzip", true}};
}  // namespace

bool WantsGzip(Compression compression) {
  return compression != Compression::kDefault && compression != Compression::kNone;
}

GrpcRequestHeaders::GrpcRequestHeaders(std::string_view scheme, std::string authority)
    : authority_(std::move(authority)), fields_(std::begin(kConstant), std::end(kConstant)) {
  fields_[kSchemeField].value = scheme;
  fields_[kAuthorityField].value = authority_;
}

Result<std::span<const HeaderField>> GrpcRequestHeaders::Fill(const OutgoingCall& call, Time now) {
  fields_.resize(kConstantFields);
  path_.clear();
  path_ += '/';
  path_ += call.service;
  path_ += '/';
  path_ += call.method;
  fields_[kPathField].value = path_;
  BELLROCK_TRY(AddTimeout(call, now));
  if (WantsGzip(call.compression)) fields_.push_back({"grpc-encoding", "gzip"});
  AddContext(call);
  if (call.metadata != nullptr && !call.metadata->empty()) {
    BELLROCK_TRY(AddMetadata(*call.metadata));
  }
  return std::span<const HeaderField>(fields_);
}

Status GrpcRequestHeaders::AddTimeout(const OutgoingCall& call, Time now) {
  if (call.deadline == kNever) return Status::Ok();
  if (call.deadline <= now) {
    return DeadlineExceededError(
        Numbered(ErrorNumber::kNoTimeToSend, "no time left to send the call"));
  }
  timeout_ = FormatTimeout(call.deadline - now);
  fields_.push_back({.name = "grpc-timeout", .value = timeout_, .unique = true});
  return Status::Ok();
}

void GrpcRequestHeaders::AddContext(const OutgoingCall& call) {
  if (call.trace.valid()) {
    trace_ = ToTraceparent(call.trace);
    fields_.push_back({.name = "traceparent", .value = trace_, .unique = true});
  }
  if (!call.caller.empty()) fields_.push_back({"bellrock-caller", call.caller});
  if (!call.dye.empty()) fields_.push_back({"bellrock-dye", call.dye});
  if (!call.lane.empty()) fields_.push_back({"bellrock-lane", call.lane});
  if (call.qos != Qos::kNormal) {
    fields_.push_back({"bellrock-qos", call.qos == Qos::kCritical ? "critical" : "background"});
  }
  if (call.attempt > 0) {
    attempt_ = std::to_string(call.attempt);
    fields_.push_back({"grpc-previous-rpc-attempts", attempt_});
  }
}

Status GrpcRequestHeaders::AddMetadata(const Metadata& metadata) {
  if (metadata.size() > kMetadataFieldsMax) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kMetadataTooLarge,
                 fmt::format("metadata has {} entries; over gRPC the limit is {}", metadata.size(),
                             kMetadataFieldsMax)));
  }
  binary_.clear();
  binary_.reserve(metadata.size());  // views of its strings must stay
  for (const auto& [key, value] : metadata) {
    if (key.ends_with("-bin")) {
      binary_.push_back(Base64Encode(value));
      fields_.push_back({key, binary_.back()});
    } else {
      fields_.push_back({key, value});
    }
  }
  return Status::Ok();
}

}  // namespace bellrock::rpc::http2
