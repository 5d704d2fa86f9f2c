// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "fiber/environment.h"

namespace bellrock::naming::server {

// Channels to other members for what an operator asks of them through this node. One per member
// that was asked, kept for the next time; at most kChannelsMax. On the registry's loop.
class MemberChannels {
 public:
  static constexpr size_t kChannelsMax = 256;

  explicit MemberChannels(fiber::Environment environment) : environment_(environment) {}

  // The caller may go on using it after the member has moved or been forgotten.
  Result<std::shared_ptr<ChannelInterface>> To(const std::string& member,
                                               const std::string& address);

 private:
  struct Dialled {
    std::string address;
    std::shared_ptr<ChannelInterface> channel;
  };

  fiber::Environment environment_;
  std::map<std::string, Dialled> channels_;
};

}  // namespace bellrock::naming::server
