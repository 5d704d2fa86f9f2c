// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The hello service behind TLS: only example/web may call, at most 5 calls a second for each
// caller; its whole line may ask what there is, as "bellrock call" does.
//   guarded_server FOLDER      with server.pem, server.key and ca.pem as docs/tls.md makes them
#include <cstdio>
#include <string>

#include "bellrock/server.h"
#include "hello/v1/hello.bellrock.h"

constexpr char kAccess[] = R"({
  "rules": [{"caller": "example/web", "method": "hello.v1.Greeter/*", "action": "ALLOW"},
            {"caller": "example/*", "method": "bellrock.rpc.v1.Reflection/*", "action": "ALLOW"}],
  "default_action": "DENY",
  "require_identity": true
})";

constexpr char kProtection[] = R"({
  "quotas": {"mode": "PROTECTION_ON",
             "quotas": [{"consumer": "*", "calls_per_second": 5, "burst": 5}]}
})";

class Greeter : public hello::v1::GreeterService {
  bellrock::Result<hello::v1::HelloReply> SayHello(
      bellrock::ServerContext& context, const hello::v1::HelloRequest& request) override {
    hello::v1::HelloReply reply;
    reply.set_text("Hello, " + request.name() + ", from " + std::string(context.identity()) + "!");
    return reply;
  }
};

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  Greeter greeter;
  bellrock::ServerOptions options;
  options.tls.certificate = folder + "/server.pem";
  options.tls.key = folder + "/server.key";
  options.tls.ca = folder + "/ca.pem";
  options.tls.require_client_certificate = true;
  options.tls_required = true;
  options.access_policy = kAccess;
  options.protection = kProtection;
  bellrock::Server server("example/guarded", options);
  bellrock::Status status = server.Add(greeter).Run();
  if (!status.ok()) std::fprintf(stderr, "guarded: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
