// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Echo of 16 bytes over one connection on loopback, server and client on a loop (thread) each,
// counting on.
//   rpc_bench [--json] [--seconds N]
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/echo_service.h"
#include "rpc/server.h"

namespace bellrock::rpc {
namespace {

struct Figure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

// As cheap as a counting observer can be; what metrics does is measured there.
class CountingObserver final : public CallObserver {
 public:
  void OnCall(const CallRecord& record) override {
    ++calls_;
    latency_ += record.latency;
  }

 private:
  uint64_t calls_ = 0;
  Duration latency_{0};
};

// Calls per second with so many callers in flight on one connection.
double CallsPerSecond(Client& client, fiber::Loop& loop, int callers, Duration time) {
  const Time begun = loop.Now();
  const Time until = begun + time;
  uint64_t calls = 0;
  std::vector<fiber::JoinHandle> fibers;
  for (int i = 0; i < callers; ++i) {
    fibers.push_back(fiber::Start([&] {
      sample::v1::EchoRequest request;
      sample::v1::EchoReply reply;
      request.set_text("sixteen bytes ok");
      while (loop.turn_time() < until) {
        const Status status = client.Call("bellrock.rpc.sample.v1.Echo", "Say", request, reply, {});
        BELLROCK_CHECK(status.ok(), "an echo failed");
        ++calls;
      }
    }));
  }
  for (fiber::JoinHandle& fiber : fibers) fiber.Join();
  return static_cast<double>(calls) / std::chrono::duration<double>(loop.Now() - begun).count();
}

std::vector<Figure> Measure(Duration time) {
  fiber::LoopGroup server_loops(1);
  fiber::LoopGroup client_loops(1);
  EchoService service;
  CountingObserver server_observer;
  CountingObserver client_observer;
  Server server(fiber::RealEnvironment(), {.name = "bench/echo"}, &server_observer);
  BELLROCK_CHECK(server.Add(service).ok(), "add");
  BELLROCK_CHECK(server.Listen(Address::Tcp("127.0.0.1", 0), server_loops).ok(), "listen");
  std::vector<Figure> figures;
  const std::string conditions =
      "echo of 16 B, one connection on loopback, server and client on a thread each, counting on";
  const Status ran = fiber::RunOn(client_loops.loop(0), [&] {
    fiber::Loop& loop = client_loops.loop(0);
    FixedEndpoints endpoints({server.address()});
    Client client(fiber::RealEnvironment(), endpoints, &client_observer,
                  {.caller = "bench/client"});
    CallsPerSecond(client, loop, 64, time / 10);  // warm up
    const double one = CallsPerSecond(client, loop, 1, time);
    const double many = CallsPerSecond(client, loop, 64, time);
    figures.push_back({"rpc.echo16.c1.us", 1e6 / one, "us", conditions + ", one call at a time"});
    figures.push_back({"rpc.echo16.c64.qps", many, "1/s", conditions + ", 64 calls in flight"});
  });
  BELLROCK_CHECK(ran.ok(), "run");
  return figures;
}

void Print(const std::vector<Figure>& figures, bool json) {
  std::string text = json ? "[" : "";
  for (const Figure& figure : figures) {
    if (json) {
      text += fmt::format(
          "{}{{\"name\":\"{}\",\"value\":{:.2f},\"unit\":\"{}\",\"conditions\":\"{}\"}}",
          text.size() > 1 ? ",\n " : "", figure.name, figure.value, figure.unit, figure.conditions);
    } else {
      text += fmt::format("{:<22} {:>12.2f} {}\n", figure.name, figure.value, figure.unit);
    }
  }
  fmt::print("{}{}", text, json ? "]\n" : "");
}

}  // namespace
}  // namespace bellrock::rpc

int main(int argc, char** argv) {
  bool json = false;
  int seconds = 2;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--json") json = true;
    if (arg == "--seconds" && i + 1 < argc) seconds = std::max(1, std::atoi(argv[++i]));
  }
  bellrock::rpc::Print(bellrock::rpc::Measure(std::chrono::seconds(seconds)), json);
  return 0;
}
