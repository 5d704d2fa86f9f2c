// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bellrock/service.h"
#include "fiber/environment.h"

namespace bellrock::naming::server {

// A channel to another registry node, compressed. kInvalidArgument if the address is none.
Result<std::unique_ptr<ChannelInterface>> DialPeer(fiber::Environment environment,
                                                   const std::string& address);

}  // namespace bellrock::naming::server
