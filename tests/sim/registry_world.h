// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "message_network.h"
#include "registry_agents.h"
#include "registry_calls.h"
#include "registry_node.h"
#include "registry_watch.h"
#include "word_ledger.h"

namespace bellrock {

// A whole registry: nodes, hosts with their instances, watchers, and what must hold between them.
// What a story does to it and when is the story's matter.
class RegistryWorld {
 public:
  struct Options {
    uint64_t seed = 0;
    int nodes = 3;
    int sites = 1;
    int hosts = 6;
    int instances = 120;
    int watchers = 8;
    naming::RegistryOptions registry;
  };
  using Complain = std::function<void(const std::string& what)>;

  RegistryWorld(const Options& options, Complain complain, bool trace);

  void RunFor(Duration time);
  Time now() const { return network_.now(); }
  MessageNetwork& network() { return network_; }
  int sites() const { return options_.sites; }
  int nodes() const { return static_cast<int>(nodes_.size()); }
  RegistryNode& node(int i) { return *nodes_[static_cast<size_t>(i)]; }
  std::vector<std::unique_ptr<HostAgent>>& hosts() { return hosts_; }
  std::vector<SimInstance>& instances() { return instances_; }
  std::vector<std::unique_ptr<WatchClient>>& watchers() { return watchers_; }
  int site_of_host(int host) const { return host % options_.sites; }
  int site_of(int endpoint) const;
  HostAgent& host_of(const SimInstance& instance) { return *hosts_[host_of_.at(&instance)]; }

  void Begin(SimInstance& instance, int host);
  // False: not done, for some word is on no other disk, and would really be lost.
  bool LoseDisk(int node);
  void Trace(const std::string& line) const;

  // Among those that are up: exactly one leader in each site that has any, followed by all. What is
  // wrong, or "".
  std::string LeaderProblem(const std::vector<int>& part);
  // What is not yet as it has to be long after everything was healed, or "".
  std::string NotSettled();
  // Who holds something else than node 0, or "".
  std::string Differences();
  // What holds leases back at the moment, for people.
  std::string Protections();
  // What no healing mends, or "".
  std::string BrokenPromise();
  std::string WatcherProblem();

  struct Figures {
    uint64_t lease_ends = 0;    // by whoever held the lease
    uint64_t blips = 0;         // a served instance told unreachable, away from its leader
    uint64_t unknown = 0;       // heartbeats
    uint64_t proxied = 0;       // calls
    uint64_t stepped_back = 0;  // watchers that moved to a node that knew less
    uint64_t resumed = 0;       // watches
    uint64_t full_states = 0;
  };
  Figures figures() const;

 private:
  void MakeNodes();
  void MakeHosts();
  void Audit(int node, const naming::Event& event);
  // Since when the host can have its heartbeats heard through some server, without interruption.
  Time ServedSince(const HostAgent& host) const;
  void SampleServed();
  naming::replica::VersionVector HeldByDisk(int node);
  bool Serves(int node);
  std::string NotSettled(const SimInstance& instance, const naming::replica::Record& held) const;

  const Options options_;
  const Complain complain_;
  const bool trace_;
  MessageNetwork network_;
  CallNetwork calls_;
  std::vector<std::unique_ptr<RegistryNode>> nodes_;
  std::vector<std::unique_ptr<HostAgent>> hosts_;
  std::vector<SimInstance> instances_;
  std::map<std::string, SimInstance*> by_path_;
  std::map<const SimInstance*, size_t> host_of_;
  std::vector<std::unique_ptr<WatchClient>> watchers_;
  WordLedger ledger_;
  std::map<std::pair<int, int>, Time> served_since_;  // host's endpoint, node
  Figures figures_;
};

}  // namespace bellrock
