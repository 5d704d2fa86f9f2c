// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/interceptor.h"
#include "bellrock/service.h"
#include "bellrock/tls.h"

namespace bellrock {

struct ServerOptions {
  // Address to listen on; port 0 takes a free one. Overridden by --listen and BELLROCK_LISTEN.
  std::string listen = "127.0.0.1:0";
  // Loops (threads) that serve. Range 1..256.
  int loops = 1;
  // Handlers may compute for long and block their thread: the loop then goes on in another thread,
  // and handlers of one loop run at the same time. See docs/fibers.md.
  bool hand_off = false;
  // First components of the instance's path (VIN-098); overridden by BELLROCK_SITE,
  // BELLROCK_DEPARTMENT.
  std::string site = "local";
  std::string department = "default";
  std::string cluster = "default";
  // Name of this instance within the cluster; "" takes "host:port".
  std::string instance;
  // Static weight, 1..10000 (ZY-030).
  int weight = 100;
  // See each call around its handler, in this order; borrowed.
  std::vector<ServerInterceptor*> interceptors{};
  // With a certificate the port also speaks TLS; required: nothing else.
  TlsFiles tls{};
  bool tls_required = false;
  // Who may call what (OCTO-028): JSON of bellrock.rpc.v1.AccessPolicy, docs/tls.md; "" =
  // everybody.
  std::string access_policy{};
  // What to do against too many calls (OCTO-026..027): JSON of bellrock.rpc.v1.ProtectionPolicy,
  // docs/protection.md; "" = nothing.
  std::string protection{};
  // Origins whose web pages may call ("https://shop.example"), or "*".
  std::vector<std::string> http_origins{};
  // Threads for the services added with AddOnWorkers() and for `worker_methods`. Range 1..256.
  int workers = 2;
  // Methods of other services that run on the workers, too: "music.v1.Catalog/Search", or
  // "music.v1.Catalog/*" for all of a service. What nobody serves is refused by Run().
  std::vector<std::string> worker_methods{};
};

// A program that serves: registers itself by name, serves native RPC, gRPC and HTTP/1.1 + JSON on
// one port, heartbeats through the host's agent, and leaves in order on SIGTERM. Made and run on
// one thread.
class Server {
 public:
  // `name` is "line/service". The services are borrowed and must outlive Run().
  Server(std::string_view name, ServerOptions options = {});
  ~Server();

  Server& Add(Service& service);
  // The same, for handlers that compute for long: they run on threads of their own.
  Server& AddOnWorkers(Service& service);
  // Serves until SIGINT, SIGTERM or Stop(). Deregisters and drains before it returns.
  Status Run();
  // From any thread.
  void Stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock
