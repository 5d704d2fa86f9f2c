// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/metrics/v1/alarms.bellrock.h"
#include "cli/alarm/alarm_text.h"
#include "cli/alarm/verbs.h"
#include "cli/naming/cluster_text.h"
#include "cli/naming/line_reader.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr size_t kFileBytesMax = size_t{1} << 20;

struct GetOptions : ServerOptions {
  std::string service;
};

struct SetOptions : GetOptions {
  std::string file;
  std::string why;
  uint64_t expect = 0;
  bool check = false;
};

Status Get(const GetOptions& options, ChannelInterface& channel) {
  v1::GetAlarmSettingsRequest request;
  request.set_service(options.service);
  BELLROCK_ASSIGN(const v1::StoredAlarmSettings stored,
                  v1::AlarmsStub(channel).GetSettings(request));
  if (options.json) return PrintJson(stored);
  BELLROCK_ASSIGN(const std::string text, AlarmJson(stored.settings()));
  const std::string version =
      stored.version() == 0
          ? stored.service() + ": never set"
          : fmt::format("{}: version {}, set {} UTC: {}", stored.service(), stored.version(),
                        TimeText(stored.changed_unix_ms()), stored.who_and_why());
  // Apart, so that what is printed can be edited and set again.
  std::fprintf(stderr, "%s\n", version.c_str());
  std::printf("%s\n", text.c_str());
  return Status::Ok();
}

Status Set(const SetOptions& options, ChannelInterface& channel) {
  if (options.why.empty() && !options.check) {
    return InvalidArgumentError("--why is missing: say who you are and why");
  }
  v1::SetAlarmSettingsRequest request;
  BELLROCK_ASSIGN(const std::string text, ReadWhole(options.file, kFileBytesMax));
  BELLROCK_TRY(ParseAlarmJson(options.file, text, *request.mutable_settings()));
  request.set_service(options.service);
  request.set_expected_version(options.expect);
  request.set_who_and_why(options.why);
  request.set_check_only(options.check);
  BELLROCK_ASSIGN(const v1::StoredAlarmSettings stored,
                  v1::AlarmsStub(channel).SetSettings(request));
  if (options.json) return PrintJson(stored);
  if (options.check) {
    std::printf("%s: nothing is wrong with these; nothing was changed\n", stored.service().c_str());
    return Status::Ok();
  }
  std::printf("%s: set; version %llu\n", stored.service().c_str(),
              static_cast<unsigned long long>(stored.version()));
  return Status::Ok();
}

}  // namespace

void AddAlarmSettingsVerbs(CLI::App& noun, int& exit_code) {
  const auto of_get = std::make_shared<GetOptions>();
  CLI::App* get = AddServerVerb(noun, of_get, exit_code, "get",
                                "Rules, routes and receivers, as operators set them", Get);
  get->add_option("--service", of_get->service, "Those of line/service, not of the platform");
  get->footer(
      "Version and reason go to standard error. What is printed has the receivers' secrets.\n\n"
      "Examples:\n  bellrock alarm get > alarms.json\n"
      "  bellrock alarm get --service music/catalog");

  const auto of_set = std::make_shared<SetOptions>();
  CLI::App* set = AddServerVerb(noun, of_set, exit_code, "set",
                                "Replaces rules, routes and receivers by those of a file", Set);
  set->add_option("file", of_set->file, "JSON; - = standard input")->required();
  set->add_option("--service", of_set->service, "Those of line/service, not of the platform");
  set->add_option("--expect", of_set->expect, "Refuse if another version holds (see get)");
  set->add_flag("--check", of_set->check, "Only say what is wrong");
  set->add_option("--why", of_set->why, "Who you are and why, for whoever finds it");
  set->footer(
      "Silences stay as they are.\n\n"
      "Examples:\n  bellrock alarm get > alarms.json; vi alarms.json\n"
      "  bellrock alarm set alarms.json --check\n"
      "  bellrock alarm set alarms.json --expect 116885319516389376 --why \"ann: new receiver\"\n"
      "  bellrock alarm set catalog.json --service music/catalog --why \"bob: stricter\"");
}

}  // namespace bellrock::cli
