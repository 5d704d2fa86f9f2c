// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_refusal.h"

#include "routing/proxy/verdict.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::routing::proxy {

Http2Refusal::Http2Refusal(bool grpc, int http_status, StatusCode code, std::string_view why)
    : grpc_(grpc),
      status_(grpc ? "200" : std::to_string(http_status)),
      code_(rpc::http2::StatusCodeText(code)) {
  if (grpc) {
    text_ = rpc::http2::GrpcMessageText(Status(code, std::string(why)));
  } else {
    body_ = OwnText(why);
    length_ = std::to_string(body_.size());
  }
}

void Http2Refusal::AppendFields(std::vector<rpc::http2::HeaderField>& fields) const {
  fields.push_back({":status", status_});
  if (grpc_) {
    fields.push_back({"content-type", "application/grpc"});
    fields.push_back({"grpc-status", code_});
    fields.push_back({"grpc-message", text_});
    return;
  }
  fields.push_back({"content-type", "text/plain; charset=utf-8"});
  fields.push_back({"content-length", length_});
  if (status_ == "503") fields.push_back({"retry-after", kRetryAfter});
}

}  // namespace bellrock::routing::proxy
