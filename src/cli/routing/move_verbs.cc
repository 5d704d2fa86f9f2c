// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "cli/naming/time_option.h"
#include "cli/output.h"
#include "cli/routing/settings_edit.h"
#include "cli/routing/verbs.h"
#include "fiber/environment.h"
#include "fiber/unix_time.h"

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

struct MoveOptions : SettingsOptions {
  std::string from;
  std::string to;
  std::string share;
  std::string over;
  std::string lasts;
  bool preview = false;
  bool force = false;
};

Result<v1::RatioMove> MoveOf(const MoveOptions& options) {
  v1::RatioMove move;
  const int64_t now = fiber::UnixMs(fiber::RealEnvironment().clock);
  move.set_from_site(options.from);
  move.set_to_site(options.to);
  BELLROCK_ASSIGN(const double share, ParseShare("--share", options.share));
  move.set_share(share);
  move.set_begun_unix_ms(now);
  if (!options.over.empty()) {
    BELLROCK_ASSIGN(const int64_t over, ParseLengthMs("--over", options.over));
    move.set_duration_ms(over);
  }
  if (!options.lasts.empty()) {
    BELLROCK_ASSIGN(const int64_t lasts, ParseLengthMs("--for", options.lasts));
    move.set_until_unix_ms(now + lasts);
  }
  move.set_who_and_why(options.why);
  return move;
}

void PrintPreview(const v1::PreviewMoveReply& preview) {
  TextTable table({"SITE", "CALLS/S", "AFTER", "CAPACITY", "INSTANCES"});
  for (const v1::PreviewMoveReply::Site& site : preview.sites()) {
    table.Add({site.site(), fmt::format("{:.1f}", site.calls_per_s()),
               fmt::format("{:.1f}", site.after_calls_per_s()),
               site.capacity() > 0 ? fmt::format("{:.0f}", site.capacity()) : "-",
               std::to_string(site.instances())});
  }
  std::printf("%s%s%s\n", table.ToString().c_str(),
              preview.headroom() ? "" : "NO HEADROOM: ", preview.verdict().c_str());
}

Status Move(const MoveOptions& options, ChannelInterface& channel) {
  if (options.why.empty() && !options.preview) {
    return InvalidArgumentError("--why is missing: say who you are and why");
  }
  v1::PreviewMoveRequest request;
  request.set_service(options.service);
  BELLROCK_ASSIGN(*request.mutable_move(), MoveOf(options));
  BELLROCK_ASSIGN(v1::StoredSettings read, ReadSettings(options.service, channel));
  BELLROCK_ASSIGN(const v1::PreviewMoveReply preview,
                  v1::RoutingStub(channel).PreviewMove(request));
  if (options.json && options.preview) return PrintJson(preview);
  if (!options.json) PrintPreview(preview);
  if (options.preview) return Status::Ok();
  if (!preview.headroom() && !options.force) {
    return FailedPreconditionError(
        fmt::format("nothing was moved: {}; a smaller --share may fit, --force moves all the same",
                    preview.verdict()));
  }
  v1::RouteSettings wanted = read.settings();
  PutMove(request.move(), wanted);
  return WriteSettings(
      options, read, wanted,
      fmt::format("{} of {}'s calls go to {}", options.share, options.from, options.to), channel);
}

Status Abort(const MoveOptions& options, ChannelInterface& channel) {
  BELLROCK_ASSIGN(v1::StoredSettings read, ReadSettings(options.service, channel));
  v1::RouteSettings wanted = read.settings();
  const int taken = TakeMovesBack(options.from, wanted);
  if (taken == 0) {
    return NotFoundError(fmt::format("{} has no ratio move{}{}", options.service,
                                     options.from.empty() ? "" : " from ", options.from));
  }
  return WriteSettings(options, read, wanted, fmt::format("{} moves are taken back", taken),
                       channel);
}

}  // namespace

void AddMoveVerbs(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App* move = AddServerVerb(noun, options, exit_code, "move",
                                 "Send a part of one site's calls to another site", Move);
  move->add_option("service", options->service, "line/service")->required();
  move->add_option("--from", options->from, "Site whose calls they would be")->required();
  move->add_option("--to", options->to, "Site that gets them")->required();
  move->add_option("--share", options->share, "Of them, as 30% or 0.3")->required();
  move->add_option("--over", options->over, "Grow to it in this time, as 60s (default: at once)");
  move->add_option("--for", options->lasts, "Ends by itself after it, as 2h (default: abort)");
  move->add_flag("--preview", options->preview, "Only show what it would do");
  move->add_flag("--force", options->force, "Even if the target seems to have no room");
  move->add_option("--why", options->why, "Who you are and why");
  move->footer(
      "Figures are of what all hosts report now. One move for each pair of sites: another one "
      "takes\n"
      "its place and grows from nothing.\n\n"
      "Examples:\n  bellrock routing move music/storage --from sz --to sh --share 30% --preview\n"
      "  bellrock routing move music/storage --from sz --to sh --share 30% --over 60s --for 2h "
      "--why \"ann: drill\"");
  auto of_abort = std::make_shared<MoveOptions>();
  CLI::App* abort =
      AddServerVerb(noun, of_abort, exit_code, "abort", "Take ratio moves back, at once", Abort);
  abort->add_option("service", of_abort->service, "line/service")->required();
  abort->add_option("--from", of_abort->from, "Only those from this site");
  abort->add_option("--why", of_abort->why, "Who you are and why")->required();
  abort->footer("Example:\n  bellrock routing abort music/storage --why \"ann: drill over\"");
}

}  // namespace bellrock::cli
