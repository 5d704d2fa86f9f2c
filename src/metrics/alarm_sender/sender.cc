// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/sender.h"

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "metrics/alarm/message.h"
#include "metrics/alarm_sender/http_post.h"
#include "metrics/alarm_sender/smtp.h"

namespace bellrock::metrics::alarm_sender {
namespace {

constexpr int64_t kMsPerSecond = 1000;
constexpr int kDoublingsMax = 6;

bool MayPass(const Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kDeadlineExceeded;
}

}  // namespace

Sender::Sender(fiber::Environment environment, fiber::Resolver& resolver, rpc::TlsOptions trust,
               SenderOptions options)
    : environment_(environment),
      dialer_(environment, resolver, std::move(trust)),
      options_(options) {}

Status Sender::Send(const alarm::Notification& notification) {
  Status status;
  for (int done = 0; done < options_.tries; ++done) {
    if (done > 0) BELLROCK_TRY(fiber::SleepFor(Pause(done)));
    status = SendOnce(notification);
    if (!MayPass(status) || !fiber::CheckCurrent().ok()) break;
  }
  return status;
}

Duration Sender::Pause(int tries_done) {
  const Duration full = options_.backoff * (1 << std::min(tries_done - 1, kDoublingsMax));
  const auto half = static_cast<uint64_t>(full.count()) / 2;
  return Duration(static_cast<int64_t>(half + environment_.random.Next() % (half + 1)));
}

Status Sender::SendOnce(const alarm::Notification& notification) {
  const Time deadline = environment_.clock.Now() + options_.try_timeout;
  const int64_t now_ms = fiber::UnixMs(environment_.clock);
  const v1::AlarmReceiver& receiver = notification.receiver;
  if (receiver.has_smtp()) {
    return SendMail(dialer_, receiver.smtp(), alarm::ToMail(notification, now_ms / kMsPerSecond),
                    deadline);
  }
  BELLROCK_ASSIGN(const alarm::HttpMessage message, alarm::ToHttp(notification, now_ms));
  BELLROCK_ASSIGN(const rpc::FetchReply reply, Post(dialer_, message, deadline));
  return alarm::JudgeReply(receiver, reply.status, reply.body);
}

}  // namespace bellrock::metrics::alarm_sender
