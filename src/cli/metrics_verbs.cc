// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/metrics/v1/query.bellrock.h"
#include "cli/metrics/figures_request.h"
#include "cli/metrics/figures_text.h"
#include "cli/metrics/movers_request.h"
#include "cli/metrics/series_text.h"
#include "cli/metrics/verbs.h"
#include "cli/naming/verb.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "fiber/clock.h"
#include "fiber/unix_time.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

struct Options : ServerOptions, FiguresOptions {
  std::string service;
  std::string method;
  std::string side;
  std::string of = "callee";
  std::string metric;
};

Status Ask(const Options& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(const v1::FiguresRequest request,
                  FiguresRequestOf(options, fiber::UnixMs(fiber::RealClock())));
  BELLROCK_ASSIGN(const v1::FiguresReply reply, v1::QueryStub(channel).Figures(request));
  if (options.json) return PrintJson(reply);
  std::fputs(FiguresText(request, reply).c_str(), stdout);
  return Status::Ok();
}

Status Tp(const Options& options, ChannelInterface& channel) {
  Options asked = options;
  asked.where.push_back("callee=" + options.service);
  if (!options.method.empty()) asked.where.push_back("method=" + options.method);
  if (!options.side.empty()) asked.where.push_back("side=" + options.side);
  if (asked.quantiles.empty()) asked.quantiles = {"0.5", "0.99", "0.999", "0.9999", "0.999999"};
  return Ask(asked, channel);
}

Status Top(const Options& options, ChannelInterface& channel) {
  Options asked = options;
  asked.group_by = {options.of};
  if (asked.limit == 0) asked.limit = 20;
  return Ask(asked, channel);
}

void PrintNodes(const v1::DescribeReply& reply) {
  TextTable table({"NODE", "AT", "PARTITIONS", "ERROR"});
  for (const v1::DescribeReply::Node& node : reply.nodes()) {
    table.Add({node.name(), node.address().empty() ? "the server asked" : node.address(),
               std::to_string(node.partitions()), node.error()});
  }
  std::printf("\n%s", table.ToString().c_str());
}

Status Hosts(const Options& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(v1::FiguresRequest request,
                  FiguresRequestOf(options, fiber::UnixMs(fiber::RealClock())));
  AskForHosts(request);
  BELLROCK_ASSIGN(const v1::FiguresReply reply, v1::QueryStub(channel).Figures(request));
  if (options.json) return PrintJson(reply);
  std::fputs(HostsText(reply).c_str(), stdout);
  return Status::Ok();
}

Status Custom(const Options& options, ChannelInterface& channel) {
  Options asked = options;
  asked.group_by.clear();  // they are attributes here
  BELLROCK_ASSIGN(v1::FiguresRequest request,
                  FiguresRequestOf(asked, fiber::UnixMs(fiber::RealClock())));
  AskForCustom(options.service, options.metric, request);
  BELLROCK_ASSIGN(const v1::FiguresReply reply, v1::QueryStub(channel).Figures(request));
  if (options.json) return PrintJson(reply);
  std::fputs(CustomText(reply, options.group_by).c_str(), stdout);
  return Status::Ok();
}

Status Health(const Options& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(const v1::DescribeReply reply, v1::QueryStub(channel).Describe({}));
  if (options.json) return PrintJson(reply);
  std::printf("%llu calls counted, %llu lost by their sources, %llu pushes came twice\n",
              static_cast<unsigned long long>(reply.calls_counted()),
              static_cast<unsigned long long>(reply.calls_lost()),
              static_cast<unsigned long long>(reply.duplicates()));
  TextTable table({"PARTITION", "WORKED BY", "CUT", "BEHIND", "ERROR"});
  for (const v1::DescribeReply::Partition& partition : reply.partitions()) {
    table.Add({std::to_string(partition.number()), partition.worked() ? partition.node() : "nobody",
               std::to_string(partition.cut()), std::to_string(partition.behind()),
               partition.error()});
  }
  std::fputs(table.ToString().c_str(), stdout);
  if (reply.nodes_size() > 1) PrintNodes(reply);
  return Status::Ok();
}

struct MoversVerb : ServerOptions, MoversOptions {};

Status Movers(const MoversVerb& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(const v1::MoversRequest request,
                  MoversRequestOf(options, fiber::UnixMs(fiber::RealClock())));
  BELLROCK_ASSIGN(const v1::MoversReply reply, v1::QueryStub(channel).Movers(request));
  if (options.json) return PrintJson(reply);
  std::fputs(MoversText(reply).c_str(), stdout);
  return Status::Ok();
}

void AddMovers(CLI::App& noun, int& exit_code) {
  const auto options = std::make_shared<MoversVerb>();
  CLI::App* verb = AddServerVerb(noun, options, exit_code, "movers",
                                 "Which services changed most, or what of one service", Movers);
  verb->add_option("service", options->service, "line/service; all services if left out");
  verb->add_option("--against", options->against,
                   "yesterday, week, before (the window just before), or a length: 2h")
      ->capture_default_str();
  verb->add_option("--span", options->span, "Length of both windows")->capture_default_str();
  verb->add_option("--by", options->by,
                   "calls; failures (more than with the success rate of before); slow (calls that "
                   "take longer than TP99 was)")
      ->capture_default_str();
  verb->add_option("--limit", options->limit, "Values of a dimension at most");
  verb->footer(
      "Examples:\n  bellrock metrics movers\n"
      "  bellrock metrics movers music/storage --against week --by failures\n"
      "  bellrock metrics movers music/storage --against 1h --by slow");
}

void AddTimes(CLI::App& verb, Options& options) {
  verb.add_option("--since", options.since, "Length before now (90s, 2h, 7d), or a moment")
      ->capture_default_str();
  verb.add_option("--until", options.until, "The same; now if left out");
  verb.add_option("--compare", options.compare, "The same figures so long before: 1d,7d")
      ->delimiter(',');
  verb.add_option("--quantiles", options.quantiles, "0.5,0.999999 or TP50,TP99.9999")
      ->delimiter(',');
}

void AddConditions(CLI::App& verb, Options& options) {
  verb.add_option("--where", options.where,
                  "dimension=value, also !=, =~, !~; dimensions are callee, method, callee_host, "
                  "callee_site, caller, caller_host, caller_site, result, side")
      ->allow_extra_args(false);
  verb.add_option("--limit", options.limit, "Lines at most");
  verb.add_option("--order-by", options.order_by, "calls, failures, success_rate or tp");
}

// What is no call: hosts, and what programs count themselves.
void AddSeries(CLI::App& noun, const std::shared_ptr<Options>& options, int& exit_code) {
  CLI::App* hosts = AddServerVerb(noun, options, exit_code, "hosts",
                                  "Processor, memory, disks and network of each host", Hosts);
  hosts->add_option("--since", options->since, "Length before now (5m, 2h), or a moment")
      ->capture_default_str();
  hosts->add_option("--until", options->until, "The same; now if left out");
  hosts->footer(
      "Examples:\n  bellrock metrics hosts\n  bellrock metrics hosts --since 1h --json\n"
      "  bellrock metrics query --where 'callee=host:sz' --group-by method --step 1m");

  CLI::App* custom = AddServerVerb(noun, options, exit_code, "custom",
                                   "What programs count themselves, by their attributes", Custom);
  custom->add_option("service", options->service, "line/service; all if left out");
  custom->add_option("--metric", options->metric, "Only the metric of this name");
  custom->add_option("--group-by", options->group_by, "Attributes to tell apart: level,vip")
      ->delimiter(',');
  AddTimes(*custom, *options);
  custom->footer(
      "Examples:\n  bellrock metrics custom\n"
      "  bellrock metrics custom shop/login --metric logins --group-by level,vip --since 1h\n"
      "  bellrock metrics custom shop/login --json");
}

}  // namespace

void AddMetricsVerbs(CLI::App& root, int& exit_code) {
  CLI::App& noun =
      *root.add_subcommand("metrics", "Every call counted: exact figures of any calls");
  noun.require_subcommand(1);
  const auto options = std::make_shared<Options>();

  CLI::App* tp = AddServerVerb(noun, options, exit_code, "tp",
                               "Calls/s, success and exact percentiles of a service", Tp);
  tp->add_option("service", options->service, "line/service")->required();
  tp->add_option("--method", options->method, "package.Service/Method");
  tp->add_option("--side", options->side,
                 "Who measured: caller, callee (of unknown callers), or served: the callee's own "
                 "view of what its callers count, too. Each call once if left out")
      ->check(CLI::IsMember({"caller", "callee", "served"}));
  tp->add_option("--step", options->step, "A line for each 1s, 1m, 1h, ...");
  AddTimes(*tp, *options);
  tp->footer(
      "Examples:\n  bellrock metrics tp music/storage --since 1h\n"
      "  bellrock metrics tp music/storage --since 1h --step 5m --quantiles TP99,TP99.9999\n"
      "  bellrock metrics tp music/storage --since 1h --compare 1d,7d\n"
      "  bellrock metrics tp music/storage --side served");

  CLI::App* top = AddServerVerb(noun, options, exit_code, "top",
                                "Who has the most calls, failures or latency", Top);
  top->add_option("of", options->of,
                  "A dimension: callee, method, callee_host, caller, result, ...")
      ->capture_default_str();
  AddConditions(*top, *options);
  AddTimes(*top, *options);
  top->footer(
      "Examples:\n  bellrock metrics top\n"
      "  bellrock metrics top callee_host --where callee=music/storage --order-by failures\n"
      "  bellrock metrics top result --where callee=music/storage --since 5m");

  CLI::App* query = AddServerVerb(noun, options, exit_code, "query",
                                  "Any figures: any dimensions, any quantile, any window", Ask);
  AddConditions(*query, *options);
  query->add_option("--group-by", options->group_by, "Dimensions: callee,method")->delimiter(',');
  query->add_option("--step", options->step, "A line for each 1s, 1m, 1h, ...");
  AddTimes(*query, *options);
  query->footer(
      "Examples:\n  bellrock metrics query --group-by callee,method --since 1h\n"
      "  bellrock metrics query --where callee=music/storage --where 'result!=OK' "
      "--group-by caller,result --step 1m");

  AddMovers(noun, exit_code);

  AddSeries(noun, options, exit_code);
  AddUnitVerb(noun, exit_code);
  AddServerVerb(noun, options, exit_code, "health",
                "Whether the figures are complete, and who works on them", Health)
      ->footer("Example:\n  bellrock metrics health");
}

}  // namespace bellrock::cli
