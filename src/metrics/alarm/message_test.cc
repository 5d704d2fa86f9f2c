// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/alarm/notice_for_test.h"
#include "metrics/alarm/scene_for_test.h"
#include "metrics/alarm/signature.h"

namespace bellrock::metrics::alarm {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kNow = 1'795'280'600;

Notification Resolved() {
  Notification notification = OneFiring();
  notification.resolved = std::move(notification.firing);
  notification.firing.clear();
  notification.resolved[0].set_resolved_at(1'795'280'940);
  return notification;
}

// The examples of the tools' own documents were made with these algorithms.
TEST(AlarmSignature, IsWhatDingtalkAndFeishuReckon) {
  EXPECT_EQ(SignDingtalkUrl("https://oapi.dingtalk.com/robot/send?access_token=x", "SECabc",
                            1'700'000'000'000),
            "https://oapi.dingtalk.com/robot/send?access_token=x&timestamp=1700000000000"
            "&sign=jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM%3D");
  EXPECT_EQ(FeishuSignature("SECabc", 1'700'000'000),
            "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg=");
  EXPECT_EQ(SignDingtalkUrl("https://x/", "", 1), "https://x/");
}

TEST(AlarmBodies, TheWebhookIsAlertmanagersVersion4) {
  EXPECT_EQ(
      WebhookBody(OneFiring()),
      R"({"version":"4","groupKey":"{}/all/ops:{service=\"music/catalog\"}","truncatedAlerts")"
      R"(:0,"status":"firing","receiver":"ops","groupLabels":{"service":"music/catalog"},"com)"
      R"(monLabels":{"alertname":"success_rate","service":"music/catalog","severity":"critica)"
      R"(l"},"commonAnnotations":{"description":"success rate 97.2134 %, below 99.9 %; mostly)"
      R"( callee_host 10.0.0.7:80: 90 % of the failures, 54 % of the calls; result UNAVAILABL)"
      R"(E: 97 % of the failures","runbook_url":"https://wiki.example.com/catalog","summary":)"
      R"("success rate 97.2134 %, below 99.9 %"},"externalURL":"https://bellrock.example.com")"
      R"(,"alerts":[{"status":"firing","labels":{"alertname":"success_rate","service":"music/)"
      R"(catalog","severity":"critical"},"annotations":{"description":"success rate 97.2134 %)"
      R"(, below 99.9 %; mostly callee_host 10.0.0.7:80: 90 % of the failures, 54 % of the ca)"
      R"(lls; result UNAVAILABLE: 97 % of the failures","runbook_url":"https://wiki.example.c)"
      R"(om/catalog","summary":"success rate 97.2134 %, below 99.9 %"},"startsAt":"2026-11-21)"
      R"(T17:03:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://bellrock.example)"
      R"(.com/alarms/00000000000000ab-1795280580","fingerprint":"00000000000000ab"}]})");
}

TEST(AlarmBodies, AWebhookWithNothingLeftFiringIsResolved) {
  const std::string body = WebhookBody(Resolved());
  EXPECT_THAT(body, HasSubstr(R"("status":"resolved","receiver")"));
  EXPECT_THAT(body, HasSubstr(R"("endsAt":"2026-11-21T17:09:00Z")"));
}

TEST(AlarmBodies, CommonLabelsAreThoseOfAll) {
  Notification notification = OneFiring();
  notification.firing.push_back(SuccessFiring());
  (*notification.firing[1].mutable_labels())["alertname"] = "no_data";
  notification.firing[1].mutable_labels()->erase("severity");
  EXPECT_THAT(WebhookBody(notification),
              HasSubstr(R"("commonLabels":{"service":"music/catalog"})"));
}

TEST(AlarmBodies, AlertmanagerIsToldUntilWhenItHolds) {
  EXPECT_EQ(
      AlertmanagerBody(OneFiring(), kNow),
      R"([{"labels":{"alertname":"success_rate","service":"music/catalog","severity":"critica)"
      R"(l"},"annotations":{"description":"success rate 97.2134 %, below 99.9 %; mostly calle)"
      R"(e_host 10.0.0.7:80: 90 % of the failures, 54 % of the calls; result UNAVAILABLE: 97 )"
      R"(% of the failures","runbook_url":"https://wiki.example.com/catalog","summary":"succe)"
      R"(ss rate 97.2134 %, below 99.9 %"},"startsAt":"2026-11-21T17:03:00Z","endsAt":"2026-1)"
      R"(1-21T17:07:20Z","generatorURL":"https://bellrock.example.com/alarms/00000000000000ab)"
      R"(-1795280580"}])");
  EXPECT_THAT(AlertmanagerBody(Resolved(), kNow), HasSubstr(R"("endsAt":"2026-11-21T17:09:00Z")"));
}

TEST(AlarmBodies, Dingtalk) {
  Notification notification = OneFiring();
  notification.receiver.mutable_dingtalk()->add_mention("13800138000");
  EXPECT_EQ(
      DingtalkBody(notification),
      R"({"msgtype":"markdown","markdown":{"title":"[FIRING] music/catalog gz: success rate 9)"
      R"(7.2134 %, below 99.9 %","text":"### \\[FIRING\\] music/catalog gz: success rate 97.2)"
      R"(134 %, below 99.9 %\n\n> music/catalog gz success\\_rate: success rate 97.2134 %, be)"
      R"(low 99.9 %\n\nmostly callee\\_host 10.0.0.7:80: 90 % of the failures, 54 % of the ca)"
      R"(lls; result UNAVAILABLE: 97 % of the failures\n\nsince 11-21 17:00 UTC\n\n[Open in t)"
      R"(he console](https://bellrock.example.com/alarms/00000000000000ab-1795280580)\n\n@138)"
      R"(00138000"},"at":{"atMobiles":["13800138000"],"isAtAll":false}})");
}

TEST(AlarmBodies, Wecom) {
  Notification notification = OneFiring();
  notification.receiver.mutable_wecom()->add_mention("lee");
  EXPECT_EQ(
      WecomBody(notification),
      R"({"msgtype":"markdown","markdown":{"content":"<font color=\"warning\">[FIRING] music/)"
      R"(catalog gz: success rate 97.2134 %, below 99.9 %</font>\n>music/catalog gz success_r)"
      R"(ate: success rate 97.2134 %, below 99.9 %\n>mostly callee_host 10.0.0.7:80: 90 % of )"
      R"(the failures, 54 % of the calls; result UNAVAILABLE: 97 % of the failures\n>since 11)"
      R"(-21 17:00 UTC\n[Open in the console](https://bellrock.example.com/alarms/00000000000)"
      R"(000ab-1795280580)\n<@lee>"}})");
}

TEST(AlarmBodies, WecomIsNeverLongerThanItTakes) {
  Notification notification = OneFiring();
  notification.receiver.mutable_wecom()->add_mention("lee");
  for (int i = 0; i < 20; ++i) {
    notification.firing.push_back(SuccessFiring());
    notification.firing.back().set_note(std::string(2000, 'x'));
  }
  const std::string body = WecomBody(notification);
  EXPECT_LT(body.size(), 4096u + 100);
  EXPECT_THAT(body, HasSubstr(R"(<@lee>"}})"));
}

TEST(AlarmBodies, Feishu) {
  Notification notification = OneFiring();
  notification.receiver.mutable_feishu()->set_secret("SECabc");
  EXPECT_EQ(
      FeishuBody(notification, 1'700'000'000),
      R"({"timestamp":"1700000000","sign":"XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg=","msg)"
      R"(_type":"interactive","card":{"config":{"wide_screen_mode":true},"header":{"title":{")"
      R"(tag":"plain_text","content":"[FIRING] music/catalog gz: success rate 97.2134 %, belo)"
      R"(w 99.9 %"},"template":"red"},"elements":[{"tag":"markdown","content":"music/catalog )"
      R"(gz success_rate: success rate 97.2134 %, below 99.9 %\nmostly callee_host 10.0.0.7:8)"
      R"(0: 90 % of the failures, 54 % of the calls; result UNAVAILABLE: 97 % of the failures)"
      R"(\nsince 11-21 17:00 UTC"},{"tag":"action","actions":[{"tag":"button","text":{"tag":")"
      R"(plain_text","content":"Open in the console"},"type":"primary","url":"https://bellroc)"
      R"(k.example.com/alarms/00000000000000ab-1795280580"}]}]}})");
  EXPECT_THAT(FeishuBody(Resolved(), kNow), Not(HasSubstr("sign")));
}

TEST(AlarmBodies, Slack) {
  EXPECT_EQ(
      SlackBody(OneFiring()),
      R"({"text":"[FIRING] music/catalog gz: success rate 97.2134 %, below 99.9 %","attachmen)"
      R"(ts":[{"color":"danger","fallback":"[FIRING] music/catalog gz: success rate 97.2134 %)"
      R"(, below 99.9 %","text":")"
      "\u2022"
      R"( music/catalog gz success_rate: success rate 97.2134 %, bel)"
      R"(ow 99.9 %\nmostly callee_host 10.0.0.7:80: 90 % of the failures, 54 % of the calls; )"
      R"(result UNAVAILABLE: 97 % of the failures\nsince 11-21 17:00 UTC\n<https://bellrock.e)"
      R"(xample.com/alarms/00000000000000ab-1795280580|Open in the console>","mrkdwn_in":["te)"
      R"(xt"]}]})");
}

TEST(AlarmBodies, NamesDoNotBecomeMarkup) {
  Notification notification = OneFiring();
  notification.firing[0].set_key(0, "a<!channel>&_b_");
  EXPECT_THAT(SlackBody(notification), HasSubstr("a&lt;!channel&gt;&amp;_b_"));
  EXPECT_THAT(DingtalkBody(notification), HasSubstr(R"(a\\<!channel\\>&\\_b\\_)"));
}

TEST(AlarmBodies, BytesThatAreNoUtf8AreReplaced) {
  Notification notification = OneFiring();
  (*notification.firing[0].mutable_labels())["service"] = "bad\xff";
  EXPECT_THAT(WebhookBody(notification), HasSubstr("bad\xEF\xBF\xBD"));
}

TEST(AlarmMail, IsPlainMimeThatAnyProgramReads) {
  Notification notification = OneFiring();
  notification.receiver.mutable_smtp()->set_from("alarms@example.com");
  notification.receiver.mutable_smtp()->add_to("ops@example.com");
  notification.receiver.mutable_smtp()->add_to("lee@example.com");
  const MailMessage mail = ToMail(notification, kNow);
  EXPECT_EQ(mail.from, "alarms@example.com");
  EXPECT_EQ(mail.to.size(), 2u);
  EXPECT_EQ(mail.content,
            "Date: Sat, 21 Nov 2026 17:03:20 +0000\r\n"
            "From: Bellrock <alarms@example.com>\r\n"
            "To: ops@example.com,\r\n"
            " lee@example.com\r\n"
            "Subject: [FIRING] music/catalog gz: success rate 97.2134 %, below 99.9 %\r\n"
            "Message-ID: <00000000000000cd-7@bellrock.invalid>\r\n"
            "References: <110766fbe07a44a0@bellrock.invalid>\r\n"
            "Importance: high\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "\r\n"
            "bXVzaWMvY2F0YWxvZyBneiBzdWNjZXNzX3JhdGU6IHN1Y2Nlc3MgcmF0ZSA5Ny4yMTM0ICUsIGJl\r\n"
            "bG93IDk5LjkgJQ0KICBtb3N0bHkgY2FsbGVlX2hvc3QgMTAuMC4wLjc6ODA6IDkwICUgb2YgdGhl\r\n"
            "IGZhaWx1cmVzLCA1NCAlIG9mIHRoZSBjYWxsczsgcmVzdWx0IFVOQVZBSUxBQkxFOiA5NyAlIG9m\r\n"
            "IHRoZSBmYWlsdXJlcw0KICBzaW5jZSAxMS0yMSAxNzowMCBVVEMNCg0KaHR0cHM6Ly9iZWxscm9j\r\n"
            "ay5leGFtcGxlLmNvbS9hbGFybXMvMDAwMDAwMDAwMDAwMDBhYi0xNzk1MjgwNTgwDQo=\r\n");
}

TEST(AlarmMail, ASubjectInOtherScriptsIsEncodedInWords) {
  Notification notification = OneFiring();
  std::string name;
  for (int i = 0; i < 20; ++i) name += "\u97f3\u4e50";
  notification.firing[0].set_key(0, name);
  const std::string content = ToMail(notification, kNow).content;
  EXPECT_THAT(content, HasSubstr("\r\nSubject: =?UTF-8?B?W0ZJUklOR10g"));
  for (size_t at = 0; at < content.size();) {
    const size_t end = content.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 78u);
    at = end + 2;
  }
}

TEST(AlarmMail, ANameCannotBeginAHeader) {
  Notification notification = OneFiring();
  notification.firing[0].set_key(0, "x\r\nBcc: all@example.com\r\n");
  EXPECT_THAT(ToMail(notification, kNow).content, Not(HasSubstr("\nBcc")));
}

TEST(AlarmReply, ChatsSayInTheBodyWhetherTheyTookIt) {
  v1::AlarmReceiver chat;
  chat.mutable_wecom();
  EXPECT_TRUE(JudgeReply(chat, 200, R"({"errcode":0,"errmsg":"ok"})").ok());
  EXPECT_EQ(JudgeReply(chat, 200, R"({"errcode":45009})").code(), StatusCode::kUnavailable);
  EXPECT_EQ(JudgeReply(chat, 200, R"({"errcode":93000})").code(), StatusCode::kInvalidArgument);
  chat.mutable_feishu();
  EXPECT_TRUE(JudgeReply(chat, 200, R"({"code":0,"msg":"success"})").ok());
  EXPECT_EQ(JudgeReply(chat, 200, R"({"code":19021})").code(), StatusCode::kInvalidArgument);
}

TEST(AlarmReply, OnlyWhatMayPassIsTriedAgain) {
  v1::AlarmReceiver web;
  web.set_name("web");
  web.mutable_webhook();
  EXPECT_TRUE(JudgeReply(web, 204, "").ok());
  EXPECT_EQ(JudgeReply(web, 503, "").code(), StatusCode::kUnavailable);
  EXPECT_EQ(JudgeReply(web, 429, "").code(), StatusCode::kUnavailable);
  EXPECT_EQ(JudgeReply(web, 404, "gone").message(), "receiver 'web' answered 404: gone");
  EXPECT_EQ(JudgeReply(web, 301, "").code(), StatusCode::kInvalidArgument);
}

TEST(AlarmHttp, EachKindGoesToItsUrl) {
  Notification notification = OneFiring();
  notification.receiver.mutable_alertmanager()->set_url("http://am:9093/");
  const auto message = ToHttp(notification, kNow * 1000);
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->url, "http://am:9093/api/v2/alerts");
  EXPECT_EQ(message->key, "00000000000000cd-7");
  notification.receiver.mutable_smtp();
  EXPECT_EQ(ToHttp(notification, 0).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bellrock::metrics::alarm
