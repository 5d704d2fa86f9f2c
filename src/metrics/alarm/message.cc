// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/message.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "metrics/alarm/notice.h"
#include "metrics/alarm/signature.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr int64_t kMsPerSecond = 1000;
constexpr size_t kReplyShown = 200;

std::string AlertsUrl(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url + "/api/v2/alerts";
}

// "Too many messages a minute", as these tools number it: the only refusals that pass.
bool IsLimit(int64_t code) {
  static const std::set<int64_t> kCodes = {
      130101, 410100,  // DingTalk
      45009,           // WeCom
      9499,   11232,   // Feishu
  };
  return kCodes.contains(code);
}

// They answer 200 and say in the body whether that is true.
Status JudgeChat(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return Status::Ok();
  for (const char* field : {"errcode", "code", "StatusCode"}) {
    const auto found = json.find(field);
    if (found == json.end() || !found->is_number_integer()) continue;
    const auto code = found->get<int64_t>();
    if (code == 0) return Status::Ok();
    const std::string text =
        fmt::format("the receiver refused the message: {}", Clip(std::string(body), kReplyShown));
    return IsLimit(code) ? UnavailableError(text) : InvalidArgumentError(text);
  }
  return Status::Ok();
}

}  // namespace

Result<HttpMessage> ToHttp(const Notification& notification, int64_t unix_ms) {
  const v1::AlarmReceiver& to = notification.receiver;
  const int64_t now = unix_ms / kMsPerSecond;
  const std::string& key = notification.key;
  switch (to.kind_case()) {
    case v1::AlarmReceiver::kWebhook:
      return HttpMessage{to.webhook().url(), to.webhook().bearer_token(), key,
                         WebhookBody(notification)};
    case v1::AlarmReceiver::kAlertmanager:
      return HttpMessage{AlertsUrl(to.alertmanager().url()), to.alertmanager().bearer_token(), key,
                         AlertmanagerBody(notification, now)};
    case v1::AlarmReceiver::kDingtalk:
      return HttpMessage{SignDingtalkUrl(to.dingtalk().url(), to.dingtalk().secret(), unix_ms), "",
                         key, DingtalkBody(notification)};
    case v1::AlarmReceiver::kWecom:
      return HttpMessage{to.wecom().url(), "", key, WecomBody(notification)};
    case v1::AlarmReceiver::kFeishu:
      return HttpMessage{to.feishu().url(), "", key, FeishuBody(notification, now)};
    case v1::AlarmReceiver::kSlack:
      return HttpMessage{to.slack().url(), "", key, SlackBody(notification)};
    default:
      return InvalidArgumentError(fmt::format(
          "receiver '{}' is not reached by HTTP; give it a webhook or a chat", to.name()));
  }
}

Status JudgeReply(const v1::AlarmReceiver& receiver, int http_status, std::string_view body) {
  constexpr int kTooManyRequests = 429;
  constexpr int kRequestTimeout = 408;
  if (http_status >= 200 && http_status < 300) {
    const bool says_so = receiver.has_dingtalk() || receiver.has_wecom() || receiver.has_feishu();
    return says_so ? JudgeChat(body) : Status::Ok();
  }
  const std::string text = fmt::format("receiver '{}' answered {}: {}", receiver.name(),
                                       http_status, Clip(std::string(body), kReplyShown));
  const bool passes =
      http_status >= 500 || http_status == kTooManyRequests || http_status == kRequestTimeout;
  return passes ? UnavailableError(text) : InvalidArgumentError(text);
}

}  // namespace bellrock::metrics::alarm
