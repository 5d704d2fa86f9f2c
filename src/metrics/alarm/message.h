// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/alarm/dispatcher.h"

// Notifications in the form that each kind of receiver takes. Pure.
namespace bellrock::metrics::alarm {

// To be POSTed as JSON.
struct HttpMessage {
  std::string url;
  std::string bearer_token;
  std::string key;  // header "Idempotency-Key"
  std::string body;
};
// Of any receiver but SMTP; kInvalidArgument for that, and for one that is no kind we know.
Result<HttpMessage> ToHttp(const Notification& notification, int64_t unix_ms);
// What its answer means. kUnavailable: try again; other codes: another try ends the same way.
Status JudgeReply(const v1::AlarmReceiver& receiver, int http_status, std::string_view body);

// An RFC 5322 message with its envelope; lines end with CRLF, none is a lone dot.
struct MailMessage {
  std::string from;
  std::vector<std::string> to;
  std::string content;
};
MailMessage ToMail(const Notification& notification, int64_t unix_seconds);

// Alertmanager's webhook, version 4 (notify/webhook, template.Data).
std::string WebhookBody(const Notification& notification);
// A POST to /api/v2/alerts (api/v2/openapi.yaml, postableAlerts).
std::string AlertmanagerBody(const Notification& notification, int64_t unix_seconds);
// open.dingtalk.com, custom robot, markdown.
std::string DingtalkBody(const Notification& notification);
// work.weixin.qq.com, group robot, markdown of at most 4096 bytes.
std::string WecomBody(const Notification& notification);
// open.feishu.cn, custom bot, interactive card.
std::string FeishuBody(const Notification& notification, int64_t unix_seconds);
// api.slack.com, incoming webhook.
std::string SlackBody(const Notification& notification);

}  // namespace bellrock::metrics::alarm
