// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_answer.h"

#include <charconv>

#include "routing/proxy/verdict.h"
#include "rpc/error_text.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::routing::proxy {
namespace {

constexpr int kFinalMin = 200;

int NumberOf(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Http2Answer::Block Http2Answer::OnBlock(const rpc::http2::FieldBlock& block) {
  int status = 0;
  for (size_t i = 0; i < block.size(); ++i) {
    const auto [name, value] = block[i];
    if (name == ":status") {
      status = NumberOf(value);
    } else if (name == "content-type") {
      grpc_ = rpc::http2::ContentKindOf(value) != rpc::http2::ContentKind::kNotGrpc;
    } else if (name == "grpc-status") {
      word_ = rpc::http2::ParseStatusCode(value);
    } else if (name == "bellrock-origin") {
      passes_on_ = value == "downstream";
    } else if (name == rpc::kErrorTypeHeader) {
      error_type_ = value;
    }
  }
  if (begun()) return Block::kTrailers;
  if (status < kFinalMin) return Block::kInterim;
  http_status_ = status;
  return Block::kHead;
}

StatusCode Http2Answer::Verdict() const {
  if (word_) return passes_on_ ? StatusCode::kOk : *word_;
  return grpc_ ? StatusCode::kUnknown : VerdictOf(http_status_);
}

StatusCode Http2Answer::VerdictOfReset(rpc::http2::ErrorCode code) const {
  return word_ ? Verdict() : rpc::http2::CodeOfReset(static_cast<uint32_t>(code));
}

}  // namespace bellrock::routing::proxy
