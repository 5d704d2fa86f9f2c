// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/service.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/client/server_set.h"
#include "rpc/error_catalog.h"

#include <google/protobuf/message.h>

namespace bellrock::naming::client {

inline constexpr Duration kLocalDelay = std::chrono::milliseconds(1);
inline constexpr size_t kLocalQueueMax = 64;

class LocalContext final : public ServerContext {
 public:
  std::string_view caller() const override { return ""; }
  std::string_view peer() const override { return "local:"; }
  Time deadline() const override { return fiber::CurrentDeadline(); }
  bool cancelled() const override { return fiber::CurrentCancelled(); }
  int attempt() const override { return 0; }
};

// For tests: calls a service object on the same loop, and can be dead (refuses), stuck (never
// answers) or break all its streams, as a server's process can.
class LocalChannel final : public ChannelInterface {
 public:
  LocalChannel(fiber::Environment environment, Service& service)
      : env_(environment), service_(&service) {}

  // kill -9: streams break, calls are refused.
  void Kill() {
    up_ = false;
    BreakStreams();
  }
  void BreakStreams() {
    for (const auto& weak : streams_) {
      if (const auto stream = weak.lock()) stream->Break();
    }
    streams_.clear();
  }
  void Revive() { up_ = true; }
  // Another process answers from now on.
  void Revive(Service& service) {
    service_ = &service;
    up_ = true;
  }
  // kill -STOP: calls and streams stay open, nothing comes.
  void SetStuck(bool stuck) { stuck_ = stuck; }

  Status Call(std::string_view, std::string_view method, const Message& request, Message& reply,
              const CallOptions& options) override {
    const Time until = options.timeout > Duration(0) ? env_.clock.Now() + options.timeout : kNever;
    fiber::ScopedDeadline deadline(until);
    BELLROCK_TRY(Arrive());
    LocalContext context;
    return Find(method).unary(*service_, context, request, reply);
  }

  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view method,
                                                   const Message& request,
                                                   const CallOptions&) override {
    BELLROCK_TRY(Arrive());
    auto stream = std::make_shared<Stream>(stuck_);
    stream->Run(*service_, Find(method), request);
    streams_.push_back(stream);
    return std::unique_ptr<StreamReader>(std::make_unique<Reader>(std::move(stream)));
  }

 private:
  class Stream final : public StreamWriter {
   public:
    explicit Stream(const bool& stuck) : stuck_(stuck) {}

    void Run(Service& service, const MethodDescriptor& method, const Message& request) {
      request_.reset(request.New());
      request_->CopyFrom(request);
      handler_ = fiber::Start([this, &service, &method] {
        LocalContext context;
        const Status status = method.server_streaming(service, context, *request_, *this);
        if (!queue_.closed()) end_ = status;
        queue_.Close();
      });
    }
    Status Write(const Message& message) override {
      if (stuck_) return Status::Ok();
      auto copy = std::unique_ptr<Message>(message.New());
      copy->CopyFrom(message);
      return queue_.Send(std::move(copy));
    }
    Result<bool> Read(Message& message) {
      auto next = queue_.Receive();
      if (next.ok()) {
        message.CopyFrom(**next);
        return true;
      }
      if (!queue_.closed()) return next.status();
      if (end_.ok()) return false;
      return end_;
    }
    void Break() {
      end_ = UnavailableError("connection reset");
      queue_.Close();
      handler_.Cancel();
    }

   private:
    const bool& stuck_;
    Status end_;
    fiber::Channel<std::unique_ptr<Message>> queue_{kLocalQueueMax};
    std::unique_ptr<Message> request_;
    fiber::JoinHandle handler_;
  };

  class Reader final : public StreamReader {
   public:
    explicit Reader(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
    Result<bool> Read(Message& message) override { return stream_->Read(message); }

   private:
    std::shared_ptr<Stream> stream_;
  };

  Status Arrive() {
    BELLROCK_TRY(fiber::SleepFor(kLocalDelay));
    if (!up_) {
      return UnavailableError(
          rpc::Numbered(rpc::ErrorNumber::kConnectFailed, "connection refused"));
    }
    while (stuck_) BELLROCK_TRY(fiber::SleepFor(std::chrono::seconds(1)));
    return Status::Ok();
  }

  const MethodDescriptor& Find(std::string_view name) const {
    for (const MethodDescriptor& method : service_->methods()) {
      if (method.name == name) return method;
    }
    return service_->methods().front();
  }

  fiber::Environment env_;
  Service* service_;
  bool up_ = true;
  bool stuck_ = false;
  std::list<std::weak_ptr<Stream>> streams_;
};

// For tests: servers behind such channels, at the addresses that the test says.
class LocalServers final : public ServerSet {
 public:
  LocalServers() = default;
  // One server.
  explicit LocalServers(LocalChannel& channel) { Add(Address::Tcp("10.0.0.1", 7600), channel); }

  void Add(const Address& address, LocalChannel& channel) {
    channels_.emplace_back(address, &channel);
  }
  std::vector<Address> Addresses() override {
    std::vector<Address> addresses;
    for (const auto& [address, channel] : channels_) addresses.push_back(address);
    return addresses;
  }
  uint64_t version() const override { return channels_.size(); }
  std::shared_ptr<ChannelInterface> To(const Address& server) override {
    for (const auto& [address, channel] : channels_) {
      if (address == server) return {std::shared_ptr<void>(), channel};
    }
    return std::make_shared<Nowhere>();
  }
  void OnAllFailed() override { ++all_failed; }

  int all_failed = 0;

 private:
  class Nowhere final : public ChannelInterface {
    Status Call(std::string_view, std::string_view, const Message&, Message&,
                const CallOptions&) override {
      return UnavailableError("no such host");
    }
    Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view,
                                                     const Message&, const CallOptions&) override {
      return UnavailableError("no such host");
    }
  };

  std::vector<std::pair<Address, LocalChannel*>> channels_;
};

}  // namespace bellrock::naming::client
