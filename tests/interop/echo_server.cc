// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The sample service on a free port, for peers that nobody here wrote. Prints the port, serves
// until its input ends, then shuts down as a restart would. With a certificate and a key as
// arguments it serves TLS, too.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "fiber/loop.h"
#include "rpc/echo_service.h"
#include "rpc/server.h"
#include "rpc/tls/tls_context.h"

namespace bellrock::rpc {
namespace {

// Adds to the test service what only foreign clients ask: metadata back, how often handlers were
// cut short, and failures with an error type.
class InteropEcho final : public sample::v1::EchoService {
 public:
  Result<sample::v1::EchoReply> Say(ServerContext& context,
                                    const sample::v1::EchoRequest& request) override {
    for (const std::string_view key : {"x-echo", "x-echo-bin"}) {
      const auto value = context.metadata(key);
      if (value) BELLROCK_TRY(context.AddReplyMetadata(key, *value));
    }
    echo_.error_type = context.metadata("x-error-type").value_or("");
    BELLROCK_TRY(context.AddReplyMetadata("x-cut-short", std::to_string(echo_.cut_short)));
    BELLROCK_TRY(context.AddReplyMetadata("x-trace", TraceIdText(context.trace())));
    return echo_.Say(context, request);
  }
  Status Count(ServerContext& context, const sample::v1::CountRequest& request,
               Writer<sample::v1::EchoReply>& writer) override {
    return echo_.Count(context, request, writer);
  }
  Result<sample::v1::SumReply> Sum(ServerContext& context,
                                   Reader<sample::v1::EchoRequest>& reader) override {
    return echo_.Sum(context, reader);
  }
  Status Chat(ServerContext& context, Reader<sample::v1::EchoRequest>& reader,
              Writer<sample::v1::EchoReply>& writer) override {
    return echo_.Chat(context, reader, writer);
  }

 private:
  rpc::EchoService echo_;
};

std::shared_ptr<TlsContext> TlsFrom(const std::string& certificate, const std::string& key) {
  auto made = TlsContext::Server(fiber::RealEnvironment(),
                                 {.certificate_file = certificate, .key_file = key});
  BELLROCK_CHECK(made.ok(), made.status().ToString().c_str());
  return *made;
}

void ServeUntilInputEnds(std::shared_ptr<TlsContext> tls) {
  InteropEcho service;
  fiber::LoopGroup loops(1);
  Server server(fiber::RealEnvironment(), {.name = "test/echo", .tls = std::move(tls)}, nullptr);
  Status status = server.Add(service);
  BELLROCK_CHECK(status.ok(), status.ToString().c_str());
  status = server.Listen(Address::Tcp("127.0.0.1", 0), loops);
  BELLROCK_CHECK(status.ok(), status.ToString().c_str());
  std::printf("%d\n", server.address().port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  server.Shutdown(loops.loop(0).Now() + std::chrono::seconds(5));
}

}  // namespace
}  // namespace bellrock::rpc

int main(int argc, char** argv) {
  using namespace bellrock::rpc;
  ServeUntilInputEnds(argc == 3 ? TlsFrom(argv[1], argv[2]) : nullptr);
}
