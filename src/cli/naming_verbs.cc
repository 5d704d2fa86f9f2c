// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "cli/naming/probe_option.h"
#include "cli/naming/verb.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/verbs.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

// What the verbs' options are read into; lives as long as the command line.
struct Options : ServerOptions {
  std::string target;
  std::string address;
  int weight = 100;
  int lease_ms = 0;
  std::string version;
  std::vector<std::string> labels;
  std::string alias;
  ProbeOption probe;
  uint64_t events = 0;
};

std::string StateName(const v1::Instance& instance) {
  std::string name;
  switch (instance.state()) {
    case v1::INSTANCE_STATE_INITIAL:
      name = "initial";
      break;
    case v1::INSTANCE_STATE_WORKING:
      name = "working";
      break;
    case v1::INSTANCE_STATE_UNREACHABLE:
      name = "unreachable";
      break;
    default:
      name = "unknown";
  }
  if (instance.operator_state().disabled()) name += ",disabled";
  if (instance.operator_state().isolated()) name += ",isolated";
  return name;
}

Status List(const Options& options, ChannelInterface& channel) {
  v1::ListRequest request;
  request.set_path(options.target);
  BELLROCK_ASSIGN(v1::ListReply reply, v1::NamingStub(channel).List(request));
  if (options.json) return PrintJson(reply);
  if (reply.children().empty()) {
    std::printf("nothing is registered under '%s'\n",
                options.target.empty() ? "/" : options.target.c_str());
    return Status::Ok();
  }
  TextTable table({"NAME", "INSTANCES", "WORKING", "PATH"});
  for (const auto& child : reply.children()) {
    table.Add({child.leaf() ? child.name() : child.name() + "/", std::to_string(child.instances()),
               std::to_string(child.working()), child.path()});
  }
  std::printf("%s", table.ToString().c_str());
  return Status::Ok();
}

void AddInstanceRow(const v1::Instance& instance, TextTable& table) {
  const int32_t operator_weight = instance.operator_state().weight();
  table.Add({instance.spec().address(), StateName(instance),
             std::to_string(operator_weight > 0 ? operator_weight : instance.spec().weight()),
             std::to_string(instance.revision()), instance.spec().path(), instance.reason()});
}

Status Get(const Options& options, ChannelInterface& channel) {
  v1::LookupRequest request;
  request.set_target(options.target);
  request.set_include_unusable(true);
  BELLROCK_ASSIGN(v1::LookupReply reply, v1::NamingStub(channel).Lookup(request));
  if (options.json) return PrintJson(reply);
  if (reply.instances().empty()) {
    return NotFoundError("'" + options.target +
                         "' has no instance; see what is there with: bellrock naming ls");
  }
  TextTable table({"ADDRESS", "STATE", "WEIGHT", "REVISION", "PATH", "REASON"});
  for (const v1::Instance& instance : reply.instances()) AddInstanceRow(instance, table);
  std::printf("%s", table.ToString().c_str());
  return Status::Ok();
}

void PrintEvents(const v1::WatchReply& reply) {
  for (const v1::Event& event : reply.events()) {
    const bool removed = event.kind() == v1::Event::KIND_REMOVE;
    std::printf("%-8llu %-22s %-21s %s\n", static_cast<unsigned long long>(event.revision()),
                removed ? "removed" : StateName(event.instance()).c_str(),
                event.instance().spec().address().c_str(), event.instance().spec().path().c_str());
  }
  std::fflush(stdout);
}

Status Watch(const Options& options, ChannelInterface& channel) {
  v1::WatchRequest request;
  request.set_target(options.target);
  BELLROCK_ASSIGN(auto stream, v1::NamingStub(channel).Watch(request));
  uint64_t seen = 0;
  while (options.events == 0 || seen < options.events) {
    v1::WatchReply reply;
    BELLROCK_ASSIGN(bool more, stream.Read(reply));
    if (!more) return UnavailableError("the server ended the watch");
    seen += static_cast<uint64_t>(reply.events_size());
    if (!options.json) {
      PrintEvents(reply);
    } else if (!reply.events().empty() || reply.full()) {
      BELLROCK_TRY(PrintJson(reply));
    }
  }
  return Status::Ok();
}

Status Register(const Options& options, ChannelInterface& channel) {
  v1::RegisterRequest request;
  v1::InstanceSpec& spec = *request.mutable_instance();
  spec.set_path(options.target);
  spec.set_address(options.address);
  spec.set_weight(options.weight);
  spec.set_lease_ms(options.lease_ms);
  spec.set_version(options.version);
  for (const std::string& label : options.labels) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidArgumentError("--label '" + label + "': write key=value");
    }
    (*spec.mutable_labels())[label.substr(0, equals)] = label.substr(equals + 1);
  }
  if (!options.alias.empty()) (*spec.mutable_labels())["alias"] = options.alias;
  BELLROCK_TRY(FillHealth(options.probe, spec));
  BELLROCK_ASSIGN(v1::RegisterReply reply, v1::NamingStub(channel).Register(request));
  if (options.json) return PrintJson(reply);
  std::printf("registered %s at revision %llu; %s\n", options.target.c_str(),
              static_cast<unsigned long long>(reply.revision()),
              WhatFollows(spec.health(), reply.lease_ms()).c_str());
  return Status::Ok();
}

Status Deregister(const Options& options, ChannelInterface& channel) {
  v1::DeregisterRequest request;
  request.set_path(options.target);
  BELLROCK_ASSIGN(v1::DeregisterReply reply, v1::NamingStub(channel).Deregister(request));
  if (options.json) return PrintJson(reply);
  std::printf("deregistered %s at revision %llu\n", options.target.c_str(),
              static_cast<unsigned long long>(reply.revision()));
  return Status::Ok();
}

constexpr const char* kTargetText =
    "Path /site/department/line/service/cluster/instance or any prefix of it, line/service, or an "
    "alias modid:cmdid";

}  // namespace

void AddNamingVerbs(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& noun = *root.add_subcommand("naming", "Services and instances: look, watch, register");
  noun.require_subcommand(1);
  CLI::App* list =
      AddServerVerb(noun, options, exit_code, "ls", "Children of a path with counts", List);
  list->add_option("path", options->target, "Path; the root if left out");
  list->footer("Examples:\n  bellrock naming ls\n  bellrock naming ls /sz/default --json");

  CLI::App* get =
      AddServerVerb(noun, options, exit_code, "get", "Instances with their states", Get);
  get->add_option("target", options->target, kTargetText)->required();
  get->alias("lookup");
  get->footer("Examples:\n  bellrock naming get music/storage\n  bellrock naming get /sz --json");

  CLI::App* watch =
      AddServerVerb(noun, options, exit_code, "watch", "Changes as they happen", Watch);
  watch->add_option("target", options->target, kTargetText)->required();
  watch->add_option("--events", options->events, "End after this many events (default: never)");
  watch->footer(
      "Examples:\n  bellrock naming watch music/storage\n"
      "  bellrock naming watch / --json --events 10");

  CLI::App* add = AddServerVerb(noun, options, exit_code, "register",
                                "Register an instance that nobody heartbeats for", Register);
  add->add_option("path", options->target, "Full path of six components")->required();
  add->add_option("address", options->address, "ip:port")->required();
  add->add_option("--weight", options->weight, "Static weight, 1..10000 (default 100)");
  add->add_option("--lease-ms", options->lease_ms, "Lease, 1000..3600000 (default 10000)");
  add->add_option("--instance-version", options->version, "Version of the program");
  add->add_option("--label", options->labels, "key=value, repeatable");
  add->add_option("--alias", options->alias, "modid:cmdid, another name of its service");
  AddProbeOptions(*add, options->probe);
  add->footer(
      "Example:\n  bellrock naming register /sz/default/music/storage/default/9 "
      "10.0.0.9:80 --label zone=3 --probe http:/health");

  CLI::App* remove =
      AddServerVerb(noun, options, exit_code, "deregister", "End an instance", Deregister);
  remove->add_option("path", options->target, "Full path of six components")->required();
  remove->footer("Example:\n  bellrock naming deregister /sz/default/music/storage/default/9");

  AddOperateVerbs(noun, exit_code);
  AddTreeVerb(noun, exit_code);
  AddClusterVerbs(noun, exit_code);
  AddProtectVerb(noun, exit_code);
  AddBackupVerbs(noun, exit_code);
  AddDrainVerb(noun, exit_code);
  AddRebuildVerb(noun, exit_code);
}

}  // namespace bellrock::cli
