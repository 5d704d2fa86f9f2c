// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_request.h"

#include "base/ascii.h"
#include "routing/proxy/rewrite.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::routing::proxy {
namespace {

using rpc::http2::ContentKind;
using rpc::http2::FieldBlock;

void ReadPseudo(FieldBlock::Field field, Http2Request& request) {
  if (field.name == ":method") request.method = field.value;
  if (field.name == ":path") request.path = field.value;
  if (field.name == ":authority") request.authority = field.value;
}

void ReadOwn(FieldBlock::Field field, Http2Request& request) {
  if (field.name == "bellrock-caller") request.caller = field.value;
  if (field.name == "bellrock-lane") request.lane = field.value;
  if (field.name == "bellrock-qos") request.qos = field.value;
}

void ReadField(FieldBlock::Field field, Http2Request& request) {
  switch (field.name[0]) {
    case ':':
      return ReadPseudo(field, request);
    case 'b':
      return ReadOwn(field, request);
    case 'c':
      if (field.name != "content-type") return;
      request.grpc = rpc::http2::ContentKindOf(field.value) != ContentKind::kNotGrpc;
      return;
    case 'g':
      if (field.name == "grpc-timeout") {
        request.timeout = rpc::http2::ParseTimeout(field.value).value_or(Http2Request::kNoTimeout);
      }
      return;
    case 'h':
      if (field.name == "host" && request.authority.empty()) request.authority = field.value;
      return;
    case 't':
      if (field.name == "traceparent") request.traceparent = field.value;
      return;
    case 'x':
      if (field.name == "x-forwarded-for") request.forwarded_for = true;
      if (field.name == "x-bellrock-service") request.service = field.value;
      return;
    default:
      return;
  }
}

void ReadMethod(Http2Request& request) {
  const size_t slash = request.path.rfind('/');
  if (!request.path.starts_with('/') || slash == 0) return;
  request.grpc_service = request.path.substr(1, slash - 1);
  request.grpc_method = request.path.substr(slash + 1);
}

}  // namespace

Http2Request ReadRequest(const FieldBlock& block, const ListenSpec& spec) {
  Http2Request request;
  for (size_t i = 0; i < block.size(); ++i) {
    const FieldBlock::Field field = block[i];
    ReadField(field, request);
    if (!spec.key_header.empty() && EqualIgnoringCase(field.name, spec.key_header)) {
      request.key = field.value;
    }
  }
  if (spec.key_header.empty() && !spec.key_query.empty()) {
    request.key = QueryField(request.path, spec.key_query);
  }
  if (request.grpc) {
    ReadMethod(request);
  } else {
    request.timeout = Http2Request::kNoTimeout;
  }
  return request;
}

void AppendRequest(const FieldBlock& block, const Http2Additions& additions,
                   std::vector<rpc::http2::HeaderField>& out) {
  for (size_t i = 0; i < block.size(); ++i) {
    const FieldBlock::Field field = block[i];
    // What differs from call to call would only push others out of the compression's table.
    out.push_back({field.name, field.value, false, field.name == "traceparent"});
  }
  if (!additions.forwarded_for.empty()) {
    out.push_back({"x-forwarded-for", additions.forwarded_for});
  }
  if (!additions.traceparent.empty()) {
    out.push_back({"traceparent", additions.traceparent, false, true});
  }
  if (!additions.caller.empty()) out.push_back({"bellrock-caller", additions.caller});
}

}  // namespace bellrock::routing::proxy
