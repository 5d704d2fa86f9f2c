// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fiber/environment.h"
#include "rpc/client/endpoint_source.h"
#include "rpc/http/http_routes.h"
#include "rpc/served_call.h"
#include "rpc/server.h"
#include "rpc/server/builtin_services.h"
#include "rpc/server/method_table.h"
#include "rpc/server/refusal_log.h"
#include "rpc/server/server_loop.h"

namespace bellrock::rpc {

// Counts open connections, in all and per remote IP, over all loops of a server. Thread-safe;
// touched only when a connection begins and ends.
class ConnectionCensus {
 public:
  ConnectionCensus(size_t total_max, size_t per_peer_max)
      : total_max_(total_max), per_peer_max_(per_peer_max) {}

  // OK, or kResourceExhausted naming the limit; an admitted connection must Leave().
  Status Admit(const std::string& peer_host);
  void Leave(const std::string& peer_host);
  size_t total() const;

 private:
  const size_t total_max_;
  const size_t per_peer_max_;
  mutable std::mutex mutex_;
  size_t total_ = 0;
  std::map<std::string, size_t> per_peer_;
};

// What Server::AddHttp() was given.
struct HttpPage {
  std::string prefix;
  HttpHandler handler;
  HttpPageOptions options;
};

// What all connections of a server share. Filled before the server listens, immutable afterwards
// except for the thread-safe counters.
struct ServerState {
  ServerState(fiber::Environment env, ServerOptions server_options, CallObserver* call_observer)
      : environment(env),
        options(std::move(server_options)),
        observer(call_observer),
        census(options.connections_max, options.connections_per_peer_max),
        started(env.clock.Now()) {}

  // A call has ended: tells whoever counts. On the loop of its connection.
  void NoteCall(const ServedCall& call, Time now);
  // All of them before the first takes connections.
  void AddLoop(fiber::Loop& loop);
  // One that was added.
  ServerLoop& LoopOf(const fiber::Loop& loop);

  fiber::Environment environment;
  ServerOptions options;
  CallObserver* observer;
  MethodTable methods;
  HttpRoutes routes;
  BuiltinServices builtin;
  std::vector<HttpPage> http_pages;
  std::vector<std::function<void(Exposition&)>> exposed;
  ConnectionCensus census;
  RefusalLog refusals;
  const Time started;
  // One for each loop that takes connections; touched on that loop only.
  std::vector<std::unique_ptr<ServerLoop>> loops;
  std::unique_ptr<protect::AdmissionGate> gate;  // made when the server first listens
};

}  // namespace bellrock::rpc
