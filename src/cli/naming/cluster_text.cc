// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/cluster_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <tuple>

#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

std::string LivenessName(v1::Member::Liveness liveness) {
  switch (liveness) {
    case v1::Member::LIVENESS_ALIVE:
      return "alive";
    case v1::Member::LIVENESS_SUSPECT:
      return "suspect";
    case v1::Member::LIVENESS_DEAD:
      return "dead";
    case v1::Member::LIVENESS_LEFT:
      return "left";
    default:
      return "unknown";
  }
}

// What somebody said of himself before he was lost is not so any more.
std::string RoleName(const v1::Member& member) {
  const bool gone = member.liveness() == v1::Member::LIVENESS_DEAD ||
                    member.liveness() == v1::Member::LIVENESS_LEFT;
  if (gone) return "-";
  const std::string role = member.role() == v1::ROLE_LEADER ? "leader" : "follower";
  return member.standby() ? role + ", standby" : role;
}

std::string LeaderName(const v1::DescribeReply& view) {
  return view.leader().name().empty() ? "nobody" : view.leader().name();
}

std::string HeadText(const v1::DescribeReply& view) {
  if (view.cluster().empty()) {
    return fmt::format("{} of site {} is a server on its own\n", view.node(), view.site());
  }
  std::string role = "leads site " + view.site();
  if (view.role() != v1::ROLE_LEADER) {
    role = view.leader().name().empty()
               ? fmt::format("knows of no leader of site {}", view.site())
               : fmt::format("follows {} ({})", view.leader().name(), view.leader().address());
  }
  return fmt::format("cluster {} as {} of site {} sees it: {} {}, term {}, island {:x}, {}\n",
                     view.cluster(), view.node(), view.site(), view.node(), role, view.term(),
                     view.island(), view.majority() ? "with a majority" : "without a majority");
}

std::string MembersText(const v1::DescribeReply& view) {
  std::vector<const v1::Member*> members;
  for (const v1::Member& member : view.members()) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
    return std::tie(a->site(), a->name()) < std::tie(b->site(), b->name());
  });
  TextTable table({"SITE", "NODE", "LIVENESS", "SINCE", "ROLE", "TERM", "ISLAND", "ADDRESS"});
  for (const v1::Member* member : members) {
    table.Add({member->site(), member->self() ? member->name() + " (asked)" : member->name(),
               LivenessName(member->liveness()), AgeText(member->since_ms()), RoleName(*member),
               std::to_string(member->term()), fmt::format("{:x}", member->island()),
               member->address()});
  }
  return table.ToString();
}

std::string ProtectionsText(const v1::DescribeReply& view) {
  std::string text;
  for (const v1::Protection& row : view.protections()) {
    const std::string subject = row.subject().empty() ? "" : " of " + row.subject();
    text += fmt::format("holds: {}{} for {}: {}\n", row.name(), subject, AgeText(row.since_ms()),
                        row.reason());
  }
  for (const v1::Override& row : view.overrides()) {
    const std::string subject = row.service().empty() ? "" : " of " + row.service();
    const std::string word = !row.on()           ? "off"
                             : row.percent() > 0 ? fmt::format("on at {} %", row.percent())
                                                 : "on";
    text += fmt::format("operator: {}{} {} for another {}: {}\n", row.name(), subject, word,
                        AgeText(row.left_ms()), row.who_and_why());
  }
  return text.empty() ? "no protection holds anything back\n" : text;
}

std::string PeersText(const v1::DescribeReply& view) {
  if (view.peers().empty()) return "";
  TextTable table({"PULLS FROM", "SITE", "LAST REPLY", "LAG", "APPLIED", "CHECKED", "PROBLEM"});
  for (const v1::Peer& peer : view.peers()) {
    table.Add({peer.name(), peer.site(), AgeText(peer.last_reply_ms()),
               std::to_string(peer.lag_events()), std::to_string(peer.events()),
               AgeText(peer.last_check_ms()), peer.problem()});
  }
  return "\n" + table.ToString();
}

std::string FiguresText(const v1::DescribeReply& view) {
  const v1::RepairFigures& repair = view.repair();
  std::string text = fmt::format(
      "\nrepair   {} checks, {} ended at the root, {} met events under way, {} failed; {} "
      "directories compared, {} records sent for\n",
      repair.checks(), repair.ended_at_root(), repair.lagging(), repair.failed(),
      repair.directories(), repair.records());
  const v1::Replica& replica = view.replica();
  text += fmt::format(
      "replica  {} events in {} bytes of log, {} tombstones ({} forced out), {} conflicts, {} "
      "contested ends, {} clocks refused\n",
      replica.log_events(), replica.log_bytes(), replica.tombstones(), replica.tombstones_forced(),
      replica.conflicts(), replica.contested(), replica.clock_refused());
  if (const v1::Probes& probes = view.probes(); probes.targets() > 0 || probes.done() > 0) {
    text += fmt::format("probes   {} instances, {} done, {} failed, {} late\n", probes.targets(),
                        probes.done(), probes.failed(), probes.late());
  }
  const v1::Storage& storage = view.storage();
  if (storage.directory().empty()) return text + "storage  in memory only\n";
  text += fmt::format("storage  {}: {} records, {} bytes since the snapshot, {} syncs\n",
                      storage.directory(), storage.records_since_snapshot(),
                      storage.bytes_since_snapshot(), storage.syncs());
  if (!storage.error().empty()) text += "storage  writes are refused: " + storage.error() + "\n";
  return text;
}

const v1::Member* MemberOf(const v1::DescribeReply& view, const std::string& name) {
  for (const v1::Member& member : view.members()) {
    if (member.name() == name) return &member;
  }
  return nullptr;
}

// "alive by n1, n2; dead by n3" if that is more than one thing.
std::string Disputed(const std::map<std::string, std::vector<std::string>>& said) {
  if (said.size() < 2) return "";
  std::vector<std::string> parts;
  for (const auto& [what, by] : said) {
    parts.push_back(fmt::format("{} by {}", what, fmt::join(by, ", ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<std::string> NamesIn(const std::vector<MemberView>& views) {
  std::vector<std::string> names;
  for (const MemberView& seen : views) {
    names.push_back(seen.name);
    for (const v1::Member& member : seen.view.members()) names.push_back(member.name());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::string AgeText(int64_t ms) {
  if (ms < 0) return "never";
  constexpr int64_t kSecond = 1000;
  constexpr int64_t kMinute = 60 * kSecond;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  if (ms < kSecond) return fmt::format("{}ms", ms);
  if (ms < 2 * kMinute) return fmt::format("{}s", ms / kSecond);
  if (ms < 2 * kHour) return fmt::format("{}m", ms / kMinute);
  if (ms < 2 * kDay) return fmt::format("{}h", ms / kHour);
  return fmt::format("{}d", ms / kDay);
}

std::string TimeText(int64_t unix_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(unix_ms)};
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                     (at - second).count());
}

std::string ClusterText(const v1::DescribeReply& view) {
  return HeadText(view) + "\n" + MembersText(view) + "\n" + ProtectionsText(view) +
         PeersText(view) + FiguresText(view);
}

std::string MatrixText(const std::vector<MemberView>& views) {
  const std::vector<std::string> names = NamesIn(views);
  std::vector<std::string> header = {"SEEN BY", "LEADER", "TERM", "ISLAND"};
  header.insert(header.end(), names.begin(), names.end());
  TextTable table(header);
  for (const MemberView& seen : views) {
    if (!seen.problem.empty()) {
      table.Add({seen.name, "no answer", "-", "-"});
      continue;
    }
    std::vector<std::string> row = {seen.name, LeaderName(seen.view),
                                    std::to_string(seen.view.term()),
                                    fmt::format("{:x}", seen.view.island())};
    for (const std::string& name : names) {
      const v1::Member* member = MemberOf(seen.view, name);
      row.push_back(member == nullptr ? "-" : LivenessName(member->liveness()));
    }
    table.Add(std::move(row));
  }
  return table.ToString();
}

std::vector<std::string> Differences(const std::vector<MemberView>& views) {
  std::vector<std::string> found;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> leaders;
  for (const MemberView& seen : views) {
    if (!seen.problem.empty()) {
      found.push_back(fmt::format("{} does not answer: {}", seen.name, seen.problem));
      continue;
    }
    leaders[seen.view.site()][LeaderName(seen.view)].push_back(seen.name);
  }
  for (const auto& [site, said] : leaders) {
    const std::string disputed = Disputed(said);
    if (!disputed.empty()) found.push_back(fmt::format("leader of {}: {}", site, disputed));
  }
  for (const std::string& name : NamesIn(views)) {
    std::map<std::string, std::vector<std::string>> said;
    for (const MemberView& seen : views) {
      if (!seen.problem.empty()) continue;
      const v1::Member* member = MemberOf(seen.view, name);
      said[member == nullptr ? "not known" : LivenessName(member->liveness())].push_back(seen.name);
    }
    const std::string disputed = Disputed(said);
    if (!disputed.empty()) found.push_back(fmt::format("{}: seen {}", name, disputed));
  }
  return found;
}

}  // namespace bellrock::cli
