// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "routing/proxy/proxy_world_for_test.h"
#include "rpc/http2/scripted_server.h"
#include "rpc/http2/test_client.h"

// Clients and instances of HTTP/2 on both sides of a proxy, for its tests; World is testing::World.
namespace bellrock::routing::proxy {

using rpc::http2::ErrorCode;
using rpc::http2::Fields;
using rpc::http2::ScriptedCall;
using rpc::http2::ScriptedServer;
using rpc::http2::TestCall;
using rpc::http2::TestClient;

// Answers each gRPC call with what it sent, and the word that its header x-word asks for.
inline void Answer(ScriptedCall& call) {
  call.Begin();
  call.output().Append(call.body);
  call.End(call.headers.contains("x-word") ? call.headers["x-word"] : "0");
}

// Instances on hosts i0, i1, ..., and one client's connection through the proxy.
class Http2World {
 public:
  template <typename World>
  explicit Http2World(World& world, size_t instances = 1,
                      rpc::http2::ScriptedConnection::Handler handler = Answer, Limits limits = {},
                      const std::string& port = "http:music/catalog")
      : proxy(world, Hosts(instances), port, limits, 7600) {
    for (const std::string& host : Hosts(instances)) {
      servers.push_back(std::make_unique<ScriptedServer>(world.Host(host), host, handler));
    }
    client = std::make_unique<TestClient>(world.Host("c"), Address::Tcp("p", 9000));
  }

  static constexpr const char* kPath = "/music.v1.Catalog/Get";
  std::unique_ptr<TestCall> Call(const std::string& body = "hello", const Fields& more = {}) {
    return client->Call(kPath, body, more);
  }
  std::unique_ptr<TestCall> Get(const std::string& path, const Fields& more = {}) {
    auto call = client->OpenPlain("GET", path, more, true);
    (void)fiber::SleepFor(rpc::milliseconds(10));
    return call;
  }
  std::vector<StatusCode> codes() const {
    std::vector<StatusCode> all;
    for (const auto& report : proxy.source.reports) all.push_back(report.second);
    return all;
  }

  ProxyWorld proxy;
  std::vector<std::unique_ptr<ScriptedServer>> servers;
  std::unique_ptr<TestClient> client;

 private:
  static std::vector<std::string> Hosts(size_t count) {
    std::vector<std::string> hosts;
    for (size_t i = 0; i < count; ++i) hosts.push_back("i" + std::to_string(i));
    return hosts;
  }
};

template <typename World>
void InHttp2World(uint64_t seed, size_t instances, const std::function<void(Http2World&)>& body) {
  World world(seed);
  world.Run([&] {
    Http2World scene(world, instances);
    body(scene);
  });
}

}  // namespace bellrock::routing::proxy
