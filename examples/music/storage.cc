// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// music/storage: where the songs are.
#include <cstdio>

#include "bellrock/server.h"
#include "music/v1/music.bellrock.h"

namespace {

constexpr int kSongsPerRequestMax = 100;

class Storage : public music::v1::StorageService {
  bellrock::Result<music::v1::GetSongsReply> GetSongs(
      bellrock::ServerContext&, const music::v1::GetSongsRequest& request) override {
    if (request.ids_size() > kSongsPerRequestMax) {
      return bellrock::InvalidArgumentError("ids: more than 100; ask in several calls");
    }
    music::v1::GetSongsReply reply;
    for (int64_t id : request.ids()) {
      music::v1::Song& song = *reply.add_songs();
      song.set_id(id);
      song.set_title("Song " + std::to_string(id));
      song.set_url("/mp3/" + std::to_string(id) + ".mp3");
    }
    return reply;
  }
};

}  // namespace

int main() {
  Storage storage;
  bellrock::Status status = bellrock::Server("music/storage").Add(storage).Run();
  if (!status.ok()) std::fprintf(stderr, "storage: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
