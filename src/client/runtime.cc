// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/runtime.h"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <set>

#include "base/log.h"
#include "client/route_feed.h"
#include "fiber/fiber.h"
#include "fiber/process.h"
#include "metrics/client/meter.h"
#include "routing/client/agent_link.h"

namespace bellrock::client {
namespace {

constexpr auto kFlushMax = std::chrono::seconds(2);
constexpr char kAnonymous[] = "cli";

// The mutex is held for moments only: the loops themselves ask for the name. Whoever comes while
// the runtime is made waits for `making` to change, without the mutex.
struct Identity {
  std::mutex mutex;
  std::string name;
  int loops = 1;
  std::set<std::string> expected;  // services with a channel, before the loops run
  std::shared_ptr<Runtime> runtime;
  std::atomic<bool> making = false;  // changes under the mutex
};

Identity& TheIdentity() {
  static Identity identity;
  return identity;
}

std::string HostAndProcess() {
  return fiber::HostName() + ":" + std::to_string(getpid());
}

// Counts go through the agent while it answers, else straight to the servers.
class AgentOrServers final : public metrics::CardSink {
 public:
  AgentOrServers(ChannelInterface* agent, ChannelInterface& servers, fiber::Random& random)
      : agent_(agent == nullptr ? nullptr
                                : std::make_unique<metrics::TableSink>(*agent, random.Next())),
        servers_(servers, random.Next()) {}

  Result<metrics::v1::PushReply> Send(const metrics::v1::PushRequest& push) override {
    if (agent_) {
      Result<metrics::v1::PushReply> sent = agent_->Send(push);
      if (sent.status().code() != StatusCode::kUnavailable) return sent;
    }
    return servers_.Send(push);
  }

 private:
  std::unique_ptr<metrics::TableSink> agent_;
  metrics::TableSink servers_;
};

rpc::ClientOptions Towards(const std::string& caller, std::string callee) {
  rpc::ClientOptions options;
  options.caller = caller;
  options.callee = std::move(callee);
  return options;
}

std::unique_ptr<rpc::Client> MakeClient(fiber::Environment environment,
                                        rpc::EndpointSource& endpoints,
                                        rpc::ClientOptions options) {
  return std::make_unique<rpc::Client>(environment, endpoints, nullptr, std::move(options));
}

// Costs nothing until a service asks for it with ServerOptions::hand_off.
fiber::LoopOptions WithHandoff() {
  fiber::LoopOptions options;
  options.handoff.enabled = true;
  return options;
}

}  // namespace

Status CheckServiceName(std::string_view name) {
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == name.size() ||
      name.find('/', slash + 1) != std::string_view::npos) {
    return InvalidArgumentError("service name '" + std::string(name) +
                                "': write line/service, for example music/storage");
  }
  return Status::Ok();
}

void Runtime::Introduce(std::string name, int loops) {
  Identity& identity = TheIdentity();
  std::lock_guard<std::mutex> lock(identity.mutex);
  identity.name = std::move(name);
  if ((identity.runtime || identity.making) && identity.loops != loops) {
    log::Warning("client", "{}: the loops run already, {} of them; make the Server before any call",
                 identity.name, identity.loops);
    return;
  }
  identity.loops = loops;
}

void Runtime::ExpectCalls(std::string_view service) {
  Identity& identity = TheIdentity();
  std::shared_ptr<Runtime> runtime;
  {
    std::lock_guard<std::mutex> lock(identity.mutex);
    runtime = identity.runtime;
    const bool room = identity.expected.size() < routing::client::kServicesMax;
    if (runtime == nullptr && room) identity.expected.emplace(service);
  }
  if (runtime != nullptr) runtime->Expect({std::string(service)});
}

void Runtime::Expect(const std::set<std::string>& services) {
  for (const std::string& service : services) {
    (void)feed_->Open(service);  // a bad name is told to whoever calls
  }
}

Result<std::shared_ptr<Runtime>> Runtime::Get() {
  Identity& identity = TheIdentity();
  std::unique_lock<std::mutex> lock(identity.mutex);
  while (identity.making) {
    lock.unlock();
    identity.making.wait(true);
    lock.lock();
  }
  if (identity.runtime) return identity.runtime;
  BELLROCK_ASSIGN(Config config, Config::FromEnvironment());
  identity.making = true;
  const std::string name = identity.name;
  const int loops = identity.loops;
  lock.unlock();
  std::shared_ptr<Runtime> made(
      new Runtime(std::move(config), name, loops));  // NOLINT(new): private constructor
  lock.lock();
  identity.runtime = made;
  identity.making = false;
  const std::set<std::string> expected = std::move(identity.expected);
  lock.unlock();
  identity.making.notify_all();
  made->Expect(expected);
  return made;
}

Runtime::Runtime(Config config, const std::string& name, int loops)
    : config_(std::move(config)),
      environment_(fiber::RealEnvironment()),
      loops_(loops, WithHandoff()) {
  Status started = fiber::RunOn(home(), [this, &name] { StartOnHome(name); });
  if (!started.ok()) log::Error("client", "start: {}", started.ToString());
}

void Runtime::StartOnHome(const std::string& name) {
  const rpc::ClientOptions to_servers = Towards(name, "bellrock/server");
  directory_ = std::make_unique<naming::client::ServerDirectory>(
      environment_, fiber::RealResolver(), config_.servers, to_servers);
  directory_->Start();
  any_server_ = MakeClient(environment_, directory_->any(), to_servers);
  first_server_ = MakeClient(environment_, directory_->first(), to_servers);
  registry_ = std::make_unique<naming::client::RegistryCalls>(environment_, *directory_);
  registry_->Start();
  if (config_.agent.has_value()) {
    agent_endpoints_ = std::make_unique<rpc::FixedEndpoints>(std::vector<Address>{*config_.agent});
    agent_ = MakeClient(environment_, *agent_endpoints_, Towards(name, "bellrock/agent"));
    agent_link_ = std::make_unique<routing::client::RpcAgentLink>(*agent_);
  }
  sink_ = std::make_unique<AgentOrServers>(agent_.get(), *first_server_, environment_.random);
  metrics::client::RecorderOptions recorder;
  recorder.source = HostAndProcess();
  recorder_ = std::make_unique<metrics::client::Recorder>(environment_, *sink_, recorder);
  metrics::client::Meter::OfProcess().SetIdentity(name.empty() ? kAnonymous : name,
                                                  recorder.source);
  recorder_->AddSource(metrics::client::Meter::OfProcess());
  recorder_->Start();
  routing::client::RouterSetOptions routers;
  if (agent_) routers.run_directory = config_.run_dir;
  routers.engine.place.set_site(config_.site);
  routers.engine.place.set_region(config_.region);
  routers.engine.place.set_unit(config_.unit);
  routers.engine.place.set_set(config_.set);
  routers_ = std::make_unique<routing::client::RouterSet>(environment_, routers, agent_link_.get());
  feed_ = std::make_unique<RouteFeed>(environment_, *any_server_, *first_server_, *routers_,
                                      HostAndProcess());
}

void Runtime::StopOnHome() {
  feed_.reset();
  Status flushed = recorder_->Stop(environment_.clock.Now() + kFlushMax);
  if (!flushed.ok()) log::Warning("client", "counts left unsent: {}", flushed.ToString());
  routers_.reset();
  recorder_.reset();
  sink_.reset();
  agent_link_.reset();
  agent_.reset();
  registry_.reset();
  first_server_.reset();
  any_server_.reset();
  directory_.reset();
}

Runtime::~Runtime() {
  (void)fiber::RunOn(home(), [this] { StopOnHome(); });
}

int Runtime::LoopIndex() {
  fiber::Loop* current = fiber::Loop::Current();
  if (current == nullptr || !fiber::InFiber()) return -1;
  for (int i = 0; i < loops_.size(); ++i) {
    if (&loops_.loop(i) == current) return i;
  }
  return -1;
}

std::string Runtime::name() const {
  Identity& identity = TheIdentity();
  std::lock_guard<std::mutex> lock(identity.mutex);
  return identity.name.empty() ? kAnonymous : identity.name;
}

Result<routing::client::Router*> Runtime::RouterOf(std::string_view service, Duration timeout) {
  BELLROCK_ASSIGN(routing::client::Router * router, feed_->Open(service));
  Status ready;
  BELLROCK_TRY(fiber::RunOn(home(), [this, router, timeout, &ready] {
    ready = router->WaitReady(environment_.clock.Now() + timeout);
  }));
  if (!ready.ok()) return ready.WithContext("calling " + std::string(service));
  return router;
}

}  // namespace bellrock::client
