// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Datagrams of the cluster, which come from anybody. What the decoder accepts is within its limits
// and encodes to the same again; a node that is told any of it goes on, and what it then sends fits
// a datagram and can be read.
#include <xxhash.h>

#include <string>
#include <vector>

#include "base/check.h"
#include "fuzz_input.h"
#include "naming/cluster/cluster_node.h"
#include "naming/cluster/codec.h"

namespace bellrock::naming::cluster {
namespace {

constexpr uint32_t kCluster = 7;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kMessagesMax = 16;

// With the checksum mended, so that what lies behind it is reached.
std::string Sealed(std::string bytes) {
  const uint32_t sum = XXH32(bytes.data(), bytes.size(), 0);
  for (size_t i = 0; i < kChecksumBytes; ++i) bytes.push_back(static_cast<char>(sum >> (8 * i)));
  return bytes;
}

std::string Frame(const std::string& content) {
  Message empty;
  const std::string header = EncodeMessage(empty, kCluster).substr(0, 7);
  return Sealed(header + content);
}

void CheckLimits(const Message& message) {
  BELLROCK_CHECK(!message.from.empty() && message.from.size() <= kNameBytesMax, "sender's name");
  BELLROCK_CHECK(message.updates.size() <= kUpdatesMax, "number of updates");
  for (const MemberUpdate& update : message.updates) {
    BELLROCK_CHECK(!update.name.empty() && update.name.size() <= kNameBytesMax, "member's name");
    BELLROCK_CHECK(update.profile || update.liveness != Liveness::kAlive,
                   "the alive have profiles");
    Message without{message.from, Gossip{}, {}}, with{message.from, Gossip{}, {update}};
    const size_t took =
        EncodeMessage(with, kCluster).size() - EncodeMessage(without, kCluster).size();
    BELLROCK_CHECK(took <= WireBytesMax(update), "an update takes no more than its bound");
  }
}

class Told {
 public:
  void Take(const std::string& bytes) {
    const Result<Message> message = DecodeMessage(bytes, kCluster);
    if (!message.ok()) return;
    CheckLimits(*message);
    const std::string encoded = EncodeMessage(*message, kCluster);
    const Result<Message> again = DecodeMessage(encoded, kCluster);
    BELLROCK_CHECK(again.ok() && EncodeMessage(*again, kCluster) == encoded, "a message survives");
    CheckSent(node_.Receive(*message, Address::Tcp("10.0.0.9", 7600), now_));
  }
  void Pass(Duration time) {
    now_ += time;
    CheckSent(node_.Tick(now_));
  }

 private:
  static ClusterNodeOptions Options() {
    ClusterNodeOptions options;
    options.membership.name = "n0";
    options.membership.seed = 1;
    options.membership.profile.address = Address::Tcp("10.0.0.1", 7600);
    options.membership.profile.metadata.site = "sz";
    return options;
  }
  static void CheckSent(const ClusterEffects& effects) {
    for (const Outgoing& outgoing : effects.messages) {
      const std::string bytes = EncodeMessage(outgoing.message, kCluster);
      BELLROCK_CHECK(bytes.size() <= kDatagramBytesMax, "a message fits a datagram");
      BELLROCK_CHECK(DecodeMessage(bytes, kCluster).ok(), "others can read it");
    }
  }

  Time now_ = Time() + std::chrono::seconds(1000);
  ClusterNode node_{Options(), now_};
};

}  // namespace
}  // namespace bellrock::naming::cluster

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace cluster = bellrock::naming::cluster;
  bellrock::fuzz::Input input(data, size);
  cluster::Told told;
  for (size_t i = 0; i < cluster::kMessagesMax && !input.empty(); ++i) {
    const uint8_t how = input.Byte();
    const std::string bytes = input.Bytes(input.Short());
    told.Take(how % 4 == 0 ? bytes : cluster::Frame(bytes));
    told.Pass(std::chrono::milliseconds(how * 20));
  }
  return 0;
}
