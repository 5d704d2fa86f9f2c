// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/table_report.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace bellrock::routing::client {
namespace {

// A control plane that asks two questions in reply to a report of tables.
class AskingServer final : public ChannelInterface {
 public:
  Status Call(std::string_view, std::string_view, const Message& request, Message& reply,
              const CallOptions&) override {
    reports.push_back(dynamic_cast<const v1::ReportTablesRequest&>(request));
    if (!up) return UnavailableError("down");
    if (request.ByteSizeLong() == 0 || reports.back().tables().empty()) return Status::Ok();
    auto& asked = dynamic_cast<v1::ReportTablesReply&>(reply);
    for (const char* service : {"music/storage", "music/nobody"}) {
      auto& question = *asked.add_questions();
      question.set_id(static_cast<uint64_t>(7 + asked.questions_size()));
      question.mutable_request()->set_service(service);
    }
    return Status::Ok();
  }
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view,
                                                   const Message&, const CallOptions&) override {
    return UnimplementedError("no streams");
  }

  bool up = true;
  std::vector<v1::ReportTablesRequest> reports;
};

Result<v1::ExplainReply> ExplainStorage(const v1::ExplainRequest& request) {
  if (request.service() != "music/storage") return NotFoundError("called by nobody");
  v1::ExplainReply reply;
  reply.set_path("/sz/1");
  return reply;
}

std::vector<v1::ServiceTable> OneTable() {
  std::vector<v1::ServiceTable> tables(1);
  tables[0].set_service("music/storage");
  tables[0].set_host("a");
  return tables;
}

TEST(TableReport, WhatTheServerAsksIsAnsweredAtOnceAndByNumber) {
  AskingServer server;
  ReportTables(server, OneTable(), ExplainStorage);
  ASSERT_EQ(server.reports.size(), 2u);
  EXPECT_EQ(server.reports[0].tables(0).host(), "a");
  const v1::ReportTablesRequest& answers = server.reports[1];
  EXPECT_TRUE(answers.tables().empty());
  ASSERT_EQ(answers.answers_size(), 2);
  EXPECT_EQ(answers.answers(0).id(), 8u);
  EXPECT_EQ(answers.answers(0).reply().path(), "/sz/1");
  EXPECT_EQ(answers.answers(1).id(), 9u);
  EXPECT_EQ(answers.answers(1).problem(), "called by nobody");
}

TEST(TableReport, WithoutTablesOrAServerNothingMoreIsSent) {
  AskingServer server;
  ReportTables(server, {}, ExplainStorage);
  EXPECT_TRUE(server.reports.empty());
  server.up = false;
  ReportTables(server, OneTable(), ExplainStorage);
  EXPECT_EQ(server.reports.size(), 1u);
}

}  // namespace
}  // namespace bellrock::routing::client
