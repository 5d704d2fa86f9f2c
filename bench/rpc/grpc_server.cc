// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The stock gRPC C++ server, by its callback API.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "bellrock/bench/v1/echo.grpc.pb.h"
#include "load_meter.h"
#include "server_process.h"

namespace bellrock::bench {
namespace {

class GrpcEcho final : public v1::Echo::CallbackService {
 public:
  grpc::ServerUnaryReactor* Say(grpc::CallbackServerContext* context,
                                const v1::EchoRequest* request, v1::EchoReply* reply) override {
    BeSlow(request->slowness());
    reply->set_payload(request->payload());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace
}  // namespace bellrock::bench

int main() {
  bellrock::bench::GrpcEcho service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) bellrock::bench::Fail("the gRPC server did not start");
  bellrock::bench::ServeUntilInputEnds(port);
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}
