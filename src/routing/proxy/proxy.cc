// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/proxy.h"

#include <fmt/format.h>

#include <map>

#include "base/log.h"

namespace bellrock::routing::proxy {

Result<std::unique_ptr<Proxy>> Proxy::Start(const ProxyOptions& options,
                                            ServiceDirectory& directory) {
  auto proxy = std::unique_ptr<Proxy>(new Proxy(options));
  BELLROCK_TRY(proxy->Listen(options, directory));
  for (size_t i = 0; i < options.ports.size(); ++i) {
    const ListenSpec& port = options.ports[i];
    log::Info("routing/proxy", "{}: {} to {}", proxy->addresses_[i].ToString(),
              port.kind == Kind::kTcp ? "tcp" : "http",
              port.service.empty() ? "the service that the request names" : port.service);
  }
  return proxy;
}

Status Proxy::Listen(const ProxyOptions& options, ServiceDirectory& directory) {
  std::vector<ListenSpec> ports = options.ports;
  shards_.resize(static_cast<size_t>(loops_.size()));
  for (int i = 0; i < loops_.size(); ++i) {
    Status listening;
    auto& shard = shards_[static_cast<size_t>(i)];
    BELLROCK_TRY(fiber::RunOn(loops_.loop(i), [&] {
      shard = std::make_unique<Shard>(fiber::RealEnvironment(), options.limits, directory,
                                      options.observer);
      for (ListenSpec& port : ports) {
        Result<Address> address = shard->Listen(port, loops_.size() > 1);
        listening = address.status();
        if (!listening.ok()) return;
        if (i == 0) addresses_.push_back(*address);
        port.address = *address;  // the other loops share the port
      }
    }));
    BELLROCK_TRY(listening.WithContext("--proxy"));
  }
  return Status::Ok();
}

Proxy::~Proxy() {
  Stop(Time{});
}

void Proxy::Stop(Time deadline) {
  for (size_t i = 0; i < shards_.size(); ++i) {
    if (!shards_[i]) continue;
    (void)fiber::RunOn(loops_.loop(static_cast<int>(i)), [&] {
      shards_[i]->Drain(deadline);
      shards_[i] = nullptr;
    });
  }
}

std::string Proxy::Describe() {
  std::map<std::string, ServiceCounts> sums;
  size_t connections = 0;
  uint64_t refused = 0;
  for (size_t i = 0; i < shards_.size(); ++i) {
    (void)fiber::RunOn(loops_.loop(static_cast<int>(i)), [&] {
      if (!shards_[i]) return;
      for (const NamedCounts& service : shards_[i]->Counts()) {
        sums[service.service].Add(service.counts);
      }
      connections += shards_[i]->connections();
      refused += shards_[i]->refused();
    });
  }
  std::string text = fmt::format("connections now {}, refused {}\n\n", connections, refused);
  text += fmt::format("{:<40} {:>10} {:>12} {:>8} {:>8} {:>16} {:>16}\n", "service", "tunnels",
                      "requests", "failed", "again", "bytes to it", "bytes from it");
  for (const auto& [name, sum] : sums) {
    text += fmt::format("{:<40} {:>10} {:>12} {:>8} {:>8} {:>16} {:>16}\n", name, sum.connections,
                        sum.requests, sum.failed, sum.tries_again, sum.bytes_to_instances,
                        sum.bytes_to_clients);
  }
  return text;
}

}  // namespace bellrock::routing::proxy
