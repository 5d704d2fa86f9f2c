// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "naming/replica/record_codec.h"
#include "naming/replica/replica.h"

// Repair between two replicas (VIN-076): compare digests from the root, go down only where they
// differ, exchange only the records that differ, both ways; neither side is the standard. The
// messages are what would travel; all are bounded.
namespace bellrock::naming::replica {

inline constexpr size_t kRepairChecksMax = 64;                // directories per request
inline constexpr size_t kRepairBytesMax = size_t{256} << 10;  // of one message, about
inline constexpr uint64_t kRepairRoundsMax = 1'000'000;       // of one session

// "My directory has this digest; if yours differs, list its children after `after`."
struct NodeCheck {
  std::string path;
  std::string after;
  Digest digest;
};
struct ChildDigest {
  std::string name;
  Digest digest;
};
struct NodeAnswer {
  std::string path;
  std::string after;
  bool equal = false;
  bool more = false;  // the list ends here, the directory does not
  std::vector<ChildDigest> children;
};

struct RepairRequest {
  Origin from;
  Origin to;  // the life of the answering node that the session began with; epoch 0: any
  uint64_t session = 0;
  uint64_t round = 0;  // 1, 2, ...
  VersionVector seen;  // when this was made; of a finished session: when it began
  std::vector<NodeCheck> checks;
  std::vector<PathRecord> records;
  bool finished = false;
};
struct RepairReply {
  Origin from;
  Origin to;
  uint64_t session = 0;
  uint64_t round = 0;
  VersionVector seen;
  std::vector<NodeAnswer> answers;  // to the first checks; the others are asked again
  std::vector<PathRecord> records;  // that still differ from what was sent
  std::vector<std::string> later;   // merged, but for their records there was no room
};

struct RepairFigures {
  uint64_t checks = 0;         // sessions that came to an end
  uint64_t ended_at_root = 0;  // of those, with equal roots at once (VIN-077: more than 99.5 %)
  uint64_t lagging = 0;        // ended early: events were under way, ask again later
  uint64_t failed = 0;         // the other restarted meanwhile, or too many rounds
  uint64_t nodes = 0;          // directories compared
  uint64_t records = 0;        // sent or received

  RepairFigures& operator+=(const RepairFigures& other);
};

// Answers a request; keeps nothing between two of them, so that lost and repeated ones do no harm.
RepairReply AnswerRepair(Replica& replica, const RepairRequest& request, const Moment& at);

// The side that asks. One request is under way at a time; it may be sent again as often as it gets
// lost. Records may change meanwhile on both sides. When it has ended, both have all that the other
// had when it began, and both vectors say so. Borrows the replica.
class RepairSession {
 public:
  // A periodic check does not take what is merely under way for a difference: it ends at once if
  // the roots differ but the vectors do, too. A needed repair goes on.
  enum class Kind : uint8_t { kPeriodic, kNeeded };
  // `id`: another for each session of a life.
  RepairSession(Replica& replica, uint64_t id, Kind kind);

  const RepairRequest& request() const { return request_; }
  // What is not the reply to request() is ignored.
  void OnReply(const RepairReply& reply, const Moment& at);
  // After the last reply; the finishing request, if there is one, is still to be sent once.
  bool done() const { return done_; }
  bool finish_to_send() const { return request_.finished; }
  const RepairFigures& figures() const { return figures_; }

 private:
  struct Pending {
    std::string path;
    std::string after;
  };
  RepairRequest Blank() const;  // the next round's
  void NextRequest();
  void End(const VersionVector& theirs);
  void Fail();
  void OnAnswer(const NodeAnswer& answer);
  void Compare(const NodeAnswer& answer);

  bool Lags(const RepairReply& reply) const;

  Replica& replica_;
  const Kind kind_;
  const VersionVector seen_at_start_;
  std::optional<VersionVector> theirs_at_start_;
  std::vector<Pending> pending_;       // depth first: a page of children per level at most
  std::deque<std::string> differing_;  // paths of instances, at most a reply's worth
  RepairRequest request_;
  RepairFigures figures_;
  bool done_ = false;
};

}  // namespace bellrock::naming::replica
