// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

namespace bellrock::routing::proxy {

enum class Kind { kTcp, kHttp };

// One port of the proxy.
struct ListenSpec {
  Kind kind = Kind::kTcp;
  std::string service;  // "line/service"; "" = by the request's Host
  Address address;
  std::string caller;       // "line/service" of the program that uses the port, for rules
  std::string key_header;   // "" = none
  std::string key_query;    // name of a field of the query; "" = none
  bool headers = false;     // rules may choose by the request's headers
  bool forwarded = true;    // adds X-Forwarded-For where it is absent
  bool traceparent = true;  // adds traceparent where it is absent
  // Its calls go into metrics; instances are told so by bellrock-caller, lest they count them
  // again.
  bool counted = true;
};

// "tcp:music/catalog=127.0.0.1:9000", "http:*=127.0.0.1:9080,key-header=x-user,traceparent=off".
// kInvalidArgument naming the part that is wrong.
Result<ListenSpec> ParseListenSpec(std::string_view text);

// Bounds of a proxy, per loop.
struct Limits {
  size_t connections_max = 10'000;
  size_t head_bytes_max = 16 << 10;
  // Of one request or connection, the first included.
  size_t tries_max = 3;
  // Connections to instances that wait for the next request.
  size_t idle_upstreams_max = 4096;
  size_t idle_upstreams_per_address_max = 512;
  // Services met by Host.
  size_t services_max = 1024;
  // HTTP/2: requests side by side on one connection of a client, and on one to an instance;
  // connections to one instance and to all.
  uint32_t http2_streams_max = 256;
  size_t http2_streams_per_upstream_max = 256;
  size_t http2_upstreams_per_address_max = 16;
  size_t http2_upstreams_max = 4096;
  // What one stream may send ahead of a slow reader, and what all streams of a loop together hold.
  uint32_t http2_window_bytes = 256 << 10;
  uint32_t http2_connection_window_bytes = 16 << 20;
  size_t http2_held_bytes_max = 256 << 20;
  // Of a request, kept until its answer begins, for another try.
  size_t http2_replay_bytes_max = 64 << 10;
  Duration connect_timeout = std::chrono::seconds(1);
  Duration head_timeout = std::chrono::seconds(10);    // from a head's first byte to its last
  Duration answer_timeout = std::chrono::seconds(60);  // without a byte from the instance
  Duration idle_timeout = std::chrono::seconds(60);    // between requests of one connection
  Duration tcp_idle_timeout = std::chrono::minutes(10);
  Duration upstream_idle_timeout = std::chrono::seconds(20);
  // How long a request waits for a first table of its service, and for a key's owner to come back.
  Duration first_table = std::chrono::seconds(2);
  Duration owner_wait = std::chrono::seconds(3);
  // How exact the timeouts are.
  Duration sweep_every = std::chrono::milliseconds(250);
};

}  // namespace bellrock::routing::proxy
