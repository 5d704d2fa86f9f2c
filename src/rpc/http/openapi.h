// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace google::protobuf {
class ServiceDescriptor;
}

namespace bellrock::rpc {

// The OpenAPI 3.0 document of services as a Bellrock server serves them by HTTP: annotated methods
// by their paths, the others as POST /package.Service/Method, messages in protobuf's JSON mapping.
// Methods that take a stream of requests are left out: HTTP/1.1 does not carry them. Pure; knows
// nothing of a server. kInvalidArgument if an annotation is wrong.
Result<std::string> OpenApiDocument(
    std::string_view title, std::span<const google::protobuf::ServiceDescriptor* const> services);

}  // namespace bellrock::rpc
