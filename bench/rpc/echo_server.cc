// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Our echo server: one loop, counting on. With --hand-off a handler that holds its thread loses the
// loop to a spare one.
#include <memory>
#include <string_view>

#include "bellrock/bench/v1/echo.bellrock.h"
#include "counting.h"
#include "load_meter.h"
#include "rpc/server.h"
#include "server_process.h"

namespace bellrock::bench {
namespace {

class EchoService final : public v1::EchoService {
 public:
  Result<v1::EchoReply> Say(ServerContext&, const v1::EchoRequest& request) override {
    BeSlow(request.slowness());
    v1::EchoReply reply;
    reply.set_payload(request.payload());
    return reply;
  }
};

void Serve(bool hand_off) {
  // As libbellrock makes its loops; hand-off costs nothing until a server asks for it.
  fiber::LoopGroup loops(1, {.handoff = {.enabled = true}});
  EchoService service;
  std::unique_ptr<Counting> counting;
  std::unique_ptr<rpc::Server> server;
  Status started;
  (void)fiber::RunOn(loops.loop(0), [&] {
    counting = std::make_unique<Counting>("bench:server");
    server = std::make_unique<rpc::Server>(
        fiber::RealEnvironment(), rpc::ServerOptions{.name = "bench/echo", .hand_off = hand_off},
        &counting->server_side());
    started = server->Add(service);
    if (started.ok()) started = server->Listen(Address::Tcp("127.0.0.1", 0), loops);
  });
  if (!started.ok()) Fail(started.ToString());
  ServeUntilInputEnds(server->address().port());
  (void)fiber::RunOn(loops.loop(0), [&] {
    server.reset();
    counting.reset();
  });
}

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  bellrock::bench::Serve(argc == 2 && std::string_view(argv[1]) == "--hand-off");
  return 0;
}
