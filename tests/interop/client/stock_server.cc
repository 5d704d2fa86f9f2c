// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// A server made of stock gRPC C++ (callback API), for our client to call. Prints its port and
// serves until its standard input ends.
#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include "bellrock/rpc/sample/v1/echo.grpc.pb.h"

namespace {

using bellrock::rpc::sample::v1::CountRequest;
using bellrock::rpc::sample::v1::Echo;
using bellrock::rpc::sample::v1::EchoReply;
using bellrock::rpc::sample::v1::EchoRequest;
using bellrock::rpc::sample::v1::SumReply;

std::atomic<int> cancellations = 0;

std::chrono::system_clock::time_point InMs(int64_t ms) {
  return std::chrono::system_clock::now() + std::chrono::milliseconds(ms);
}

std::string Value(const grpc::CallbackServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

// Sends back what the caller sent in "x-echo" and "x-echo-bin": before the reply and after it.
void EchoMetadata(grpc::CallbackServerContext& context) {
  for (const char* key : {"x-echo", "x-echo-bin"}) {
    const std::string value = Value(context, key);
    if (value.empty()) continue;
    context.AddInitialMetadata(key, value);
    context.AddTrailingMetadata(std::string("trailing-") + key, value);
  }
  if (!Value(context, "x-gzip").empty()) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
}

grpc::Status StatusOf(int code, const std::string& text) {
  if (code == 0) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(code), text};
}

class SayReactor final : public grpc::ServerUnaryReactor {
 public:
  SayReactor(grpc::CallbackServerContext& context, const EchoRequest& request, EchoReply& reply) {
    EchoMetadata(context);
    reply.set_text(request.text() == "cancellations" ? std::to_string(cancellations)
                                                     : request.text());
    reply.set_caller(Value(context, "bellrock-caller"));
    reply.mutable_inner()->set_name(Value(context, "traceparent"));
    reply.set_deadline_ms(std::chrono::duration_cast<std::chrono::milliseconds>(
                              context.deadline() - std::chrono::system_clock::now())
                              .count());
    if (request.ratio() > 0) {
      reply.set_filler(std::string(static_cast<size_t>(request.ratio()), 'x'));
    }
    const std::string bytes = Value(context, "x-echo-bin");
    if (!bytes.empty()) {
      reply.set_text(Value(context, "x-echo"));
      reply.set_filler(bytes);
    }
    end_ = StatusOf(request.code(), request.text());
    alarm_.Set(InMs(request.sleep_ms()), [this](bool) { Finish(end_); });
  }
  void OnDone() override { delete this; }
  void OnCancel() override {
    ++cancellations;
    alarm_.Cancel();
  }

 private:
  grpc::Alarm alarm_;
  grpc::Status end_;
};

class CountReactor final : public grpc::ServerWriteReactor<EchoReply> {
 public:
  CountReactor(grpc::CallbackServerContext& context, const CountRequest& request)
      : request_(request) {
    EchoMetadata(context);
    item_.set_filler(std::string(static_cast<size_t>(request.item_bytes()), 'x'));
    Next();
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    if (request_.pause_ms() == 0) return Next();
    alarm_.Set(InMs(request_.pause_ms()), [this](bool) { Next(); });
  }
  void OnDone() override { delete this; }
  void OnCancel() override { ++cancellations; }

 private:
  void Next() {
    if (sent_ == request_.items()) return Finish(StatusOf(request_.code(), "as asked"));
    item_.set_text(std::to_string(sent_++));
    StartWrite(&item_);
  }

  const CountRequest request_;
  grpc::Alarm alarm_;
  EchoReply item_;
  int sent_ = 0;
};

class SumReactor final : public grpc::ServerReadReactor<EchoRequest> {
 public:
  SumReactor(grpc::CallbackServerContext& context, SumReply& sum) : sum_(sum) {
    EchoMetadata(context);
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    if (request_.code() != 0) return Finish(StatusOf(request_.code(), request_.text()));
    sum_.set_requests(sum_.requests() + 1);
    sum_.set_bytes(sum_.bytes() + static_cast<int64_t>(request_.text().size()));
    StartRead(&request_);
  }
  void OnDone() override { delete this; }
  void OnCancel() override { ++cancellations; }

 private:
  SumReply& sum_;
  EchoRequest request_;
};

class ChatReactor final : public grpc::ServerBidiReactor<EchoRequest, EchoReply> {
 public:
  explicit ChatReactor(grpc::CallbackServerContext& context) {
    EchoMetadata(context);
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    if (request_.code() != 0) return Finish(StatusOf(request_.code(), request_.text()));
    reply_.set_text(request_.text());
    StartWrite(&reply_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&request_);
  }
  void OnDone() override { delete this; }
  void OnCancel() override { ++cancellations; }

 private:
  EchoRequest request_;
  EchoReply reply_;
};

class StockEcho final : public Echo::CallbackService {
  grpc::ServerUnaryReactor* Say(grpc::CallbackServerContext* context, const EchoRequest* request,
                                EchoReply* reply) override {
    return new SayReactor(*context, *request, *reply);
  }
  grpc::ServerWriteReactor<EchoReply>* Count(grpc::CallbackServerContext* context,
                                             const CountRequest* request) override {
    return new CountReactor(*context, *request);
  }
  grpc::ServerReadReactor<EchoRequest>* Sum(grpc::CallbackServerContext* context,
                                            SumReply* sum) override {
    return new SumReactor(*context, *sum);
  }
  grpc::ServerBidiReactor<EchoRequest, EchoReply>* Chat(
      grpc::CallbackServerContext* context) override {
    return new ChatReactor(*context);
  }
};

}  // namespace

int main() {
  StockEcho service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  builder.SetMaxReceiveMessageSize(-1);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("%d\n", port);
  std::fflush(stdout);
  while (std::cin.get() != EOF) {
  }
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}
