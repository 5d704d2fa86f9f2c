// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fiber/fiber.h"
#include "routing/proxy/shard.h"

// Clients, a proxy and instances for the proxy's tests; World is testing::World.
namespace bellrock::routing::proxy {

inline std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// Reads until `enough(text)` or the end of the stream.
inline std::string ReadUntil(fiber::Stream& stream,
                             const std::function<bool(const std::string&)>& enough) {
  std::string text;
  std::array<std::byte, 4096> buffer;
  while (!enough(text)) {
    const Result<size_t> count = stream.Read(buffer);
    if (!count.ok() || *count == 0) break;
    text.append(reinterpret_cast<const char*>(buffer.data()), *count);
  }
  return text;
}
inline std::string ReadAll(fiber::Stream& stream) {
  return ReadUntil(stream, [](const std::string&) { return false; });
}
inline std::string ReadHeadOf(fiber::Stream& stream) {
  return ReadUntil(
      stream, [](const std::string& text) { return text.find("\r\n\r\n") != std::string::npos; });
}

// Instances in turn, and what was reported of them.
class ListedSource final : public rpc::EndpointSource {
 public:
  static constexpr uint32_t kMethodHash = 7;

  explicit ListedSource(std::vector<Address> addresses) : addresses_(std::move(addresses)) {}

  Result<rpc::Endpoint> Pick(std::span<const uint32_t> tried) override {
    if (!refusal.ok()) return refusal;
    for (size_t step = 0; step < addresses_.size(); ++step) {
      const auto slot = static_cast<uint32_t>(next_++ % addresses_.size());
      if (std::find(tried.begin(), tried.end(), slot) == tried.end()) return At(slot);
    }
    return At(0);
  }
  Result<rpc::Endpoint> PickFor(const rpc::PickRequest& request) override {
    keys.emplace_back(request.key);
    methods.push_back(std::string(request.service) + "/" + std::string(request.method));
    lanes.emplace_back(request.lane);
    qos.push_back(request.qos);
    return Pick(request.tried);
  }
  void Report(const rpc::Endpoint& endpoint, StatusCode code, Duration) override {
    reports.emplace_back(endpoint.slot, code);
    methods_judged.push_back(endpoint.method_hash);
  }
  void Unpick(const rpc::Endpoint&) override { ++unpicked; }

  Status refusal;
  std::vector<std::string> keys;
  std::vector<std::string> methods;
  std::vector<std::string> lanes;
  std::vector<Qos> qos;
  std::vector<uint32_t> methods_judged;
  int unpicked = 0;
  std::vector<std::pair<uint32_t, StatusCode>> reports;

 private:
  rpc::Endpoint At(uint32_t slot) {
    return {addresses_[slot], slot, 1, nullptr, std::nullopt, kMethodHash};
  }

  const std::vector<Address> addresses_;
  size_t next_ = 0;
};

// What metrics were told: "caller > callee service/method code", and ":type" of a failure.
class CountedCalls final : public rpc::CallObserver {
 public:
  void OnCall(const rpc::CallRecord& record) override {
    calls.push_back(std::string(record.caller) + " > " + std::string(record.callee) + " " +
                    std::string(record.service) + "/" + std::string(record.method) + " " +
                    std::string(StatusCodeName(record.code)) +
                    (record.error_type.empty() ? "" : ":" + std::string(record.error_type)));
  }
  std::vector<std::string> calls;
};

class OneService final : public ServiceDirectory {
 public:
  OneService(std::string name, ListedSource& source) : name_(std::move(name)), source_(source) {}
  Result<rpc::EndpointSource*> Find(const std::string& service, Duration) override {
    ++asked;
    if (service != name_) return NotFoundError("service '" + service + "' is not known");
    return static_cast<rpc::EndpointSource*>(&source_);
  }
  int asked = 0;

 private:
  const std::string name_;
  ListedSource& source_;
};

// A host that gives each connection to `serve`.
class Instance {
 public:
  using Serve = std::function<void(fiber::Stream&)>;

  template <typename World>
  Instance(World& world, const std::string& host, Serve serve) : serve_(std::move(serve)) {
    listener_ = std::move(*world.Host(host).network.Listen(Address::Tcp(host, 80), {}));
    fiber_ = fiber::Start([this] {
      for (;;) {
        auto accepted = listener_->Accept();
        if (!accepted.ok()) return;
        ++connections;
        std::shared_ptr<fiber::Stream> stream = std::move(*accepted);
        (void)fiber::Loop::Current()->Spawn([this, stream] { serve_(*stream); });
      }
    });
  }
  int connections = 0;

 private:
  const Serve serve_;
  std::unique_ptr<fiber::Listener> listener_;
  fiber::JoinHandle fiber_;
};

// A proxy on host "p" for service "music/catalog", and clients of it.
class ProxyWorld {
 public:
  template <typename World>
  ProxyWorld(World& world, std::vector<std::string> hosts, const std::string& port,
             Limits limits = {}, uint16_t instances_port = 80)
      : client_(world.Host("c")),
        source(Addresses(hosts, instances_port)),
        directory("music/catalog", source),
        shard(world.Host("p"), limits, directory, &observer) {
    ListenSpec spec = *ParseListenSpec(port + "=127.0.0.1:9000,traceparent=off");
    spec.address = Address::Tcp("p", 9000);
    EXPECT_TRUE(shard.Listen(spec, false).ok());
  }
  static ListenSpec TcpSpec() {
    ListenSpec spec = *ParseListenSpec("tcp:music/catalog=127.0.0.1:9001");
    spec.address = Address::Tcp("p", 9001);
    return spec;
  }

  std::unique_ptr<fiber::Stream> Connect(uint16_t port = 9000) {
    return std::move(*client_.network.Connect(Address::Tcp("p", port)));
  }
  std::string Ask(const std::string& request) {
    auto client = Connect();
    EXPECT_TRUE(client->WriteAll(BytesOf(request)).ok());
    return ReadAll(*client);
  }

 private:
  static std::vector<Address> Addresses(const std::vector<std::string>& hosts, uint16_t port) {
    std::vector<Address> addresses;
    for (const std::string& host : hosts) addresses.push_back(Address::Tcp(host, port));
    return addresses;
  }
  fiber::Environment client_;

 public:
  ListedSource source;
  OneService directory;
  CountedCalls observer;
  Shard shard;
};

// Answers each request of a connection with its own head as the body.
inline void AnswerWithHead(fiber::Stream& stream) {
  for (;;) {
    const std::string head = ReadHeadOf(stream);
    if (head.empty()) return;
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(head.size()) + "\r\n\r\n" + head;
    if (!stream.WriteAll(BytesOf(answer)).ok()) return;
  }
}

}  // namespace bellrock::routing::proxy
