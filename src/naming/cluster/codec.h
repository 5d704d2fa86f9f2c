// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "naming/cluster/message.h"

// The bytes of a message: two magic bytes, a version, the cluster's number, a kind, integers of
// variable length, texts with their length, at the end a checksum. Our own format, since datagrams
// are small and come from anybody: everything read is checked against its limit first.
namespace bellrock::naming::cluster {

inline constexpr uint8_t kWireVersion = 1;
// What a sender keeps to, so that no datagram is cut into fragments on usual networks.
inline constexpr size_t kDatagramBytesMax = 1400;
inline constexpr size_t kUpdatesMax = 256;

// Nodes of different clusters that reach each other by mistake must not mix.
uint32_t ClusterNumber(std::string_view cluster_name);

std::string EncodeMessage(const Message& message, uint32_t cluster);
// kInvalidArgument with what is wrong and where; kFailedPrecondition: from another cluster.
Result<Message> DecodeMessage(std::string_view bytes, uint32_t cluster);

// At most as many bytes does the update take in a message.
size_t WireBytesMax(const MemberUpdate& update);

}  // namespace bellrock::naming::cluster
