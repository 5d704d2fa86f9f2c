// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "fiber/fiber.h"
#include "load_options.h"
#include "naming_stubs.h"
#include "timed_run.h"

namespace bellrock::bench {

// The agents of a fleet's hosts: each renews all leases of its host with one message every
// interval, the hosts spread evenly over it. Lives on one loop; renews until it is destroyed.
class Agents {
 public:
  static constexpr int64_t kInstancesPerHost = 100;
  static constexpr int kConnections = 100;  // the hosts share them

  // The instances must be registered.
  explicit Agents(const LoadOptions& options);
  ~Agents();

  // The instances of the first hosts are heard once more, all at the same time, and then never
  // again. Returns when the last of their messages was sent; blocks until they are answered.
  Instant Silence(int64_t hosts);
  // What host and place hold becomes another instance. The one that was there is returned.
  int64_t Replace(size_t host, size_t place, int64_t instance);
  size_t hosts() const { return hosts_.size(); }

  struct Seen {
    double longest_late_s = 0;  // by how much a message was sent later than it was due: our doing
    double longest_gap_s = 0;   // between two replies, whoever they are for
    double longest_wait_s = 0;  // of one message for its reply
    uint64_t renewed = 0;
    uint64_t unknown = 0;  // instances that were registered and are not known
  };
  // Since the last call.
  Seen Take();

 private:
  struct Host {
    std::vector<int64_t> instances;
    bool silent = false;
  };

  void RunSchedule();
  void Beat(size_t host);
  void Note(const Host& host, const naming::v1::HeartbeatReply& reply, Instant begun);

  const LoadOptions options_;
  const Fleet fleet_;
  NamingStubs stubs_;
  std::vector<Host> hosts_;
  std::vector<size_t> order_;  // in which hosts are due: neighbours that die leave no hole in it
  Seen seen_;
  Instant last_reply_;
  int under_way_ = 0;
  bool ending_ = false;
  fiber::JoinHandle schedule_;
};

}  // namespace bellrock::bench
