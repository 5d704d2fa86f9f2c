// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/smtp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/alarm_sender/receivers_for_test.h"
#include "rpc/tls/tls_context.h"
#include "rpc/tls/tls_peers.h"
#include "rpc/tls/tls_stream.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_sender {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using TlsWorld = rpc::TlsWorldOf<bellrock::testing::World>;

// A mail server as far as a sender sees one; remembers what it was told.
class MailServer {
 public:
  struct Options {
    rpc::TlsContext* tls = nullptr;  // offered by STARTTLS
    std::string data_reply = "250 queued";
    std::string refused_recipient{};
    bool talks_ahead = false;
  };
  MailServer(fiber::Environment host, Options options)
      : host_(host),
        options_(std::move(options)),
        listener_(host, 0, [this](auto stream) { Serve(std::move(stream)); }) {}

  std::string address() const { return "s:" + std::to_string(listener_.port()); }
  std::vector<std::string> commands;  // "tls" in front of those inside of TLS
  std::string content;

 private:
  std::string ReadLine() {
    ended_ = !ReadUntil(*stream_, "\r\n", 0, input_);
    if (ended_) return {};
    const size_t end = input_.find("\r\n");
    std::string line = input_.substr(0, end);
    input_.erase(0, end + 2);
    return line;
  }
  void Reply(const std::string& text) { (void)WriteText(*stream_, text + "\r\n"); }

  void Serve(std::unique_ptr<fiber::Stream> stream) {
    stream_ = std::move(stream);
    input_.clear();
    secure_ = false;
    Reply("220 s ready");
    while (stream_ != nullptr) {
      const std::string line = ReadLine();
      if (line.empty()) return;
      commands.push_back((secure_ ? "tls " : "") + line);
      if (line == "QUIT") return;
      Answer(line);
    }
  }
  void Answer(const std::string& line) {
    if (line.starts_with("EHLO")) {
      Reply("250-s");
      const bool offer = options_.tls != nullptr && !secure_;
      Reply(offer ? "250-SIZE 1000000\r\n250 STARTTLS" : "250-8BITMIME\r\n250 AUTH PLAIN LOGIN");
    } else if (line == "STARTTLS") {
      Reply(options_.talks_ahead ? "220 go\r\n250 injected" : "220 go");
      auto tls =
          options_.tls->Accept(std::move(stream_), {}, host_.clock.Now() + std::chrono::seconds(5));
      if (!tls.ok()) {
        stream_ = nullptr;
        return;
      }
      stream_ = std::move(*tls);
      secure_ = true;
    } else if (line.starts_with("AUTH")) {
      Reply("235 welcome");
    } else if (line == "DATA") {
      Reply("354 go on");
      while (!ended_) {
        const std::string text = ReadLine();
        if (text == ".") break;
        content += text + "\n";
      }
      Reply(options_.data_reply);
    } else if (!options_.refused_recipient.empty() &&
               line.find(options_.refused_recipient) != std::string::npos) {
      Reply("550 no such user");
    } else {
      Reply("250 ok");
    }
  }

  fiber::Environment host_;
  Options options_;
  std::unique_ptr<fiber::Stream> stream_;
  std::string input_;
  bool secure_ = false;
  bool ended_ = false;
  TestListener listener_;
};

class AlarmMailSender : public ::testing::Test {
 protected:
  AlarmMailSender() : tls_(1) {}

  Status Send(const MailServer& server, const v1::AlarmSmtp& settings = {}) {
    Dialer dialer(tls_.client_host, resolver_, {.ca_file = "ca.pem"});
    v1::AlarmSmtp smtp = settings;
    smtp.set_server(server.address());
    return SendMail(dialer, smtp, mail_, tls_.client_host.clock.Now() + std::chrono::seconds(5));
  }

  TlsWorld tls_;
  NameIsAddress resolver_;
  alarm::MailMessage mail_{"alarms@x", {"a@x", "b@x"}, "Subject: s\r\n\r\n.dot\r\nend\r\n"};
};

TEST_F(AlarmMailSender, HandsAMessageOver) {
  tls_.world.Run([&] {
    MailServer server(tls_.server_host, {});
    const Status status = Send(server);
    EXPECT_TRUE(status.ok()) << status.ToString();
    (void)fiber::SleepFor(std::chrono::seconds(1));
    EXPECT_THAT(server.commands, ElementsAre("EHLO bellrock", "MAIL FROM:<alarms@x>",
                                             "RCPT TO:<a@x>", "RCPT TO:<b@x>", "DATA", "QUIT"));
    EXPECT_EQ(server.content, "Subject: s\n\n..dot\nend\n");
  });
}

TEST_F(AlarmMailSender, TakesTlsWhereItIsOfferedAndSaysThePasswordThere) {
  tls_.world.Run([&] {
    tls_.PutFiles();
    const auto context = tls_.Server(tls_.ServerOptions());
    MailServer server(tls_.server_host, {.tls = context.get()});
    v1::AlarmSmtp settings;
    settings.set_user("u");
    settings.set_password("p");
    const Status status = Send(server, settings);
    EXPECT_TRUE(status.ok()) << status.ToString();
    ASSERT_GE(server.commands.size(), 4u);
    EXPECT_EQ(server.commands[1], "STARTTLS");
    EXPECT_EQ(server.commands[2], "tls EHLO bellrock");
    EXPECT_EQ(server.commands[3], "tls AUTH PLAIN AHUAcA==");
  });
}

TEST_F(AlarmMailSender, NeverSaysThePasswordInTheClear) {
  tls_.world.Run([&] {
    MailServer server(tls_.server_host, {});
    v1::AlarmSmtp settings;
    settings.set_user("u");
    settings.set_password("p");
    EXPECT_EQ(Send(server, settings).code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(server.commands, ElementsAre("EHLO bellrock"));
  });
}

TEST_F(AlarmMailSender, RequiredTlsIsRequired) {
  tls_.world.Run([&] {
    MailServer server(tls_.server_host, {});
    v1::AlarmSmtp settings;
    settings.set_require_tls(true);
    EXPECT_EQ(Send(server, settings).code(), StatusCode::kFailedPrecondition);
  });
}

TEST_F(AlarmMailSender, WhatWasSaidBeforeTlsIsNotTakenForSaidInside) {
  tls_.world.Run([&] {
    tls_.PutFiles();
    const auto context = tls_.Server(tls_.ServerOptions());
    MailServer server(tls_.server_host, {.tls = context.get(), .talks_ahead = true});
    const Status status = Send(server);
    EXPECT_EQ(status.code(), StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("before TLS has begun"));
  });
}

TEST_F(AlarmMailSender, OneRecipientWhoIsUnknownDoesNotKeepItFromTheOther) {
  tls_.world.Run([&] {
    MailServer server(tls_.server_host, {.refused_recipient = "a@x"});
    EXPECT_TRUE(Send(server).ok());
    mail_.to = {"a@x"};
    const Status status = Send(server);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("550 no such user"));
  });
}

TEST_F(AlarmMailSender, ABusyServerIsAskedAgainLater) {
  tls_.world.Run([&] {
    MailServer server(tls_.server_host, {.data_reply = "451 try later"});
    EXPECT_EQ(Send(server).code(), StatusCode::kUnavailable);
  });
}

TEST(AlarmMailDots, AreDoubledAtTheBeginningOfLines) {
  EXPECT_EQ(StuffDots(".a\r\n.\r\nb.c\r\n"), "..a\r\n..\r\nb.c\r\n.\r\n");
  EXPECT_EQ(StuffDots("no end"), "no end\r\n.\r\n");
}

}  // namespace
}  // namespace bellrock::metrics::alarm_sender
