// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/metadata.h"

namespace bellrock::rpc::http2 {
namespace {

// Nobody is left alone for longer than this, whatever he asks for.
constexpr int kRetryAfterMaxMs = 60'000;
constexpr int kHttpOk = 200;

// 0 for what is no number.
int NumberOf(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

void GrpcOutcome::OnBlock(const FieldBlock& block, const HeadersEnd& end, IncomingReply& reply) {
  too_large_ = too_large_ || end.too_large;
  for (size_t i = 0; i < block.size(); ++i) OnField(block[i], reply);
}

void GrpcOutcome::OnField(FieldBlock::Field field, IncomingReply& reply) {
  if (field.name == ":status") {
    http_status_ = NumberOf(field.value);
  } else if (field.name == "content-type") {
    is_grpc_ = ContentKindOf(field.value) != ContentKind::kNotGrpc;
    if (!is_grpc_) content_type_ = field.value;
  } else if (!OnGrpcField(field, reply) && !IsReservedKey(field.name)) {
    // A value that is no base64 is not worth the call.
    (void)AppendMetadata(field.name, field.value, &reply.metadata);
  }
}

bool GrpcOutcome::OnGrpcField(FieldBlock::Field field, IncomingReply& reply) {
  if (field.name == "grpc-status") {
    code_ = ParseStatusCode(field.value);
  } else if (field.name == "grpc-message") {
    message_ = PercentDecode(field.value);
  } else if (field.name == "grpc-encoding") {
    encoding_ = field.value == "identity" ? "" : field.value;
  } else if (field.name == "grpc-retry-pushback-ms") {
    reply.retry_after =
        std::chrono::milliseconds(std::clamp(NumberOf(field.value), 0, kRetryAfterMaxMs));
  } else if (field.name == "bellrock-origin") {
    if (field.value == "server") origin_ = Origin::kServer;
    if (field.value == "downstream") origin_ = Origin::kDownstream;
  } else if (field.name == kErrorTypeHeader) {
    error_type_ = field.value;
  } else {
    return false;
  }
  return true;
}

bool GrpcOutcome::AddPage(std::string_view bytes) {
  for (const char byte : bytes.substr(0, kPageBytesMax - page_.size())) {
    page_ += byte >= 0x20 && byte <= 0x7e ? byte : ' ';
  }
  return page_.size() < kPageBytesMax;
}

Result<bool> GrpcOutcome::gzip() const {
  if (encoding_.empty()) return false;
  if (encoding_ == "gzip") return true;
  return InternalError(Numbered(
      ErrorNumber::kGrpcBroken,
      fmt::format("the callee packs messages as \"{}\", which was not offered", encoding_)));
}

Status GrpcOutcome::Resolve(std::optional<ErrorCode> reset, IncomingReply& reply) const {
  reply.replied = true;
  if (too_large_) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kHttpTooLarge, "the reply's headers are over our limit"));
  }
  if (code_.has_value()) {
    reply.origin = origin_.value_or(Origin::kHandler);
    return WithPeersErrorType(Status(*code_, message_), error_type_);
  }
  if (http_status_ != 0 && (http_status_ != kHttpOk || !is_grpc_)) return NoGrpc(reply);
  if (reset.has_value()) return Broken(*reset, reply);
  return UnknownError(
      Numbered(ErrorNumber::kGrpcBroken, "the callee ended the call without a grpc-status"));
}

Status GrpcOutcome::NoGrpc(IncomingReply& reply) const {
  // Whoever answered so has not run the handler.
  reply.origin = Origin::kServer;
  return Status(CodeOfHttpStatus(http_status_),
                Numbered(ErrorNumber::kNoGrpcAnswer,
                         fmt::format("HTTP {} {}, content type \"{}\", instead of a gRPC reply{}{}",
                                     http_status_, HttpReason(http_status_), content_type_,
                                     page_.empty() ? "" : ": ", page_)));
}

Status GrpcOutcome::Broken(ErrorCode reset, IncomingReply& reply) const {
  if (reset == ErrorCode::kRefusedStream) {
    reply.origin = Origin::kServer;
    return UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                     "the callee did not take the call (REFUSED_STREAM)"));
  }
  reply.replied = false;
  return Status(CodeOfReset(static_cast<uint32_t>(reset)),
                Numbered(ErrorNumber::kStreamReset,
                         fmt::format("the callee broke the call off: {}", ErrorCodeName(reset))));
}

}  // namespace bellrock::rpc::http2
