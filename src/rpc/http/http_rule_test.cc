// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_rule.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "bellrock/rpc/sample/v1/library.pb.h"
#include "rpc/http/http_routes.h"
#include "rpc/library_service.h"

namespace bellrock::rpc {
namespace {

using namespace sample::v1;

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <typename Request, typename Reply = Nothing>
Result<HttpRule> Make(HttpRule::Text text) {
  return HttpRule::Make(std::move(text), "p.S/M", *Request::descriptor(), *Reply::descriptor());
}

// Binds a request as the server would.
template <typename Request>
Result<Request> Bound(HttpRule::Text text, std::string_view path, std::string_view query,
                      std::string_view body) {
  BELLROCK_ASSIGN(HttpRule rule, Make<Request>(std::move(text)));
  HttpRoutes routes;
  BELLROCK_TRY(routes.Add(rule));
  BELLROCK_ASSIGN(RouteMatch match, routes.Find(rule.verb(), path));
  if (match.rule == nullptr) return NotFoundError("no match");
  Request request;
  BELLROCK_TRY(match.rule->Bind(match.captures, query, body, request));
  return request;
}

TEST(HttpRule, PathAndQueryFillTheRequest) {
  const auto request = Bound<ListBooksRequest>(
      {"GET", "/v1/{parent=shelves/*}/books"}, "/v1/shelves/3/books",
      "page_size=5&authors=a&authors=b&genre=GENRE_JAZZ&filter.title=t&filter.pages_min=9"
      "&since=2026-01-02T03:04:05Z&mask=a.b,c&lent=true",
      "");
  ASSERT_TRUE(request.ok()) << request.status().ToString();
  EXPECT_EQ(request->parent(), "shelves/3");
  EXPECT_EQ(request->page_size(), 5);
  EXPECT_EQ(request->authors_size(), 2);
  EXPECT_EQ(request->genre(), GENRE_JAZZ);
  EXPECT_EQ(request->filter().title(), "t");
  EXPECT_EQ(request->filter().pages_min(), 9U);
  EXPECT_EQ(request->since().seconds(), 1767323045);
  EXPECT_EQ(request->mask().paths_size(), 2);
  EXPECT_TRUE(request->lent().value());
  // JavaScript's names are taken, too.
  EXPECT_EQ(Bound<ListBooksRequest>({"GET", "/b"}, "/b", "pageSize=7", "")->page_size(), 7);
}

TEST(HttpRule, BodyStarIsTheRequestAndThePathWins) {
  const auto request =
      Bound<LendBookRequest>({"POST", "/v1/{name=shelves/*/books/*}:lend", "*"},
                             "/v1/shelves/1/books/2:lend", "", R"({"name":"other","days":3})");
  ASSERT_TRUE(request.ok()) << request.status().ToString();
  EXPECT_EQ(request->name(), "shelves/1/books/2");
  EXPECT_EQ(request->days(), 3);
}

TEST(HttpRule, BodyFieldIsThatFieldAndTheRestIsQuery) {
  const HttpRule::Text create = {"POST", "/v1/{parent=shelves/*}/books", "book"};
  const auto book = Bound<CreateBookRequest>(create, "/v1/shelves/1/books", "request_id=r",
                                             R"({"title":"t","pages":"9007199254740993"})");
  ASSERT_TRUE(book.ok()) << book.status().ToString();
  EXPECT_EQ(book->book().pages(), 9007199254740993);
  EXPECT_EQ(book->parent(), "shelves/1");
  EXPECT_EQ(book->request_id(), "r");
  EXPECT_FALSE(Bound<CreateBookRequest>(create, "/v1/shelves/1/books", "", " ")->has_book());

  const HttpRule::Text tags = {"PUT", "/v1/tags/{path=**}", "tags"};
  const auto list = Bound<SetTagsRequest>(tags, "/v1/tags/a/b", "other=4", R"(["x","y"])");
  ASSERT_TRUE(list.ok()) << list.status().ToString();
  EXPECT_EQ(list->tags_size(), 2);
  EXPECT_EQ(list->path(), "a/b");
  EXPECT_EQ(list->other(), 4);
  const auto nested =
      Bound<UpdateBookRequest>({"PATCH", "/v1/{book.name=shelves/*/books/*}", "book"},
                               "/v1/shelves/1/books/2", "", R"({"name":"other","title":"t"})");
  EXPECT_EQ(nested->book().name(), "shelves/1/books/2");
  EXPECT_EQ(nested->book().title(), "t");
}

TEST(HttpRule, BodyFieldCannotSetItsNeighbours) {
  const HttpRule::Text tags = {"PUT", "/v1/tags/{path=**}", "tags"};
  for (const char* body : {R"([],"other":7)", R"([]},{"other":7)", R"(["a"]})", "[", "7"}) {
    const auto request = Bound<SetTagsRequest>(tags, "/v1/tags/a", "", body);
    ASSERT_FALSE(request.ok()) << body;
    EXPECT_TRUE(Has(request.status().message(), "request body")) << request.status().message();
  }
}

TEST(HttpRule, RefusesFieldsThatComeFromElsewhere) {
  const HttpRule::Text list = {"GET", "/v1/{parent=shelves/*}/books"};
  const auto twice = Bound<ListBooksRequest>(list, "/v1/shelves/1/books", "parent=x", "");
  EXPECT_TRUE(Has(twice.status().message(), "query field parent")) << twice.status().message();
  const auto body = Bound<ListBooksRequest>(list, "/v1/shelves/1/books", "", "{}");
  EXPECT_TRUE(Has(body.status().message(), "takes none")) << body.status().message();
  const HttpRule::Text create = {"POST", "/v1/{parent=shelves/*}/books", "book"};
  EXPECT_FALSE(Bound<CreateBookRequest>(create, "/v1/shelves/1/books", "book.title=x", "{}").ok());
  const HttpRule::Text all = {"POST", "/v1/lend", "*"};
  EXPECT_FALSE(Bound<LendBookRequest>(all, "/v1/lend", "days=1", "{}").ok());
}

TEST(HttpRule, BadValuesNameFieldAndValue) {
  const HttpRule::Text list = {"GET", "/v1/books/{page_size}"};
  const auto path = Bound<ListBooksRequest>(list, "/v1/books/many", "", "");
  EXPECT_TRUE(Has(path.status().message(), "path field page_size: \"many\" is no 32-bit integer"))
      << path.status().message();
  const auto time = Bound<ListBooksRequest>(list, "/v1/books/1", "since=yesterday", "");
  EXPECT_TRUE(Has(time.status().message(), "query field since: \"yesterday\""))
      << time.status().message();
  const auto text = Bound<ListBooksRequest>(list, "/v1/books/1", "parent=%ff", "");
  EXPECT_TRUE(Has(text.status().message(), "query field parent: is no UTF-8"));
}

TEST(HttpRule, FieldsOfRecursiveMessagesHaveABound) {
  std::string deep = "filter.";
  for (int i = 0; i < 5000; ++i) deep += "deeper.";
  const auto request = Bound<ListBooksRequest>({"GET", "/b"}, "/b", deep + "title=x", "");
  EXPECT_TRUE(Has(request.status().message(), "messages deep")) << request.status().message();
}

TEST(HttpRule, AWrongAnnotationNamesMethodAndField) {
  const std::pair<HttpRule::Text, const char*> cases[] = {
      {{"GET", "/v1/{nope}"}, "path field nope"},
      {{"GET", "/v1/{authors}"}, "path field authors: is repeated"},
      {{"GET", "/v1/{filter}"}, "path field filter: is a message"},
      {{"POST", "/v1/b", "nope"}, "body field nope"},
      {{"POST", "/v1/b", "filter.title"}, "lies inside another"},
      {{"GET", "/v1/b", "", "nope"}, "response_body field nope"},
      {{"GET", "v1"}, "must begin with '/'"},
  };
  for (const auto& [text, part] : cases) {
    const Result<HttpRule> rule = Make<ListBooksRequest, ListBooksReply>(text);
    ASSERT_FALSE(rule.ok()) << part;
    EXPECT_TRUE(Has(rule.status().message(), "p.S/M: google.api.http"));
    EXPECT_TRUE(Has(rule.status().message(), part)) << rule.status().message();
  }
}

TEST(HttpRule, ResponseBodyIsOneFieldOfTheReply) {
  LendBookReply reply;
  reply.set_receipt("\"book\":{},");
  reply.mutable_book()->set_title("t");
  const auto book = Make<LendBookRequest, LendBookReply>({"POST", "/l", "*", "book"});
  EXPECT_TRUE(Has(*book->ReplyJson(reply), R"("title":"t")"));
  EXPECT_FALSE(Has(*book->ReplyJson(reply), "receipt"));
  const auto receipt = Make<LendBookRequest, LendBookReply>({"POST", "/l", "*", "receipt"});
  EXPECT_EQ(*receipt->ReplyJson(reply), R"("\"book\":{},")");

  ListTitlesReply titles;
  titles.add_titles("a,]}");
  titles.add_titles("\"");
  const auto list = Make<LendBookRequest, ListTitlesReply>({"GET", "/t", "", "titles"});
  EXPECT_EQ(*list->ReplyJson(titles), R"(["a,]}","\""])");
  const auto total = Make<LendBookRequest, ListTitlesReply>({"GET", "/t", "", "total"});
  EXPECT_EQ(*total->ReplyJson(titles), "0");
  const auto room = Make<LendBookRequest, Book>({"GET", "/t", "", "room"});
  EXPECT_EQ(*room->ReplyJson(Book()), "null");
}

// Which rule a request finds: the place of its path in the order is what is compared.
struct RoutesTest : ::testing::Test {
  void AddGet(const std::string& path, const std::string& verb = "GET") {
    auto rule = HttpRule::Make({verb, path}, "p.S/" + path, *ListBooksRequest::descriptor(),
                               *Nothing::descriptor());
    ASSERT_TRUE(rule.ok()) << rule.status().ToString();
    ASSERT_TRUE(routes.Add(std::move(*rule)).ok());
  }
  std::string Found(std::string_view path, std::string_view verb = "GET") {
    const Result<RouteMatch> match = routes.Find(verb, path);
    EXPECT_TRUE(match.ok());
    return match->rule == nullptr ? "" : match->rule->text().path;
  }
  HttpRoutes routes;
};

TEST_F(RoutesTest, LiteralsGoBeforeWildcardsWhateverTheOrder) {
  AddGet("/v1/{parent=**}");
  AddGet("/v1/{parent}");
  AddGet("/v1/{parent}/x");
  AddGet("/v1/books");
  AddGet("/v1/books/{parent}/y");
  EXPECT_EQ(Found("/v1/books"), "/v1/books");
  EXPECT_EQ(Found("/v1/boo%6Bs"), "/v1/books");
  EXPECT_EQ(Found("/v1/other"), "/v1/{parent}");
  EXPECT_EQ(Found("/v1/books/x"), "/v1/{parent}/x");  // the literal way led nowhere
  EXPECT_EQ(Found("/v1/books/x/y"), "/v1/books/{parent}/y");
  EXPECT_EQ(Found("/v1/books/x/z"), "/v1/{parent=**}");
  EXPECT_EQ(Found("/v1/"), "/v1/{parent=**}");  // an empty segment is no {parent}
  EXPECT_EQ(Found("/v1"), "/v1/{parent=**}");
  EXPECT_EQ(Found("/v2"), "");
  EXPECT_EQ(Found("/v1/books", "POST"), "");
}

TEST_F(RoutesTest, VerbsAreToldFromColonsInValues) {
  AddGet("/v1/{parent}");
  AddGet("/v1/{parent}:stop");
  AddGet("/v1/{parent=**}:all");
  EXPECT_EQ(Found("/v1/a:stop"), "/v1/{parent}:stop");
  EXPECT_EQ(Found("/v1/a:b"), "/v1/{parent}");
  EXPECT_EQ(Found("/v1/a:"), "/v1/{parent}");
  EXPECT_EQ(Found("/v1/a:b:stop"), "/v1/{parent}:stop");
  EXPECT_EQ(Found("/v1/a/b:all"), "/v1/{parent=**}:all");
  EXPECT_EQ(routes.Find("GET", "/v1/a:b:stop")->captures, std::vector<std::string>{"a:b"});
}

TEST_F(RoutesTest, KnowsTheVerbsOfAPath) {
  AddGet("/v1/books");
  AddGet("/v1/books", "POST");
  AddGet("/v1/{parent}", "DELETE");
  AddGet("/v1/any", "*");
  EXPECT_EQ(routes.VerbsOf("/v1/books"),
            (std::vector<std::string>{"DELETE", "GET", "HEAD", "POST"}));
  EXPECT_EQ(Found("/v1/books", "HEAD"), "/v1/books");
  EXPECT_EQ(Found("/v1/books", "DELETE"), "/v1/{parent}");
  EXPECT_EQ(Found("/v1/any", "PATCH"), "/v1/any");
  EXPECT_EQ(Found("/v1/any", "HEAD"), "/v1/any");
  EXPECT_TRUE(routes.VerbsOf("/none").empty());
}

TEST_F(RoutesTest, AConflictNamesBoth) {
  AddGet("/v1/{parent=shelves/*}");
  auto rule = HttpRule::Make({"GET", "/v1/shelves/{page_size}"}, "other.S/M",
                             *ListBooksRequest::descriptor(), *Nothing::descriptor());
  const Status status = routes.Add(std::move(*rule));
  EXPECT_EQ(status.code(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(Has(status.message(), "other.S/M") && Has(status.message(), "p.S//v1/{parent="))
      << status.message();
}

TEST(HttpRoutes, TakesTheAnnotationsOfAService) {
  rpc::LibraryService service;
  HttpRoutes routes;
  ASSERT_TRUE(routes.AddService(service).ok());
  EXPECT_EQ(routes.Names().size(), 10U);
  const Result<RouteMatch> match = routes.Find("PATCH", "/v1/shelves/1/books/2");
  ASSERT_NE(match->rule, nullptr);
  EXPECT_EQ(match->rule->method(), "bellrock.rpc.sample.v1.Library/UpdateBook");
  EXPECT_EQ(routes.AddService(service).code(), StatusCode::kAlreadyExists);
}

TEST(HttpRoutes, AServiceWithoutADescriptorHasNone) {
  class Bare : public Service {
    std::string_view full_name() const override { return "no.such.Service"; }
    std::span<const MethodDescriptor> methods() const override { return {}; }
  };
  Bare bare;
  HttpRoutes routes;
  EXPECT_TRUE(routes.AddService(bare).ok());
  EXPECT_TRUE(routes.Names().empty());
}

}  // namespace
}  // namespace bellrock::rpc
