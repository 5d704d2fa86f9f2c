// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The echo service of the tests on a fixed port, until SIGTERM or until its driver is gone.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "fiber/fiber.h"
#include "fiber/signals.h"
#include "rpc/echo_service.h"
#include "rpc/server.h"

namespace bellrock::rpc {
namespace {

constexpr Duration kDrainMax = std::chrono::seconds(5);

int Serve(int port) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  fiber::TerminationSignals signals;  // before the loops, whose threads inherit what it blocks
  fiber::LoopGroup loops(1);
  EchoService service;
  std::unique_ptr<Server> server;
  Status started;
  (void)fiber::RunOn(loops.loop(0), [&] {
    server = std::make_unique<Server>(fiber::RealEnvironment(), ServerOptions{.name = "soak/echo"},
                                      nullptr);
    started = server->Add(service);
    const Address address = Address::Tcp("127.0.0.1", static_cast<uint16_t>(port));
    if (started.ok()) started = server->Listen(address, loops);
  });
  if (!started.ok()) {
    std::fprintf(stderr, "soak_server: %s\n", started.ToString().c_str());
    return 1;
  }
  std::printf("port %d\n", server->address().port());
  std::fflush(stdout);
  signals.Wait();
  (void)fiber::RunOn(loops.loop(0), [&] {
    server->Shutdown(fiber::Loop::Current()->Now() + kDrainMax);
    server.reset();
  });
  return 0;
}

}  // namespace
}  // namespace bellrock::rpc

int main(int argc, char** argv) {
  CLI::App app("Serves the tests' echo service until SIGTERM.");
  int port = 0;
  app.add_option("--port", port, "port on loopback; 0 takes a free one")
      ->check(CLI::Range(0, 65535));
  CLI11_PARSE(app, argc, argv);
  return bellrock::rpc::Serve(port);
}
