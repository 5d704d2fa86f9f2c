// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/cluster.bellrock.h"
#include "cli/naming/cluster_text.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

struct ClusterOptions : ServerOptions {
  bool all = false;
};
struct EventsOptions : ServerOptions {
  std::string target;
  uint64_t limit = 100;
};

constexpr uint64_t kEventsOfOneReply = 1000;

std::vector<MemberView> AskAll(const v1::DescribeReply& own, const v1::ClusterStub& stub) {
  std::vector<MemberView> views;
  for (const v1::Member& member : own.members()) {
    MemberView seen;
    seen.name = member.name();
    if (member.self()) {
      seen.view = own;
    } else if (member.liveness() == v1::Member::LIVENESS_LEFT) {
      continue;
    } else {
      v1::DescribeRequest request;
      request.set_node(member.name());
      Result<v1::DescribeReply> reply = stub.Describe(request);
      if (reply.ok()) {
        seen.view = std::move(*reply);
      } else {
        seen.problem = reply.status().message();
      }
    }
    views.push_back(std::move(seen));
  }
  return views;
}

void PrintViews(const std::vector<MemberView>& views) {
  std::printf("\n%s", MatrixText(views).c_str());
  const std::vector<std::string> differences = Differences(views);
  std::printf(differences.empty() ? "\nall views agree\n" : "\nthe views differ:\n");
  for (const std::string& difference : differences) std::printf("  %s\n", difference.c_str());
}

Status PrintViewsAsJson(const std::vector<MemberView>& views) {
  for (const MemberView& seen : views) {
    if (seen.problem.empty()) {
      BELLROCK_TRY(PrintJson(seen.view));
    } else {
      std::fprintf(stderr, "bellrock: %s does not answer: %s\n", seen.name.c_str(),
                   seen.problem.c_str());
    }
  }
  return Status::Ok();
}

Status Cluster(const ClusterOptions& options, ChannelInterface& channel) {
  const v1::ClusterStub stub(channel);
  BELLROCK_ASSIGN(const v1::DescribeReply own, stub.Describe({}));
  if (!options.all && options.json) return PrintJson(own);
  const std::vector<MemberView> views = options.all ? AskAll(own, stub) : std::vector<MemberView>{};
  if (options.json) return PrintViewsAsJson(views);
  std::printf("%s", ClusterText(own).c_str());
  if (options.all) PrintViews(views);
  return Status::Ok();
}

void AddEventRow(const v1::ListEventsReply::Entry& entry, TextTable& table) {
  table.Add({TimeText(entry.unix_ms()), entry.what(), entry.path(), entry.who(), entry.why()});
}

Status Events(const EventsOptions& options, ChannelInterface& channel) {
  const v1::ClusterStub stub(channel);
  TextTable table({"TIME (UTC)", "WHAT", "PATH", "BY", "WHY"});
  uint64_t before = 0;
  uint64_t shown = 0;
  for (bool more = true; more && shown < options.limit;) {
    v1::ListEventsRequest request;
    request.set_target(options.target);
    request.set_before_revision(before);
    request.set_limit(static_cast<int32_t>(std::min(options.limit - shown, kEventsOfOneReply)));
    BELLROCK_ASSIGN(const v1::ListEventsReply reply, stub.ListEvents(request));
    if (options.json) BELLROCK_TRY(PrintJson(reply));
    for (const v1::ListEventsReply::Entry& entry : reply.events()) AddEventRow(entry, table);
    shown += static_cast<uint64_t>(reply.events_size());
    more = reply.reaches_back() && !reply.events().empty();
    if (more) before = reply.events(reply.events_size() - 1).revision();
  }
  if (options.json) return Status::Ok();
  if (shown == 0) {
    std::printf("no change since this server started%s\n",
                options.target.empty() ? "" : (" under " + options.target).c_str());
    return Status::Ok();
  }
  std::printf("%s", table.ToString().c_str());
  return Status::Ok();
}

}  // namespace

void AddClusterVerbs(CLI::App& noun, int& exit_code) {
  auto of_cluster = std::make_shared<ClusterOptions>();
  CLI::App* cluster =
      AddServerVerb(noun, of_cluster, exit_code, "cluster",
                    "The registry's servers: who lives, leads, lags, protects", Cluster);
  cluster->add_flag("--all", of_cluster->all,
                    "Ask every member for its own view and print where they differ");
  cluster->footer(
      "Examples:\n  bellrock naming cluster\n  bellrock naming cluster --all --server "
      "10.0.0.1:7600,10.0.0.2:7600");

  auto of_events = std::make_shared<EventsOptions>();
  CLI::App* events = AddServerVerb(noun, of_events, exit_code, "events",
                                   "The last changes, the latest first: who, what, why", Events);
  events->add_option("target", of_events->target,
                     "Path, line/service or alias; everything if left out");
  events->add_option("--limit", of_events->limit, "At most so many, 1..100000 (default 100)")
      ->check(CLI::Range(1, 100'000));
  events->footer(
      "Examples:\n  bellrock naming events\n  bellrock naming events music/storage --limit 20");
}

}  // namespace bellrock::cli
