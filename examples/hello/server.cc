// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// A whole service: registered by name, found, balanced, counted, served as native RPC and HTTP +
// JSON on one port.
#include <cstdio>

#include "bellrock/server.h"
#include "hello/v1/hello.bellrock.h"

class Greeter : public hello::v1::GreeterService {
  bellrock::Result<hello::v1::HelloReply> SayHello(
      bellrock::ServerContext&, const hello::v1::HelloRequest& request) override {
    if (request.name().empty()) return bellrock::InvalidArgumentError("name is empty; say who");
    hello::v1::HelloReply reply;
    reply.set_text("Hello, " + request.name() + "!");
    return reply;
  }
};

int main() {
  Greeter greeter;
  bellrock::Server server("example/hello");
  bellrock::Status status = server.Add(greeter).Run();
  if (!status.ok()) std::fprintf(stderr, "hello: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
