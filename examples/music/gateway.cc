// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// web/gateway: the site's door.
#include <cstdio>

#include "bellrock/channel.h"
#include "bellrock/server.h"
#include "music/v1/music.bellrock.h"

namespace {

class Gateway : public music::v1::GatewayService {
  bellrock::Result<music::v1::MyMusicReply> MyMusic(
      bellrock::ServerContext&, const music::v1::MyMusicRequest& request) override {
    if (request.user() <= 0) return bellrock::InvalidArgumentError("user: must be positive");
    music::v1::GetMp3ListRequest wanted;
    wanted.set_user(request.user());
    BELLROCK_ASSIGN(music::v1::GetMp3ListReply list, catalog_.GetMp3List(wanted));
    music::v1::MyMusicReply reply;
    reply.set_greeting("Good evening, user " + std::to_string(request.user()));
    reply.mutable_songs()->Swap(list.mutable_songs());
    return reply;
  }

  bellrock::Channel channel_{"music/catalog"};
  music::v1::CatalogStub catalog_{channel_};
};

}  // namespace

int main() {
  Gateway gateway;
  bellrock::Status status = bellrock::Server("web/gateway").Add(gateway).Run();
  if (!status.ok()) std::fprintf(stderr, "gateway: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
