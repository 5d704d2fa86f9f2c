// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Sends one alarm to the receiver whose JSON is the first argument, as the data centre would, for
// receivers that nobody here wrote. Prints what became of it. The second argument names the file of
// the authorities that are believed.
#include <cstdio>
#include <string>

#include "fiber/loop.h"
#include "fiber/resolver.h"
#include "metrics/alarm/notice_for_test.h"
#include "metrics/alarm_sender/sender.h"
#include "rpc/http/json.h"

int main(int argc, char** argv) {
  using namespace bellrock;
  if (argc < 2) return 2;
  metrics::alarm::Notification notification = metrics::alarm::OneFiring();
  notification.firing[0].set_key(0, "music/\u97f3\u4e50");
  Status status = rpc::JsonToMessage(argv[1], notification.receiver);
  if (status.ok()) {
    fiber::LoopGroup loops(1);
    const Status ran = fiber::RunOn(loops.loop(0), [&] {
      metrics::alarm_sender::Sender sender(fiber::RealEnvironment(), fiber::RealResolver(),
                                           {.ca_file = argc > 2 ? argv[2] : ""}, {.tries = 1});
      status = sender.Send(notification);
    });
    if (!ran.ok()) status = ran;
  }
  std::printf("%s\n", status.ToString().c_str());
}
