// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/service.h"

namespace bellrock {

const TraceContext& ServerContext::trace() const {
  static const TraceContext kNone;
  return kNone;
}

Result<std::unique_ptr<StreamCall>> ChannelInterface::OpenDuplex(std::string_view service,
                                                                 std::string_view method,
                                                                 const CallOptions&) {
  return UnimplementedError("this channel opens no stream of requests, which " +
                            std::string(service) + "/" + std::string(method) + " needs");
}

}  // namespace bellrock
