// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "cli/naming/cluster_text.h"
#include "cli/naming/line_reader.h"
#include "cli/output.h"
#include "cli/routing/settings_edit.h"
#include "cli/routing/verbs.h"

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

constexpr size_t kFileBytesMax = size_t{1} << 20;

struct SetOptions : SettingsOptions {
  std::string file;
  std::string policy;
  std::string merge;
  uint64_t expect = 0;
  bool check = false;
};

std::string VersionText(const v1::StoredSettings& stored) {
  if (stored.version() == 0) return stored.service() + ": never set, all is default";
  return fmt::format("{}: version {}, set {} UTC: {}", stored.service(), stored.version(),
                     TimeText(stored.changed_unix_ms()), stored.who_and_why());
}

Status Get(const SettingsOptions& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(const v1::StoredSettings stored, ReadSettings(options.service, channel));
  if (options.json) return PrintJson(stored);
  BELLROCK_ASSIGN(const std::string text, SettingsText(stored.settings()));
  // Apart, so that what is printed can be edited and set again.
  std::fprintf(stderr, "%s\n", VersionText(stored).c_str());
  std::printf("%s\n", text.c_str());
  return Status::Ok();
}

// What is asked for, over what there is.
Result<v1::RouteSettings> WantedOf(const SetOptions& options, const v1::StoredSettings& read) {
  if (!options.file.empty()) {
    BELLROCK_ASSIGN(const std::string text, ReadWhole(options.file, kFileBytesMax));
    if (text.empty()) {
      return InvalidArgumentError(options.file + " is empty: write {} into it, or use reset");
    }
    return ParseSettings(text);
  }
  v1::RouteSettings wanted = read.settings();
  if (!options.merge.empty()) BELLROCK_TRY(MergeSettings(options.merge, wanted));
  if (!options.policy.empty()) wanted.set_policy(options.policy == "l5" ? "" : options.policy);
  return wanted;
}

Status Check(const SetOptions& options, const v1::RouteSettings& wanted,
             ChannelInterface& channel) {
  v1::PutSettingsRequest request;
  request.set_service(options.service);
  *request.mutable_settings() = wanted;
  request.set_expected_version(options.expect);
  request.set_check_only(true);
  BELLROCK_TRY(v1::RoutingStub(channel).PutSettings(request).status());
  if (options.json) return PrintJson(wanted);
  BELLROCK_ASSIGN(const std::string text, SettingsText(wanted));
  std::fprintf(stderr, "%s: nothing is wrong with these; nothing was changed\n",
               options.service.c_str());
  std::printf("%s\n", text.c_str());
  return Status::Ok();
}

Status Set(const SetOptions& options, ChannelInterface& channel) {
  if (options.file.empty() && options.merge.empty() && options.policy.empty()) {
    return InvalidArgumentError("nothing to set: give --file, --merge or --policy");
  }
  if (options.why.empty() && !options.check) {
    return InvalidArgumentError("--why is missing: say who you are and why");
  }
  BELLROCK_ASSIGN(v1::StoredSettings read, ReadSettings(options.service, channel));
  BELLROCK_ASSIGN(const v1::RouteSettings wanted, WantedOf(options, read));
  if (options.check) return Check(options, wanted, channel);
  // A file stands for itself; a change is of what was read.
  if (options.expect != 0 || !options.file.empty()) read.set_version(options.expect);
  return WriteSettings(options, read, wanted, "set", channel);
}

Status Reset(const SettingsOptions& options, ChannelInterface& channel) {
  v1::StoredSettings whatever;
  return WriteSettings(options, whatever, {}, "reset, all is default", channel);
}

Status List(const ServerOptions& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(const v1::ListSettingsReply reply, v1::RoutingStub(channel).ListSettings({}));
  if (options.json) return PrintJson(reply);
  TextTable table({"SERVICE", "POLICY", "RULES", "MOVES", "CHANGED (UTC)", "VERSION", "WHY"});
  for (const v1::StoredSettings& stored : reply.settings()) {
    const v1::RouteSettings& settings = stored.settings();
    table.Add({stored.service(), settings.policy().empty() ? "l5" : settings.policy(),
               std::to_string(settings.rules_size()), std::to_string(settings.ratio_moves_size()),
               TimeText(stored.changed_unix_ms()), std::to_string(stored.version()),
               stored.who_and_why()});
  }
  std::printf("%s", table.ToString().c_str());
  return Status::Ok();
}

void AddSetVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<SetOptions>();
  CLI::App* set =
      AddServerVerb(noun, options, exit_code, "set", "Change how a service is routed", Set);
  set->add_option("service", options->service, "line/service")->required();
  CLI::Option* file = set->add_option(
      "--file", options->file, "Replaces all settings by the JSON in it; - = standard input");
  set->add_option("--merge", options->merge,
                  "JSON object: each field it names replaces the present one, the others stay")
      ->excludes(file);
  set->add_option("--policy", options->policy, "Likewise of the policy alone")->excludes(file);
  set->add_option("--expect", options->expect, "Refuse if another version holds (see get)");
  set->add_flag("--check", options->check, "Only say what is wrong, and what would hold");
  set->add_option("--why", options->why, "Who you are and why, for whoever finds it");
  set->footer(
      "What --merge and --policy change is refused if somebody else changed the settings in\n"
      "between; a file replaces whatever holds, unless --expect says which.\n\n"
      "Examples:\n  bellrock routing set music/storage --policy ring --why \"ann: by user\"\n"
      "  bellrock routing set music/storage --merge '{\"warm_up\":{\"duration_ms\":30000}}' "
      "--why \"bob: cold caches\"\n"
      "  bellrock routing get music/storage > s.json; vi s.json\n"
      "  bellrock routing set music/storage --file s.json --check\n"
      "  bellrock routing set music/storage --file s.json --expect 116885319516389376 "
      "--why \"ann: new rules\"");
}

}  // namespace

Result<v1::StoredSettings> ReadSettings(const std::string& service, ChannelInterface& channel) {
  v1::GetSettingsRequest request;
  request.set_service(service);
  return v1::RoutingStub(channel).GetSettings(request);
}

Status WriteSettings(const SettingsOptions& options, const v1::StoredSettings& read,
                     const v1::RouteSettings& wanted, const std::string& done,
                     ChannelInterface& channel) {
  v1::PutSettingsRequest request;
  request.set_service(options.service);
  *request.mutable_settings() = wanted;
  request.set_expected_version(read.version());
  request.set_who_and_why(options.why);
  BELLROCK_ASSIGN(const v1::PutSettingsReply reply, v1::RoutingStub(channel).PutSettings(request));
  if (options.json) return PrintJson(reply.stored());
  std::printf("%s: %s; version %llu\n", options.service.c_str(), done.c_str(),
              static_cast<unsigned long long>(reply.stored().version()));
  return Status::Ok();
}

void AddSettingsVerbs(CLI::App& noun, int& exit_code) {
  auto of_get = std::make_shared<SettingsOptions>();
  CLI::App* get = AddServerVerb(noun, of_get, exit_code, "get",
                                "How a service is routed, as operators set it", Get);
  get->add_option("service", of_get->service, "line/service")->required();
  get->footer(
      "Only what is not the default; version and reason go to standard error.\n\n"
      "Examples:\n  bellrock routing get music/storage\n"
      "  bellrock routing get music/storage > s.json");
  AddSetVerb(noun, exit_code);
  auto of_reset = std::make_shared<SettingsOptions>();
  CLI::App* reset = AddServerVerb(noun, of_reset, exit_code, "reset",
                                  "Back to the default, ratio moves too", Reset);
  reset->add_option("service", of_reset->service, "line/service")->required();
  reset->add_option("--why", of_reset->why, "Who you are and why")->required();
  reset->footer("Example:\n  bellrock routing reset music/storage --why \"ann: over\"");
  AddServerVerb(noun, std::make_shared<ServerOptions>(), exit_code, "list",
                "All services that have settings", List)
      ->footer("Example:\n  bellrock routing list");
}

}  // namespace bellrock::cli
