// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/alarms.bellrock.h"
#include "cli/alarm/alarm_text.h"
#include "cli/alarm/verbs.h"
#include "cli/naming/time_option.h"
#include "cli/naming/verb.h"
#include "cli/output.h"
#include "fiber/clock.h"
#include "fiber/unix_time.h"
#include "metrics/alarm/notice.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr int64_t kMsPerSecond = 1000;

struct SilenceOptions : ServerOptions {
  std::vector<std::string> matchers;
  std::string until = "1h";
  std::string by;
  std::string why;
};

struct UnsilenceOptions : ServerOptions {
  std::string id;
  std::string why;
};

Status Silence(const SilenceOptions& options, ChannelInterface& channel) {
  v1::SilenceRequest request;
  v1::AlarmSilence& silence = *request.mutable_silence();
  for (const std::string& text : options.matchers) {
    BELLROCK_ASSIGN(*silence.add_matchers(), ParseMatcher(text));
  }
  BELLROCK_ASSIGN(const int64_t until_ms,
                  ParseMoment("--until", options.until, fiber::UnixMs(fiber::RealClock())));
  silence.set_to(until_ms / kMsPerSecond);
  silence.set_by(options.by);
  silence.set_comment(options.why);
  BELLROCK_ASSIGN(const v1::AlarmSilence made, v1::AlarmsStub(channel).Silence(request));
  if (options.json) return PrintJson(made);
  std::printf("silence %s until %s\n", made.id().c_str(),
              metrics::alarm::ShortTime(made.to()).c_str());
  return Status::Ok();
}

Status Unsilence(const UnsilenceOptions& options, ChannelInterface& channel) {
  v1::UnsilenceRequest request;
  request.set_id(options.id);
  request.set_who_and_why(options.why);
  BELLROCK_ASSIGN(const v1::AlarmSilence ended, v1::AlarmsStub(channel).Unsilence(request));
  if (options.json) return PrintJson(ended);
  std::printf("silence %s ended\n", ended.id().c_str());
  return Status::Ok();
}

}  // namespace

void AddSilenceVerbs(CLI::App& noun, int& exit_code) {
  const auto of_silence = std::make_shared<SilenceOptions>();
  CLI::App* silence = AddServerVerb(noun, of_silence, exit_code, "silence",
                                    "Tell nobody of some alarms for a while", Silence);
  silence
      ->add_option("matchers", of_silence->matchers,
                   "label=value or label!=value, all of them; '*' is any text")
      ->required();
  silence->add_option("--until", of_silence->until, "For so long (30m, 2h, 3d), or until a moment")
      ->capture_default_str();
  silence->add_option("--by", of_silence->by, "Who you are")->required();
  silence->add_option("--why", of_silence->why, "Why, for whoever finds it")->required();
  silence->footer(
      "Alarms fire all the same, and `ls` shows them with the reason.\n\n"
      "Examples:\n"
      "  bellrock alarm silence service=music/catalog --until 2h --by ann --why \"moves to sh\"\n"
      "  bellrock alarm silence 'service=music/*' severity!=critical --by bob --why drill");

  const auto of_end = std::make_shared<UnsilenceOptions>();
  CLI::App* end =
      AddServerVerb(noun, of_end, exit_code, "unsilence", "End a silence now", Unsilence);
  end->add_option("id", of_end->id, "As `silence` and `rules` print it")->required();
  end->add_option("--why", of_end->why, "Who you are and why")->required();
  end->footer("Example:\n  bellrock alarm unsilence 4f1c09b2a7d35e68 --why \"ann: moved\"");
}

}  // namespace bellrock::cli
