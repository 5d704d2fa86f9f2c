// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/metrics/v1/units.bellrock.h"
#include "cli/metrics/verbs.h"
#include "cli/naming/cluster_text.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

struct UnitOptions : ServerOptions {
  std::string service;
  std::string unit;
  std::string reason;
  uint64_t expect = 0;
};

void AddRow(const v1::StoredUnit& stored, TextTable& table) {
  const bool never = stored.version() == 0;
  table.Add({stored.service(), stored.unit(), never ? "never" : TimeText(stored.changed_unix_ms()),
             std::to_string(stored.version()), stored.who_and_why()});
}

TextTable UnitTable() {
  return TextTable({"SERVICE", "UNIT", "CHANGED (UTC)", "VERSION", "REASON"});
}

Status PrintOne(const UnitOptions& options, const v1::StoredUnit& stored) {
  if (options.json) return PrintJson(stored);
  TextTable table = UnitTable();
  AddRow(stored, table);
  std::fputs(table.ToString().c_str(), stdout);
  return Status::Ok();
}

Status List(const UnitOptions& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(const v1::ListUnitsReply reply, v1::UnitsStub(channel).List({}));
  if (options.json) return PrintJson(reply);
  TextTable table = UnitTable();
  for (const v1::StoredUnit& stored : reply.units()) AddRow(stored, table);
  std::fputs(table.ToString().c_str(), stdout);
  std::puts("All others are counted in 1us.");
  return Status::Ok();
}

Status Set(const UnitOptions& options, ChannelInterface& channel) {
  if (options.reason.empty()) {
    return InvalidArgumentError("--reason is missing: say who you are and why");
  }
  v1::SetUnitRequest request;
  request.set_service(options.service);
  request.set_unit(options.unit);
  request.set_who_and_why(options.reason);
  request.set_expected_version(options.expect);
  BELLROCK_ASSIGN(const v1::StoredUnit stored, v1::UnitsStub(channel).Set(request));
  return PrintOne(options, stored);
}

Status ShowOrSet(const UnitOptions& options, ChannelInterface& channel) {
  if (options.service.empty()) return List(options, channel);
  if (!options.unit.empty()) return Set(options, channel);
  v1::GetUnitRequest request;
  request.set_service(options.service);
  BELLROCK_ASSIGN(const v1::StoredUnit stored, v1::UnitsStub(channel).Get(request));
  return PrintOne(options, stored);
}

}  // namespace

void AddUnitVerb(CLI::App& noun, int& exit_code) {
  const auto options = std::make_shared<UnitOptions>();
  CLI::App* verb =
      AddServerVerb(noun, options, exit_code, "unit",
                    "How finely latencies of a service are told apart: show or set", ShowOrSet);
  verb->add_option("service", options->service, "line/service; all that are set if left out");
  verb->add_option("unit", options->unit,
                   "1us, 10us, 100us, 1ms, or ladder: 1us below 10 ms, 10us below 100 ms, 100us "
                   "below 1 s, 1ms above. Shows what holds if left out");
  verb->add_option("--reason", options->reason, "Who you are and why, for whoever finds it");
  verb->add_option("--expect", options->expect, "Refuse if another version holds");
  verb->footer(
      "Whoever calls the service counts in its unit from his next pushes on.\n\n"
      "Examples:\n  bellrock metrics unit\n  bellrock metrics unit music/storage --json\n"
      "  bellrock metrics unit music/storage ladder --reason \"ann: its cards are large\"\n"
      "  bellrock metrics unit music/storage 1us --reason \"ann: exact again\"");
}

}  // namespace bellrock::cli
