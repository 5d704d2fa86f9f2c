// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server.h"

#include <google/protobuf/stubs/logging.h>

#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "bellrock/rpc/v1/protection.pb.h"
#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/http/api_pages.h"
#include "rpc/pages/metrics_page.h"
#include "rpc/pages/pages.h"
#include "rpc/server/server_shard.h"
#include "rpc/server/server_state.h"

namespace bellrock::rpc {
namespace {

// Protobuf prints a line for each string of a peer that is no UTF-8; whoever sends garbage must not
// fill our log.
void SendProtobufLogToDebug() {
  google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel, const char*, int, const std::string& text) {
        log::Debug("rpc", "protobuf: {}", text);
      });
}

}  // namespace

class Server::Core {
 public:
  Core(fiber::Environment environment, ServerOptions options, CallObserver* observer)
      : state_(std::make_shared<ServerState>(environment, std::move(options), observer)) {}

  ServerState& state() { return *state_; }
  bool listens() const { return !shards_.empty(); }
  const Address& address() const { return address_; }

  // What must stand before the first loop takes connections: all methods, and what counts them.
  Status Prepare(const std::vector<fiber::Loop*>& loops) {
    if (state_->options.tls_required && state_->options.tls == nullptr) {
      return InvalidArgumentError(Numbered(ErrorNumber::kBadServerOptions,
                                           "tls_required: is set without a certificate; set tls"));
    }
    if (!std::exchange(published_, true)) {
      if (state_->options.builtin_services) {
        BELLROCK_TRY(state_->builtin.Publish(state_->methods, state_->options.interceptors));
      }
      AddApiPages(*state_);
    }
    BELLROCK_TRY(MakeGate());
    for (fiber::Loop* loop : loops) state_->AddLoop(*loop);
    return Status::Ok();
  }

  Status Listen(fiber::Loop& loop, const Address& address, bool reuse_port) {
    auto shard = std::make_shared<ServerShard>(state_, loop);
    Status listening;
    if (fiber::Loop::Current() == &loop) {
      listening = shard->Listen(address, reuse_port);
    } else {
      BELLROCK_TRY(fiber::RunOn(loop, [&] { listening = shard->Listen(address, reuse_port); }));
    }
    BELLROCK_TRY(listening);
    address_ = shard->address();
    shards_.push_back(std::move(shard));
    return Status::Ok();
  }

  size_t CallsInFlightHere() const {
    size_t calls = 0;
    for (const auto& shard : shards_) {
      if (&shard->loop() == fiber::Loop::Current()) calls += shard->CallsInFlight();
    }
    return calls;
  }

  // What all loops know now. Called in a fiber; blocks it while the others answer.
  ServerSnapshot Gather() {
    ServerSnapshot snapshot;
    snapshot.methods.resize(state_->methods.size());
    ForEachRunning([&snapshot](ServerShard& shard) { shard.Describe(&snapshot); });
    return snapshot;
  }

  Pages::Fibers GatherFibers() {
    Pages::Fibers fibers;
    ForEachRunning([&fibers](ServerShard& shard) {
      fibers.push_back(shard.loop().DescribeFibers(ServerSnapshot::kRowsMax));
    });
    return fibers;
  }

  void Shutdown(Time deadline) {
    state_->builtin.Drain();
    // All stop accepting before the first waits.
    ForEachRunning([](ServerShard& shard) { shard.Drain(); });
    ForEachRunning([deadline](ServerShard& shard) { shard.Shutdown(deadline); });
  }

 private:
  Status MakeGate() {
    if (state_->gate != nullptr) return Status::Ok();
    auto gate = std::make_unique<protect::AdmissionGate>(state_->environment.clock,
                                                         state_->methods.Names());
    Status set = gate->SetPolicy(state_->options.protection);
    if (!set.ok()) {
      return WithNumber(ErrorNumber::kBadPolicy, set).WithContext("ServerOptions.protection");
    }
    state_->gate = std::move(gate);
    state_->methods.SetGate(*state_->gate);
    return Status::Ok();
  }

  void ForEachRunning(const std::function<void(ServerShard&)>& work) {
    for (const auto& shard : shards_) {
      if (shard->ended()) continue;
      if (fiber::Loop::Current() == &shard->loop() && !fiber::InFiber()) {
        shard->CloseAll();  // cannot wait here; its fibers keep what they use
      } else {
        (void)fiber::RunOn(shard->loop(), [&shard, &work] { work(*shard); });
      }
    }
  }

  std::shared_ptr<ServerState> state_;
  std::vector<std::shared_ptr<ServerShard>> shards_;
  Address address_;
  bool published_ = false;
};

Server::Server(fiber::Environment environment, ServerOptions options, CallObserver* observer)
    : core_(std::make_shared<Core>(environment, std::move(options), observer)) {
  SendProtobufLogToDebug();
  if (core_->state().options.pages == PageAccess::kNobody) return;
  // The core outlives its connections, and so whoever asks for a page.
  auto pages = std::make_shared<Pages>(
      core_->state(), [core = core_.get()] { return core->Gather(); },
      [core = core_.get()] { return core->GatherFibers(); });
  AddHttp(Pages::kPrefix, [pages](const HttpRequest& request) { return pages->Serve(request); });
  auto metrics = std::make_shared<MetricsPage>(core_->state(),
                                               [core = core_.get()] { return core->Gather(); });
  AddHttp(MetricsPage::kPath,
          [metrics](const HttpRequest& request) { return metrics->Serve(request); });
}

Server::~Server() {
  core_->Shutdown(Time::min());
}

Status Server::Add(Service& service, fiber::Loop* home) {
  BELLROCK_CHECK(!core_->listens(), "Server::Add after Listen");
  ServerState& state = core_->state();
  BELLROCK_TRY(state.methods.Add(service, {.home = home,
                                           .interceptors = &state.options.interceptors,
                                           .hand_off = state.options.hand_off}));
  return WithNumber(ErrorNumber::kBadAnnotation, state.routes.AddService(service));
}

Status Server::Add(Service& service, WorkerPool& workers) {
  BELLROCK_CHECK(!core_->listens(), "Server::Add after Listen");
  ServerState& state = core_->state();
  BELLROCK_TRY(state.methods.Add(service, {.workers = &workers,
                                           .interceptors = &state.options.interceptors,
                                           .hand_off = state.options.hand_off}));
  return WithNumber(ErrorNumber::kBadAnnotation, state.routes.AddService(service));
}

Status Server::UseWorkers(std::string_view methods, WorkerPool& workers) {
  BELLROCK_CHECK(!core_->listens(), "Server::UseWorkers after Listen");
  return core_->state().methods.UseWorkers(methods, workers);
}

void Server::Expose(std::function<void(Exposition&)> expose) {
  BELLROCK_CHECK(!core_->listens(), "Server::Expose after Listen");
  core_->state().exposed.push_back(std::move(expose));
}

void Server::AddHttp(std::string prefix, HttpHandler handler, HttpPageOptions options) {
  BELLROCK_CHECK(!core_->listens(), "Server::AddHttp after Listen");
  core_->state().http_pages.push_back({std::move(prefix), std::move(handler), options});
}

std::function<size_t()> Server::CallsInFlightHere() const {
  return [core = core_] { return core->CallsInFlightHere(); };
}

Status Server::SetServing(std::string_view service, bool serving) {
  return core_->state().builtin.SetServing(service, serving);
}

Status Server::Listen(const Address& address) {
  fiber::Loop* loop = fiber::Loop::Current();
  BELLROCK_CHECK(loop != nullptr, "Server::Listen needs a loop");
  BELLROCK_TRY(core_->Prepare({loop}));
  return core_->Listen(*loop, address, false);
}

Status Server::Listen(const Address& address, fiber::LoopGroup& loops) {
  std::vector<fiber::Loop*> all;
  for (int i = 0; i < loops.size(); ++i) all.push_back(&loops.loop(i));
  BELLROCK_TRY(core_->Prepare(all));
  Address each = address;
  for (int i = 0; i < loops.size(); ++i) {
    BELLROCK_TRY(core_->Listen(loops.loop(i), each, loops.size() > 1));
    each = core_->address();  // port 0 was resolved by the first
  }
  return Status::Ok();
}

const Address& Server::address() const {
  return core_->address();
}

Status Server::SetProtection(const protect::Policy& policy) {
  BELLROCK_CHECK(core_->listens(), "Server::SetProtection before Listen");
  return WithNumber(ErrorNumber::kBadPolicy, core_->state().gate->SetPolicy(policy));
}

v1::ProtectionStatus Server::Protection() const {
  BELLROCK_CHECK(core_->listens(), "Server::Protection before Listen");
  return core_->state().gate->Snapshot();
}

void Server::Shutdown(Time deadline) {
  core_->Shutdown(deadline);
}

}  // namespace bellrock::rpc
