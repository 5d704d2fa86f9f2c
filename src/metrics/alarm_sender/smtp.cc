// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/smtp.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "fiber/fiber.h"
#include "metrics/alarm/signature.h"

namespace bellrock::metrics::alarm_sender {
namespace {

constexpr int kReady = 220;
constexpr int kAuthenticated = 235;
constexpr int kDone = 250;
constexpr int kGoOn = 354;
constexpr size_t kReadBytes = 1024;
constexpr char kGreeting[] = "EHLO bellrock";

struct Reply {
  int code = 0;
  std::string text;                  // of the last line
  std::set<std::string> extensions;  // of EHLO: the first word of each line, in capitals
};

Status Refusal(std::string_view what, const Reply& reply) {
  const std::string text = fmt::format("{} was answered {} {}", what, reply.code, reply.text);
  if (reply.code >= 400 && reply.code < 500) return UnavailableError(text);
  return InvalidArgumentError(text);
}

// The conversation on one connection.
class Conversation {
 public:
  Conversation(Dialer& dialer, std::unique_ptr<fiber::Stream> stream)
      : dialer_(dialer), stream_(std::move(stream)) {}

  Result<Reply> ReadReply() {
    Reply reply;
    for (size_t i = 0; i < kSmtpLinesMax; ++i) {
      BELLROCK_ASSIGN(const std::string line, ReadLine());
      const auto [end, error] =
          std::from_chars(line.data(), line.data() + std::min<size_t>(3, line.size()), reply.code);
      const bool shaped = error == std::errc() && end == line.data() + 3 && reply.code >= 200;
      if (!shaped) return UnavailableError(fmt::format("no SMTP: '{}'", alarm::Base64(line)));
      reply.text = line.size() > 4 ? line.substr(4) : std::string();
      std::string word = reply.text.substr(0, reply.text.find(' '));
      for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      reply.extensions.insert(std::move(word));
      if (line.size() < 4 || line[3] != '-') return reply;
    }
    return UnavailableError("an SMTP reply without end");
  }
  // `shown` stands for a line that nobody should read in an error.
  Result<Reply> Ask(std::string_view line, int wanted, std::string_view shown = {}) {
    BELLROCK_TRY(Write(fmt::format("{}\r\n", line)));
    BELLROCK_ASSIGN(Reply reply, ReadReply());
    if (reply.code != wanted) return Refusal(shown.empty() ? line : shown, reply);
    return reply;
  }
  Status Write(std::string_view text) { return stream_->WriteAll(std::as_bytes(std::span(text))); }
  Status StartTls(const std::string& host, Time deadline) {
    // Something already said would be taken for said inside of TLS (CVE-2011-0411).
    if (!input_.empty()) return UnavailableError("the server talks before TLS has begun");
    BELLROCK_ASSIGN(stream_, dialer_.StartTls(std::move(stream_), host, deadline));
    secure_ = true;
    return Status::Ok();
  }
  bool secure() const { return secure_; }

 private:
  Result<std::string> ReadLine() {
    while (true) {
      const size_t end = input_.find('\n');
      if (end != std::string::npos) {
        std::string line = input_.substr(0, end);
        input_.erase(0, end + 1);
        if (line.ends_with('\r')) line.pop_back();
        return line;
      }
      if (input_.size() > kSmtpLineBytesMax) return UnavailableError("an SMTP line without end");
      std::array<std::byte, kReadBytes> buffer;
      BELLROCK_ASSIGN(const size_t size, stream_->Read(buffer));
      if (size == 0) return UnavailableError("the mail server hung up");
      input_.append(reinterpret_cast<const char*>(buffer.data()), size);
    }
  }

  Dialer& dialer_;
  std::unique_ptr<fiber::Stream> stream_;
  std::string input_;
  bool secure_ = false;
};

struct Server {
  std::string host;
  uint16_t port = 0;
};
Result<Server> ParseServer(const std::string& text) {
  Server server;
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos) {
    server.host = text.substr(0, colon);
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data() + colon + 1, end, server.port);
    if (error == std::errc() && last == end && server.port != 0 && !server.host.empty()) {
      return server;
    }
  }
  return InvalidArgumentError(
      fmt::format("smtp.server '{}': write host:port, as mail.example.com:587", text));
}

Status Introduce(Conversation& talk, const v1::AlarmSmtp& settings, const Server& server,
                 Time deadline) {
  if (server.port == kSmtpsPort) BELLROCK_TRY(talk.StartTls(server.host, deadline));
  BELLROCK_ASSIGN(const Reply greeting, talk.ReadReply());
  if (greeting.code != kReady) return Refusal("connecting", greeting);
  BELLROCK_ASSIGN(Reply hello, talk.Ask(kGreeting, kDone));
  if (!talk.secure() && hello.extensions.contains("STARTTLS")) {
    BELLROCK_TRY(talk.Ask("STARTTLS", kReady).status());
    BELLROCK_TRY(talk.StartTls(server.host, deadline));
    BELLROCK_ASSIGN(hello, talk.Ask(kGreeting, kDone));
  }
  const bool password = !settings.user().empty();
  if (!talk.secure() && (settings.require_tls() || password)) {
    return FailedPreconditionError(
        fmt::format("{} does not offer STARTTLS, and {}; use a port that does", settings.server(),
                    password ? "a password is not sent in the clear" : "require_tls is set"));
  }
  if (!password) return Status::Ok();
  const std::string secret = alarm::Base64(std::string(1, '\0') + settings.user() +
                                           std::string(1, '\0') + settings.password());
  return talk.Ask("AUTH PLAIN " + secret, kAuthenticated, "AUTH PLAIN").status();
}

// Refusals of some recipients do not keep it from the others.
Status Address(Conversation& talk, const alarm::MailMessage& mail) {
  BELLROCK_TRY(talk.Ask(fmt::format("MAIL FROM:<{}>", mail.from), kDone).status());
  Status last = InvalidArgumentError("smtp.to: is empty; name a recipient");
  size_t taken = 0;
  for (const std::string& to : mail.to) {
    const Status status = talk.Ask(fmt::format("RCPT TO:<{}>", to), kDone).status();
    if (status.ok()) {
      ++taken;
    } else {
      last = status;
    }
  }
  return taken > 0 ? Status::Ok() : last;
}

}  // namespace

std::string StuffDots(std::string_view content) {
  std::string stuffed;
  bool line_begins = true;
  for (const char c : content) {
    if (line_begins && c == '.') stuffed += '.';
    stuffed += c;
    line_begins = c == '\n';
  }
  if (!line_begins) stuffed += "\r\n";
  return stuffed + ".\r\n";
}

Status SendMail(Dialer& dialer, const v1::AlarmSmtp& settings, const alarm::MailMessage& mail,
                Time deadline) {
  const fiber::ScopedDeadline bound(deadline);
  BELLROCK_ASSIGN(const Server server, ParseServer(settings.server()));
  BELLROCK_ASSIGN(std::unique_ptr<fiber::Stream> stream, dialer.Connect(server.host, server.port));
  Conversation talk(dialer, std::move(stream));
  BELLROCK_TRY(Introduce(talk, settings, server, deadline));
  BELLROCK_TRY(Address(talk, mail));
  BELLROCK_TRY(talk.Ask("DATA", kGoOn).status());
  BELLROCK_TRY(talk.Write(StuffDots(mail.content)));
  BELLROCK_ASSIGN(const Reply taken, talk.ReadReply());
  if (taken.code != kDone) return Refusal("the message", taken);
  // It is taken, whatever becomes of the goodbye.
  (void)talk.Write("QUIT\r\n");
  return Status::Ok();
}

}  // namespace bellrock::metrics::alarm_sender
