// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// music/catalog: which songs a user has.
#include <cstdio>
#include <string>

#include "bellrock/channel.h"
#include "bellrock/server.h"
#include "music/v1/music.bellrock.h"

namespace {

constexpr int kSongsPerUser = 5;
constexpr int64_t kSongs = 1'000'000;
constexpr int64_t kUsers = 1'000'000;

class Catalog : public music::v1::CatalogService {
  bellrock::Result<music::v1::GetMp3ListReply> GetMp3List(
      bellrock::ServerContext&, const music::v1::GetMp3ListRequest& request) override {
    if (request.user() > kUsers) {
      return bellrock::NotFoundError("user: " + std::to_string(request.user()) + " is not known")
          .WithErrorType("NoSuchUser");  // its own line where failures are counted
    }
    music::v1::GetSongsRequest wanted;
    for (int64_t i = 0; i < kSongsPerUser; ++i) wanted.add_ids((request.user() * 31 + i) % kSongs);
    BELLROCK_ASSIGN(music::v1::GetSongsReply songs, storage_.GetSongs(wanted));
    music::v1::GetMp3ListReply reply;
    reply.mutable_songs()->Swap(songs.mutable_songs());
    return reply;
  }

  bellrock::Channel channel_{"music/storage"};
  music::v1::StorageStub storage_{channel_};
};

}  // namespace

int main() {
  Catalog catalog;
  bellrock::Status status = bellrock::Server("music/catalog").Add(catalog).Run();
  if (!status.ok()) std::fprintf(stderr, "catalog: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
