// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/time.h"

namespace bellrock::naming::client {

// Decides which server a write or a heartbeat goes to, for only the leader of a site takes them
// (VIN-027, VIN-092). Pure: time, random bits and what became of each try are arguments.
//
// Whoever is asked while no leader is known names it (a redirect). A leader that cannot be reached
// puts the finder into proxy mode: any server that can be reached passes the calls on (VIN-051).
// Meanwhile the leader is looked at each kLeaderCheck, and proxy mode ends when it answers, or
// when another server turns out to lead (VIN-052).
//
// Always holds: one call makes at most kTriesMax tries and follows at most kRedirectsMax redirects.
// Once somebody spoke, it asks at most kSilentTriesMax of those known to be silent, and none that
// was within kLeaderCheck.
class LeaderFinder {
 public:
  static constexpr Duration kLeaderCheck = std::chrono::seconds(3);  // less up to a quarter
  static constexpr int kRedirectsMax = 3;
  static constexpr int kTriesMax = 8;
  static constexpr int kCheckTriesMax = 4;
  // Each costs a whole try. Whoever speaks will name the next leader, silent before or not.
  static constexpr int kSilentTriesMax = 1;

  enum class Mode : uint8_t {
    kSeeking,  // whoever is asked will name the leader
    kDirect,   // the leader is known
    kProxy,    // it cannot be reached: others pass calls on
  };

  enum class Failure : uint8_t {
    kUnable,       // it answered, and knows no leader or cannot reach it
    kUnreachable,  // no connection
    kSilent,       // no answer in time
  };

  struct Try {
    Address server;
    bool forward = false;  // a follower is to pass the call on instead of naming the leader
  };

  // What one call has been through; on the stack of its fiber.
  class Way {
   public:
    // Who did not serve it, in the order of asking.
    const std::vector<Address>& failed() const { return failed_; }
    // How many of them did not answer in time.
    int silences() const { return silences_; }

   private:
    friend class LeaderFinder;
    bool Failed(const Address& server) const;

    bool check_ = false;
    int tries_ = 0;
    int redirects_ = 0;
    int silences_ = 0;
    // When somebody answered, if only that he cannot help.
    Time spoken_at_ = Time::min();
    std::vector<Address> failed_;  // not to be asked again on this way
    Address last_redirecting_;
  };

  // Servers whose silence is remembered.
  static constexpr size_t kServersMax = 256;

  // The first to be asked is a random one, so that the clients of a lost leader spread.
  explicit LeaderFinder(uint64_t random) : random_(random) {}

  // The list changed; a leader that is no longer in it stays until it fails.
  void SetServers(std::vector<Address> servers);

  // Where the next try of a call goes; nullopt: all have failed on this way.
  std::optional<Try> Next(Way& way) const;
  // What became of it. Served:
  void OnServed(const Try& tried);
  // Not served, for another leads; its name may be gossip that is out of date.
  void OnRedirect(Way& way, const Try& tried, const Address& leader, Time now);
  void OnFailed(Way& way, const Try& tried, Time now, Failure failure);

  // In proxy mode: when the leader is to be looked at, else kNever.
  Time check_due() const { return mode() == Mode::kProxy ? check_due_ : kNever; }
  // The way of such a look: tries of it do nothing, and any server that serves one leads.
  Way BeginCheck(Time now, uint64_t random);

  Mode mode() const;
  // The one that is known, reachable or not.
  const std::optional<Address>& leader() const { return leader_; }

 private:
  std::optional<Address> NextServer(const Way& way) const;
  bool Worthwhile(const Address& server, const Way& way) const;
  bool SilentLately(const Address& server, Time now) const;
  Try Towards(const Address& server, const Way& way) const;

  uint64_t random_;
  std::vector<Address> servers_;
  size_t at_ = 0;  // in servers_: asked first when the leader is not
  std::optional<Address> leader_;
  bool leader_down_ = false;
  Time check_due_ = kNever;
  std::map<Address, Time> silent_;  // when it last was, since it spoke; at most kServersMax
};

std::string_view ToText(LeaderFinder::Mode mode);

}  // namespace bellrock::naming::client
