// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Ways to call a service beyond the plain call: what docs/calls.md tells, as a program. Calls
// example/hello.
#include <cstdio>
#include <memory>

#include "bellrock/channel.h"
#include "bellrock/future.h"
#include "hello/v1/hello.bellrock.h"

using std::chrono::milliseconds;

namespace {

// Writes down each call, however many tries it took.
class CallLog : public bellrock::ClientInterceptor {
 public:
  bellrock::Status Before(bellrock::ClientCall& call) override {
    call.options.metadata.emplace_back("tenant", "blue");
    return bellrock::Status::Ok();
  }
  void After(const bellrock::ClientCall& call, const bellrock::Status& status) override {
    std::printf("%s: %s\n", std::string(call.method).c_str(),
                std::string(bellrock::StatusCodeName(status.code())).c_str());
  }
};

bellrock::Status Greet(hello::v1::GreeterStub& greeter, const char* name,
                       const bellrock::CallOptions& options) {
  hello::v1::HelloRequest request;
  request.set_name(name);
  BELLROCK_ASSIGN(hello::v1::HelloReply reply, greeter.SayHello(request, options));
  std::printf("%s\n", reply.text().c_str());
  return bellrock::Status::Ok();
}

bellrock::Status CallInManyWays() {
  bellrock::ChannelOptions options;
  options.methods["hello.v1.Greeter/SayHello"] = {.attempts = 3,
                                                  .idempotent = bellrock::Idempotent::kYes};
  options.interceptors.push_back(std::make_shared<CallLog>());
  bellrock::Channel channel("example/hello", options);
  hello::v1::GreeterStub greeter(channel);

  // What came beside the reply, and from where.
  bellrock::ReplyDetails details;
  BELLROCK_TRY(Greet(greeter, "details", {.details = &details}));
  std::printf("answered by %s after %d try\n", details.instance.c_str(), details.attempts);
  // A backup after 50 ms; the first answer wins.
  BELLROCK_TRY(Greet(greeter, "hedge", {.hedge_after = milliseconds(50)}));
  BELLROCK_TRY(Greet(greeter, "fail-fast", {.mode = bellrock::CallMode::kFailFast}));
  BELLROCK_TRY(Greet(greeter, "everybody", {.mode = bellrock::CallMode::kBroadcast}));
  BELLROCK_TRY(Greet(greeter, "packed",
                     {.compression = bellrock::Compression::kZstd,
                      .attachment = bellrock::Bytes(std::string(100'000, 'x'))}));
  // Two calls at once.
  const auto greet = [&](const char* name) {
    return bellrock::Async<bool>([&greeter, name]() -> bellrock::Result<bool> {
      BELLROCK_TRY(Greet(greeter, name, {}));
      return true;
    });
  };
  const bellrock::Future<bool> one = greet("one");
  const bellrock::Future<bool> two = greet("two");
  const bellrock::Status first = one.Get().status();
  const bellrock::Status second = two.Get().status();
  return first.ok() ? second : first;
}

}  // namespace

int main() {
  const bellrock::Status status = CallInManyWays();
  if (!status.ok()) std::fprintf(stderr, "calls: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
