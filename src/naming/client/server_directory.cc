// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/server_directory.h"

#include <list>
#include <utility>

#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/client/server_endpoints.h"

namespace bellrock::naming::client {
namespace {

// A channel to one address, whoever else there is.
class OneServer final : public ChannelInterface {
 public:
  OneServer(fiber::Environment environment, const Address& server,
            const rpc::ClientOptions& options)
      : endpoints_({server}), client_(environment, endpoints_, nullptr, options) {}

  Status Call(std::string_view service, std::string_view method, const Message& request,
              Message& reply, const CallOptions& options) override {
    return client_.Call(service, method, request, reply, options);
  }
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view service,
                                                   std::string_view method, const Message& request,
                                                   const CallOptions& options) override {
    return client_.OpenStream(service, method, request, options);
  }

 private:
  rpc::FixedEndpoints endpoints_;
  rpc::Client client_;
};

}  // namespace

class ServerDirectory::Core {
 public:
  Core(fiber::Environment environment, fiber::Resolver& resolver, std::vector<ServerEntry> entries,
       rpc::ClientOptions options)
      : env_(environment),
        resolver_(resolver),
        options_(std::move(options)),
        list_(std::move(entries)),
        any_(environment.clock, environment.random.Next()),
        first_(environment.clock, std::nullopt) {
    options_.attempts = 1;
    Publish();
  }

  void Start() {
    running_ = true;
    if (list_.due() != kNever) resolve_loop_ = fiber::Start([this] { ResolveLoop(); });
  }
  void Stop() {
    running_ = false;
    resolve_loop_ = fiber::JoinHandle();
  }

  Status WaitKnown(Time until) {
    while (list_.addresses().empty()) {
      if (const Status waited = known_.Wait(until); !waited.ok()) {
        return problem_.ok() ? waited.WithContext("resolving the names of the servers") : problem_;
      }
    }
    return Status::Ok();
  }

  std::shared_ptr<ChannelInterface> To(const Address& server) {
    for (auto it = channels_.begin(); it != channels_.end(); ++it) {
      if (it->first != server) continue;
      channels_.splice(channels_.begin(), channels_, it);  // the last used ones stay
      return it->second;
    }
    channels_.emplace_front(server, std::make_shared<OneServer>(env_, server, options_));
    if (channels_.size() > kServerChannelsMax) channels_.pop_back();
    return channels_.front().second;
  }

  void OnAllFailed() {
    list_.OnAllFailed(env_.clock.Now());
    wake_.WakeAll();
  }

  const ServerList& list() const { return list_; }
  ServerEndpoints& any() { return any_; }
  ServerEndpoints& first() { return first_; }

 private:
  void ResolveLoop() {
    while (running_ && !fiber::CurrentCancelled()) {
      for (const ServerEntry& entry : list_.Due(env_.clock.Now())) Resolve(entry);
      if (running_) (void)wake_.Wait(list_.due());
    }
  }

  Result<std::vector<Address>> AddressesOf(const ServerEntry& entry) {
    BELLROCK_ASSIGN(const std::vector<std::string> hosts, resolver_.Resolve(entry.name()));
    std::vector<Address> addresses;
    for (const std::string& host : hosts) addresses.push_back(Address::Tcp(host, entry.port()));
    return addresses;
  }

  void Resolve(const ServerEntry& entry) {
    const Result<std::vector<Address>> found = AddressesOf(entry);
    if (!running_) return;
    if (!found.ok() && found.status() != problem_) {
      problem_ = found.status();
      log::Warning("naming/client", "server {}: {}", entry.ToString(), problem_.ToString());
    }
    if (found.ok()) problem_ = Status::Ok();
    const uint64_t before = list_.version();
    list_.OnResolved(entry, found, env_.clock.Now());
    if (list_.version() == before) return;
    Publish();
    known_.WakeAll();
    log::Info("naming/client", "{} servers of the registry are known", list_.addresses().size());
  }

  void Publish() {
    any_.SetServers(list_.addresses());
    first_.SetServers(list_.addresses());
  }

  fiber::Environment env_;
  fiber::Resolver& resolver_;
  rpc::ClientOptions options_;
  ServerList list_;
  ServerEndpoints any_;
  ServerEndpoints first_;
  std::list<std::pair<Address, std::shared_ptr<OneServer>>> channels_;  // last used first
  Status problem_;                                                      // told in the log
  bool running_ = false;
  fiber::WaitQueue wake_;
  fiber::WaitQueue known_;
  fiber::JoinHandle resolve_loop_;
};

ServerDirectory::ServerDirectory(fiber::Environment environment, fiber::Resolver& resolver,
                                 std::vector<ServerEntry> entries, rpc::ClientOptions options)
    : core_(std::make_unique<Core>(environment, resolver, std::move(entries), std::move(options))) {
}
ServerDirectory::~ServerDirectory() {
  core_->Stop();
}

void ServerDirectory::Start() {
  core_->Start();
}
void ServerDirectory::Stop() {
  core_->Stop();
}
Status ServerDirectory::WaitKnown(Time until) {
  return core_->WaitKnown(until);
}
std::vector<Address> ServerDirectory::Addresses() {
  return core_->list().addresses();
}
uint64_t ServerDirectory::version() const {
  return core_->list().version();
}
std::shared_ptr<ChannelInterface> ServerDirectory::To(const Address& server) {
  return core_->To(server);
}
void ServerDirectory::OnAllFailed() {
  core_->OnAllFailed();
}
rpc::EndpointSource& ServerDirectory::any() {
  return core_->any();
}
rpc::EndpointSource& ServerDirectory::first() {
  return core_->first();
}

}  // namespace bellrock::naming::client
