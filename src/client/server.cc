// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/server.h"

#include <unistd.h>

#include <vector>

#include "base/exposition.h"
#include "base/log.h"
#include "client/fault_injector.h"
#include "client/runtime.h"
#include "client/tls_files.h"
#include "fiber/signals.h"
#include "metrics/client/meter.h"
#include "metrics/client/process_source.h"
#include "naming/client/announcer.h"
#include "rpc/access/access_control.h"
#include "rpc/protect/policy.h"
#include "rpc/server.h"
#include "rpc/server/worker_pool.h"

namespace bellrock {
namespace {

constexpr auto kDrainMax = std::chrono::seconds(5);
constexpr int kLoopsMax = 256;

// What the environment says wins over what the program says.
std::string Chosen(const std::string& from_environment, const std::string& from_program) {
  return from_environment.empty() ? from_program : from_environment;
}

}  // namespace

class Server::Core {
 public:
  Core(std::string_view name, ServerOptions options)
      : name_(name), options_(std::move(options)), faults_(fiber::RealEnvironment().random) {
    client::Runtime::Introduce(name_, options_.loops);
  }

  void Add(Service& service, bool on_workers) { services_.push_back({&service, on_workers}); }
  Status Run();
  void Stop() { signals_.Interrupt(); }

 private:
  struct Added {
    Service* service;
    bool on_workers;
  };

  Status StartOnHome();
  // What the program asked for, read and checked.
  Result<rpc::ServerOptions> RpcOptions();
  Status AddServices();
  rpc::WorkerPool& Workers();
  void ExposeCounting(Exposition& out);
  void StopOnHome();
  naming::v1::InstanceSpec Spec() const;
  void StartProcessFigures(const std::string& instance);

  const std::string name_;
  const ServerOptions options_;
  std::vector<Added> services_;
  fiber::TerminationSignals signals_;  // before any thread starts
  client::FaultInjector faults_;
  std::shared_ptr<client::Runtime> runtime_;
  // Home loop's from here.
  std::unique_ptr<metrics::client::ServerObserver> observer_;
  client::LoadedTls tls_;
  std::unique_ptr<rpc::AccessControl> access_;
  std::unique_ptr<rpc::WorkerPool> workers_;
  std::unique_ptr<rpc::Server> rpc_;
  std::unique_ptr<metrics::client::ProcessSource> process_;
  std::unique_ptr<naming::client::Announcer> announcer_;
};

Status Server::Core::Run() {
  BELLROCK_TRY(client::CheckServiceName(name_));
  if (options_.loops < 1 || options_.loops > kLoopsMax) {
    return InvalidArgumentError("loops " + std::to_string(options_.loops) + ": must be 1..256");
  }
  if (options_.workers < 1 || options_.workers > kLoopsMax) {
    return InvalidArgumentError("workers " + std::to_string(options_.workers) + ": must be 1..256");
  }
  BELLROCK_ASSIGN(runtime_, client::Runtime::Get());
  Status started;
  BELLROCK_TRY(fiber::RunOn(runtime_->home(), [&] { started = StartOnHome(); }));
  if (started.ok()) signals_.Wait();
  BELLROCK_TRY(fiber::RunOn(runtime_->home(), [&] { StopOnHome(); }));
  runtime_.reset();
  return started;
}

Result<rpc::ServerOptions> Server::Core::RpcOptions() {
  const client::Config& config = runtime_->config();
  rpc::ServerOptions options;
  options.name = name_;
  options.hand_off = options_.hand_off;
  options.http_origins = options_.http_origins;
  options.tls_required = options_.tls_required;
  if (config.pages == "open") options.pages = rpc::PageAccess::kAnybody;
  if (config.pages == "off") options.pages = rpc::PageAccess::kNobody;
  BELLROCK_ASSIGN(tls_, client::LoadServerTls(runtime_->environment(), options_.tls));
  options.tls = tls_.context;
  if (!options_.protection.empty()) {
    Result<rpc::protect::Policy> policy = rpc::protect::PolicyFromJson(options_.protection);
    if (!policy.ok()) return policy.status().WithContext("ServerOptions.protection");
    options.protection = std::move(*policy);
  }
  if (config.faults) options.interceptors.push_back(&faults_);
  if (!options_.access_policy.empty()) {
    Result<rpc::AccessPolicy> policy = rpc::AccessPolicy::FromJson(options_.access_policy);
    if (!policy.ok()) return policy.status().WithContext("ServerOptions.access_policy");
    access_ = std::make_unique<rpc::AccessControl>(runtime_->environment(), std::move(*policy));
    options.interceptors.push_back(access_.get());
  }
  for (ServerInterceptor* interceptor : options_.interceptors) {
    options.interceptors.push_back(interceptor);
  }
  return options;
}

// Their threads start with the first who needs them.
rpc::WorkerPool& Server::Core::Workers() {
  if (workers_ == nullptr) {
    workers_ =
        std::make_unique<rpc::WorkerPool>(rpc::WorkerPoolOptions{.workers = options_.workers});
  }
  return *workers_;
}

Status Server::Core::AddServices() {
  for (const Added& added : services_) {
    if (!added.on_workers) {
      BELLROCK_TRY(rpc_->Add(*added.service));
      continue;
    }
    BELLROCK_TRY(rpc_->Add(*added.service, Workers()));
  }
  for (size_t i = 0; i < options_.worker_methods.size(); ++i) {
    const Status used = rpc_->UseWorkers(options_.worker_methods[i], Workers());
    if (!used.ok()) {
      return used.WithContext("ServerOptions.worker_methods[" + std::to_string(i) + "]");
    }
  }
  return runtime_->config().faults ? rpc_->Add(faults_) : Status::Ok();
}

Status Server::Core::StartOnHome() {
  const client::Config& config = runtime_->config();
  BELLROCK_ASSIGN(rpc::ServerOptions options, RpcOptions());
  observer_ =
      std::make_unique<metrics::client::ServerObserver>(runtime_->recorder(), config.served);
  rpc_ =
      std::make_unique<rpc::Server>(runtime_->environment(), std::move(options), observer_.get());
  rpc_->Expose([this](Exposition& out) { ExposeCounting(out); });
  BELLROCK_TRY(AddServices());
  BELLROCK_ASSIGN(Address listen, Address::Parse(Chosen(config.listen, options_.listen)));
  BELLROCK_TRY(rpc_->Listen(listen, runtime_->loops()));
  const naming::v1::InstanceSpec spec = Spec();
  observer_->set_instance(spec.path());
  StartProcessFigures(spec.path());
  announcer_ = std::make_unique<naming::client::Announcer>(
      runtime_->environment(), runtime_->agent(), &runtime_->registry(), spec,
      [path = spec.path()](const Status& state) {
        if (state.ok()) return log::Info("server", "registered as {}", path);
        log::Warning("server", "not registered as {}: {}", path, state.ToString());
      });
  announcer_->Start();
  log::Info("server", "{} serves on {}", name_, rpc_->address().ToString());
  return Status::Ok();
}

// Whether the calls that this process made and served reach the data centre.
void Server::Core::ExposeCounting(Exposition& out) {
  (void)fiber::RunOn(runtime_->home(), [&] {
    const metrics::client::Recorder& recorder = runtime_->recorder();
    out.Counter("bellrock_metrics_calls_recorded", "Calls counted by this process.");
    out.Add({}, recorder.calls_total());
    out.Counter("bellrock_metrics_calls_dropped", "Of them, those dropped for a bound.");
    out.Add({}, recorder.calls_dropped());
    out.Gauge("bellrock_metrics_pushes_unsent", "Pushes that nobody has acknowledged yet.");
    out.Add({}, uint64_t{recorder.pushes_unsent()});
  });
}

void Server::Core::StartProcessFigures(const std::string& instance) {
  metrics::client::ProcessSourceOptions options{.service = name_,
                                                .instance = instance,
                                                .host = runtime_->config().host,
                                                .calls_in_flight = rpc_->CallsInFlightHere()};
  for (int i = 0; i < runtime_->loops().size(); ++i) {
    options.loops.push_back(&runtime_->loops().loop(i));
  }
  process_ = std::make_unique<metrics::client::ProcessSource>(runtime_->environment(), options);
  runtime_->recorder().AddSource(*process_);
  metrics::client::Meter::OfProcess().SetIdentity(name_, instance);
}

naming::v1::InstanceSpec Server::Core::Spec() const {
  const client::Config& config = runtime_->config();
  const std::string address = rpc_->address().ToString();
  naming::v1::InstanceSpec spec;
  spec.set_address(address);
  spec.set_path("/" + Chosen(config.site, options_.site) + "/" +
                Chosen(config.department, options_.department) + "/" + name_ + "/" +
                Chosen(config.cluster, options_.cluster) + "/" +
                Chosen(config.instance, options_.instance.empty() ? address : options_.instance));
  spec.set_weight(config.weight > 0 ? config.weight : options_.weight);
  return spec;
}

void Server::Core::StopOnHome() {
  // First nobody finds us any more, then the calls in flight end.
  if (announcer_) {
    Status stopped = announcer_->Stop();
    if (!stopped.ok()) log::Warning("server", "deregister: {}", stopped.ToString());
  }
  if (rpc_) rpc_->Shutdown(runtime_->environment().clock.Now() + kDrainMax);
  if (process_) runtime_->recorder().RemoveSource(*process_);
  process_.reset();
  announcer_.reset();
  rpc_.reset();
  workers_.reset();
  tls_ = {};
}

Server::Server(std::string_view name, ServerOptions options)
    : core_(std::make_unique<Core>(name, std::move(options))) {}

Server::~Server() = default;

Server& Server::Add(Service& service) {
  core_->Add(service, false);
  return *this;
}

Server& Server::AddOnWorkers(Service& service) {
  core_->Add(service, true);
  return *this;
}

Status Server::Run() {
  return core_->Run();
}

void Server::Stop() {
  core_->Stop();
}

}  // namespace bellrock
