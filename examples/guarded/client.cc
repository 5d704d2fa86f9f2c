// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Calls the guarded service with a certificate of its own.
//   guarded_client FOLDER NAME [CALLS]     with NAME.pem, NAME.key and ca.pem
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bellrock/channel.h"
#include "hello/v1/hello.bellrock.h"

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  const std::string name = argc > 2 ? argv[2] : "web";
  const int calls = argc > 3 ? std::atoi(argv[3]) : 1;
  bellrock::ChannelOptions options;
  options.attempts = 1;
  options.tls.certificate = folder + "/" + name + ".pem";
  options.tls.key = folder + "/" + name + ".key";
  options.tls.ca = folder + "/ca.pem";
  options.tls.server_identity = "example/guarded";
  bellrock::Channel channel("example/guarded", options);
  hello::v1::GreeterStub greeter(channel);
  hello::v1::HelloRequest request;
  request.set_name(name);
  int failed = 0;
  for (int i = 0; i < calls; ++i) {
    auto reply = greeter.SayHello(request);
    if (reply.ok()) {
      std::printf("%s\n", reply->text().c_str());
    } else {
      std::fprintf(stderr, "guarded: %s\n", reply.status().ToString().c_str());
      ++failed;
    }
  }
  return failed == 0 ? 0 : 1;
}
