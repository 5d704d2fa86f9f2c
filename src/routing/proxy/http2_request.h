// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "bellrock/time.h"
#include "routing/proxy/options.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/session.h"

// The head of a request of HTTP/2 as the proxy sees it. Pure.
namespace bellrock::routing::proxy {

// What the fields of a request say to a proxy. Views point into the block that was read.
struct Http2Request {
  std::string_view method;
  std::string_view path;
  std::string_view authority;  // else Host
  std::string_view service;    // x-bellrock-service
  std::string_view key;
  std::string_view caller;
  std::string_view lane;
  std::string_view qos;
  std::string_view traceparent;
  bool forwarded_for = false;
  bool grpc = false;
  // Of a gRPC call: "/package.Service/Method", and how long its client waits; else empty.
  std::string_view grpc_service;
  std::string_view grpc_method;
  Duration timeout = kNoTimeout;

  static constexpr Duration kNoTimeout = Duration::max();
};
Http2Request ReadRequest(const rpc::http2::FieldBlock& block, const ListenSpec& spec);

// What is added to a request on its way; "" adds nothing.
struct Http2Additions {
  std::string_view forwarded_for{};
  std::string_view traceparent{};
  std::string_view caller{};
};
// The block's fields and what is added. They point into the block and the additions.
void AppendRequest(const rpc::http2::FieldBlock& block, const Http2Additions& additions,
                   std::vector<rpc::http2::HeaderField>& out);

}  // namespace bellrock::routing::proxy
