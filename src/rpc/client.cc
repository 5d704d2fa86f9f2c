// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.h"

#include <utility>

#include "rpc/client_core.h"

namespace bellrock::rpc {

class Client::Core final : public ClientCore {
 public:
  using ClientCore::ClientCore;
};

Client::Client(fiber::Environment environment, EndpointSource& endpoints, CallObserver* observer,
               ClientOptions options)
    : core_(std::make_shared<Core>(environment, endpoints, observer, std::move(options))) {}

Client::~Client() {
  core_->CloseAll();
}

Status Client::Call(std::string_view service, std::string_view method, const Message& request,
                    Message& reply, const CallOptions& options) {
  CallProgress progress = core_->Begin(service, method, options, false);
  return core_->Call(progress, request, reply);
}

Result<std::unique_ptr<StreamReader>> Client::OpenStream(std::string_view service,
                                                         std::string_view method,
                                                         const Message& request,
                                                         const CallOptions& options) {
  CallProgress progress = core_->Begin(service, method, options, true);
  BELLROCK_ASSIGN(std::unique_ptr<StreamCall> stream, core_->OpenStream(progress, &request));
  return std::unique_ptr<StreamReader>(std::move(stream));
}

Result<std::unique_ptr<StreamCall>> Client::OpenDuplex(std::string_view service,
                                                       std::string_view method,
                                                       const CallOptions& options) {
  CallProgress progress = core_->Begin(service, method, options, true);
  return core_->OpenStream(progress, nullptr);
}

}  // namespace bellrock::rpc
