// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/rpc/sample/v1/library.bellrock.h"
#include "bellrock/rpc/sample/v1/library.pb.h"

namespace bellrock::rpc {

// What the tests call by annotated paths: answers what it was asked.
class LibraryService final : public sample::v1::LibraryService {
 public:
  Result<sample::v1::ListBooksReply> ListBooks(
      ServerContext&, const sample::v1::ListBooksRequest& request) override {
    sample::v1::ListBooksReply reply;
    for (int i = 0; i < request.page_size(); ++i) {
      sample::v1::Book* book = reply.add_books();
      book->set_name(request.parent() + "/books/" + std::to_string(i));
      book->set_title(request.filter().title());
    }
    return reply;
  }
  Result<sample::v1::Book> GetBook(ServerContext&,
                                   const sample::v1::GetBookRequest& request) override {
    if (request.name().ends_with("/none")) return NotFoundError("no book " + request.name());
    sample::v1::Book book;
    book.set_name(request.name());
    return book;
  }
  Result<sample::v1::Book> CreateBook(ServerContext&,
                                      const sample::v1::CreateBookRequest& request) override {
    sample::v1::Book book = request.book();
    book.set_name(request.parent() + "/books/" + request.request_id());
    return book;
  }
  Result<sample::v1::Book> UpdateBook(ServerContext&,
                                      const sample::v1::UpdateBookRequest& request) override {
    return request.book();
  }
  Result<sample::v1::Nothing> DeleteBook(ServerContext&,
                                         const sample::v1::GetBookRequest& request) override {
    deleted = request.name();
    return sample::v1::Nothing();
  }
  Result<sample::v1::LendBookReply> LendBook(ServerContext&,
                                             const sample::v1::LendBookRequest& request) override {
    sample::v1::LendBookReply reply;
    reply.mutable_book()->set_name(request.name());
    reply.mutable_book()->set_pages(request.days());
    reply.set_receipt("for " + request.reader());
    return reply;
  }
  Result<sample::v1::SetTagsRequest> SetTags(ServerContext&,
                                             const sample::v1::SetTagsRequest& request) override {
    return request;
  }
  Status FollowBooks(ServerContext&, const sample::v1::ListBooksRequest& request,
                     Writer<sample::v1::Book>& writer) override {
    sample::v1::Book book;
    for (int i = 0; i < request.page_size(); ++i) {
      book.set_name(request.parent() + "/books/" + std::to_string(i));
      BELLROCK_TRY(writer.Write(book));
    }
    return request.genre() == sample::v1::GENRE_JAZZ ? DataLossError("as asked") : Status::Ok();
  }

  std::string deleted;
};

}  // namespace bellrock::rpc
