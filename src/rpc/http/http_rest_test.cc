// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Annotated paths, streams in both forms, codings and other origins, end to end in the simulator.
#include <gtest/gtest.h>

#include "rpc/http/http_encoding.h"
#include "rpc/library_service.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using bellrock::testing::World;

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A server of the library and the echo service, and one exchange after the other.
class RestTest : public ::testing::Test {
 protected:
  void WithServer(const std::function<void()>& body, ServerOptions options = {}) {
    world_.Run([&] {
      Server server(world_.Host("s"), std::move(options), nullptr);
      ASSERT_TRUE(server.Add(library_).ok());
      ASSERT_TRUE(server.Add(echo_).ok());
      ASSERT_TRUE(server.Listen(At("s")).ok());
      body();
    });
  }

  std::string Ask(const std::string& verb, const std::string& path, const std::string& body = "",
                  const std::string& headers = "", Duration wait = seconds(1)) {
    auto stream = Connect(world_.Host("c"), "s");
    Send(*stream, verb + " " + path + " HTTP/1.1\r\nHost: s\r\n" + headers +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return ReadFor(*stream, wait);
  }

  World world_{3};
  LibraryService library_;
  EchoService echo_;
};

TEST_F(RestTest, ServesEachKindOfRule) {
  WithServer([&] {
    std::string answer = Ask("GET", "/v1/shelves/3/books?page_size=2&filter.title=t");
    EXPECT_TRUE(Has(answer, "200 OK") && Has(answer, "\"name\":\"shelves/3/books/1\"")) << answer;
    answer = Ask("GET", "/v1/books?page_size=1&parent=p");  // additional_bindings
    EXPECT_TRUE(Has(answer, "\"name\":\"p/books/0\"")) << answer;
    answer = Ask("GET", "/v1/shelves/a%2Fb/books/7%20");
    EXPECT_TRUE(Has(answer, "\"name\":\"shelves/a%2Fb/books/7 \"")) << answer;
    answer = Ask("POST", "/v1/shelves/1/books?request_id=9", R"({"title":"new"})");
    EXPECT_TRUE(Has(answer, "shelves/1/books/9") && Has(answer, "\"title\":\"new\"")) << answer;
    answer = Ask("PATCH", "/v1/shelves/1/books/2", R"({"title":"mended"})");
    EXPECT_TRUE(Has(answer, "shelves/1/books/2") && Has(answer, "mended")) << answer;
    answer = Ask("DELETE", "/v1/shelves/1/books/2");
    EXPECT_TRUE(Has(answer, "\r\n\r\n{}")) << answer;
    EXPECT_EQ(library_.deleted, "shelves/1/books/2");
    answer = Ask("POST", "/v1/shelves/1/books/2:lend", R"({"days":4})");
    EXPECT_TRUE(Has(answer, "\"pages\":\"4\"") && !Has(answer, "receipt")) << answer;
    answer = Ask("PUT", "/v1/tags/a/b?other=4", R"(["x"])");
    EXPECT_TRUE(Has(answer, R"({"path":"a/b","tags":["x"],"other":4})")) << answer;
    answer = Ask("POST", "/bellrock.rpc.sample.v1.Library/GetBook", R"({"name":"n"})");
    EXPECT_TRUE(Has(answer, "\"name\":\"n\"")) << answer;
  });
}

TEST_F(RestTest, ErrorsSayWhatWasWrong) {
  WithServer([&] {
    std::string answer = Ask("GET", "/v1/shelves/3/books?page_size=x");
    EXPECT_TRUE(Has(answer, "400 Bad Request") && Has(answer, "page_size")) << answer;
    answer = Ask("GET", "/v1/shelves/3/books/none");
    EXPECT_TRUE(Has(answer, "404 Not Found") && Has(answer, "no book")) << answer;
    answer = Ask("GET", "/v1/shelves/3");
    EXPECT_TRUE(Has(answer, "404 Not Found") && Has(answer, "GET /v1/{name=shelves")) << answer;
    answer = Ask("PUT", "/v1/shelves/1/books/2");
    EXPECT_TRUE(Has(answer, "405 Method Not Allowed")) << answer;
    EXPECT_TRUE(Has(answer, "Allow: DELETE, GET, HEAD, OPTIONS, PATCH\r\n")) << answer;
    EXPECT_TRUE(Has(Ask("OPTIONS", "/v1/shelves/1/books"), "Allow: GET, HEAD, OPTIONS, POST\r\n"));
  });
}

TEST_F(RestTest, StreamsOfRequestsAreSentElsewhere) {
  WithServer([&] {
    for (const char* method : {"Sum", "Chat"}) {
      const std::string answer =
          Ask("POST", std::string("/bellrock.rpc.sample.v1.Echo/") + method, "{}");
      EXPECT_TRUE(Has(answer, "501 Not Implemented") && Has(answer, "use gRPC or native frames"))
          << answer;
    }
    EXPECT_EQ(echo_.calls, 0);
  });
}

TEST_F(RestTest, HeadIsGetWithoutItsBody) {
  WithServer([&] {
    const std::string answer = Ask("HEAD", "/v1/shelves/1/books/2");
    EXPECT_TRUE(Has(answer, "200 OK") && answer.ends_with("\r\n\r\n")) << answer;
  });
}

TEST_F(RestTest, StreamsAreEventsOrLines) {
  WithServer([&] {
    const std::string path = "/v1/shelves/1/books:follow?page_size=2";
    std::string answer = Ask("GET", path);
    EXPECT_TRUE(Has(answer, "text/event-stream") && Has(answer, "event: end")) << answer;
    const std::string lines = "Accept: application/x-ndjson\r\n";
    answer = Ask("GET", path, "", lines);
    EXPECT_TRUE(Has(answer, "Content-Type: application/x-ndjson\r\n")) << answer;
    EXPECT_TRUE(Has(answer, "Transfer-Encoding: chunked\r\n"));
    EXPECT_TRUE(Has(answer, "\r\n{\"name\":\"shelves/1/books/1\"")) << answer;
    EXPECT_TRUE(answer.ends_with("}\n\r\n0\r\n\r\n")) << answer;
    EXPECT_FALSE(Has(answer, "data:"));
    answer = Ask("GET", path + "&genre=GENRE_JAZZ", "", lines);
    EXPECT_TRUE(Has(answer, R"({"error":{"code":"DATA_LOSS","message":"as asked"}})")) << answer;
  });
}

TEST_F(RestTest, ASilentEventStreamShowsThatItLives) {
  WithServer([&] {
    const std::string path =
        "/bellrock.rpc.sample.v1.Echo/Count?items=2&item_bytes=1&pause_ms=40000";
    const std::string answer = Ask("GET", path, "", "", seconds(39));
    const size_t first = answer.find(": keep-alive\n\n");
    ASSERT_NE(first, std::string::npos) << answer;
    const size_t second = answer.find(": keep-alive\n\n", first + 1);
    EXPECT_NE(second, std::string::npos) << answer;
    EXPECT_EQ(answer.find(": keep-alive\n\n", second + 1), std::string::npos) << answer;
    // Lines of JSON have no comments.
    const std::string lines = Ask("GET", path, "", "Accept: application/x-ndjson\r\n", seconds(39));
    EXPECT_FALSE(Has(lines, "keep-alive")) << lines;
  });
}

TEST_F(RestTest, BodiesMayBePacked) {
  WithServer(
      [&] {
        const std::string gzip = "Content-Encoding: gzip\r\n";
        std::string answer = Ask("PUT", "/v1/tags/a", Gzip(R"(["x"])"), gzip);
        EXPECT_TRUE(Has(answer, R"("tags":["x"])")) << answer;
        answer = Ask("PUT", "/v1/tags/a", Gzip(std::string(20'000, ' ')), gzip);
        EXPECT_TRUE(Has(answer, "413 Content Too Large")) << answer;
        EXPECT_TRUE(Has(Ask("PUT", "/v1/tags/a", "[]", gzip), "400 Bad Request"));
        answer = Ask("PUT", "/v1/tags/a", "[]", "Content-Encoding: br\r\n");
        EXPECT_TRUE(Has(answer, "415 Unsupported Media Type") && Has(answer, "br")) << answer;
        answer = Ask("GET", "/v1/books?page_size=30&parent=p", "", "Accept-Encoding: gzip\r\n");
        const size_t body = answer.find("\r\n\r\n");
        ASSERT_TRUE(Has(answer, "Content-Encoding: gzip\r\n")) << answer;
        EXPECT_TRUE(Has(*Gunzip(answer.substr(body + 4), 1 << 20), "p/books/29"));
      },
      {.frame_bytes_max = 10'000});
}

TEST_F(RestTest, OtherOriginsNeedLeave) {
  const std::string shop = "Origin: https://shop.example\r\n";
  const std::string preflight = "Access-Control-Request-Method: PUT\r\n";
  WithServer(
      [&] {
        std::string answer = Ask("OPTIONS", "/v1/tags/a", "", shop + preflight);
        EXPECT_TRUE(Has(answer, "204 No Content")) << answer;
        EXPECT_TRUE(Has(answer, "Access-Control-Allow-Origin: https://shop.example\r\n"));
        EXPECT_TRUE(Has(answer, "Access-Control-Allow-Methods: OPTIONS, PUT\r\n")) << answer;
        EXPECT_TRUE(Has(answer, "Access-Control-Allow-Headers: Content-Type"));
        EXPECT_TRUE(Has(answer, "Vary: Origin\r\n"));
        answer = Ask("GET", "/v1/shelves/1/books:follow?page_size=1", "", shop);
        EXPECT_TRUE(Has(answer, "Access-Control-Allow-Origin: https://shop.example\r\n"));
        answer = Ask("OPTIONS", "/v1/tags/a", "", "Origin: https://evil.example\r\n" + preflight);
        EXPECT_FALSE(Has(answer, "Access-Control")) << answer;
      },
      {.http_origins = {"https://shop.example"}});
}

TEST_F(RestTest, WithoutOriginsNothingIsAllowed) {
  WithServer([&] {
    const std::string answer =
        Ask("OPTIONS", "/v1/tags/a", "",
            "Origin: https://shop.example\r\nAccess-Control-Request-Method: PUT\r\n");
    EXPECT_FALSE(Has(answer, "Access-Control")) << answer;
    EXPECT_FALSE(Has(answer, "Vary: Origin"));
  });
}

TEST_F(RestTest, DescribesItself) {
  WithServer(
      [&] {
        std::string answer = Ask("GET", "/-/openapi.json");
        EXPECT_TRUE(Has(answer, "Content-Type: application/json\r\n"));
        EXPECT_TRUE(Has(answer, "\"title\":\"music/library\"")) << answer;
        EXPECT_TRUE(Has(answer, "\"/v1/tags/{path}\""));
        answer = Ask("GET", "/-/api");
        EXPECT_TRUE(Has(answer, "Content-Type: text/html; charset=utf-8\r\n"));
        EXPECT_TRUE(Has(answer, "Content-Security-Policy: default-src 'none'"));
        EXPECT_TRUE(Has(Ask("GET", "/-/apix"), "404 Not Found"));
      },
      {.name = "music/library", .pages = PageAccess::kAnybody});
}

TEST_F(RestTest, ItsDescriptionIsForThisHostUnlessOpened) {
  WithServer([&] {
    for (const char* path : {"/-/api", "/-/openapi.json"}) {
      const std::string answer = Ask("GET", path);
      EXPECT_TRUE(Has(answer, "403 Forbidden") && Has(answer, "BELLROCK_PAGES=open")) << answer;
    }
  });
  WithServer([&] { EXPECT_TRUE(Has(Ask("GET", "/-/api"), "404 Not Found")); },
             {.pages = PageAccess::kNobody});
}

TEST_F(RestTest, AnyOriginIsAStar) {
  WithServer(
      [&] {
        EXPECT_TRUE(Has(Ask("GET", "/v1/books", "", "Origin: https://any.example\r\n"),
                        "Access-Control-Allow-Origin: *\r\n"));
      },
      {.http_origins = {"*"}});
}

}  // namespace
}  // namespace bellrock::rpc
