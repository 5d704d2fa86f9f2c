// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "metrics/alarm/firing.h"
#include "metrics/alarm/message.h"
#include "metrics/alarm/notice.h"
#include "metrics/alarm/signature.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr size_t kLineBytes = 76;         // RFC 2045 6.8
constexpr size_t kEncodedWordBytes = 42;  // of text: 56 of base64, below RFC 2047's 75 in all
constexpr char kDomain[] = "bellrock.invalid";

// Nobody but us begins a header.
std::string OneLine(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return line;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// RFC 2047; words are cut between characters.
std::string HeaderText(std::string_view text) {
  const std::string line = OneLine(text);
  if (IsAscii(line)) return line;
  std::string encoded;
  for (size_t at = 0; at < line.size();) {
    size_t end = std::min(line.size(), at + kEncodedWordBytes);
    while (end < line.size() && end > at && (line[end] & 0xC0) == 0x80) --end;
    if (!encoded.empty()) encoded += "\r\n ";
    encoded += "=?UTF-8?B?" + Base64(std::string_view(line).substr(at, end - at)) + "?=";
    at = end;
  }
  return encoded;
}

std::string WrappedBase64(std::string_view text) {
  const std::string encoded = Base64(text);
  std::string lines;
  for (size_t at = 0; at < encoded.size(); at += kLineBytes) {
    lines += encoded.substr(at, kLineBytes) + "\r\n";
  }
  return lines;
}

// RFC 5322 3.3: "Sun, 22 Nov 2026 17:03:00 +0000"
std::string MailDate(int64_t unix_seconds) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::seconds(unix_seconds));
  const std::chrono::year_month_day date{std::chrono::sys_days(days)};
  const std::chrono::weekday weekday{std::chrono::sys_days(days)};
  const int64_t second = unix_seconds - std::chrono::seconds(days).count();
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", kDays[weekday.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), second / 3600, second / 60 % 60, second % 60);
}

std::string PlainText(const Notice& notice) {
  std::string text;
  for (const NoticeLine& line : notice.lines) {
    text += (line.resolved ? "resolved: " : "") + line.what + "\r\n";
    for (const std::string* more : {&line.where, &line.note, &line.when}) {
      if (!more->empty()) text += "  " + *more + "\r\n";
    }
    text += "\r\n";
  }
  if (notice.more > 0) text += fmt::format("and {} more\r\n\r\n", notice.more);
  if (!notice.link.empty()) text += notice.link + "\r\n";
  return text;
}

// The same for all messages of a group, so that mail programs show them together.
std::string ThreadId(const std::string& group_key) {
  Labels labels;
  labels["group"] = group_key;
  return fmt::format("<{}@{}>", FingerprintOf(labels), kDomain);
}

}  // namespace

MailMessage ToMail(const Notification& notification, int64_t unix_seconds) {
  const v1::AlarmSmtp& smtp = notification.receiver.smtp();
  const Notice notice = MakeNotice(notification);
  MailMessage mail;
  mail.from = OneLine(smtp.from());
  std::string recipients;
  for (const std::string& to : smtp.to()) {
    mail.to.push_back(OneLine(to));
    recipients += (recipients.empty() ? "" : ",\r\n ") + mail.to.back();
  }
  const bool urgent = notice.firing && notice.severity == "critical";
  mail.content = fmt::format(
      "Date: {}\r\n"
      "From: Bellrock <{}>\r\n"
      "To: {}\r\n"
      "Subject: {}\r\n"
      "Message-ID: <{}@{}>\r\n"
      "References: {}\r\n"
      "{}"
      "Auto-Submitted: auto-generated\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "\r\n{}",
      MailDate(unix_seconds), mail.from, recipients, HeaderText(notice.title), notification.key,
      kDomain, ThreadId(notification.group_key), urgent ? "Importance: high\r\n" : "",
      WrappedBase64(PlainText(notice)));
  return mail;
}

}  // namespace bellrock::metrics::alarm
