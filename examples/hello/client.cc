// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Calls the service by its name, from plain synchronous code.
#include <cstdio>

#include "bellrock/channel.h"
#include "hello/v1/hello.bellrock.h"

int main(int argc, char** argv) {
  bellrock::Channel channel("example/hello");
  hello::v1::GreeterStub greeter(channel);
  hello::v1::HelloRequest request;
  request.set_name(argc > 1 ? argv[1] : "world");
  auto reply = greeter.SayHello(request);
  if (!reply.ok()) {
    std::fprintf(stderr, "hello: %s\n", reply.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n", reply->text().c_str());
  return 0;
}
