// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Pages and JSON over HTTP/2, in the simulator. What an exchange does is tested over HTTP/1.1; here
// is how its streams carry it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http2/test_client.h"
#include "rpc/library_service.h"
#include "testing/world.h"

namespace bellrock::rpc::http2 {
namespace {

using bellrock::testing::World;
using fiber::SleepFor;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSay = "/bellrock.rpc.sample.v1.Echo/Say";
const std::string kCount = "/bellrock.rpc.sample.v1.Echo/Count";

// A server of the echo service and the library, and a client.
class HttpStreamTest : public ::testing::Test {
 protected:
  void WithServer(const std::function<void(TestClient&)>& body, ServerOptions options = {},
                  CallObserver* observer = nullptr) {
    world_.Run([&] {
      server_ = std::make_unique<Server>(world_.Host("s"), std::move(options), observer);
      ASSERT_TRUE(server_->Add(library_).ok());
      ASSERT_TRUE(server_->Add(echo_).ok());
      server_->AddHttp("/deep/", [](const HttpRequest& request) {
        HttpReply reply{.body = "deep " + request.query};
        reply.headers = {{"X-Kept", "1"}, {"Connection", "close"}};
        return reply;
      });
      ASSERT_TRUE(server_->Listen(At("s")).ok());
      TestClient client(world_.Host("c"));
      body(client);
    });
    server_.reset();
  }

  // One request with its answer, or what has come of it by then.
  std::unique_ptr<TestCall> Ask(TestClient& client, const std::string& method,
                                const std::string& path, const std::string& body = "",
                                const Fields& fields = {}) {
    auto call = client.OpenPlain(method, path, fields, body.empty());
    if (!body.empty()) client.Send(*call, body, true);
    (void)SleepFor(milliseconds(10));
    return call;
  }

  World world_{3};
  LibraryService library_;
  EchoService echo_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpStreamTest, PostsJsonAndIsCounted) {
  RecordingObserver observer;
  WithServer(
      [&](TestClient& client) {
        const auto call =
            Ask(client, "POST", kSay, R"({"text":"hi"})", {{"bellrock-caller", "a/b"}});
        EXPECT_EQ(call->fields.at(":status"), "200");
        EXPECT_EQ(call->fields.at("content-type"), "application/json");
        EXPECT_EQ(call->fields.at("content-length"), std::to_string(call->body.size()));
        EXPECT_THAT(call->body, HasSubstr(R"("text":"hi")"));
        EXPECT_THAT(call->body, HasSubstr(R"("caller":"a/b")"));
        EXPECT_TRUE(call->closed);
        EXPECT_EQ(call->code, ErrorCode::kNoError);
        EXPECT_FALSE(call->fields.contains("grpc-status"));
        ASSERT_EQ(observer.calls.size(), 1U);
        EXPECT_EQ(observer.calls[0].method, "Say");
      },
      {}, &observer);
}

TEST_F(HttpStreamTest, TranscodesAnnotatedPathsAndTellsErrors) {
  WithServer([&](TestClient& client) {
    auto call = Ask(client, "GET", "/v1/shelves/3/books?page_size=2");
    EXPECT_THAT(call->body, HasSubstr(R"("name":"shelves/3/books/1")"));
    call = Ask(client, "PATCH", "/v1/shelves/1/books/2", R"({"title":"mended"})");
    EXPECT_THAT(call->body, HasSubstr("mended"));
    call = Ask(client, "GET", "/v1/shelves/3/books/none");
    EXPECT_EQ(call->fields.at(":status"), "404");
    EXPECT_THAT(call->body, HasSubstr(R"({"code":"NOT_FOUND")"));
    call = Ask(client, "PUT", "/v1/shelves/1/books/2");
    EXPECT_EQ(call->fields.at(":status"), "405");
    EXPECT_EQ(call->fields.at("allow"), "DELETE, GET, HEAD, OPTIONS, PATCH");
    call = Ask(client, "POST", "/bellrock.rpc.sample.v1.Echo/Sum", "{}");
    EXPECT_EQ(call->fields.at(":status"), "501");
    EXPECT_THAT(call->body, HasSubstr("use gRPC or native frames"));
  });
}

TEST_F(HttpStreamTest, ServesPagesWithoutWhatIsOfTheConnection) {
  WithServer([&](TestClient& client) {
    auto call = Ask(client, "GET", "/deep/er?x=1");
    EXPECT_EQ(call->body, "deep x=1");
    EXPECT_EQ(call->fields.at("x-kept"), "1");
    EXPECT_FALSE(call->fields.contains("connection"));
    call = Ask(client, "HEAD", "/deep/?x=1");
    EXPECT_EQ(call->fields.at("content-length"), "8");
    EXPECT_EQ(call->body, "");
    EXPECT_TRUE(call->closed);
    EXPECT_EQ(Ask(client, "GET", "/no")->fields.at(":status"), "404");
    EXPECT_EQ(Ask(client, "GET", "/%zz")->fields.at(":status"), "400");
  });
}

TEST_F(HttpStreamTest, PagesAreForWhomTheyAreOverHttp1) {
  WithServer(
      [&](TestClient& client) {
        const auto call = Ask(client, "GET", "/-/openapi.json");
        EXPECT_EQ(call->fields.at(":status"), "200");
        EXPECT_THAT(call->body, HasSubstr("/v1/tags/{path}"));
      },
      {.pages = PageAccess::kAnybody});
  WithServer([&](TestClient& client) {
    EXPECT_EQ(Ask(client, "GET", "/-/openapi.json")->fields.at(":status"), "403");
  });
}

TEST_F(HttpStreamTest, CodingsAndOtherOriginsAreAsOverHttp1) {
  WithServer(
      [&](TestClient& client) {
        auto call = Ask(client, "GET", "/v1/books?page_size=30&parent=p", "",
                        {{"accept-encoding", "gzip"}, {"origin", "https://shop.example"}});
        EXPECT_EQ(call->fields.at("content-encoding"), "gzip");
        EXPECT_EQ(call->fields.at("access-control-allow-origin"), "https://shop.example");
        EXPECT_THAT(*Gunzip(call->body, 1 << 20), HasSubstr("p/books/29"));
        call = Ask(client, "PUT", "/v1/tags/a", Gzip(R"(["x"])"), {{"content-encoding", "gzip"}});
        EXPECT_THAT(call->body, HasSubstr(R"("tags":["x"])"));
        call = Ask(client, "OPTIONS", "/v1/tags/a", "",
                   {{"access-control-request-method", "PUT"}, {"origin", "https://shop.example"}});
        EXPECT_EQ(call->fields.at(":status"), "204");
        EXPECT_EQ(call->fields.at("access-control-allow-methods"), "OPTIONS, PUT");
      },
      {.http_origins = {"https://shop.example"}});
}

TEST_F(HttpStreamTest, RunsRequestsOfOneConnectionBesideEachOther) {
  WithServer([&](TestClient& client) {
    const auto slow = Ask(client, "POST", kSay, R"({"text":"slow","sleep_ms":50})");
    const auto fast = Ask(client, "GET", kSay + "?text=fast");
    const auto grpc = client.Call(kSay, std::string(5, '\0'));
    EXPECT_FALSE(slow->closed);
    EXPECT_TRUE(fast->closed);
    EXPECT_EQ(grpc->status(), "0");
    (void)SleepFor(milliseconds(50));
    EXPECT_THAT(slow->body, HasSubstr("slow"));
  });
}

TEST_F(HttpStreamTest, TheTimeoutHeaderIsTheDeadline) {
  WithServer([&](TestClient& client) {
    const auto call =
        Ask(client, "POST", kSay, R"({"sleep_ms":60000})", {{"bellrock-timeout-ms", "5"}});
    EXPECT_EQ(call->fields.at(":status"), "504");
    EXPECT_EQ(echo_.cut_short, 1);
    const auto bad = Ask(client, "POST", kSay, "{}", {{"bellrock-timeout-ms", "soon"}});
    EXPECT_EQ(bad->fields.at(":status"), "400");
  });
}

TEST_F(HttpStreamTest, AResetCancelsTheHandler) {
  WithServer([&](TestClient& client) {
    const auto call = Ask(client, "POST", kSay, R"({"sleep_ms":60000})");
    EXPECT_EQ(echo_.calls, 1);
    client.session.Abandon(*call, ErrorCode::kCancel);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(echo_.last_cut, StatusCode::kCancelled);
    EXPECT_EQ(Ask(client, "GET", kSay)->fields.at(":status"), "200");
  });
}

TEST_F(HttpStreamTest, TheEndOfTheConnectionCancelsHandlers) {
  WithServer([&](TestClient&) {
    {
      TestClient gone(world_.Host("c"));
      const auto call = Ask(gone, "POST", kSay, R"({"sleep_ms":60000})");
      const auto items = Ask(gone, "GET", kCount + "?items=10&pause_ms=1000");
      const auto half = gone.OpenPlain("POST", kSay, {}, false);  // whose body never ends
      (void)SleepFor(milliseconds(10));
    }
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(echo_.cut_short, 2);
  });
}

TEST_F(HttpStreamTest, StreamsEventsAsTheyComeUntilTheClientGoes) {
  WithServer([&](TestClient& client) {
    const auto call = Ask(client, "GET", kCount + "?items=1000&pause_ms=1000");
    EXPECT_EQ(call->fields.at("content-type"), "text/event-stream");
    (void)SleepFor(milliseconds(1500));
    EXPECT_THAT(call->body, HasSubstr("data: {\"text\":\"1\""));
    EXPECT_THAT(call->body, Not(HasSubstr("\"text\":\"2\"")));
    client.session.Abandon(*call, ErrorCode::kCancel);
    (void)SleepFor(milliseconds(10));
    EXPECT_TRUE(echo_.saw_cancelled);
    EXPECT_EQ(echo_.cut_short, 1);
  });
}

TEST_F(HttpStreamTest, AStreamEndsWithItsStatusInEitherForm) {
  WithServer([&](TestClient& client) {
    auto call = Ask(client, "GET", kCount + "?items=2");
    EXPECT_THAT(call->body, ::testing::EndsWith("event: end\ndata: {}\n\n"));
    EXPECT_TRUE(call->closed);
    call =
        Ask(client, "GET", kCount + "?items=1&code=15", "", {{"accept", "application/x-ndjson"}});
    EXPECT_EQ(call->fields.at("content-type"), "application/x-ndjson");
    EXPECT_FALSE(call->fields.contains("transfer-encoding"));
    EXPECT_THAT(call->body, HasSubstr("}\n{\"error\":{\"code\":\"DATA_LOSS\""));
    EXPECT_EQ(Ask(client, "GET", kCount + "?code=5")->fields.at(":status"), "404");
  });
}

TEST_F(HttpStreamTest, ASlowReaderHoldsTheHandlerBack) {
  WithServer([&](TestClient& client) {
    const auto call = client.OpenPlain("GET", kCount + "?items=1000&item_bytes=10000", {}, true);
    call->reads = nullptr;
    (void)SleepFor(seconds(1));
    EXPECT_LT(echo_.items_written, 100);
    call->reads = &client.session;
    client.session.GiveWindow(*call, call->body.size());
    (void)SleepFor(seconds(1));
    EXPECT_EQ(echo_.items_written, 1000);
    EXPECT_TRUE(call->closed);
  });
}

TEST_F(HttpStreamTest, ABodyLargerThanTheWindowComesWhole) {
  WithServer([&](TestClient& client) {
    const std::string text(1'000'000, 'x');
    const auto call = Ask(client, "POST", kSay, R"({"text":")" + text + "\"}");
    (void)SleepFor(seconds(1));
    EXPECT_EQ(call->fields.at(":status"), "200");
    EXPECT_THAT(call->body, HasSubstr(text));
  });
}

TEST_F(HttpStreamTest, BodiesBeyondTheLimitsAreRefused) {
  WithServer(
      [&](TestClient& client) {
        auto call = Ask(client, "POST", kSay, std::string(2000, ' '));
        EXPECT_EQ(call->fields.at(":status"), "413");
        EXPECT_THAT(call->body, HasSubstr("over the limit of 1000 bytes"));
        EXPECT_TRUE(call->closed);
        // Each within its limit, together beyond that of the connection.
        std::vector<std::unique_ptr<TestCall>> calls;
        for (int i = 0; i < 3; ++i) {
          calls.push_back(client.OpenPlain("POST", kSay, {}, false));
          client.Send(*calls.back(), std::string(900, ' '), false);
        }
        (void)SleepFor(milliseconds(10));
        EXPECT_EQ(calls[2]->fields[":status"], "429");
        for (const auto& each : calls) client.session.Abandon(*each, ErrorCode::kCancel);
        (void)SleepFor(milliseconds(10));
        EXPECT_EQ(Ask(client, "POST", kSay, "{}")->fields.at(":status"), "200");
        EXPECT_EQ(echo_.calls, 1);
      },
      {.frame_bytes_max = 1000});
}

TEST_F(HttpStreamTest, AnswersForAReaderThatDoesNotReadAreBounded) {
  WithServer(
      [&](TestClient& client) {
        std::vector<std::unique_ptr<TestCall>> calls;
        int refused = 0;
        for (int i = 0; i < 10; ++i) {
          calls.push_back(client.OpenPlain("POST", kSay, {}, false));
          calls.back()->reads = nullptr;  // its window takes less than the answer
          client.Send(*calls.back(), R"({"ratio":300000})", true);
          (void)SleepFor(milliseconds(10));
          if (calls.back()->fields[":status"] == "429") ++refused;
        }
        EXPECT_GE(refused, 1);
        EXPECT_LT(refused, 10);
        for (auto& call : calls) {
          if (!call->closed) client.session.Abandon(*call, ErrorCode::kCancel);
        }
        (void)SleepFor(milliseconds(10));
        EXPECT_EQ(Ask(client, "GET", kSay)->fields.at(":status"), "200");
      },
      {.out_bytes_max = 100'000});
}

TEST_F(HttpStreamTest, AFloodOfResetsEndsTheConnection) {
  WithServer(
      [&](TestClient& client) {
        for (int i = 0; i < 1100 && client.why.ok(); ++i) {
          const auto call = client.OpenPlain("GET", kSay + "?sleep_ms=60000", {}, true);
          client.session.FlushNow();
          client.session.Abandon(*call, ErrorCode::kCancel);
        }
        (void)SleepFor(milliseconds(10));
        ASSERT_FALSE(client.goaways.empty());
        EXPECT_THAT(client.goaways[0], HasSubstr("ENHANCE_YOUR_CALM a flood of resets"));
        EXPECT_EQ(echo_.cut_short, echo_.calls);
      },
      {.calls_per_connection_max = 100});
}

TEST_F(HttpStreamTest, AShutdownLetsRequestsEnd) {
  WithServer([&](TestClient& client) {
    const auto running = Ask(client, "POST", kSay, R"({"text":"slow","sleep_ms":1000})");
    auto ended = fiber::Start([&] { server_->Shutdown(world_.loop().Now() + seconds(10)); });
    fiber::Yield();
    const auto late = Ask(client, "GET", kSay + "?text=late");
    EXPECT_THAT(late->body, HasSubstr("late"));
    EXPECT_FALSE(client.goaways.empty());
    (void)SleepFor(seconds(1));
    EXPECT_THAT(running->body, HasSubstr("slow"));
    ended.Join();
    EXPECT_FALSE(client.why.ok());
  });
}

TEST_F(HttpStreamTest, HeadersBeyondTheLimitAreRefused) {
  WithServer([&](TestClient& client) {
    const auto call = Ask(client, "GET", "/deep/", "", {{"x", std::string(17'000, 'x')}});
    EXPECT_EQ(call->fields.at(":status"), "431");
  });
}

}  // namespace
}  // namespace bellrock::rpc::http2
