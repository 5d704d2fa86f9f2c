// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What registry nodes send one another, read as any other node or an older version may have written
// it: events, repair in both roles, what was heard of others. A node that takes it goes on, and
// what it answers can be read by others.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "fuzz_input.h"
#include "naming/node/node.h"
#include "naming/server/replication_wire.h"

namespace bellrock::naming::server {
namespace {

constexpr size_t kMessagesMax = 16;
constexpr size_t kRepliesMax = 64;  // of a session that another node makes up
constexpr int kPaths = 40;

class Told {
 public:
  Told() {
    node_.SetPlan(node::AlonePlan({1, "n", "a", ""}), at_.now);
    for (int i = 0; i < kPaths; ++i) {
      Spec spec;
      spec.path = "/a/b/c/d/e" + std::to_string(i % 4) + "/" + std::to_string(i);
      spec.address = "127.0.0.1:1";
      spec.traits = std::make_shared<const Traits>();
      BELLROCK_CHECK(node_.registry().Register(spec, 0, at_).ok(), "it is registered");
    }
  }

  void Take(uint8_t how, const std::string& bytes) {
    if (how % 4 == 0) return HearPullReply(bytes);
    if (how % 4 == 1) return HearRepairRequest(bytes);
    if (how % 4 == 2) return HearRepairReply(bytes);
    HearPullRequest(bytes);
  }
  void Pass(Duration time) {
    at_.now += time;
    (void)node_.Tick(at_);
  }

 private:
  replica::Replica& replica() { return node_.registry().replica(); }

  void HearPullReply(const std::string& bytes) {
    v1::PullReply wire;
    if (!wire.ParseFromString(bytes)) return;
    const auto reply = FromWire(wire);
    if (!reply.ok()) return;
    v1::PullReply again;
    ToWire(*reply, again);
    BELLROCK_CHECK(FromWire(again).ok(), "events survive");
    (void)replica().Apply(*reply, at_);
    replica().HearShared({reply->from});
  }
  void HearPullRequest(const std::string& bytes) {
    v1::SeenBy wire;
    if (!wire.ParseFromString(bytes)) return;
    const replica::PullReply reply = node_.AnswerPull(FromWire(wire), at_.now);
    v1::PullReply answer;
    ToWire(reply, answer);
    BELLROCK_CHECK(FromWire(answer).ok(), "others can read what is pulled");
  }
  void HearRepairRequest(const std::string& bytes) {
    v1::RepairRequest wire;
    if (!wire.ParseFromString(bytes)) return;
    const auto request = FromWire(wire);
    if (!request.ok()) return;
    v1::RepairReply answer;
    ToWire(node_.AnswerRepair(*request, at_), answer);
    BELLROCK_CHECK(FromWire(answer).ok(), "others can read what repair answers");
  }
  // As the one who asked, whatever session it was made up for.
  void HearRepairReply(const std::string& bytes) {
    v1::RepairReply wire;
    if (!wire.ParseFromString(bytes)) return;
    auto reply = FromWire(wire);
    if (!reply.ok()) return;
    if (!session_ || session_->done() || replies_ >= kRepliesMax) {
      session_.emplace(replica(), 1, replica::RepairSession::Kind::kNeeded);
      replies_ = 0;
    }
    ++replies_;
    reply->to = session_->request().from;
    reply->session = session_->request().session;
    reply->round = session_->request().round;
    session_->OnReply(*reply, at_);
    v1::RepairRequest next;
    ToWire(session_->request(), next);
    BELLROCK_CHECK(FromWire(next).ok(), "others can read what repair asks");
  }

  Moment at_{Time() + std::chrono::seconds(1000), 1'800'000'000'000};
  node::Node node_{{1, 7}, {}, 1};
  std::optional<replica::RepairSession> session_;
  size_t replies_ = 0;
};

}  // namespace
}  // namespace bellrock::naming::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::fuzz::Input input(data, size);
  bellrock::naming::server::Told told;
  for (size_t i = 0; i < bellrock::naming::server::kMessagesMax && !input.empty(); ++i) {
    const uint8_t how = input.Byte();
    told.Take(how, input.Bytes(input.Short()));
    told.Pass(std::chrono::milliseconds(how * 20));
  }
  return 0;
}
