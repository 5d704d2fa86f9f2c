// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/channel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "client/runtime.h"
#include "client/target.h"
#include "client/tls_files.h"
#include "fiber/user_section.h"
#include "rpc/client/subset_endpoints.h"
#include "rpc/server/method_settings.h"

namespace bellrock {
namespace {

constexpr int kConnectionsPerEndpointMax = 64;
// How long the first call of a service waits for its routing table at most.
constexpr Duration kFirstTableWait = std::chrono::seconds(3);

}  // namespace

// One rpc::Client per loop of the process, made where it is used. The runtime is taken at the first
// call, so that making a channel costs nothing and starts nothing.
class Channel::Core {
 public:
  Core(std::string_view service, ChannelOptions options)
      : service_(service),
        options_(std::move(options)),
        methods_(rpc::FixedMethodSettings::Make(options_.methods)) {
    if (!client::IsFixedTarget(service_)) client::Runtime::ExpectCalls(service_);
  }
  ~Core();

  // Runs `call` with this loop's client; on a plain thread on the home loop, blocking the thread.
  template <typename Call>
  Status With(const CallOptions& call_options, Call call) {
    BELLROCK_TRY(Prepare(call_options));
    const int index = runtime_->LoopIndex();
    if (index >= 0) return call(ClientOfLoop(static_cast<size_t>(index)));
    Status status;
    BELLROCK_TRY(fiber::RunOn(runtime_->home(), [&] { status = call(ClientOfLoop(0)); }));
    return status;
  }

 private:
  Status Prepare(const CallOptions& call_options);
  Status PrepareFixed(std::shared_ptr<client::Runtime> runtime);
  Status PrepareTls(const std::shared_ptr<client::Runtime>& runtime);
  // Under preparing_, once.
  void BeReady(std::shared_ptr<client::Runtime> runtime);
  // Of a call that gives none.
  Duration Timeout(const client::Runtime& runtime) const {
    const int override_ms = runtime.config().timeout_ms;
    return override_ms > 0 ? std::chrono::milliseconds(override_ms) : options_.timeout;
  }
  rpc::Client& ClientOfLoop(size_t index);

  const std::string service_;
  const ChannelOptions options_;
  std::atomic<bool> ready_{false};
  const Result<rpc::FixedMethodSettings> methods_;
  std::mutex preparing_;  // guards what follows until ready_
  std::shared_ptr<client::Runtime> runtime_;
  rpc::EndpointSource* endpoints_ = nullptr;  // the router, a subset of it, or `fixed_`
  std::shared_ptr<rpc::SubsetEndpoints> subset_;
  std::shared_ptr<rpc::FixedEndpoints> fixed_;  // null unless addresses were given
  Protocol protocol_ = Protocol::kNative;
  client::LoadedTls tls_;  // its reloader lives on the home loop
  std::shared_ptr<client::Runtime> tls_runtime_;
  std::vector<std::unique_ptr<rpc::Client>> clients_;  // by loop; each touched by its own loop only
};

Status Channel::Core::Prepare(const CallOptions& call_options) {
  if (ready_.load(std::memory_order_acquire)) return Status::Ok();
  BELLROCK_TRY(methods_.status());
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  BELLROCK_TRY(PrepareTls(runtime));
  if (client::IsFixedTarget(service_)) return PrepareFixed(std::move(runtime));
  const Duration wait =
      call_options.timeout > Duration(0) ? call_options.timeout : Timeout(*runtime);
  // Not under the lock: it blocks, and other fibers of this thread must not wait for a mutex.
  BELLROCK_ASSIGN(routing::client::Router * router,
                  runtime->RouterOf(service_, std::min(wait, kFirstTableWait)));
  std::lock_guard<std::mutex> lock(preparing_);
  if (ready_.load(std::memory_order_relaxed)) return Status::Ok();
  endpoints_ = router;
  if (options_.subset_size > 0) {
    // Random, so that the instances of one program choose differently.
    const std::string key = std::to_string(runtime->environment().random.Next());
    subset_ = std::make_shared<rpc::SubsetEndpoints>(*router, runtime->environment().clock, key,
                                                     static_cast<size_t>(options_.subset_size));
    endpoints_ = subset_.get();
  }
  protocol_ = options_.protocol;
  BeReady(std::move(runtime));
  return Status::Ok();
}

Status Channel::Core::PrepareTls(const std::shared_ptr<client::Runtime>& runtime) {
  if (!options_.tls.given()) return Status::Ok();
  Status loaded;
  // Two first calls may both come here; the files are read twice then, and one result is kept.
  BELLROCK_TRY(fiber::RunOn(runtime->home(), [&] {
    Result<client::LoadedTls> tls = client::LoadClientTls(runtime->environment(), options_.tls);
    loaded = tls.status();
    if (!tls.ok() || tls_.context != nullptr) return;
    tls_ = std::move(*tls);
    tls_runtime_ = runtime;
  }));
  return loaded.ok() ? loaded : loaded.WithContext("ChannelOptions.tls");
}

Status Channel::Core::PrepareFixed(std::shared_ptr<client::Runtime> runtime) {
  BELLROCK_ASSIGN(client::FixedTarget target, client::ParseFixedTarget(service_));
  std::lock_guard<std::mutex> lock(preparing_);
  if (ready_.load(std::memory_order_relaxed)) return Status::Ok();
  fixed_ = std::make_shared<rpc::FixedEndpoints>(std::move(target.addresses));
  endpoints_ = fixed_.get();
  protocol_ = target.protocol.value_or(options_.protocol);
  BeReady(std::move(runtime));
  return Status::Ok();
}

void Channel::Core::BeReady(std::shared_ptr<client::Runtime> runtime) {
  clients_.resize(static_cast<size_t>(runtime->loops().size()));
  runtime_ = std::move(runtime);
  ready_.store(true, std::memory_order_release);
}

rpc::Client& Channel::Core::ClientOfLoop(size_t index) {
  std::unique_ptr<rpc::Client>& client = clients_[index];
  if (client) return *client;
  rpc::ClientOptions options;
  options.caller = options_.caller.empty() ? runtime_->name() : options_.caller;
  options.callee = service_;
  options.timeout = Timeout(*runtime_);
  const int attempts = runtime_->config().attempts;
  options.attempts = std::clamp(attempts > 0 ? attempts : options_.attempts, 1, kAttemptsMax);
  options.protocol = protocol_;
  options.tls = tls_.context;
  options.kept = fixed_;
  if (subset_ != nullptr) options.kept = subset_;
  options.methods = &*methods_;
  options.hedge_after = options_.hedge_after;
  options.compression = options_.compression;
  for (const auto& each : options_.interceptors) options.interceptors.push_back(each.get());
  options.connections = options_.connections;
  options.connections_per_endpoint =
      std::clamp(options_.connections_per_endpoint, 1, kConnectionsPerEndpointMax);
  client = std::make_unique<rpc::Client>(runtime_->environment(), *endpoints_,
                                         &runtime_->recorder(), std::move(options));
  return *client;
}

Channel::Core::~Core() {
  // Connections belong to their loops and end there.
  for (size_t i = 0; i < clients_.size(); ++i) {
    if (!clients_[i]) continue;
    (void)fiber::RunOn(runtime_->loops().loop(static_cast<int>(i)), [&] { clients_[i].reset(); });
  }
  if (tls_runtime_) (void)fiber::RunOn(tls_runtime_->home(), [&] { tls_ = {}; });
}

namespace {

// A stream opened for a plain thread: what it wraps belongs to the home loop.
class RemoteStream final : public StreamCall {
 public:
  // `call` is null for a stream that is only read.
  RemoteStream(std::shared_ptr<client::Runtime> runtime, std::unique_ptr<StreamReader> reader,
               StreamCall* call)
      : runtime_(std::move(runtime)), reader_(std::move(reader)), call_(call) {}
  ~RemoteStream() override {
    (void)fiber::RunOn(runtime_->home(), [&] { reader_.reset(); });
  }
  Result<bool> Read(Message& message) override {
    Result<bool> result = false;
    BELLROCK_TRY(fiber::RunOn(runtime_->home(), [&] { result = reader_->Read(message); }));
    return result;
  }
  Status Write(const Message& message) override {
    Status status;
    BELLROCK_TRY(fiber::RunOn(runtime_->home(), [&] { status = call_->Write(message); }));
    return status;
  }
  Status CloseWrites() override {
    Status status;
    BELLROCK_TRY(fiber::RunOn(runtime_->home(), [&] { status = call_->CloseWrites(); }));
    return status;
  }

 private:
  std::shared_ptr<client::Runtime> runtime_;
  std::unique_ptr<StreamReader> reader_;
  StreamCall* call_;
};

}  // namespace

Channel::Channel(std::string_view service, ChannelOptions options)
    : core_(std::make_shared<Core>(service, std::move(options))) {}

Channel::~Channel() = default;

Status Channel::Call(std::string_view service, std::string_view method, const Message& request,
                     Message& reply, const CallOptions& options) {
  const fiber::FrameworkSection framework;
  return core_->With(options, [&](rpc::Client& client) {
    return client.Call(service, method, request, reply, options);
  });
}

Result<std::unique_ptr<StreamReader>> Channel::OpenStream(std::string_view service,
                                                          std::string_view method,
                                                          const Message& request,
                                                          const CallOptions& options) {
  const fiber::FrameworkSection framework;
  std::unique_ptr<StreamReader> reader;
  BELLROCK_TRY(core_->With(options, [&](rpc::Client& client) -> Status {
    BELLROCK_ASSIGN(reader, client.OpenStream(service, method, request, options));
    return Status::Ok();
  }));
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  if (runtime->LoopIndex() >= 0) return reader;
  return std::unique_ptr<StreamReader>(
      std::make_unique<RemoteStream>(std::move(runtime), std::move(reader), nullptr));
}

Result<std::unique_ptr<StreamCall>> Channel::OpenDuplex(std::string_view service,
                                                        std::string_view method,
                                                        const CallOptions& options) {
  const fiber::FrameworkSection framework;
  std::unique_ptr<StreamCall> call;
  BELLROCK_TRY(core_->With(options, [&](rpc::Client& client) -> Status {
    BELLROCK_ASSIGN(call, client.OpenDuplex(service, method, options));
    return Status::Ok();
  }));
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  if (runtime->LoopIndex() >= 0) return call;
  StreamCall* raw = call.get();
  return std::unique_ptr<StreamCall>(
      std::make_unique<RemoteStream>(std::move(runtime), std::move(call), raw));
}

}  // namespace bellrock
