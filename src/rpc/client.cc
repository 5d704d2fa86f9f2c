// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.h"

#include <type_traits>
#include <utility>

#include "rpc/client/client_core.h"
#include "rpc/intercepted_call.h"

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

namespace {

// Makes `call` with the options it is to have, past the interceptors if there are any.
template <typename Made, typename Call>
Made Intercepted(const ClientOptions& client, std::string_view service, std::string_view method,
                 const CallOptions& options, Call call) {
  if (client.interceptors.empty()) return call(options);
  InterceptedCall intercepted(client.interceptors, client.callee, service, method, options);
  if (Status refused = intercepted.Before(); !refused.ok()) {
    intercepted.After(refused);
    return refused;
  }
  Made made = call(intercepted.options());
  if constexpr (std::is_same_v<Made, Status>) {
    intercepted.After(made);
  } else {
    intercepted.After(made.status());
  }
  return made;
}

}  // namespace

Status Client::Call(std::string_view service, std::string_view method, const Message& request,
                    Message& reply, const CallOptions& options) {
  return Intercepted<Status>(
      core_->options(), service, method, options, [&](const CallOptions& made_with) {
        CallProgress progress = core_->Begin(service, method, made_with, false);
        return core_->Call(progress, request, reply);
      });
}

Result<std::unique_ptr<StreamReader>> Client::OpenStream(std::string_view service,
                                                         std::string_view method,
                                                         const Message& request,
                                                         const CallOptions& options) {
  BELLROCK_ASSIGN(std::unique_ptr<StreamCall> stream, Open(service, method, &request, options));
  return std::unique_ptr<StreamReader>(std::move(stream));
}

Result<std::unique_ptr<StreamCall>> Client::OpenDuplex(std::string_view service,
                                                       std::string_view method,
                                                       const CallOptions& options) {
  return Open(service, method, nullptr, options);
}

Result<std::unique_ptr<StreamCall>> Client::Open(std::string_view service, std::string_view method,
                                                 const Message* request,
                                                 const CallOptions& options) {
  return Intercepted<Result<std::unique_ptr<StreamCall>>>(
      core_->options(), service, method, options, [&](const CallOptions& made_with) {
        CallProgress progress = core_->Begin(service, method, made_with, true);
        return core_->OpenStream(progress, request);
      });
}

}  // namespace bellrock::rpc
