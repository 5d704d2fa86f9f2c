// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "metrics/alarm/message.h"
#include "metrics/alarm_sender/dialer.h"

namespace bellrock::metrics::alarm_sender {

inline constexpr size_t kSmtpLinesMax = 100;       // of one reply
inline constexpr size_t kSmtpLineBytesMax = 2048;  // RFC 5321 4.5.3.1.5 asks for 512
inline constexpr uint16_t kSmtpsPort = 465;        // TLS from the first byte (RFC 8314)

// Hands a message to a mail server: EHLO, STARTTLS if offered, AUTH PLAIN, then the message (RFC
// 5321, 3207, 4954). Blocks until the server has taken it or `deadline`. OK: it has, for at least
// one of the recipients. kUnavailable: try again (4yz); other codes: it would be refused again. A
// password is never sent outside of TLS.
Status SendMail(Dialer& dialer, const v1::AlarmSmtp& server, const alarm::MailMessage& mail,
                Time deadline);

// Lines that begin with a dot get another, and the end is marked (RFC 5321 4.5.2).
std::string StuffDots(std::string_view content);

}  // namespace bellrock::metrics::alarm_sender
