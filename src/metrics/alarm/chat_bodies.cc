// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "metrics/alarm/message.h"
#include "metrics/alarm/notice.h"
#include "metrics/alarm/signature.h"

namespace bellrock::metrics::alarm {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kWecomBytesMax = 4096;
constexpr size_t kSlackBytesMax = 3000;  // of a section's text
constexpr size_t kDingtalkBytesMax = 18'000;
constexpr char kLinkText[] = "Open in the console";

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// How one tool writes what a notice says.
struct Style {
  const char* newline;
  const char* bullet;
  std::string (*escape)(std::string_view text);
};

// Markdown that comes with names, as "a_b" or "*", would change how the rest is read.
std::string EscapeMarkdown(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>#|~").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// WeCom knows no backslash.
std::string AsItIs(std::string_view text) {
  return std::string(text);
}

// What begins a link or a mention in Slack's markup, and in Feishu's tags.
std::string EscapeTags(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string LinesOf(const Notice& notice, const Style& style) {
  std::string text;
  for (const NoticeLine& line : notice.lines) {
    if (!text.empty()) text += style.newline;
    text += style.bullet;
    if (line.resolved) text += "resolved: ";
    text += style.escape(line.what);
    for (const std::string* more : {&line.where, &line.note, &line.when}) {
      if (!more->empty()) text += style.newline + style.escape(*more);
    }
  }
  if (notice.more > 0) text += fmt::format("{}and {} more", style.newline, notice.more);
  return text;
}

const char* CardColour(const Notice& notice) {
  if (!notice.firing) return "green";
  return notice.severity == "critical" ? "red" : "orange";
}

const char* SlackColour(const Notice& notice) {
  if (!notice.firing) return "good";
  return notice.severity == "critical" ? "danger" : "warning";
}

}  // namespace

std::string DingtalkBody(const Notification& notification) {
  const Notice notice = MakeNotice(notification);
  const v1::AlarmChat& chat = notification.receiver.dingtalk();
  std::string text =
      fmt::format("### {}\n\n{}", EscapeMarkdown(notice.title),
                  LinesOf(notice, {.newline = "\n\n", .bullet = "> ", .escape = EscapeMarkdown}));
  text = Clip(std::move(text), kDingtalkBytesMax);
  if (!notice.link.empty()) text += fmt::format("\n\n[{}]({})", kLinkText, notice.link);
  Json mobiles = Json::array();
  for (const std::string& mobile : chat.mention()) {
    text += fmt::format("{}@{}", mobiles.empty() ? "\n\n" : " ", mobile);
    mobiles.push_back(mobile);
  }
  return Dump({{"msgtype", "markdown"},
               {"markdown", {{"title", notice.title}, {"text", text}}},
               {"at", {{"atMobiles", mobiles}, {"isAtAll", false}}}});
}

std::string WecomBody(const Notification& notification) {
  const Notice notice = MakeNotice(notification);
  std::string tail;
  if (!notice.link.empty()) tail += fmt::format("\n[{}]({})", kLinkText, notice.link);
  for (const std::string& user : notification.receiver.wecom().mention()) {
    tail += fmt::format("{}<@{}>", tail.ends_with('>') ? " " : "\n", user);
  }
  const std::string head = fmt::format(
      "<font color=\"{}\">{}</font>\n{}", notice.firing ? "warning" : "info", notice.title,
      LinesOf(notice, {.newline = "\n>", .bullet = ">", .escape = AsItIs}));
  const size_t room = kWecomBytesMax - std::min(kWecomBytesMax, tail.size());
  return Dump({{"msgtype", "markdown"}, {"markdown", {{"content", Clip(head, room) + tail}}}});
}

std::string FeishuBody(const Notification& notification, int64_t unix_seconds) {
  const Notice notice = MakeNotice(notification);
  Json elements = Json::array();
  elements.push_back(
      {{"tag", "markdown"},
       {"content", LinesOf(notice, {.newline = "\n", .bullet = "", .escape = EscapeTags})}});
  if (!notice.link.empty()) {
    const Json button = {{"tag", "button"},
                         {"text", {{"tag", "plain_text"}, {"content", kLinkText}}},
                         {"type", "primary"},
                         {"url", notice.link}};
    elements.push_back({{"tag", "action"}, {"actions", Json::array({button})}});
  }
  Json body;
  if (const std::string& secret = notification.receiver.feishu().secret(); !secret.empty()) {
    body["timestamp"] = fmt::format("{}", unix_seconds);
    body["sign"] = FeishuSignature(secret, unix_seconds);
  }
  body["msg_type"] = "interactive";
  body["card"] = {{"config", {{"wide_screen_mode", true}}},
                  {"header",
                   {{"title", {{"tag", "plain_text"}, {"content", notice.title}}},
                    {"template", CardColour(notice)}}},
                  {"elements", elements}};
  return Dump(body);
}

std::string SlackBody(const Notification& notification) {
  const Notice notice = MakeNotice(notification);
  std::string text =
      Clip(LinesOf(notice, {.newline = "\n", .bullet = "\u2022 ", .escape = EscapeTags}),
           kSlackBytesMax);
  if (!notice.link.empty()) text += fmt::format("\n<{}|{}>", notice.link, kLinkText);
  const Json attachment = {{"color", SlackColour(notice)},
                           {"fallback", notice.title},
                           {"text", text},
                           {"mrkdwn_in", Json::array({"text"})}};
  return Dump({{"text", EscapeTags(notice.title)}, {"attachments", Json::array({attachment})}});
}

}  // namespace bellrock::metrics::alarm
