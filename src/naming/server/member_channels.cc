// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/member_channels.h"

#include "naming/server/peer_channel.h"

namespace bellrock::naming::server {

Result<std::shared_ptr<ChannelInterface>> MemberChannels::To(const std::string& member,
                                                             const std::string& address) {
  const auto at = channels_.find(member);
  if (at != channels_.end() && at->second.address == address) return at->second.channel;
  BELLROCK_ASSIGN(std::shared_ptr<ChannelInterface> channel, DialPeer(environment_, address));
  if (at == channels_.end() && channels_.size() >= kChannelsMax) channels_.clear();
  channels_[member] = Dialled{address, channel};
  return channel;
}

}  // namespace bellrock::naming::server
